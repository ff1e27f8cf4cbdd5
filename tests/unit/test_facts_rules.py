"""The rules that make the facts, on names as they occur."""

from __future__ import annotations

import pytest

from data.build.catalog import experts, family, flags, names, published_licenses, quantization, repair
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


def test_a_size_against_the_name_is_refused():
    ledger, row = Ledger(), model("Thing-7B", params_total=1_500_000_000_000)
    repair.repair(row, ledger)
    assert row["params_total"] is None
    assert [claim["value"] for claim in ledger.claims] == ["1500000000000"]
    assert "contradict" in row["notes"][0]


def test_layers_decide_between_name_and_count():
    facts = {"n_layers": 32, "hidden_size": 4096, "vocab_size": 32_000}
    row = model("Thing-7B", params_total=400_000_000, **facts)
    repair.repair(row, Ledger())
    assert row["params_total"] == 7_000_000_000
    small = model("Thing-70B-draft-1", params_total=7_000_000_000, **facts)
    repair.repair(small, Ledger())
    assert small["params_total"] == 7_000_000_000


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
