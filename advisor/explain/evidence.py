"""The benchmark rows behind a pick: its results on the benchmarks most like the need."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.catalog.build import query
from advisor.catalog.store import Store
from advisor.domain.recommendation import Evidence
from advisor.ranking.arena import ArenaIndex
from advisor.ranking.score import Scores

_ROWS = 5


def evidence_rows(
    store: Store, arena: ArenaIndex, scores: Scores, models: Sequence[int], ids: Sequence[str]
) -> dict[str, tuple[Evidence, ...]]:
    """The five results of each model that count most for the need, one a family of near-duplicates.

    Args:
        store: the snapshot.
        arena: the arena of the need.
        scores: the scores of the answer.
        models: indices of the models.
        ids: their ids.
    """
    chosen = {model_id: _nearest(arena, scores, model) for model, model_id in zip(models, ids, strict=True)}
    pairs = [(model_id, arena.benchmarks[b].benchmark_id) for model_id, rows in chosen.items() for b in rows]
    found = store.rows(query("evidence"), [[m for m, _ in pairs], [b for _, b in pairs]])
    by_pair = {(row["model_id"], row["benchmark_id"]): row for row in found}
    top = float(scores.covariance.max()) or 1.0
    out: dict[str, tuple[Evidence, ...]] = {}
    for model, model_id in zip(models, ids, strict=True):
        rows = []
        for b in chosen[model_id]:
            row = dict(by_pair[model_id, arena.benchmarks[b].benchmark_id])
            del row["model_id"]
            percentile, n_models = _standing(arena, model, b)
            similarity = round(float(scores.covariance[b]) / top, 3)
            rows.append(Evidence(**row, percentile=percentile, n_models=n_models, similarity=similarity))
        out[model_id] = tuple(rows)
    return out


def _nearest(arena: ArenaIndex, scores: Scores, model: int) -> list[int]:
    benchmarks = arena.benchmarks_of(model)
    order = benchmarks[np.argsort(-scores.covariance[benchmarks], kind="stable")]
    families: dict[str, int] = {}
    for b in order.tolist():
        families.setdefault(arena.benchmarks[b].family, b)
        if len(families) == _ROWS:
            break
    return list(families.values())


def _standing(arena: ArenaIndex, model: int, benchmark: int) -> tuple[float, int]:
    """Share of the models on a benchmark that score no better, and how many there are."""
    there = arena.evidence.benchmark == benchmark
    z = arena.z[there]
    own = z[arena.evidence.model[there] == model][0]
    return round(float((z <= own).mean()), 3), int(there.sum())
