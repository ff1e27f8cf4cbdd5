"""The benchmark rows behind a pick: its results on the benchmarks most like the need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from advisor.domain.recommendation import Evidence
from advisor.domain.tasks import Task
from advisor.ranking.arena import ArenaIndex
from advisor.ranking.score import Scores

_ROWS = 5
_LEAST_SHARED = 3
"""Results from which it is telling that all are of one domain."""
_NARROW = 0.25


def evidence_rows(arena: ArenaIndex, scores: Scores, model: int) -> tuple[Evidence, ...]:
    """The five results of a model that count most for the need, one a family of near-duplicates.

    Args:
        arena: the arena of the need.
        scores: the scores of the answer.
        model: index of the model.
    """
    top = float(scores.covariance.max()) or 1.0
    first = int(arena.evidence.start[model])
    own = arena.benchmarks_of(model)
    return tuple(
        _row(arena, first + position, int(own[position]), float(scores.covariance[own[position]]) / top)
        for position in _nearest(arena, scores, own)
    )


def only_domains(arena: ArenaIndex, model: int) -> frozenset[str]:
    """The narrow domains that all results of a model share: each of them that of less than a quarter of all benchmarks.
    Empty for a model with fewer than `_LEAST_SHARED` results."""
    own = [arena.benchmarks[benchmark].profile.domains for benchmark in arena.benchmarks_of(model)]
    shared = frozenset.intersection(*own) if len(own) >= _LEAST_SHARED else frozenset()
    return frozenset(name for name in shared if arena.domain_shares[name] < _NARROW)


def _row(arena: ArenaIndex, observation: int, benchmark: int, similarity: float) -> Evidence:
    info, provenance = arena.benchmarks[benchmark], arena.provenance(observation)
    z = arena.z_on(benchmark)
    return Evidence(
        benchmark_id=info.benchmark_id,
        benchmark=info.title,
        task=Task(info.profile.task) if info.profile.task else None,
        languages=tuple(sorted(info.profile.languages)),
        score=round(float(arena.score[observation]), 3),
        unit=info.unit,
        higher_is_better=info.higher_is_better,
        config=provenance.config,
        percentile=round(float((z <= arena.z[observation]).mean()), 3),
        n_models=len(z),
        similarity=round(similarity, 3),
        measured_by=provenance.measured_by,
        source=provenance.source,
        date=provenance.date,
    )


def _nearest(arena: ArenaIndex, scores: Scores, own: NDArray[np.int32]) -> list[int]:
    """Positions in `own` of the benchmarks most like the need."""
    families: dict[str, int] = {}
    for position in np.argsort(-scores.covariance[own], kind="stable").tolist():
        families.setdefault(arena.benchmarks[own[position]].family, position)
        if len(families) == _ROWS:
            break
    return list(families.values())
