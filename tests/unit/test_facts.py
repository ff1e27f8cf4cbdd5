"""The shipped facts: keys, ranges, identities and repairs that everything else relies on."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from advisor.domain.languages import parse_language
from advisor.domain.tasks import Arena, Kind, Modality, Task

FACTS = Path(__file__).parents[2] / "data" / "facts"
OLLAMA = FACTS.parent / "build" / "catalog" / "ollama.tsv"
TABLES = ("sources", "models", "claims", "base_models", "variants", "aliases", "benchmarks", "results", "api_prices")


@pytest.fixture(scope="module")
def facts():
    con = duckdb.connect()
    for table in TABLES:
        con.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{FACTS / table}.parquet')")
    yield con
    con.close()


def column(con, query, *parameters):
    return [row[0] for row in con.execute(query, list(parameters)).fetchall()]


def one(con, query, *parameters):
    return con.execute(query, list(parameters)).fetchone()


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("sources", "source_id"),
        ("models", "model_id"),
        ("models", "lower(model_id)"),
        ("variants", "variant_id"),
        ("aliases", "lower(alias)"),
        ("benchmarks", "benchmark_id"),
        ("results", "(model_id, benchmark_id, subset, config)"),
        ("api_prices", "(api_model, provider, mode)"),
        ("base_models", "(model_id, base_model_id)"),
    ],
)
def test_keys_are_unique(facts, table, key):
    assert one(facts, f"SELECT count(*) - count(DISTINCT {key}) FROM {table}") == (0,)


@pytest.mark.parametrize(
    ("table", "field", "home"),
    [
        ("results", "model_id", "models"),
        ("results", "benchmark_id", "benchmarks"),
        ("variants", "model_id", "models"),
        ("aliases", "model_id", "models"),
        ("claims", "model_id", "models"),
        ("base_models", "model_id", "models"),
        ("models", "source_id", "sources"),
        ("benchmarks", "source_id", "sources"),
        ("results", "source_id", "sources"),
        ("variants", "source_id", "sources"),
        ("claims", "source_id", "sources"),
        ("base_models", "source_id", "sources"),
        ("api_prices", "source_id", "sources"),
    ],
)
def test_no_orphans(facts, table, field, home):
    assert column(facts, f"SELECT DISTINCT {field} FROM {table} ANTI JOIN {home} USING ({field}) LIMIT 5") == []


def test_a_variant_is_no_model(facts):
    query = "SELECT variant_id FROM variants v JOIN models m ON lower(m.model_id) = lower(v.variant_id)"
    assert column(facts, query) == []


def test_everything_is_there(facts):
    models, variants, results = (one(facts, f"SELECT count(*) FROM {table}")[0] for table in TABLES if table in COUNTED)
    assert models + variants >= 33_000
    assert models >= 29_500
    assert results >= 750_000
    assert set(column(facts, "SELECT DISTINCT kind FROM models")) == {kind.value for kind in Kind}


COUNTED = {"models", "variants", "results"}


@pytest.mark.parametrize(
    ("arena", "benchmarks", "scores"),
    [
        ("embedding", 1_900, 90_000),
        ("language", 850, 110_000),
        ("vision", 150, 15_000),
        ("speech", 25, 1_300),
        ("forecasting", 97, 11_000),
    ],
)
def test_every_modality_has_evidence(facts, arena, benchmarks, scores):
    query = """SELECT count(DISTINCT benchmark_id), count(*) FROM benchmarks JOIN results USING (benchmark_id)
               WHERE arena = ? AND subset = ''"""
    _, rows = one(facts, query, arena)
    assert rows >= scores
    assert one(facts, "SELECT count(*) FROM benchmarks WHERE arena = ?", arena)[0] >= benchmarks


def test_words_are_of_the_vocabulary(facts):
    assert set(column(facts, "SELECT DISTINCT arena FROM benchmarks")) == {arena.value for arena in Arena}
    tasks = {task.value for task in Task}
    assert set(column(facts, "SELECT DISTINCT task FROM benchmarks WHERE task IS NOT NULL")) <= tasks
    assert set(column(facts, "SELECT DISTINCT unnest(tasks) FROM models")) <= tasks
    modalities = {modality.value for modality in Modality}
    assert set(column(facts, "SELECT DISTINCT unnest(modalities) FROM models")) <= modalities
    assert column(facts, "SELECT model_id FROM models WHERE len(modalities) = 0") == []
    measurers = {"independent", "official", "submitted", "self-reported"}
    assert set(column(facts, "SELECT DISTINCT measured_by FROM results")) <= measurers


@pytest.mark.parametrize("table", ["models", "benchmarks"])
def test_language_codes_are_canonical(facts, table):
    codes = column(facts, f"SELECT DISTINCT unnest(languages) FROM {table}")
    assert [code for code in codes if parse_language(code) != code] == []
    assert "de" in codes and "deu" not in codes


def test_almost_every_score_serves_a_task(facts):
    served, total = one(
        facts,
        """SELECT count(*) FILTER (task IS NOT NULL), count(*)
           FROM results JOIN benchmarks USING (benchmark_id) WHERE subset = ''""",
    )
    assert served / total > 0.95


def test_ranges(facts):
    assert one(facts, "SELECT count(*) FROM results WHERE NOT isfinite(score)") == (0,)
    low, high = one(
        facts,
        """SELECT min(score), max(score)
           FROM results JOIN benchmarks USING (benchmark_id) WHERE unit = 'points' AND subset = ''""",
    )
    assert -100 <= low < 0 and 90 < high <= 100
    assert column(facts, "SELECT model_id FROM models WHERE params_total NOT BETWEEN 1e3 AND 1e13") == []
    assert column(facts, "SELECT model_id FROM models WHERE params_active > params_total") == []
    assert column(facts, "SELECT model_id FROM models WHERE context_tokens NOT BETWEEN 16 AND 16777215") == []
    assert column(facts, "SELECT variant_id FROM variants WHERE bits_per_weight NOT BETWEEN 1 AND 32") == []


def test_errors_are_lower_is_better(facts):
    lower = set(column(facts, "SELECT benchmark_id FROM benchmarks WHERE NOT higher_is_better"))
    assert {"vectara_hhem/hallucination_rate", "llama2_card/toxigen", "llmstats/common-voice-15"} <= lower
    assert {"open-asr/en-shortform/ami", "gift-eval/ett1/H/short", "torchvision/sintel-train-cleanpass"} <= lower
    assert {"vectara_hhem/answer_rate", "imagenet/1k-val", "mteb/STS22.v2"} & lower == set()


def test_the_same_data_and_metric_of_several_libraries_are_one_benchmark(facts):
    query = """SELECT count(DISTINCT split_part(source_id, '_', 1)), count(*) FROM results
               WHERE benchmark_id = ? AND subset = '' AND config = ''"""
    assert one(facts, query, "coco/val2017-boxes") == (3, 514)
    assert one(facts, query, "coco/val2017-masks")[1] > 190
    assert one(facts, query, "coco/val2017-keypoints")[0] == 2
    assert one(facts, query, "imagenet/1k-val")[0] == 3


def test_boxes_of_persons_are_no_object_detection(facts):
    keypoints = one(facts, "SELECT tasks FROM models WHERE model_id = 'torchvision/keypointrcnn_resnet50_fpn.coco_v1'")
    assert keypoints == (["pose-estimation"],)


def test_descriptions_do_not_name_their_benchmark(facts):
    query = """SELECT benchmark_id FROM benchmarks
               WHERE suite = 'mteb' AND (len(description) < 40 OR contains(description, name))"""
    # STS and the like are common words before they are names.
    assert len(column(facts, query)) <= 3


@pytest.mark.parametrize(
    ("alias", "model_id"),
    [
        ("llama-2-7b", "meta-llama/Llama-2-7b-hf"),
        ("llama-2-13b", "meta-llama/Llama-2-13b-hf"),
        ("llama-2-70b", "meta-llama/Llama-2-70b-hf"),
        ("falcon-7b", "tiiuae/falcon-7b"),
        ("falcon-40b", "tiiuae/falcon-40b"),
        ("falcon-180b", "tiiuae/falcon-180B"),
        ("mistral-7b", "mistralai/Mistral-7B-v0.1"),
        ("gpt-3", "openai/gpt-3-175b"),
        ("gpt-oss-120b", "openai/gpt-oss-120b"),
        ("bert-base", "google-bert/bert-base-uncased"),
        ("bert-large", "google-bert/bert-large-uncased"),
        ("distilbert", "distilbert/distilbert-base-uncased"),
        ("tinybert-6l", "huawei-noah/TinyBERT_General_6L_768D"),
        ("tinybert-4l", "huawei-noah/TinyBERT_General_4L_312D"),
        ("roberta-base", "FacebookAI/roberta-base"),
        ("all-minilm-l6-v2", "sentence-transformers/all-MiniLM-L6-v2"),
        ("qwen3-4b", "Qwen/Qwen3-4B"),
        ("llama-3.1-8b-instruct", "meta-llama/Llama-3.1-8B-Instruct"),
        ("meta-llama/meta-llama-3.1-8b-instruct", "meta-llama/Llama-3.1-8B-Instruct"),
        ("bge-m3", "BAAI/bge-m3"),
    ],
)
def test_short_names_resolve(facts, alias, model_id):
    assert column(facts, "SELECT model_id FROM aliases WHERE alias = ?", alias) == [model_id]


@pytest.mark.parametrize(
    ("model_id", "billions"),
    [
        ("hpcai-tech/grok-1", 314), ("nvidia/NVIDIA-Nemotron-Nano-12B-v2", 12.3), ("Zyphra/Zamba2-7B-Instruct", 7.4),
        ("DeepPavlov/rubert-base-cased", 0.18), ("EpistemeAI/FineLlama3.1-8B-Instruct", 8.03),
        ("AtomicChat/Kimi-K3", 2780), ("MaziyarPanahi/Phi-3-mini-4k-instruct-v0.3", 3.8), ("carsenk/flippa-v6", 8.03),
        ("sakamakismile/Qwen3.6-27B-Text-NVFP4-MTP", 27.8), ("openai/whisper-large-v3", 1.55),
        ("Qwen/Qwen2.5-7B-Instruct-1M", 7.6), ("google/gemma-4-E4B", 8.0), ("tiiuae/falcon-rw-1b", 1.31),
        ("allenai/OLMo-1B-0724-hf", 1.28), ("jinaai/jina-embeddings-v5-omni-small", 1.63), ("Qwen/Qwen-VL-Chat", 8.5),
        ("EleutherAI/pythia-410m-seed1", 0.35), ("tencent/Hunyuan-A13B-Instruct", 80.4),
    ],
)  # fmt: skip
def test_parameter_counts_that_sources_have_wrong_and_right(facts, model_id, billions):
    (count,) = column(facts, "SELECT params_total FROM models WHERE model_id = ?", model_id)
    assert count / 1e9 == pytest.approx(billions, rel=0.02)


@pytest.mark.parametrize(
    ("model_id", "billions"),
    [
        ("mistralai/Mixtral-8x7B-v0.1", 12.9), ("mistralai/Mixtral-8x22B-v0.1", 39), ("hpcai-tech/grok-1", 86),
        ("baidu/ERNIE-4.5-21B-A3B-PT", 3), ("tencent/Hunyuan-A13B-Instruct", 13), ("AtomicChat/Kimi-K3", 104),
        ("arcee-ai/Trinity-Large-Preview", 13), ("OpenGVLab/InternVL3_5-30B-A3B", 3), ("ATH-MaaS/Ovis2.6-80B-A3B", 3),
        ("stabilityai/stablelm-3b-4e1t", None), ("Qwen/Qwen3-8B", None),
    ],
)  # fmt: skip
def test_active_parameters_of_mixtures(facts, model_id, billions):
    (active,) = column(facts, "SELECT params_active FROM models WHERE model_id = ?", model_id)
    assert (active and active / 1e9) == (billions and pytest.approx(billions, rel=0.02))


@pytest.mark.parametrize(
    ("model_id", "context", "kv_bytes"),
    [
        ("bigscience/bloom", 2048, 4_014_080.0),
        ("huggyllama/llama-65b", 2048, 2_621_440.0),
        ("lmsys/vicuna-13b-v1.5", 4096, 819_200.0),
    ],
)
def test_caches_of_old_models(facts, model_id, context, kv_bytes):
    query = "SELECT context_tokens, kv_bytes_per_token FROM models WHERE model_id = ?"
    assert facts.execute(query, [model_id]).fetchone() == (context, kv_bytes)


def test_tags_of_ollama_name_models_of_the_catalog(facts):
    rows = [line.split("\t") for line in OLLAMA.read_text().splitlines()[1:]]
    assert len(rows) > 100
    for tag, model_id in rows:
        assert column(facts, "SELECT model_id FROM aliases WHERE alias = ?", tag) == [model_id]


@pytest.mark.parametrize(
    ("model_id", "kv_heads", "kv_bytes"),
    [
        ("tiiuae/falcon-7b", 1, 8192.0),
        ("tiiuae/falcon-40b", 8, 122880.0),
        ("tiiuae/falcon-180B", 8, 163840.0),
        ("meta-llama/Llama-2-7b-hf", 32, 524288.0),
    ],
)
def test_kv_heads(facts, model_id, kv_heads, kv_bytes):
    query = "SELECT n_kv_heads, kv_bytes_per_token, kv_exact FROM models WHERE model_id = ?"
    assert one(facts, query, model_id) == (kv_heads, kv_bytes, True)


def test_attention_that_caches_less_is_no_exact_figure(facts):
    assert one(facts, "SELECT count(*) FROM models WHERE attention = 'mla' AND kv_bytes_per_token IS NOT NULL") == (0,)
    assert one(facts, "SELECT count(*) FROM models WHERE kv_exact AND attention NOT IN ('mha', 'gqa')") == (0,)
    query = "SELECT context_tokens, sliding_window, attention FROM models WHERE model_id = 'mistralai/Mistral-7B-v0.1'"
    assert one(facts, query) == (32768, 4096, "sliding")


def test_doubtful_facts_are_gone_and_kept_as_claims(facts):
    assert column(facts, "SELECT model_id FROM models WHERE release_date = DATE '2022-03-02'") == []
    assert one(facts, "SELECT context_tokens FROM models WHERE model_id = 'meta-llama/Llama-2-7b-hf'") == (4096,)
    refused = dict(facts.execute("SELECT field, count(*) FROM claims WHERE NOT chosen GROUP BY 1").fetchall())
    assert refused["context_tokens"] > 1_000 and refused["params_total"] > 200 and refused["release_date"] > 50
    assert one(facts, "SELECT count(*) FROM models WHERE len(notes) > 0")[0] > 1_500


def test_gpt_oss(facts):
    query = """SELECT params_total // 1_000_000_000, params_active // 1_000_000_000, open_weights, license_tag
               FROM models WHERE model_id = 'openai/gpt-oss-120b'"""
    assert one(facts, query) == (116, 5, True, "apache-2.0")


def test_gpt_3_is_a_proprietary_reference(facts):
    query = "SELECT open_weights, params_total FROM models WHERE model_id = 'openai/gpt-3-175b'"
    assert one(facts, query) == (False, 175_000_000_000)


def test_glue_of_the_distilled_encoders(facts):
    query = """SELECT count(DISTINCT benchmark_id) FROM results
               WHERE model_id = ? AND benchmark_id LIKE 'glue_test/%' AND config = ''"""
    for model_id in ("google-bert/bert-base-uncased", "distilbert/distilbert-base-uncased"):
        assert one(facts, query, model_id)[0] >= 9
    for model_id in ("huawei-noah/TinyBERT_General_6L_768D", "huawei-noah/TinyBERT_General_4L_312D"):
        assert one(facts, query, model_id)[0] >= 9
        query_base = "SELECT base_model_id, relation FROM base_models WHERE model_id = ?"
        assert one(facts, query_base, model_id) == ("google-bert/bert-base-uncased", "distillation")


def test_what_pruned_and_distilled_models_were_made_from(facts):
    query = "SELECT base_model_id, relation, inferred FROM base_models WHERE model_id = ?"
    pruned = one(facts, query, "princeton-nlp/Sheared-LLaMA-1.3B")
    assert pruned == ("meta-llama/Llama-2-7b-hf", "pruning", False)
    assert one(facts, query, "konic-labs/LFM2.5-8B-A1B-REAP-50") == ("LiquidAI/LFM2.5-8B-A1B", "pruning", True)
    assert one(facts, query, "distil-whisper/distil-large-v2")[1] == "distillation"
    whole = """SELECT count(*) FROM base_models b JOIN models m USING (model_id)
               JOIN models w ON w.model_id = b.base_model_id
               WHERE relation = 'pruning' AND m.params_total >= w.params_total"""
    assert one(facts, whole) == (0,)


def test_quantised_repositories_are_no_candidates(facts):
    marks = "nvfp4|gguf|[-_]awq|[-_]gptq|mlx-community/"
    query = f"""SELECT model_id FROM models WHERE regexp_matches(lower(model_id), '{marks}')
                AND kind = 'generative' AND NOT list_contains(flags, 'orphan-quantization')"""
    assert len(column(facts, query)) <= 10
    packed = "SELECT model_id, format FROM variants WHERE variant_id = ?"
    assert one(facts, packed, "nvidia/Qwen3-235B-A22B-Instruct-2507-NVFP4") == (
        "Qwen/Qwen3-235B-A22B-Instruct-2507",
        "nvfp4",
    )
    assert one(facts, packed, "Qwen/Qwen3-4B-FP8") == ("Qwen/Qwen3-4B", "fp8")


def test_flags_of_known_models(facts):
    def flags(model_id):
        return set(one(facts, "SELECT flags FROM models WHERE model_id = ?", model_id)[0])

    assert "uncensored" in flags("huihui-ai/Huihui-Qwen3.5-35B-A3B-abliterated")
    assert "uncensored" in flags("Orenguteng/Llama-3-8B-Lexi-Uncensored")
    assert "base" in flags("meta-llama/Llama-2-7b-hf")
    assert flags("tiiuae/falcon-180B") == {"base"}
    assert flags("princeton-nlp/gemma-2-9b-it-SimPO") == {"submitted-only"}
    assert "submitted-only" not in flags("HuggingFaceH4/zephyr-7b-beta") | flags("Qwen/Qwen1.5-7B-Chat")
    assert flags("openai/gpt-oss-120b") == flags("Qwen/Qwen3-30B-A3B") == set()


@pytest.mark.parametrize(
    ("model_id", "kind", "image"),
    [
        ("Qwen/Qwen3-VL-8B-Instruct", "generative", True),
        ("Qwen/Qwen3-8B", "generative", False),
        ("Qwen/Qwen3-Embedding-8B", "embedding", False),
        ("meta-llama/Llama-2-7b-chat-hf", "generative", False),
        ("openai/whisper-large-v3", "speech-recognition", False),
        ("openai/whisper-tiny", "speech-recognition", False),
        ("facebook/wav2vec2-xls-r-300m", "embedding", False),
        ("LongSafari/hyenadna-medium-450k-seqlen-hf", "other", False),
        ("zai-org/GLM-4.6", "generative", False),
        ("google-bert/bert-base-uncased", "encoder", False),
        ("Datadog/Toto-Open-Base-1.0", "forecaster", False),
        ("hexgrad/Kokoro-82M", "other", False),
    ],
)
def test_kinds_and_sight(facts, model_id, kind, image):
    query = "SELECT kind, list_contains(modalities, 'image') FROM models WHERE model_id = ?"
    assert one(facts, query, model_id) == (kind, image)


def test_the_same_data_share_a_family(facts):
    mmlu = ["openllm_v1/mmlu", "helm_lite/mmlu", "obs_base/mmlu", "llama2_card/mmlu", "llmstats/mmlu"]
    assert len(set(column(facts, "SELECT family FROM benchmarks WHERE list_contains(?, benchmark_id)", mmlu))) == 1
    assert len(set(column(facts, "SELECT family FROM benchmarks WHERE suite = 'timm'"))) == 1


def test_facts_are_small(facts):
    assert sum((FACTS / f"{table}.parquet").stat().st_size for table in TABLES) < 12e6


def test_domains_are_the_words_that_needs_are_read_in(facts):
    from advisor.features.domains import _STEMS

    held = set(column(facts, "SELECT DISTINCT unnest(domains) FROM benchmarks"))
    assert held == {word.lower() for word in held}
    assert set(_STEMS) <= held


def test_no_open_model_is_of_a_closed_series(facts):
    closed = "family SIMILAR TO '(gpt-[3-9].*|claude.*|gemini.*|o[1345])'"
    assert column(facts, f"SELECT model_id FROM models WHERE open_weights AND {closed}") == []
    assert one(facts, f"SELECT count(*) > 50 FROM models WHERE NOT open_weights AND {closed}") == (True,)


def test_a_model_is_one_whatever_its_publisher_prefixes(facts):
    found = column(facts, "SELECT model_id FROM models WHERE model_id ILIKE 'nvidia/%nemotron-3-nano-30b-a3b%'")
    assert "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16" in found and "nvidia/nemotron-3-nano-30b-a3b" not in found
    n_results = "SELECT count(*) FROM results WHERE model_id = 'nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16'"
    assert one(facts, n_results)[0] > 150


@pytest.mark.parametrize(
    ("model_id", "tag"),
    [
        ("facebook/mms-1b-all", "cc-by-nc-4.0"),
        ("facebook/seamless-m4t-v2-large", "cc-by-nc-4.0"),
        ("facebook/data2vec-audio-base-960h", "apache-2.0"),
        ("Qwen/Qwen2-Audio-7B", "apache-2.0"),
        ("Qwen/Qwen2.5-Omni-3B", "qwen-research"),
        ("LCO-Embedding/LCO-Embedding-Omni-7B", "apache-2.0"),
        ("nvidia/parakeet-tdt-0.6b-v2", "cc-by-4.0"),
        ("nvidia/canary-1b", "cc-by-nc-4.0"),
        ("openai/whisper-large-v3", "mit"),
    ],
)
def test_licenses_are_those_of_their_publishers(facts, model_id, tag):
    query = "SELECT license_tag, license_told_by FROM models WHERE model_id = ?"
    assert one(facts, query, model_id) == (tag, None)


def test_a_license_that_a_list_tells_names_the_list(facts):
    told = "SELECT DISTINCT license_told_by FROM models WHERE license_told_by IS NOT NULL"
    assert set(column(facts, told)) <= set(column(facts, "SELECT source_id FROM sources"))
    tags = column(facts, "SELECT license_tag FROM models WHERE license_told_by = 'mteb_registry' AND kind <> 'other'")
    assert len(tags) > 500
    assert None not in tags
    heard = "license_told_by LIKE 'mteb%' AND list_contains(modalities, 'audio') AND kind <> 'other'"
    assert "mit" not in column(facts, f"SELECT license_tag FROM models WHERE {heard}")


def test_a_license_that_others_quote_is_told_by_them(facts):
    query = "SELECT license_tag, license_told_by FROM models WHERE model_id = ?"
    assert one(facts, query, "microsoft/wavlm-large") == ("cc-by-sa-3.0", "published_licenses")


def test_licenses_that_lists_tell_otherwise_are_kept_as_claims(facts):
    query = "SELECT value, source_id, chosen FROM claims WHERE model_id = ? AND field = 'license_tag' ORDER BY chosen"
    claims = facts.execute(query, ["facebook/mms-1b-all"]).fetchall()
    assert claims == [("mit", "mteb_registry", False), ("cc-by-nc-4.0", "published_licenses", True)]


def test_every_published_license_is_of_a_model_and_has_an_address(facts):
    import csv

    with (FACTS.parent / "build" / "catalog" / "published_licenses.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        assert row["source"].startswith("https://")
        assert row["read"] in ("page", "repository", "copy", "quoted")
        alike = "FROM models WHERE lower(model_id) GLOB lower(?) AND license_tag IS DISTINCT FROM 'proprietary'"
        found = column(facts, f"SELECT license_tag {alike}", row["model_glob"])
        assert set(found) == {row["license_tag"]}, row["model_glob"]
