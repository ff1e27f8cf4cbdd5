"""What a quantisation costs in quality: measured on models of the catalog where they were run both ways, else as
published."""

from __future__ import annotations

import json
from functools import cache
from typing import NamedTuple

from advisor.domain.model import Basis, Estimate, ModelRecord, Variant
from advisor.domain.tasks import Kind
from advisor.sizing.constants import shipped
from advisor.sizing.quantization import bits_per_weight, keeps_native, normalise, quantizations

ENOUGH_MODELS = 5
"""Models that must have been run both ways for the range to be theirs."""
_SOURCES = {
    "published": "the published precision",
    "recovery": "benchmark scores of quantised Llama-3.1 8B to 405B, arXiv 2411.02355",
    "perplexity": "perplexity of Llama-2 70B in llama.cpp examples/perplexity/README.md and of Llama 7B in its pull "
    "request 1684; taken as loss of score",
    "low-bit": "perplexity of Llama-3 8B and 70B at low bits, arXiv 2404.14047; taken as loss of score",
}
_BY_BITS = ((8, "q8_0"), (6.2, "q6_k"), (5.3, "q5_k_m"), (4.2, "int4"), (3.7, "q3_k_m"), (2.9, "q2_k"), (0, "int2"))
"""Least bits per weight, and the quantisation whose loss is taken."""


class Loss(NamedTuple):
    """What a quantisation costs, percent of the unquantised score: typical, and the range seen."""

    typical: float
    low: float
    high: float
    source: str


class MeasuredLoss(NamedTuple):
    """Loss of models of the catalog that were run in a quantisation and without, percent of the sum of their scores."""

    quantization: str
    kind: str
    models: int
    results: int
    typical: float
    """Median over the models."""
    low: float
    """Tenth percentile over the models, of fewer than `ENOUGH_MODELS` the least; a gain counts as no loss."""
    high: float
    """Ninetieth percentile, or the largest."""
    broken: int
    """Models left out because they lost more than any whole file does."""
    sources: str


def quality_loss(quantization: str, kind: Kind = Kind.GENERATIVE, bits: float | None = None) -> Loss | None:
    """Expected loss of score in percent with its source; by bits for a quantisation without figures of its own;
    None if unknown."""
    name = normalise(quantization)
    measured: MeasuredLoss | None = None
    while row := quantizations().get(name):
        measured = measured or _measured().get((name, kind.value))
        if measured is not None and measured.models >= ENOUGH_MODELS:
            return Loss(measured.typical, measured.low, measured.high, _told(measured))
        if row["loss"]:
            published = Loss(float(row["loss"]), float(row["low"]), float(row["high"]), _SOURCES[row["source"]])
            return _joined(measured, published) if measured else published
        if not row["loses_like"]:
            break
        name = row["loses_like"]
    bits = bits if bits is not None else bits_per_weight(quantization)
    if bits is None:
        return None
    like = next(like for least, like in _BY_BITS if bits >= least)
    loss = quality_loss(like)
    return loss._replace(source=f"that of {like}, for about {bits:.1f} bits") if loss else None


def estimate_loss(variant: Variant, record: ModelRecord) -> Estimate | None:
    """The loss of a variant with its range and source; None if unknown."""
    if keeps_native(variant, record):
        loss: Loss | None = Loss(0.0, 0.0, 0.0, _SOURCES["published"])
    else:
        loss = quality_loss(variant.quantization, record.kind, variant.bits_per_weight)
    if loss is None:
        return None
    return Estimate(
        value=loss.typical, low=loss.low, high=loss.high, unit="% of the score", basis=Basis.LOOKED_UP, note=loss.source
    )


@cache
def _measured() -> dict[tuple[str, str], MeasuredLoss]:
    """measured_losses.json, written by data/build/losses.py."""
    rows = json.loads(shipped("measured_losses.json"))
    return {(row["quantization"], row["kind"]): MeasuredLoss(**row) for row in rows}


def _joined(measured: MeasuredLoss, published: Loss) -> Loss:
    """The typical loss of few measured models, in a range that holds theirs and the published one."""
    low, high = min(measured.low, published.low), max(measured.high, published.high)
    return Loss(measured.typical, low, high, f"{_told(measured)}; range of {published.source}")


def _told(measured: MeasuredLoss) -> str:
    models = "1 model" if measured.models == 1 else f"{measured.models} models"
    left = f"; {measured.broken} more were broken" if measured.broken else ""
    return f"{models} run both ways, {measured.results} results of {measured.sources}{left}"
