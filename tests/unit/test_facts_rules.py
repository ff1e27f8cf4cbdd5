"""The rules that make the facts, on names as they occur."""

from __future__ import annotations

import pytest

from data.build.catalog import counts, experts, family, flags, inherit, names, published_licenses, quantization, repair
from data.build.catalog.benchmarks_mteb import task_of
from data.build.catalog.frame import Ledger, empty_model


@pytest.mark.parametrize(
    ("name", "stripped"),
    [
        ("Qwen3-4B-AWQ-4bit", "qwen3-4b"),
        ("Meta-Llama-3.1-8B-Instruct-quantized.w4a16", "meta-llama-3.1-8b-instruct"),
        ("gemma-3-27b-it-qat-q4_0-gguf", "gemma-3-27b-it"),
        ("Qwen3-0.6B-unsloth-bnb-4bit", "qwen3-0.6b"),
        ("MLX-Qwen3.5-9B", "qwen3.5-9b"),
        ("Llama-3.3-70B-Instruct-FP8-dynamic", "llama-3.3-70b-instruct"),
    ],
)
def test_names_without_their_packaging(name, stripped):
    assert quantization.is_artefact(name, None, declared=True)
    assert quantization.stripped(name) == stripped


@pytest.mark.parametrize(
    ("name", "organisation", "declared"),
    [
        ("tinyllama-coder-py-4bit-v3", "Ramikan-BR", False),
        ("gpt-oss-120b", "openai", True),
        ("Kimi-K2-Instruct", "moonshotai", True),
        ("Mistroll-7B-v0.1-16bit", "BarraHome", False),
        ("NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", "nvidia", False),
    ],
)
def test_originals_are_no_artefacts(name, organisation, declared):
    assert not quantization.is_artefact(name, organisation, declared)


@pytest.mark.parametrize(
    ("name", "organisation", "packaging"),
    [
        ("Qwen3-8B-NVFP4", "nvidia", ("nvfp4", "nvfp4", 4.5)),
        ("Qwen3-8B-4bit", "mlx-community", ("mlx", "int4", 4.5)),
        ("GLM-5.2-mxfp4", "mlx-community", ("mlx", "mxfp4", 4.25)),
        ("Llama-2-13B-GPTQ", "TheBloke", ("gptq", "int4", 4.25)),
        ("Qwen3-4B-FP8", "Qwen", ("fp8", "fp8", 8.0)),
        ("Llama-3.1-8B", "unsloth", ("safetensors", "bf16", 16.0)),
    ],
)
def test_packaging(name, organisation, packaging):
    assert quantization.packaging(name, organisation) == packaging


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("Qwen3-4B-abliterated", "uncensored"),
        ("dolphin-2.9-llama3-8b", "uncensored"),
        ("GLM-5.3-Heretic-v2", "uncensored"),
        ("NeuralBeagle-7B-slerp", "merged"),
        ("tiny-random-LlamaForCausalLM", "test"),
        ("EAGLE3-LLaMA3.3-Instruct-70B", "draft"),
        ("Qwen3-8B-speculator.eagle3", "draft"),
        ("Deacon-34b-qlora-adapter", "adapter"),
    ],
)
def test_flags_by_name(name, flag):
    assert flag in flags.name_flags("someone", name)


@pytest.mark.parametrize(
    "name", ["Dolphin", "Llama-3.1-8B-Instruct", "latest-qwen", "bge-m3", "Qwen3-8B-lora_merged_16bit"]
)
def test_harmless_names_have_no_flag(name):
    assert flags.name_flags("someone", name) == set()


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("Mixtral-8x7B-v0.1", [56e9]),
        ("internlm2_5-1_8b-chat", [1.8e9]),
        ("Qwen3-30B-A3B", [30e9]),
        ("Qwen3.8-2.4T-A95B", [2.4e12]),
        ("Llama-4-Scout-17B-16E", []),
        ("gemma-4-E4B-it", []),
        ("SmolLM2-135M", [135e6]),
        ("oraculum-08b", [0.8e9]),
    ],
)
def test_sizes_in_names(name, sizes):
    assert names.sizes(name) == pytest.approx(sizes)


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("Llama-3.1-8B-Instruct", "llama-3.1"),
        ("gemma-2-9b-it", "gemma-2"),
        ("Qwen3-30B-A3B", "qwen3"),
        ("Qwen2.5-Coder-7B", "qwen2.5"),
        ("falcon-40b-instruct", "falcon"),
        ("DeepSeek-R1-Distill-Qwen-7B", "deepseek-r1-distill"),
        ("gpt-3B-finetuned", None),
        ("Mixtral-8x7B-Instruct-v0.1", "mixtral"),
        ("gpt2-large", "gpt-2"),
        ("gpt-oss-120b", "gpt-oss"),
        ("airoboros-l2-70b-gpt4-m2.0", "llama-2"),
        ("L3.1-ClaudeMaid-4x8B", "llama-3.1"),
        ("ms-marco-MiniLM-L2-v2", "minilm"),
        ("Marco-o1", None),
        ("gpt4-x-alpaca", None),
    ],
)
def test_series(name, series):
    assert family.series(name) == series


@pytest.mark.parametrize(
    ("name", "series"),
    [("gpt-4-turbo", "gpt-4"), ("claude-3.5-sonnet", "claude-3.5"), ("o3", "o3"), ("grok-3", "grok")],
)
def test_only_closed_models_are_of_a_closed_series(name, series):
    assert family.series(name, closed=True) == series
    assert family.series(name) != series


def model(name, **facts):
    return empty_model(f"someone/{name}", "llmfit_db") | {"kind": "generative"} | facts


def settled(*rows, links=()):
    """The rows by id after their counts were settled."""
    models = {row["model_id"]: row for row in rows}
    counts.settle(models, links, ledger := Ledger())
    return models, ledger


def made_from(row, base):
    return {"model_id": row["model_id"], "base_model_id": base["model_id"], "relation": "finetune"}


def test_a_size_against_the_name_is_refused():
    row = model("Thing-7B", params_total=1_500_000_000_000)
    _, ledger = settled(row)
    assert row["params_total"] is None
    assert [claim["value"] for claim in ledger.claims] == ["1500000000000"]
    assert "against the name" in row["notes"][0]


def test_layers_decide_between_name_and_count():
    facts = {"n_layers": 32, "hidden_size": 4096, "vocab_size": 32_000}
    row = model("Thing-7B", params_total=400_000_000, **facts)
    small = model("Thing-70B-draft-1", params_total=7_000_000_000, **facts)
    settled(row, small)
    assert (row["params_total"], small["params_total"]) == (7_000_000_000, 7_000_000_000)


SHAPE = {"n_layers": 64, "hidden_size": 5120, "vocab_size": 248_320, "architecture": "qwen3_5", "family": "qwen3.6"}


@pytest.mark.parametrize(
    ("name", "facts", "count"),
    [
        ("Qwen3.6-27B-mine-NVFP4", {**SHAPE, "params_total": 16_700_000_000}, 27_800_000_000),
        ("Qwen3.6-27B-mine", {**SHAPE, "params_total": 55_600_000_000}, 27_800_000_000),
        ("mine-v6", {"params_total": 55_600_000_000}, 27_800_000_000),  # a leaderboard's double
        ("Qwen3.6-27B-mine", {**SHAPE, "params_total": 27_300_000_000}, 27_300_000_000),
        ("Qwen3.6-27B-mine-14B", {**SHAPE, "params_total": 14_000_000_000}, 14_000_000_000),
        ("Qwen3.6-27B-REAP", {**SHAPE, "params_total": 20_000_000_000}, 20_000_000_000),
        ("Qwen3.6-27B-small", {"params_total": 1_200_000_000, "n_layers": 8, "hidden_size": 2048}, 1_200_000_000),
        ("mine-VL", {**SHAPE, "params_total": 45_000_000_000}, 45_000_000_000),
        ("mine", {**SHAPE, "params_total": 2_000_000_000, "flags": ["adapter"]}, 2_000_000_000),
    ],
)
def test_a_count_far_from_the_base_is_the_bases(name, facts, count):
    base, row = model("Qwen3.6-27B", **{**SHAPE, "params_total": 27_800_000_000}), model(name, **facts)
    if row["model_id"] == base["model_id"]:
        row["model_id"] = "else/where"
    settled(base, row, links=[made_from(row, base)])
    if name == "Qwen3.6-27B-small":
        assert row["params_total"] in {count, None}  # nothing tells its size
    else:
        assert row["params_total"] == count


def test_a_computed_count_gives_way_to_a_stated_one_and_to_the_name():
    shape = {"n_layers": 32, "hidden_size": 4096, "n_heads": 32, "n_kv_heads": 32, "vocab_size": 32_000}
    shape |= {"inner_size": 11_008, "architecture": "llama"}
    computed = 32 * (4 * 4096**2 + 2 * 4096 * 11_008) + 32_000 * 4096
    stated, row = model("stated", params_total=6_738_000_000, **shape), model("other", params_total=computed, **shape)
    alone = model("Alone-7B", params_total=computed, **shape | {"architecture": "baichuan"})
    small = model("Small-1B", params_total=1_310_000_000, n_layers=24, hidden_size=2048)
    settled(stated, row, alone, small)
    assert counts.is_guess(model("x", params_total=computed, **shape))
    assert (row["params_total"], alone["params_total"]) == (6_738_000_000, 7_000_000_000)
    assert small["params_total"] == 1_310_000_000
    layer = 2 * 6144 * 128 * (48 + 8) + 3 * 6144 * 24_576
    grok = model("grok", params_total=64 * layer + 2 * 131_072 * 6144, n_layers=64, hidden_size=6144, n_heads=48)
    grok |= {"n_kv_heads": 8, "vocab_size": 131_072, "n_experts": 8, "n_experts_active": 2, "expert_width": 32_768}
    settled(grok)
    assert grok["params_total"] == pytest.approx(314e9, rel=0.01)


def test_most_models_of_a_series_and_size_tell_the_count():
    usual = [model(f"Llama-3.1-8B-{n}", params_total=8_030_000_000, family="llama-3.1") for n in range(5)]
    odd = model("FineLlama3.1-8B", params_total=14_483_000_000, family="llama-3.1")
    merged = model("Llama-3.1-8B-passthrough", params_total=20_000_000_000, family="llama-3.1", flags=["merged"])
    settled(*usual, odd, merged)
    assert odd["params_total"] == 8_030_000_000
    assert merged["params_total"] is None


def test_layers_and_width_decide_between_sources():
    row = model("rubert", params_total=1_280_000_000, n_layers=12, hidden_size=768, vocab_size=119_547)
    row |= {"kind": "embedding", "other_counts": [(176_746_752, "llmfit_db")]}
    settled(row)
    assert row["params_total"] == 176_746_752


def test_missing_active_parameters_are_found():
    base = model("Base-8x7B", params_total=46_700_000_000, params_active=12_900_000_000, architecture="mixtral")
    base |= {"n_experts": 8, "n_experts_active": 2, "n_layers": 32, "hidden_size": 4096}
    tuned = model("tuned", params_total=46_000_000_000, architecture="mixtral")
    twin = {**base, "model_id": "a/twin", "params_active": None, "notes": []}
    named = model("Hunyuan-A13B", params_total=80_000_000_000)
    shared = model("experts", params_total=10_000_000_000, n_experts=8, n_experts_active=2)
    dense = model("dense", params_total=46_700_000_000, architecture="llama", n_layers=80)
    rows = {row["model_id"]: row for row in (base, tuned, twin, named, shared, dense)}
    assert experts.complete(rows, [made_from(tuned, base)], Ledger()) == 4
    assert [row["params_active"] for row in (tuned, twin)] == [12_900_000_000] * 2
    assert named["params_active"] == 13_000_000_000
    assert shared["params_active"] == pytest.approx(10e9 * (0.05 + 0.95 / 4))
    assert dense["params_active"] is None
    assert tuned["n_experts"] == 8
    assert "no source states them" in named["notes"][0]


def test_a_model_without_a_shape_has_that_of_its_base():
    facts = {"n_layers": 40, "hidden_size": 5120, "n_heads": 40, "n_kv_heads": 40, "attention": "mha"}
    base = model("Llama-2-13b", params_total=13_015_864_320, kv_bytes_per_token=819_200.0, kv_exact=True, **facts)
    base |= {"context_tokens": 4096, "family": "llama-2"}
    vicuna, longer = (model(name, params_total=13_016_000_000) for name in ("vicuna-13b", "vicuna-13b-16k"))
    kin = model("kin", params_total=13_016_000_000, family="llama-2")
    other = model("Llama-2-7b-mine", params_total=6_738_000_000)
    rows = {row["model_id"]: row for row in (base, vicuna, longer, kin, other)}
    inherit.settle(rows, [made_from(row, base) for row in (vicuna, longer, other)])
    assert (vicuna["n_kv_heads"], vicuna["kv_bytes_per_token"], vicuna["context_tokens"]) == (40, 819_200.0, 4096)
    assert (longer["n_layers"], longer["context_tokens"]) == (40, None)
    assert (kin["n_layers"], kin["context_tokens"]) == (40, None)
    assert other["n_layers"] is None
    assert "from which it is made" in vicuna["notes"][0]


@pytest.mark.parametrize(
    ("name", "context"), [("Llama-2-7b-finetuned", 4096), ("Qwen3-8B-mine", None), ("phi-3-mini-4k", 4096)]
)
def test_a_default_context_is_refused_unless_the_family_has_it(name, context):
    row = model(name, context_tokens=4096)
    repair.repair(row, Ledger())
    assert row["context_tokens"] == context


@pytest.mark.parametrize(
    ("kind", "category", "task"),
    [
        ("Retrieval", "t2t", "retrieval"),
        ("Any2AnyRetrieval", "t2i", "image-retrieval"),
        ("Any2AnyRetrieval", "t2v", "video-retrieval"),
        ("Any2AnyRetrieval", "a2t", None),
        ("STS", "t2t", "semantic-similarity"),
        ("DocumentUnderstanding", "t2i", "document-understanding"),
    ],
)
def test_tasks_of_mteb_types(kind, category, task):
    assert task_of(kind, category) == task


def _mixture(model_id: str, active: float | None = None, **facts: object) -> dict[str, object]:
    """A model of the size and shape of gpt-oss-20b; active parameters as the listing guesses them if not given."""
    row = empty_model(model_id, "llmfit_db")
    row |= {"params_total": 20_914_757_184, "n_experts": 32, "n_experts_active": 4, "n_layers": 24}
    row |= {"hidden_size": 2880, "vocab_size": 201_088, "architecture": "some_moe", "downloads": 10, **facts}
    row["params_active"] = round(active or row["params_total"] * (0.05 + 0.95 * 4 / 32))
    return row


def test_guessed_active_parameters_are_replaced():
    width = {"moe_intermediate_size": 2880}
    shaped, named = _mixture("a/shaped"), _mixture("a/named-21B-A3B", architecture="another")
    assert experts.is_guess(shaped)
    experts.settle([width, {}], [shaped, named], Ledger())
    assert shaped["params_active"] == pytest.approx(3.6e9, rel=0.01)  # as OpenAI says of this shape
    assert named["params_active"] == 3_000_000_000

    stated, kin, packed = (
        _mixture("a/stated", 3.5e9),
        _mixture("b/kin"),
        _mixture("b/packed", params_total=3_000_000_000),
    )
    ledger = Ledger()
    experts.settle([width] * 3, [stated, kin, packed], ledger)
    assert (stated["params_active"], kin["params_active"]) == (3_500_000_000, 3_500_000_000)
    assert experts.is_guess(packed)  # less in total than the others use
    assert {claim["model_id"] for claim in ledger.claims} == {"b/kin"}
    assert kin["notes"]


@pytest.mark.parametrize(
    ("name", "active"), [("Qwen3-30B-A3B", 3e9), ("granite-3.1-3b-a800m-instruct", 8e8), ("gemma-3n-E4B-it", None)]
)
def test_active_parameters_in_names(name, active):
    assert names.active_size(name) == active


def _licensed(model_id, source_id, tag, modalities=("audio",)):
    row = empty_model(model_id, source_id) | {"license_tag": tag, "kind": "embedding", "modalities": list(modalities)}
    return row | {"license_told_by": published_licenses.told_by(row)}


def test_a_publisher_stands_before_a_list():
    ledger = Ledger()
    listed, stated = _licensed("a/b", "mteb_registry", "mit"), _licensed("a/b", "llmfit_db", "apache-2.0")
    assert (listed["license_told_by"], stated["license_told_by"]) == ("mteb_registry", None)
    published_licenses.prefer_publisher(listed, stated, ledger)
    assert (listed["license_tag"], listed["license_told_by"]) == ("apache-2.0", None)
    assert [(claim["value"], claim["chosen"]) for claim in ledger.claims] == [("apache-2.0", True), ("mit", False)]
    published_licenses.prefer_publisher(stated, _licensed("a/b", "mteb_registry", "mit"), ledger)
    assert stated["license_tag"] == "apache-2.0"


@pytest.mark.parametrize(
    ("row", "tag", "told_by"),
    [
        (_licensed("a/b", "mteb_registry", "mit"), "unconfirmed", "mteb_registry"),
        (_licensed("a/b", "mteb_registry", "apache-2.0"), "apache-2.0", "mteb_registry"),
        (_licensed("a/b", "mteb_registry", "mit", ("text",)), "mit", "mteb_registry"),
        (_licensed("a/b", "llmfit_db", "mit"), "mit", None),
        (_licensed("facebook/MMS-1b-all", "mteb_registry", "mit"), "cc-by-nc-4.0", None),
        (_licensed("openai/whisper-tiny", "mteb_registry", "mit"), "mit", None),
        (_licensed("nvidia/parakeet-tdt-1.1b", "open_asr_leaderboard", None), "cc-by-4.0", None),
    ],
)
def test_licenses_of_lists_are_settled(row, tag, told_by):
    published_licenses.settle([row], Ledger())
    assert (row["license_tag"], row["license_told_by"]) == (tag, told_by)
