"""A precision in the name of a model, and mixtures of which nothing states how much a token uses."""

import pytest

from advisor.domain.hardware import Hardware
from advisor.domain.model import Architecture, ModelRecord, Variant
from advisor.domain.tasks import Kind
from advisor.sizing.mixtures import is_mixture
from advisor.sizing.report import size_model
from advisor.sizing.stated import stated_variant

AWQ = Variant(variant_id="Org/Model-AWQ", model_id="Org/Model", format="awq", quantization="int4", bits_per_weight=4.25)
COPY = Variant(
    variant_id="else/Model", model_id="Org/Model", format="safetensors", quantization="bf16", bits_per_weight=16
)
RECORD = ModelRecord(
    model_id="Org/Model", name="Model", kind=Kind.GENERATIVE, params_total=8_000_000_000, context_tokens=32_768,
    variants=(AWQ, COPY),
)  # fmt: skip
CARD = Hardware.model_validate(
    {"kind": "gpu", "vendor": "nvidia", "memory_gib": 24, "compute_capability": 8.9, "memory_bandwidth_gb_s": 1000}
)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("org/model-awq", ("awq", "int4")),
        ("model:8b-q4_K_M", ("gguf", "q4_k_m")),
        ("org/model:q4_k_m", ("gguf", "q4_k_m")),
        ("Org/Model", None),
        ("else/Model", None),
        ("model:8b", None),
        ("org/model-q4_k_m", None),
    ],
)
def test_a_name_states_a_precision(name, found):
    variant = stated_variant(name, RECORD)
    assert (variant and (variant.format, variant.quantization)) == found


def test_the_stated_precision_is_shown_and_the_other_told():
    sizing = size_model(RECORD, CARD, stated=stated_variant("model:q4_k_m", RECORD))
    shown = sizing.variants[sizing.recommended].variant
    assert (shown.format, shown.quantization) == ("gguf", "q4_k_m")
    assert any("unasked it would be safetensors fp16" in warning for warning in sizing.warnings)
    by_id = size_model(RECORD, CARD, stated=stated_variant("org/model-awq", RECORD))
    assert by_id.variants[by_id.recommended].variant.variant_id == "Org/Model-AWQ"
    assert sizing.recommended != size_model(RECORD, CARD).recommended


def test_a_stated_precision_that_cannot_be_run_is_told():
    processor = Hardware.model_validate({"kind": "cpu", "memory_gib": 32})
    sizing = size_model(RECORD, processor, stated=stated_variant("org/model-awq", RECORD))
    assert sizing.recommended is not None
    assert any(warning.startswith("awq int4 as named does not run here") for warning in sizing.warnings)
    small = CARD.model_copy(update={"memory_gib": 6, "host_memory_gib": 1})
    tight = size_model(RECORD, small, stated=stated_variant("org/model:q8_0", RECORD))
    assert "gguf q8_0 as named does not fit" in tight.warnings


@pytest.mark.parametrize(
    ("architecture", "mixture"),
    [("mixtral", True), ("qwen3_moe", True), ("ernie4_5_moe", True), ("gpt_oss", True), ("kimi_k3", True),
     ("granitemoehybrid", False), ("llama", False), ("llama4_text", False), ("qwen3_5", False), (None, False)],
)  # fmt: skip
def test_mixtures_without_active_parameters_are_told(architecture, mixture):
    record = RECORD.model_copy(update={"architecture": Architecture(name=architecture)})
    assert is_mixture(record.architecture) is mixture
    told = any("active parameters not known" in warning for warning in size_model(record, CARD).warnings)
    assert told is mixture
    known = record.model_copy(update={"params_active": 3_000_000_000})
    assert not any("active" in warning for warning in size_model(known, CARD).warnings)


def test_an_unknown_context_is_told():
    record = RECORD.model_copy(update={"context_tokens": None})
    sizing = size_model(record, CARD)
    assert "how long a context the model takes is not known" in sizing.warnings
    assert sizing.variants[sizing.recommended].largest_context is None
