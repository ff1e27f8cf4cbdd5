"""Why a model was picked, and what could go wrong, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from advisor.domain.figures import duration, figure, percent, standing
from advisor.domain.languages import language_name
from advisor.domain.license import LicenseVerdict
from advisor.domain.model import ModelRecord
from advisor.domain.recommendation import Evidence, Fit, Quality, VariantSizing
from advisor.domain.tasks import Kind, Task
from advisor.features.need import Need
from advisor.sizing.engines import multi_vector
from advisor.sizing.memory import DEFAULT_TEXT

_FEW_RESULTS = 5
_NAMED = 2
_SLOW_MS = 5_000
"""Longer than this for one text or to the first token, people wait."""
_READ_TOKENS_PER_S = 5.0
"""How fast people read."""
_TOKEN_WIDTH = 128
"""Values of a token's vector where they are not stated: ColBERT's."""
_HITS = 100
"""Texts that a search hands to a reranker (assumed)."""


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
    ahead: Sequence[str]
    """Picks behind it that are expected to do better, each with what decided."""


def reasons(case: Case) -> tuple[str, ...]:
    """What speaks for a pick, most important first."""
    need, evidence, memory, speed = case.need, case.evidence, case.sizing.memory, case.sizing.speed
    out = []
    if evidence:
        strong = sorted(evidence, key=lambda row: -row.percentile * row.similarity)[:3]
        shown = ", ".join(f"{row.benchmark} ({standing(row.percentile, row.n_models)})" for row in strong)
        out.append(f"on benchmarks like the need: {shown}")
    else:
        out.append("not enough evidence: no result; placed by size, age and family alone")
    if case.quality.probability_best is not None:
        chance = f"{percent(case.quality.probability_best)} chance"
        out.append(f"{chance} to be the best of the {case.passed:,} models that pass")
    if need.device is not None and memory.available_gib and memory.total_gib is not None:
        where = f"{need.device.name} x{need.device.count}" if need.device.count > 1 else need.device.name
        out.append(f"{memory.total_gib:.1f} of {memory.available_gib:.0f} GiB on {where}")
    if speed is not None:
        low, high = figure(speed.low), figure(speed.high)
        out.append(f"about {figure(speed.value)} {speed.unit} ({low} to {high}, {speed.basis.value})")
    if case.license.verdict.permits:
        out.append(f"license {case.license.named}: {case.license.verdict.value.replace('_', ' ')}")
    out += [f"before {other}" for other in case.ahead]
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
    need, record, memory = case.need, case.record, case.sizing.memory
    if record.context_tokens and record.context_tokens < need.context_tokens:
        yield f"context of {record.context_tokens:,} tokens"
    yield from _slow(case)
    if multi_vector(record):
        width = record.embed_dim or _TOKEN_WIDTH
        yield (
            "a vector of every token, not one of a text:"
            f" about {2e-3 * DEFAULT_TEXT * width:,.0f} kB for a text of {DEFAULT_TEXT} tokens ({width:,} values a"
            " token in 16 bits), in an index made for late interaction"
        )
    if memory.verdict is Fit.TIGHT:
        yield "memory is tight: close other programs"
    if memory.verdict is Fit.SPLIT:
        yield "does not fit the device alone: part of it runs from host memory, much slower"
    if memory.verdict is Fit.UNKNOWN and need.device is not None:
        yield f"memory unknown ({memory.note}): nothing says that it fits {need.device.name}"
    elif memory.note:
        yield memory.note


def _slow(case: Case) -> Iterator[str]:
    """Where an answer takes longer than people wait."""
    speed, latency = case.sizing.speed, case.sizing.latency
    kind, asked = case.record.kind, case.need.requirements
    reranks = kind is Kind.RERANKER or (case.need.task is Task.RERANKING and kind is not Kind.GENERATIVE)
    if reranks and speed is not None and _HITS / speed.value > _SLOW_MS / 1000:
        if not (asked.min_items_per_s or asked.max_latency_ms):
            time = duration(1000 * _HITS / speed.value)
            yield f"slow on this device: about {time} to rerank {_HITS} hits; state min_items_per_s to exclude that"
        return
    if latency is not None and latency.value > _SLOW_MS and not asked.max_latency_ms:
        what = "to the first token" if kind is Kind.GENERATIVE else "for one item"
        yield f"slow on this device: about {duration(latency.value)} {what}; state max_latency_ms to exclude that"
    slower = kind is Kind.GENERATIVE and speed is not None and speed.value < _READ_TOKENS_PER_S
    if slower and not asked.min_tokens_per_s:
        yield "slow on this device: slower than people read; state min_tokens_per_s to exclude that"


_FLAGS = {
    "merged": "a merge: leaderboard scores of merges often do not carry over",
    "flagged": "flagged on a leaderboard",
    "contaminated": "its training data contains test data of its leaderboard",
    "submitted-only": "measured only on boards that its maker submits to, and tuned by him: counts less in the order",
    "superseded": "its maker has published a successor",
    "base": "pretrained only: it continues text and does not follow instructions",
    "uncensored": "safety training removed",
}
