"""Why a model was picked, and what could go wrong, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from advisor.domain.languages import language_name
from advisor.domain.license import LicenseVerdict
from advisor.domain.model import ModelRecord
from advisor.domain.recommendation import Evidence, Fit, Quality, VariantSizing
from advisor.features.need import Need

_FEW_RESULTS = 5
_NAMED = 2
_SLOW_MS = 5_000
"""Longer than this for one text or to the first token, people wait."""


class Case(NamedTuple):
    """What is known of a pick."""

    need: Need
    record: ModelRecord
    quality: Quality
    evidence: tuple[Evidence, ...]
    only: frozenset[str]
    """Domains that all its results share."""
    sizing: VariantSizing
    license: LicenseVerdict
    passed: int
    """Models that pass all constraints."""
    better: Sequence[str]
    """Siblings of other picks that it stands before."""


def reasons(case: Case) -> tuple[str, ...]:
    """What speaks for a pick, most important first."""
    need, evidence, memory, speed = case.need, case.evidence, case.sizing.memory, case.sizing.speed
    out = []
    if evidence:
        strong = sorted(evidence, key=lambda row: -row.percentile * row.similarity)[:3]
        shown = ", ".join(f"{row.benchmark} (top {_top(row)} of {row.n_models})" for row in strong)
        out.append(f"on benchmarks like the need: {shown}")
    else:
        out.append("not enough evidence: no result; placed by size, age and family alone")
    if case.quality.probability_best is not None:
        chance = f"{case.quality.probability_best:.0%} chance"
        out.append(f"{chance} to be the best of the {case.passed:,} models that pass")
    if need.device is not None and memory.available_gib and memory.total_gib is not None:
        where = f"{need.device.name} x{need.device.count}" if need.device.count > 1 else need.device.name
        out.append(f"{memory.total_gib:.1f} of {memory.available_gib:.0f} GiB on {where}")
    if speed is not None:
        out.append(
            f"about {speed.value:,.0f} {speed.unit} ({speed.low:,.0f} to {speed.high:,.0f}, {speed.basis.value})"
        )
    if case.license.verdict.permits:
        out.append(f"license {case.license.id}: {case.license.verdict.value.replace('_', ' ')}")
    if case.better:
        others = f" and {len(case.better) - _NAMED} more" if len(case.better) > _NAMED else ""
        out.append(
            f"before {', '.join(case.better[:_NAMED])}{others}, slightly better but of the series of a pick above:"
            " siblings mostly fail together"
        )
    return tuple(out)


def risks(case: Case) -> tuple[str, ...]:
    """What speaks against a pick or is not known."""
    out = [*_of_evidence(case), *_of_running(case)]
    out += [text for flag, text in _FLAGS.items() if flag in case.record.flags]
    if case.record.gated:
        out.append("gated: accept its terms on the hub before the download")
    return (*out, *case.license.risks)


def _of_evidence(case: Case) -> Iterator[str]:
    need, record, quality, evidence, only = case.need, case.record, case.quality, case.evidence, case.only
    if only and not only & need.profile.domains:
        yield f"all its results are on {', '.join(sorted(only))} texts: elsewhere it may be worse"
    if 0 < quality.n_results < _FEW_RESULTS:
        yield f"only {quality.n_results} benchmark results: the interval is wide"
    if evidence and all(row.measured_by == "self-reported" for row in evidence):
        yield "all results are self-reported by its maker"
    if need.languages and not record.languages:
        names = ", ".join(map(language_name, need.languages))
        if not any(set(need.languages) & set(row.languages) for row in evidence):
            yield f"does not state its languages, and no result in {names} stands behind it"


def _of_running(case: Case) -> Iterator[str]:
    need, record, memory, latency = case.need, case.record, case.sizing.memory, case.sizing.latency
    if record.context_tokens and record.context_tokens < need.context_tokens:
        yield f"context of {record.context_tokens:,} tokens"
    if latency is not None and latency.value > _SLOW_MS:
        yield f"slow on this device: about {latency.value / 1000:,.0f} s; state max_latency_ms to exclude that"
    if memory.verdict is Fit.TIGHT:
        yield "memory is tight: close other programs"
    if memory.verdict is Fit.SPLIT:
        yield "does not fit the device alone: part of it runs from host memory, much slower"
    if memory.verdict is Fit.UNKNOWN and need.device is not None:
        yield "size unknown: check that it fits before relying on it"
    elif memory.note:
        yield memory.note


_FLAGS = {
    "merged": "a merge: leaderboard scores of merges often do not carry over",
    "flagged": "flagged on a leaderboard",
    "contaminated": "its training data contains test data of its leaderboard",
    "superseded": "its maker has published a successor",
    "base": "pretrained only: it continues text and does not follow instructions",
    "uncensored": "safety training removed",
}


def _top(row: Evidence) -> str:
    share = max(1 - row.percentile, 1 / row.n_models)
    return f"{share:.0%}" if share >= 0.01 else "1 %"
