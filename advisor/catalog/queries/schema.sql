-- One schema for every modality. The facts in data/facts/*.parquet have these tables and columns; a snapshot is these
-- tables filled from them. Raise SCHEMA_VERSION in advisor/catalog/build.py when a column changes its meaning.

-- Where facts come from. Every other table points here.
CREATE TABLE sources (
    source_id     VARCHAR PRIMARY KEY,
    title         VARCHAR NOT NULL,
    repository    VARCHAR,               -- owner/name, package or site
    path          VARCHAR,               -- file inside it
    revision      VARCHAR,               -- commit, version or file id
    as_of         VARCHAR,               -- ISO date, or year-month, of the stored copy
    data_license  VARCHAR,
    measured_by   VARCHAR,               -- who measured, where one answer holds for the source
    note          VARCHAR
);

-- One row a model: its identity, after contradictions are resolved (see claims).
CREATE TABLE models (
    model_id           VARCHAR PRIMARY KEY,  -- Hugging Face id where one exists, else publisher/name
    name               VARCHAR NOT NULL,
    organisation       VARCHAR,
    kind               VARCHAR NOT NULL,     -- advisor.domain.tasks.Kind
    modalities         VARCHAR[] NOT NULL,   -- advisor.domain.tasks.Modality, inputs
    tasks              VARCHAR[] NOT NULL,   -- advisor.domain.tasks.Task it is made for; empty: every task of its kind
    params_total       BIGINT,
    params_active      BIGINT,               -- per token, mixture of experts only
    embedding_params   BIGINT,
    embed_dim          INTEGER,
    context_tokens     INTEGER,
    languages          VARCHAR[] NOT NULL,   -- advisor.domain.languages codes; empty: not stated
    license_tag        VARCHAR,              -- as published, lower case; NULL: none stated
    license_told_by    VARCHAR,              -- source_id of the list that tells it; NULL: its publisher
    open_weights       BOOLEAN,
    gated              BOOLEAN,
    release_date       DATE,
    family             VARCHAR,
    flags              VARCHAR[] NOT NULL,   -- uncensored, merged, test, init-only, flagged, superseded, contaminated, submitted-only
    downloads          BIGINT,
    likes              INTEGER,
    architecture       VARCHAR,
    n_layers           INTEGER,
    hidden_size        INTEGER,
    n_heads            INTEGER,
    n_kv_heads         INTEGER,
    head_dim           INTEGER,
    vocab_size         INTEGER,
    n_experts          INTEGER,
    n_experts_active   INTEGER,
    sliding_window     INTEGER,
    attention          VARCHAR,              -- mha, gqa, mla, sliding, hybrid
    kv_bytes_per_token DOUBLE,               -- FP16, all layers
    kv_exact           BOOLEAN,              -- false: upper bound
    gmacs              DOUBLE,               -- vision: multiply-accumulates of one image, 1e9
    macts_m            DOUBLE,               -- vision: activations of one image, 1e6
    image_size         INTEGER,
    training_tokens    DOUBLE,
    training_datasets  VARCHAR[] NOT NULL,   -- benchmark ids whose data it declares to have trained on
    notes              VARCHAR[] NOT NULL,   -- facts that were corrected, and why
    source_id          VARCHAR NOT NULL
);

-- Facts of models that contradict each other or were refused, all kept; `chosen` is the one in models.
CREATE TABLE claims (
    model_id   VARCHAR NOT NULL,
    field      VARCHAR NOT NULL,
    value      VARCHAR,
    source_id  VARCHAR NOT NULL,
    chosen     BOOLEAN NOT NULL,
    rule       VARCHAR NOT NULL
);

-- Fine-tunes, merges, distillations: from a model to what it was made from.
CREATE TABLE base_models (
    model_id       VARCHAR NOT NULL,
    base_model_id  VARCHAR NOT NULL,        -- may be a model that the catalog does not hold
    relation       VARCHAR NOT NULL,        -- finetune, merge, distillation, pruning, unknown
    inferred       BOOLEAN NOT NULL,        -- read from the name, not declared
    source_id      VARCHAR NOT NULL
);

-- Quantised or re-packaged artefacts; never candidates of their own.
CREATE TABLE variants (
    variant_id       VARCHAR PRIMARY KEY,   -- repository
    model_id         VARCHAR NOT NULL,      -- the model it packages
    format           VARCHAR NOT NULL,      -- safetensors, gguf, mlx, onnx, awq, gptq, bnb, exl2, nvfp4, ...
    quantization     VARCHAR NOT NULL,      -- fp16, fp8, int8, int4, q4_k_m, nvfp4, ...
    bits_per_weight  DOUBLE NOT NULL,
    publisher        VARCHAR,
    license_tag      VARCHAR,
    downloads        BIGINT,
    source_id        VARCHAR NOT NULL
);

-- Other names of a model: leaderboard spellings, old ids, copies.
CREATE TABLE aliases (
    alias     VARCHAR NOT NULL,
    model_id  VARCHAR NOT NULL,
    match     VARCHAR NOT NULL              -- how the link was made
);

CREATE TABLE benchmarks (
    benchmark_id      VARCHAR PRIMARY KEY,
    suite             VARCHAR NOT NULL,
    name              VARCHAR NOT NULL,
    arena             VARCHAR NOT NULL,     -- embedding, language, vision, speech, forecasting: where models compete
    task              VARCHAR,              -- advisor.domain.tasks.Task; NULL: mixed or none of ours
    task_type         VARCHAR NOT NULL,     -- the source's own, finer type
    languages         VARCHAR[] NOT NULL,   -- advisor.domain.languages codes
    domains           VARCHAR[] NOT NULL,
    modalities        VARCHAR[] NOT NULL,
    metric            VARCHAR NOT NULL,
    unit              VARCHAR NOT NULL,     -- points (0 to 100), percent error, ratio, raw
    higher_is_better  BOOLEAN NOT NULL,
    n_items           BIGINT,
    n_labels          INTEGER,
    avg_chars         DOUBLE,
    description       VARCHAR NOT NULL,     -- composed from metadata; never the benchmark's bare name
    family            VARCHAR NOT NULL,     -- near-duplicates share it: never split between training and evaluation
    year              INTEGER,
    source_id         VARCHAR NOT NULL
);

-- Scores. subset = '' is the score of the whole benchmark; other subsets are its languages, splits or further metrics.
CREATE TABLE results (
    model_id      VARCHAR NOT NULL,
    benchmark_id  VARCHAR NOT NULL,
    subset        VARCHAR NOT NULL,
    config        VARCHAR NOT NULL,         -- thinking effort, prompt or resolution; '' = default
    score         DOUBLE NOT NULL,
    ci95          DOUBLE,
    n_shot        VARCHAR,
    complete      BOOLEAN,                  -- false: only part of the benchmark was run
    measured_by   VARCHAR NOT NULL,         -- independent, official, submitted, self-reported
    source_id     VARCHAR NOT NULL,
    date          VARCHAR
);

CREATE TABLE hardware (
    name                   VARCHAR PRIMARY KEY,
    vendor                 VARCHAR NOT NULL,  -- advisor.domain.hardware.Vendor
    kind                   VARCHAR NOT NULL,  -- advisor.domain.hardware.DeviceKind
    architecture           VARCHAR,
    year                   INTEGER,
    memory_gib             DOUBLE,
    memory_type            VARCHAR,
    memory_bandwidth_gb_s  DOUBLE,
    fp32_tflops            DOUBLE,
    fp16_tflops            DOUBLE,            -- dense, tensor cores where it has them
    fp8_tflops             DOUBLE,
    int8_tops              DOUBLE,
    fp4_tflops             DOUBLE,
    compute_capability     DOUBLE,            -- CUDA
    tdp_w                  DOUBLE,
    msrp_usd               DOUBLE,
    note                   VARCHAR,           -- corrections, and why
    source_id              VARCHAR NOT NULL
);

-- Other names of a device, and machines that hold several of it ("aws g5.12xlarge" = 4 x A10G).
CREATE TABLE hardware_aliases (
    alias            VARCHAR NOT NULL,
    hardware         VARCHAR NOT NULL,
    count            INTEGER NOT NULL,
    host_memory_gib  DOUBLE,
    source_id        VARCHAR NOT NULL
);

CREATE TABLE prices (
    provider      VARCHAR NOT NULL,
    instance      VARCHAR NOT NULL,
    hardware      VARCHAR,
    count         INTEGER NOT NULL,
    vcpus         DOUBLE,
    host_memory_gib DOUBLE,
    usd_per_hour  DOUBLE NOT NULL,
    region        VARCHAR,
    as_of         VARCHAR,
    source_id     VARCHAR NOT NULL
);

CREATE TABLE api_prices (
    api_model         VARCHAR NOT NULL,
    provider          VARCHAR,
    mode              VARCHAR,
    model_id          VARCHAR,              -- where it is a model of the catalog
    usd_per_mtok_in   DOUBLE,
    usd_per_mtok_out  DOUBLE,
    max_input_tokens  BIGINT,
    max_output_tokens BIGINT,
    source_id         VARCHAR NOT NULL
);

-- Speed, memory and power, one row a run and metric.
CREATE TABLE measurements (
    run_id            VARCHAR NOT NULL,
    metric            VARCHAR NOT NULL,     -- decode_tokens_per_s, prefill_tokens_per_s, ttft_ms, peak_memory_gb, power_w, items_per_s, latency_ms, rtfx
    value             DOUBLE NOT NULL,
    hardware          VARCHAR,              -- name in hardware, where known
    hardware_raw      VARCHAR NOT NULL,
    count             INTEGER NOT NULL,
    engine            VARCHAR,
    model_id          VARCHAR,              -- where known
    model_raw         VARCHAR NOT NULL,
    params_total      BIGINT,
    params_active     BIGINT,
    quantization      VARCHAR,
    bits_per_weight   DOUBLE,
    weights_gb        DOUBLE,
    batch             INTEGER,
    prompt_tokens     INTEGER,
    context_tokens    INTEGER,
    generated_tokens  INTEGER,
    image_size        INTEGER,
    precision         VARCHAR,
    flags             VARCHAR[] NOT NULL,   -- speculative, offloaded, cluster, assumed-quantization, training, compiled, ...
    date              VARCHAR,
    source_id         VARCHAR NOT NULL
);

-- Sets of training data and their terms; NULL is "not known".
CREATE TABLE datasets (
    dataset_id      VARCHAR PRIMARY KEY,
    name            VARCHAR NOT NULL,
    license_tag     VARCHAR,
    commercial_use  BOOLEAN,                -- whether its terms allow business use of the data
    terms           VARCHAR,                -- in short
    url             VARCHAR,
    source          VARCHAR NOT NULL        -- who says so
);

-- Which models name which sets as their training data.
CREATE TABLE training_data (
    model_id    VARCHAR NOT NULL,
    dataset_id  VARCHAR NOT NULL
);

-- What two other tools predict for measured decode runs, tokens/s; only evaluation reads it.
CREATE TABLE peer_predictions (
    run_source    VARCHAR NOT NULL,         -- source_id of the measured run
    device        VARCHAR NOT NULL,         -- without maker and memory size
    model_raw     VARCHAR NOT NULL,
    quantization  VARCHAR NOT NULL,
    engine        VARCHAR NOT NULL,
    measured      DOUBLE NOT NULL,
    llmfit        DOUBLE,
    whichllm      DOUBLE,
    source_id     VARCHAR NOT NULL
);

-- License terms in our own words; NULL is "not known", never guessed.
CREATE TABLE licenses (
    license_id  VARCHAR PRIMARY KEY,
    name        VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL,
    spdx_id     VARCHAR,
    confidence  VARCHAR NOT NULL,           -- high, medium, low
    text_read   BOOLEAN NOT NULL,
    url         VARCHAR,
    terms       VARCHAR NOT NULL            -- JSON of advisor.license.terms.LicenseTerms
);

CREATE TABLE license_aliases (
    alias       VARCHAR PRIMARY KEY,        -- lower case
    license_id  VARCHAR NOT NULL
);

-- Tags that mislead, by model.
CREATE TABLE license_overrides (
    model_glob  VARCHAR NOT NULL,
    tag         VARCHAR,                    -- applies when NULL or equal to the model's tag
    license_id  VARCHAR NOT NULL,
    evidence    VARCHAR NOT NULL
);
