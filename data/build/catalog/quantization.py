"""Artefacts by their names: which repository is a quantised or re-packaged form, of what name, in what precision."""

from __future__ import annotations

import re
from typing import NamedTuple

from data.build.catalog.names import REPACKAGERS

# Any of these makes a repository an artefact ...
_STRONG = (
    r"gguf|ggml|awq|gptq(?:model)?|fp8|fp4|nvfp4(?:a16)?|mxfp[468]\d*|mlx|mtplx|bnb|nf4|(?:[1-9]|\d\.\d+)[-_]?bits?|int[2348]"
    r"|w\d{1,2}a\d{1,2}(?:kv\d+)?|exl[23]|\d+(?:\.\d+)?[-_]?bpw|hqq|aqlm|quip|eetq|auto[-_]?round|quanti[sz]ed|quant|optiq|dwq"
    r"|oq\d\w*|jang\w*|\w+quant|i?q\d(?:_[0-9k](?:_[a-z]{1,2})?)|q[2-8]|qat|onnx|openvino|smoothquant|gsq|paro|wmix\d+|npu\d"
)
# ... and these may stand beside one.
_WEAK = (
    r"imatrix|i1|16bits?|32bits?|\db-\d+g|rtx-?\d{4}|gb\d+|fast|fp16|bf16|f16|w\d{1,2}|a16|marlin|gs?\d{2,3}|group\d+|\d{2,3}g|quark|modelopt|llm-?compressor"
    r"|compressed[-_]tensors|ct|dynamic|block|static|a?sym|kv|ud|unsloth|hi|xl|k|m|s|l|mtp|tensor(?:wise)?|per|channel|mixed"
    r"|textonly|mobile|vllm|tuned|cpu|gpu|calib\w*|g\d+|true|128g|actorder|no-act-order|ready"
)
_TRAILING = re.compile(rf"[-_. ]+(?:{_STRONG}|{_WEAK})$")
_ANY_STRONG = re.compile(rf"(?<![a-z0-9])(?:{_STRONG})(?![a-z0-9])")

# Format and precision, first match wins: pattern, format, precision, bits per weight with scales.
_KINDS: tuple[tuple[str, str, str, float], ...] = (
    (r"nvfp4", "nvfp4", "nvfp4", 4.5),
    (r"mxfp4", "mxfp4", "mxfp4", 4.25),
    (r"mxfp6", "mxfp6", "mxfp6", 6.25),
    (r"mxfp8", "mxfp8", "mxfp8", 8.25),
    (r"awq", "awq", "int4", 4.25),
    (r"gptq", "gptq", "int4", 4.25),
    (r"auto[-_]?round", "autoround", "int4", 4.25),
    (r"exl[23]", "exl2", "int4", 4.5),
    (r"aqlm|quip", "aqlm", "int2", 2.1),
    (r"bnb|nf4", "bnb", "nf4", 4.5),
    (r"hqq", "hqq", "int4", 4.5),
    (r"onnx", "onnx", "fp32", 32.0),
    (r"openvino", "openvino", "int8", 8.0),
    (r"fp8", "fp8", "fp8", 8.0),
    (r"w4a16|int4|w4a8|w4a4", "compressed-tensors", "int4", 4.25),
    (r"w8a8|w8a16|int8", "compressed-tensors", "int8", 8.0),
    (r"gguf|ggml", "gguf", "mixed", 4.85),
    (r"qat", "safetensors", "int4", 4.25),
)
_MLX_PUBLISHERS = {"mlx-community", "nightmedia", "inferencerlabs"}
_MLX = re.compile(r"(?<![a-z])(?:mlx|mtplx|optiq|dwq|oq\d\w*)(?![a-z])")
_BITS = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)[-_]?(?:bits?|bpw)(?![a-z0-9])|(?<![a-z0-9])(?:int|o?i?q)(\d)(?![0-9])")
_WHOLE = re.compile(r"(?<![a-z0-9])(?:bf16|fp16|f16)(?![a-z0-9])")


class Packaging(NamedTuple):
    """How an artefact packages a model."""

    format: str
    quantization: str
    bits_per_weight: float


def stripped(name: str) -> str:
    """`name`, lower case, without the words that say how it is packaged: "Qwen3-4B-AWQ-4bit" gives "qwen3-4b"."""
    text = re.sub(r"^(?:mlx|gguf)[-_]", "", name.lower())
    while (shorter := _TRAILING.sub("", text)) != text:
        text = shorter
    if _ANY_STRONG.search(text):
        text = re.sub(r"[-_. ]{2,}", "-", _ANY_STRONG.sub("", text)).strip("-_. ")
    return text


def is_artefact(name: str, organisation: str | None, declared: bool) -> bool:
    """True for a quantised or re-packaged repository.

    `declared` is what the source says. A marker inside a name ("tinyllama-py-4bit-v3", trained from a 4-bit base) does
    not make an artefact; at the end it does. A declared one whose name has no marker and that no re-packager published
    is a model published in low precision only (gpt-oss), hence an original.
    """
    if organisation in {"mlx-community", "lmstudio-community", "onnx-community", "mradermacher"}:
        return True
    if _ANY_STRONG.search(name.lower()) and (declared or organisation in REPACKAGERS):
        return True
    text = re.sub(r"^(?:mlx|gguf)[-_]", "mlx-", name.lower())
    run = text
    while (shorter := _TRAILING.sub("", run)) != run:
        run = shorter
    return text.startswith("mlx-") or bool(_ANY_STRONG.search(text[len(run) :]))


def is_whole_copy(name: str, organisation: str | None) -> bool:
    """True for a re-packager's full-precision conversion ("gpt-oss-20b-BF16")."""
    return organisation in REPACKAGERS and bool(_TRAILING.search(name.lower()))


def packaging(name: str, organisation: str | None) -> Packaging:
    """Format, precision and bits per weight that a repository's name tells; 16-bit safetensors if it tells nothing."""
    text = name.lower()
    kind = next((found[1:] for found in _KINDS if re.search(found[0], text)), None)
    bits = _BITS.search(text)
    stated = float(next(group for group in bits.groups() if group)) if bits and not _WHOLE.search(text) else None
    if organisation in _MLX_PUBLISHERS or _MLX.search(text):
        if kind and kind[0] in {"nvfp4", "mxfp4", "mxfp8"}:
            return Packaging("mlx", *kind[1:])
        return _stated("mlx", stated, 0.5)
    if kind is None:
        return _stated("safetensors", stated, 0.25)
    if stated and kind[0] in {"gguf", "gptq", "awq", "exl2", "autoround", "bnb", "hqq"}:
        return _stated(kind[0], stated, 0.0 if "bpw" in text else 0.5)
    return Packaging(*kind)


def _stated(form: str, bits: float | None, scales: float) -> Packaging:
    """A precision given as bits, plus what group scales add; 16 bits where none is given."""
    return Packaging(form, f"int{bits:g}", bits + scales) if bits else Packaging(form, "bf16", 16.0)
