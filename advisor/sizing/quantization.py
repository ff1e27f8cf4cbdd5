"""Quantisations: real bits per weight, what they cost in quality, which of them a device runs, and which a user can
make alone."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from advisor.domain.hardware import DeviceKind, Hardware, Vendor
from advisor.domain.tasks import Kind

_GGUF_BITS = {
    # llama.cpp tools/quantize/README.md, measured on Llama-3.1-8B with scales, minima and unquantised tensors;
    # Q3_K_M, Q4_0, Q5_0 and Q4_1 are those of its k-quant table.
    "iq1_s": 2.0, "iq1_m": 2.15, "iq2_xxs": 2.38, "iq2_xs": 2.59, "iq2_s": 2.74, "iq2_m": 2.93, "iq3_xxs": 3.25,
    "iq3_xs": 3.50,
    "iq3_s": 3.66, "iq3_m": 3.76, "iq4_xs": 4.46, "iq4_nl": 4.68, "q2_k": 3.16, "q2_k_s": 2.97, "q3_k_s": 3.64,
    "q3_k_m": 4.00,
    "q3_k_l": 4.30, "q4_0": 4.66, "q4_1": 5.13, "q4_k_s": 4.67, "q4_k_m": 4.89, "q4_k_l": 5.0, "q4_k_xl": 4.95,
    "q5_0": 5.59,
    "q5_1": 6.06, "q5_k_s": 5.57, "q5_k_m": 5.70, "q6_k": 6.56, "q8_0": 8.50, "tq1_0": 1.69, "tq2_0": 2.06,
    "mixed": 4.89,
}  # fmt: skip
_BITS = {
    # A group of 128 weights shares a 16-bit scale and a zero point; embeddings and the head stay at 16 bits
    # (measured: AWQ and GPTQ repositories of the catalog average 4.4 bits). Block formats: NVFP4 8-bit scale a 16,
    # MXFP a 32, bitsandbytes 4.5 with scales.
    "fp32": 32.0, "f32": 32.0, "bf16": 16.0, "fp16": 16.0, "f16": 16.0, "fp8": 8.1, "mxfp8": 8.25, "int8": 8.5,
    "mxfp6": 6.25,
    "int6": 6.5, "int5": 5.5, "int4": 4.4, "nf4": 4.5, "nvfp4": 4.5, "mxfp4": 4.25, "fp4": 4.5, "int3": 3.5,
    "int2": 2.5,
    "awq": 4.4, "gptq": 4.4, "awq-int4": 4.4, "gptq-int4": 4.4, "bnb": 4.5, "4bit": 4.5, "8bit": 8.5,
}  # fmt: skip


class Loss(NamedTuple):
    """What a quantisation costs, percent of the unquantised score: typical, and the range seen."""

    typical: float
    low: float
    high: float
    source: str


_RECOVERY = "benchmark scores of quantised Llama-3.1 8B to 405B, arXiv 2411.02355"
_PERPLEXITY = (
    "perplexity of Llama-2 70B in llama.cpp examples/perplexity/README.md and of Llama 7B in its pull request 1684; "
    "taken as loss of score"
)
_LOW_BIT = "perplexity of Llama-3 8B and 70B at low bits, arXiv 2404.14047; taken as loss of score"
_LOSS = {
    "fp8": Loss(0.2, 0.0, 0.8, _RECOVERY), "int8": Loss(0.7, 0.0, 2.0, _RECOVERY), "int4": Loss(1.3, 0.3, 4.0,
                                                                                                _RECOVERY),
    "q8_0": Loss(0.05, 0.0, 0.2, _PERPLEXITY), "q6_k": Loss(0.15, 0.05, 0.5, _PERPLEXITY), "q5_k_m": Loss(0.4,
                                                                                                          0.2,
                                                                                                          1.2,
                                                                                                          _PERPLEXITY),
    "q5_k_s": Loss(0.5, 0.2, 1.5, _PERPLEXITY), "q4_k_m": Loss(1.1, 0.5, 3.0, _PERPLEXITY), "q4_k_s": Loss(1.6,
                                                                                                           0.7,
                                                                                                           4.0,
                                                                                                           _PERPLEXITY),
    "q4_0": Loss(3.6, 1.5, 5.0, _PERPLEXITY), "q3_k_l": Loss(3.5, 1.8, 8.0, _PERPLEXITY), "q3_k_m": Loss(4.5, 2.5,
                                                                                                         10.0,
                                                                                                         _PERPLEXITY),
    "q3_k_s": Loss(8.0, 4.0, 15.0, _PERPLEXITY), "q2_k": Loss(11.0, 6.0, 40.0, _PERPLEXITY),
    "int3": Loss(15.0, 5.0, 35.0, _LOW_BIT), "int2": Loss(50.0, 20.0, 100.0, _LOW_BIT),
}  # fmt: skip
_LOSSLESS = frozenset({"fp32", "f32", "bf16", "fp16", "f16"})
_SAME_LOSS = {"nf4": "int4", "nvfp4": "int4", "mxfp4": "int4", "fp4": "int4", "mxfp8": "fp8", "iq4_xs": "q4_k_s",
              "iq4_nl": "q4_k_s",
              "q4_k_xl": "q4_k_m", "q4_k_l": "q4_k_m", "mixed": "q4_k_m", "int5": "q5_k_m", "int6": "q6_k",
              "iq3_m": "q3_k_m"}  # fmt: skip
_ANYWHERE = frozenset({"gguf", "onnx", "safetensors", "pytorch", "openvino"})
_VLLM_INT = frozenset({"awq", "gptq", "autoround", "compressed-tensors"})
_CUDA_ONLY = frozenset({"bnb", "exl2", "hqq", "aqlm"})


@lru_cache(maxsize=1024)
def normalise(quantization: str) -> str:
    """One spelling: "Q4_K_M", "UD-Q4_K_XL", "int4-awq" -> "q4_k_m", "q4_k_xl", "awq-int4"."""
    name = quantization.casefold().replace("ud-", "").strip()
    if match := re.search(r"(?<![a-z0-9])(i?q\d_[a-z0-9_]+|tq\d_0)(?![a-z0-9])", name):
        return match[1]
    if match := re.fullmatch(r"(?:int4|4bit)-(awq|gptq)", name):
        return f"{match[1]}-int4"
    return {
        "half": "fp16",
        "float16": "fp16",
        "bfloat16": "bf16",
        "float32": "fp32",
        "w4a16": "int4",
        "w8a8": "int8",
    }.get(name, name)


def bits_per_weight(quantization: str) -> float | None:
    """Bits a weight takes with scales and the tensors that stay at 16 bits; None for a name that nobody publishes
    figures of."""
    name = normalise(quantization)
    if name in _GGUF_BITS:
        return _GGUF_BITS[name]
    if name in _BITS:
        return _BITS[name]
    match = re.fullmatch(r"int(\d+(?:\.\d+)?)", name)
    return float(match[1]) + 0.5 if match else None


def quality_loss(quantization: str, bits: float | None = None) -> Loss | None:
    """Expected loss of score in percent with its source; by bits for a quantisation without figures of its own;
    None if unknown."""
    name = normalise(quantization)
    name = name.removeprefix("awq-").removeprefix("gptq-")
    if name in _LOSSLESS:
        return Loss(0.0, 0.0, 0.0, "the published precision")
    name = {"awq": "int4", "gptq": "int4", "bnb": "int4"}.get(name, _SAME_LOSS.get(name, name))
    if name in _LOSS:
        return _LOSS[name]
    bits = bits if bits is not None else bits_per_weight(quantization)
    if bits is None:
        return None
    for least, like in (
        (8, "q8_0"),
        (6.2, "q6_k"),
        (5.3, "q5_k_m"),
        (4.2, "int4"),
        (3.7, "q3_k_m"),
        (2.9, "q2_k"),
        (0, "int2"),
    ):
        if bits >= least:
            return _LOSS[like]._replace(source=f"that of {like}, for about {bits:.1f} bits")
    return None


class _Kernel(NamedTuple):
    """What a GPU-only format needs: a CUDA compute capability, or an AMD GPU whose name matches."""

    name: str
    capability: float
    runs_if_unstated: bool = False
    amd: str = "(?!)"


def runs_on(format: str, quantization: str, hardware: Hardware) -> tuple[bool, str]:
    """Whether a device runs an artefact, and why (not).

    GGUF, ONNX and full-precision files run everywhere, MLX on Apple silicon,
    the rest on GPUs with kernels for them: vLLM's table of
    supported hardware for AWQ, GPTQ and FP8, tensor cores of compute capability 10 for NVFP4 and MXFP8.
    """
    form = format.casefold()
    if form == "mlx":
        apple = hardware.vendor is Vendor.APPLE
        return apple, "MLX runs on Apple silicon" + ("" if apple else " only")
    kernel = None if form in ("gguf", "onnx") else _kernel(form, normalise(quantization))
    if kernel is not None:
        return _has(kernel, hardware)
    known = form in _ANYWHERE
    return known, f"{format} runs on every device" if known else f"no engine is known for the format {format}"


def _kernel(form: str, name: str) -> _Kernel | None:
    for special, capability in (("nvfp4", 10.0), ("mxfp6", 10.0), ("mxfp8", 10.0), ("mxfp4", 8.0)):
        if special in (form, name):
            return _Kernel(special.upper(), capability)
    if "fp8" in (form, name):
        # CDNA 3 and later, RDNA 4.
        return _Kernel("FP8", 8.9, amd=r"MI3\d\d|RX 90\d0|Radeon AI PRO R9700")
    if form in _VLLM_INT or name.startswith(("awq", "gptq")):
        return _Kernel(form.upper(), 7.5, runs_if_unstated=True, amd=".")
    if form in _CUDA_ONLY or name == "nf4":
        return _Kernel(form.upper(), 7.5, runs_if_unstated=True)
    return None


def _has(kernel: _Kernel, hardware: Hardware) -> tuple[bool, str]:
    discrete, capability = hardware.kind is DeviceKind.GPU, hardware.compute_capability
    if hardware.vendor is Vendor.AMD and discrete and re.match(kernel.amd, hardware.name):
        return True, f"{kernel.name} has kernels for {hardware.name}"
    if hardware.vendor is not Vendor.NVIDIA or not (discrete or capability):
        what = "a CPU" if hardware.kind is DeviceKind.CPU else "none"
        return False, f"{kernel.name} needs an NVIDIA GPU; {hardware.name} is {what}"
    if capability is None:
        least = f"{kernel.name} needs compute capability {kernel.capability:g}"
        return kernel.runs_if_unstated, f"{least}, which {hardware.name} does not state"
    enough = capability >= kernel.capability
    return enough, f"{kernel.name} needs compute capability {kernel.capability:g}; {hardware.name} has {capability:g}"


def engine_for(format: str, hardware: Hardware | None, kind: Kind = Kind.GENERATIVE) -> str:
    """The engine that usually runs an artefact on a device."""
    form = format.casefold()
    gpu = hardware is not None and hardware.kind is DeviceKind.GPU
    by_format = {
        "gguf": "llama.cpp",
        "mlx": "mlx-lm",
        "onnx": "onnxruntime",
        "bnb": "transformers",
        "exl2": "exllamav2",
        "openvino": "openvino",
    }
    if form in by_format:
        return by_format[form]
    if kind is Kind.GENERATIVE:
        return "vllm" if gpu else "transformers"
    return {Kind.EMBEDDING: "sentence-transformers", Kind.RERANKER: "sentence-transformers", Kind.VISION: "timm"}.get(
        kind, "transformers"
    )


def standard_variants(kind: Kind) -> list[tuple[str, str, float]]:
    """(format, quantization, bits per weight) that a user can make from the published weights with free tools, best
    quality first."""
    if kind is Kind.GENERATIVE:
        names = ("q8_0", "q6_k", "q5_k_m", "q4_k_m", "q3_k_m")
        return [("safetensors", "fp16", 16.0), *(("gguf", name, _GGUF_BITS[name]) for name in names)]
    return [("safetensors", "fp32", 32.0), ("safetensors", "fp16", 16.0), ("onnx", "int8", 8.5)]
