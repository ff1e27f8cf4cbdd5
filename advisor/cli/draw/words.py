"""Numbers and verdicts as people say them."""

from __future__ import annotations

import re

from advisor.domain import figures
from advisor.domain.license import LicenseVerdict, Verdict
from advisor.domain.model import Basis, Estimate, Variant
from advisor.domain.recommendation import Fit, Memory, Relation, WeightsRead

VERDICT = {
    Verdict.ALLOWED: "allowed",
    Verdict.ALLOWED_WITH_OBLIGATIONS: "allowed, with duties",
    Verdict.UNKNOWN: "unknown",
    Verdict.NEEDS_SEPARATE_LICENSE: "needs a separate license",
    Verdict.PROHIBITED: "prohibited",
}
SHORT_VERDICT = {
    Verdict.ALLOWED: "allowed",
    Verdict.ALLOWED_WITH_OBLIGATIONS: "with duties",
    Verdict.UNKNOWN: "unknown",
    Verdict.NEEDS_SEPARATE_LICENSE: "ask owner",
    Verdict.PROHIBITED: "prohibited",
}
FIT = {
    Fit.FITS: "fits",
    Fit.TIGHT: "tight",
    Fit.SPLIT: "only split",
    Fit.NO: "does not fit",
    Fit.UNKNOWN: "fit unknown",
}
RELATION = {
    Relation.DISTILLATION: "distilled from it",
    Relation.PRUNING: "pruned from it",
    Relation.SERIES: "same series",
}
figure = figures.figure
percent = figures.percent
BASIS = {Basis.MEASURED: "measured", Basis.LOOKED_UP: "published", Basis.ESTIMATED: "estimated"}


def count(number: float | None) -> str:
    """A count in three digits: 7.6B, 335M, 950."""
    if number is None:
        return "?"
    for scale, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if number >= scale * 0.9995:
            return f"{figures.short(number / scale)}{letter}"
    return f"{number:g}"


def params(total: int | None, active: int | None = None) -> str:
    """Parameters; of a mixture of experts also the active ones."""
    text = f"{count(total)} parameters" if total else "size unknown"
    return f"{text} ({count(active)} active)" if active and active != total else text


def score(number: float) -> str:
    """A benchmark score: one decimal, so that scores align; none where it is large, more where it is small."""
    return f"{number:.1f}" if 0.95 <= abs(number) < 999.5 else figure(number)


def gib(number: float | None) -> str:
    """Memory without its unit: 0.4, 9.8, 123."""
    if number is None:
        return "?"
    return f"{number:.0f}" if number >= 99.5 else f"{number:.1f}" if number >= 0.095 else f"{number:.2f}"


def broken(name: str, width: int) -> str:
    r"""A long name over several lines, broken after a separator where one is near.

    >>> broken("TinyBERT_General_6L_768D", 12)
    'TinyBERT_\nGeneral_6L_\n768D'
    """
    lines = [""]
    for piece in re.findall(r"[^-_/. ]*[-_/. ]?", name):
        if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.strip() for line in lines)


def estimate(value: Estimate) -> str:
    """120 items/s (80 to 190), estimated."""
    unit, size = figures.time_unit(value.value) if value.unit == "ms" else (value.unit, 1.0)
    text = f"{figure(value.value / size)} {unit}"
    if value.low != value.high:
        text += f" ({figure(value.low / size)} to {figure(value.high / size)})"
    return f"{text}, {BASIS[value.basis]}" + (f"; {value.note}" if value.note else "")


def loss(value: Estimate | None) -> str | None:
    """What a quantisation loses; None where nothing is lost or nothing known."""
    return estimate(value) if value is not None and value.high > 0 else None


def ranged(value: float, low: float, high: float) -> str:
    """71.2 (68.0 to 74.1), all with the same number of decimals."""
    largest = max(abs(low), abs(high))
    digits = 1 if largest >= 10 else 2 if largest >= 1 else 3
    return f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def memory(value: Memory) -> str:
    """9.8 (8.9 to 11.2) of 24.0 GiB, fits."""
    of = f" of {gib(value.available_gib)}" if value.available_gib is not None else ""
    verdict = f", {FIT[value.verdict]}" if value.verdict is not Fit.UNKNOWN or value.available_gib is not None else ""
    return f"{gib(value.total_gib)} ({gib(value.low_gib)} to {gib(value.high_gib)}){of} GiB{verdict}"


def memory_parts(value: Memory) -> str:
    """Where the memory goes."""
    parts = [("weights", value.weights_gib), ("cache", value.kv_gib), ("overhead", value.overhead_gib)]
    text = ", ".join(f"{name} {gib(size)}" for name, size in parts if size and size >= 0.005)
    return f"{text}; {BASIS[value.basis]}"


def license_line(value: LicenseVerdict) -> str:
    """mit (permissive), base license gemma: allowed, with duties."""
    kind = "" if value.kind in ("unknown", value.id) else f" ({value.kind})"
    named = ", base license ".join((value.id + kind, *value.base_licenses))
    return f"{named}: {VERDICT[value.verdict]}"


def weights_read(read: WeightsRead) -> str:
    """What told the bytes."""
    commit = f" at commit {read.revision}" if read.revision else ""
    return f"exact bytes, by file sizes and headers of {read.location}{commit}"


def variant_line(variant: Variant, engine: str = "") -> str:
    """Repository, format and precision, engine."""
    bits = f", {figure(variant.bits_per_weight)} bits" if variant.bits_per_weight else ""
    made = "" if variant.published else ", to be made"
    form = variant.format if variant.format == variant.quantization else f"{variant.format} {variant.quantization}"
    name = variant.variant_id if variant.published else variant.model_id
    return f"{name} ({form}{bits}{made})" + (f" on {engine}" if engine else "")
