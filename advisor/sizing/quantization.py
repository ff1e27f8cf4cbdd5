"""Quantisations: real bits per weight, which of them a device runs, and which a user can make alone."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from advisor.domain.hardware import DeviceKind, Hardware, Vendor
from advisor.domain.model import ModelRecord, Variant
from advisor.domain.tasks import Kind
from advisor.sizing.constants import shipped_rows

_ANYWHERE = frozenset({"gguf", "onnx", "safetensors", "pytorch", "openvino"})
_VLLM_INT = frozenset({"awq", "gptq", "autoround", "compressed-tensors"})
_CUDA_ONLY = frozenset({"bnb", "exl2", "hqq", "aqlm"})


@cache
def quantizations() -> dict[str, dict[str, str]]:
    """Rows of quantizations.tsv by name: bits per weight, and loss of quality.

    Bits of GGUF are those of llama.cpp's tools/quantize/README.md, measured on Llama-3.1-8B with scales, minima and
    unquantised tensors. AWQ and GPTQ repositories of the catalog average 4.4 bits: a group of 128 weights shares a
    16-bit scale and a zero point, embeddings and the head stay at 16 bits. NVFP4 has an 8-bit scale to 16 weights, MXFP
    to 32.
    """
    return {row["quantization"]: row for row in shipped_rows("quantizations.tsv")}


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
        "f16": "fp16",
        "float16": "fp16",
        "bfloat16": "bf16",
        "float32": "fp32",
        "f32": "fp32",
        "w4a16": "int4",
        "w8a8": "int8",
    }.get(name, name)


class Native(NamedTuple):
    """The low precision that a publisher trained a model for and publishes it in, and in no other."""

    quantization: str
    bits: float
    """A weight of the publisher's files, with what stays at 16 bits."""
    gguf: str
    """What keeps it in GGUF."""
    gguf_bits: float


_GGUF = {"mxfp4": ("mxfp4", 0.0), "fp8": ("q8_0", 8.5), "int4": ("q4_0", 0.0)}
"""What keeps a low precision in GGUF, and its bits where they are not those of the publisher's files."""


@cache
def _natives() -> dict[str, list[tuple[str, re.Pattern[str], Native]]]:
    """Rows of natives.tsv by organisation: architecture, names of models, and the precision of the first that holds."""
    out: dict[str, list[tuple[str, re.Pattern[str], Native]]] = {}
    for row in shipped_rows("natives.tsv"):
        name, bits = row["quantization"], float(row["bits"])
        gguf, gguf_bits = _GGUF[name]
        native = Native(name, bits, gguf, max(bits, gguf_bits))
        out.setdefault(row["organisation"], []).append((row["architecture"], re.compile(row["name"]), native))
    return out


@cache
def natives() -> tuple[Native, ...]:
    """Every low precision that something is published in, in the order of the table."""
    return tuple(dict.fromkeys(native for rows in _natives().values() for _, _, native in rows))


def native_of(model_id: str, organisation: str | None, architecture: str | None) -> Native | None:
    """The low precision that a model is published in; None of most."""
    name = model_id.partition("/")[2]
    rows = _natives().get(organisation or "", ())
    return next((own for made, names, own in rows if made == architecture and names.fullmatch(name)), None)


def native(record: ModelRecord) -> Native | None:
    """The low precision that a model is published in; None of most."""
    return native_of(record.model_id, record.organisation, record.architecture.name)


def sized(variant: Variant, record: ModelRecord) -> Variant:
    """A variant by the bits and in the precision that it really has (`native`), if it is in GGUF or the publisher's
    own; a file that somebody published in GGUF keeps its name."""
    own = native(record)
    if own is None:
        return variant
    if variant.format == "gguf":
        bits, name = own.gguf_bits, variant.quantization if variant.published else own.gguf
    elif variant.variant_id == record.model_id:
        bits, name = own.bits, own.quantization
    else:
        return variant
    if variant.bits_per_weight <= bits:
        return variant
    return variant.model_copy(update={"bits_per_weight": bits, "quantization": name})


def keeps_native(variant: Variant, record: ModelRecord) -> bool:
    """Whether a variant holds a model in the low precision that it is published in, with no loss."""
    own = native(record)
    if own is None:
        return False
    if variant.format == "gguf":
        return variant.bits_per_weight >= own.gguf_bits
    return variant.quantization == own.quantization


def measured_name(variant: Variant, record: ModelRecord) -> str:
    """The precision that figures of a variant are known by: of GGUF that keeps a model as it is published that,
    whatever the file is called."""
    own = native(record)
    return own.gguf if own and variant.format == "gguf" and keeps_native(variant, record) else variant.quantization


def measured_as(quantization: str) -> str:
    """The precision whose figures hold: the two of 16 bits take the same memory and time."""
    name = normalise(quantization)
    return "fp16" if name == "bf16" else name


def bits_per_weight(quantization: str) -> float | None:
    """Bits a weight takes with scales and the tensors that stay at 16 bits; None for a name that nobody publishes
    figures of."""
    name = normalise(quantization)
    if row := quantizations().get(name):
        return float(row["bits"])
    match = re.fullmatch(r"int(\d+(?:\.\d+)?)", name)
    return float(match[1]) + 0.5 if match else None


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
    if form in _VLLM_INT or name.startswith(("awq", "gptq")) or (form, name) == ("safetensors", "int4"):
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


def standard_variants(kind: Kind, own: Native | None = None, *, gguf: bool = True) -> list[tuple[str, str, float]]:
    """(format, quantization, bits per weight) that a user can make from the published weights with free tools, best
    quality first; of a model that is published in low precision that, and what is lower; GGUF only where llama.cpp has
    the architecture."""
    found = _standard_variants(kind, own)
    return found if gguf else [variant for variant in found if variant[0] != "gguf"]


def _standard_variants(kind: Kind, own: Native | None) -> list[tuple[str, str, float]]:
    if kind is not Kind.GENERATIVE:
        return [("safetensors", "fp32", 32.0), ("safetensors", "fp16", 16.0), ("onnx", "int8", 8.5)]
    names = ("q8_0", "q6_k", "q5_k_m", "q4_k_m", "q3_k_m")
    made = [("gguf", name, float(quantizations()[name]["bits"])) for name in names]
    if own is None:
        return [("safetensors", "fp16", 16.0), *made]
    lower = [variant for variant in made if variant[2] < own.gguf_bits]
    return [("safetensors", own.quantization, own.bits), ("gguf", own.gguf, own.gguf_bits), *lower]
