"""The precision that a name asks for: "qwen3:8b-q4_K_M", "org/name:q4_k_m", "Qwen2.5-7B-Instruct-AWQ"."""

from __future__ import annotations

import re

from advisor.domain.model import ModelRecord, Variant
from advisor.sizing.quantization import bits_per_weight, normalise, sized

_PRECISION = r"(i?q\d_\w+|tq\d_0|fp16|f16|bf16|mxfp4)"
_NO_CHOICE = {"bf16", "fp16", "mixed"}
"""Precisions of copies of the whole, and of repositories that hold many."""
_TAG = re.compile(rf"^(?:[^/]+:[^/]+-|.+:){_PRECISION}$", re.IGNORECASE)


def stated_variant(name: str, record: ModelRecord) -> Variant | None:
    """The variant that a name asks for, published or, in GGUF, what anybody can make; None if it names none."""
    asked = name.strip().casefold()
    if asked == record.model_id.casefold():
        return None
    for variant in record.variants:
        if variant.variant_id.casefold() == asked:
            return None if variant.quantization in _NO_CHOICE else sized(variant, record)
    match = _TAG.match(asked)
    bits = bits_per_weight(match[1]) if match else None
    if match is None or bits is None:
        return None
    quantization = normalise(match[1])
    made = Variant(
        variant_id=f"{record.model_id} as GGUF {quantization}", model_id=record.model_id, format="gguf",
        quantization=quantization, bits_per_weight=bits, published=False,
    )  # fmt: skip
    return sized(made, record)
