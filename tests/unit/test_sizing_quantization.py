"""Which artefact runs where, at how many bits and at what cost in quality."""

import pytest

from advisor.domain.hardware import Hardware
from advisor.domain.tasks import Kind
from advisor.sizing.quantization import bits_per_weight, native_of, normalise, runs_on, standard_variants

CPU = Hardware.model_validate({"kind": "cpu", "memory_gib": 64.0, "name": "AMD Ryzen 9 7950X", "vendor": "amd"})
APPLE = Hardware.model_validate({"kind": "unified", "memory_gib": 36.0, "name": "Apple M3 Max", "vendor": "apple"})
MI300X = Hardware.model_validate({"kind": "gpu", "memory_gib": 192.0, "name": "MI300X", "vendor": "amd"})
XTX = Hardware.model_validate({"kind": "gpu", "memory_gib": 24.0, "name": "RX 7900 XTX", "vendor": "amd"})


def cuda(capability: float | None, kind: str = "gpu") -> Hardware:
    return Hardware.model_validate(
        {"kind": kind, "memory_gib": 24.0, "name": "card", "vendor": "nvidia", "compute_capability": capability}
    )


@pytest.mark.parametrize(
    "form", ["awq", "gptq", "nvfp4", "fp8", "bnb", "exl2", "mxfp4", "autoround", "compressed-tensors"]
)
def test_gpu_formats_never_run_on_a_processor_or_a_mac(form: str) -> None:
    for machine in (CPU, APPLE):
        runs, why = runs_on(form, form, machine)
        assert not runs
        assert machine.name in why


@pytest.mark.parametrize("form", ["gguf", "onnx", "safetensors"])
def test_portable_formats_run_everywhere(form: str) -> None:
    assert all(runs_on(form, "fp16", machine)[0] for machine in (CPU, APPLE, MI300X, cuda(5.0)))


@pytest.mark.parametrize(
    ("form", "capability", "runs"),
    [
        ("nvfp4", 9.0, False), ("nvfp4", 10.0, True), ("nvfp4", 12.1, True), ("nvfp4", None, False),
        ("fp8", 8.6, False), ("fp8", 8.9, True), ("fp8", None, False),
        ("awq", 7.0, False), ("awq", 7.5, True), ("awq", None, True), ("bnb", 6.1, False), ("bnb", 8.6, True),
    ],
)  # fmt: skip
def test_compute_capability_decides(form: str, capability: float | None, runs: bool) -> None:
    assert runs_on(form, form, cuda(capability))[0] is runs


def test_a_precision_inside_another_format_counts() -> None:
    assert not runs_on("compressed-tensors", "nvfp4", cuda(8.9))[0]
    assert not runs_on("safetensors", "fp8", cuda(8.6))[0]


def test_amd_and_jetson() -> None:
    assert runs_on("fp8", "fp8", MI300X)[0]
    assert not runs_on("fp8", "fp8", XTX)[0]
    assert runs_on("awq", "int4", XTX)[0]
    assert runs_on("awq", "int4", cuda(8.7, "unified"))[0]


def test_mlx_is_for_apple() -> None:
    assert runs_on("mlx", "int4", APPLE)[0]
    assert not runs_on("mlx", "int4", cuda(9.0))[0]


def test_unknown_formats_do_not_run() -> None:
    assert not runs_on("floppy", "fp16", CPU)[0]


@pytest.mark.parametrize(
    ("text", "name"), [("Q4_K_M", "q4_k_m"), ("UD-Q4_K_XL", "q4_k_xl"), ("int4-awq", "awq-int4"), ("float16", "fp16")]
)
def test_spellings(text: str, name: str) -> None:
    assert normalise(text) == name


def test_bits_include_the_overheads() -> None:
    assert bits_per_weight("Q4_K_M") == 4.89
    assert bits_per_weight("q8_0") == 8.5
    assert bits_per_weight("awq") == 4.4
    assert bits_per_weight("int7") == 7.5
    assert bits_per_weight("who-knows") is None


@pytest.mark.parametrize("kind", list(Kind))
def test_what_a_user_can_make_is_sorted_and_runs_on_a_processor(kind: Kind) -> None:
    variants = standard_variants(kind)
    bits = [b for _, _, b in variants]
    assert bits == sorted(bits, reverse=True)
    assert all(runs_on(form, name, CPU)[0] for form, name, _ in variants)


@pytest.mark.parametrize(
    ("model", "publishers", "kept"),
    [
        (("openai/gpt-oss-20b", "openai", "gpt_oss"), ("mxfp4", 4.5), ("mxfp4", 4.5)),
        (("deepseek-ai/DeepSeek-R1", "deepseek-ai", "deepseek_v3"), ("fp8", 8.1), ("q8_0", 8.5)),
        (("moonshotai/Kimi-K2-Instruct", "moonshotai", "kimi_k2"), ("fp8", 8.1), ("q8_0", 8.5)),
        (("moonshotai/Kimi-K2-Thinking", "moonshotai", "kimi_k2"), ("int4", 4.7), ("q4_0", 4.7)),
        (("moonshotai/Kimi-K2.6", "moonshotai", "kimi_k25"), ("int4", 4.7), ("q4_0", 4.7)),
        (("deepseek-ai/DeepSeek-V4-Flash", "deepseek-ai", "deepseek_v4"), ("mxfp4", 4.5), ("mxfp4", 4.5)),
        (("deepseek-ai/DeepSeek-V4-Pro-Base", "deepseek-ai", "deepseek_v4"), ("fp8", 8.1), ("q8_0", 8.5)),
        (("XiaomiMiMo/MiMo-V2.5-Pro", "XiaomiMiMo", "mimo_v2"), ("fp8", 8.1), ("q8_0", 8.5)),
        (("XiaomiMiMo/MiMo-V2.6-Pro-RL", "XiaomiMiMo", "mimo_v2"), ("mxfp4", 4.5), ("mxfp4", 4.5)),
    ],
)
def test_what_is_published_in_low_precision_is_kept_in_it(
    model: tuple[str, str, str], publishers: tuple[str, float], kept: tuple[str, float]
) -> None:
    variants = standard_variants(Kind.GENERATIVE, native_of(*model))
    assert variants[:2] == [("safetensors", *publishers), ("gguf", *kept)]
    assert all(bits < kept[1] for _, _, bits in variants[2:])


def test_what_others_make_of_it_may_be_in_16_bits() -> None:
    assert native_of("a tuner/model", "a tuner", "gpt_oss") is None
    assert native_of("openai/model", "openai", None) is None


@pytest.mark.parametrize("model", [
    ("zai-org/GLM-5.3-BF16", "zai-org", "glm_moe_dsa"),
    ("mistralai/Mistral-Small-3.2-24B-Instruct-2506", "mistralai", "mistral3"),
    ("deepseek-ai/DeepSeek-V4-Pro-DSpark", "deepseek-ai", "deepseek_v4"),
])  # fmt: skip
def test_others_of_the_same_architecture_are_not_taken_for_low_precision(model: tuple[str, str, str]) -> None:
    assert native_of(*model) is None
