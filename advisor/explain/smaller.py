"""Smaller models made from a pick, or of its series: what they keep of its scores, at what memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from advisor.domain.model import Basis, Estimate
from advisor.domain.recommendation import Relation, SmallerModel
from advisor.features.need import Need
from advisor.ranking.arena import ArenaIndex
from advisor.ranking.index import ModelColumns
from advisor.ranking.score import quality
from advisor.ranking.select import Selection

_STEPS = (0.65, 0.25)
"""Largest shares of a pick's parameters: a model one size below, and a much smaller one."""
_LEAST_SHARED = 3
"""Benchmarks that both must have been run on for what is kept to be told."""
_PERCENTILES = (10, 90)


def smaller_models(
    models: ModelColumns, arena: ArenaIndex, need: Need, selection: Selection, position: int
) -> tuple[SmallerModel, ...]:
    """At most two models that pass every limit and are smaller than a pick: distilled or pruned from it, or of its
    series; the best expected one of each step of size, what was made from the pick itself first.

    Args:
        models: all models.
        arena: that of the need.
        need: what is needed.
        selection: the ordered models.
        position: of the pick in the pool.
    """
    how = _related(models, int(selection.pool[position]))
    places = np.searchsorted(selection.pool, list(how))
    utility = selection.scores.utility
    open_ = {
        int(place): relation
        for place, (model, relation) in zip(places, how.items(), strict=True)
        if place < len(selection.pool) and selection.pool[place] == model and selection.passes[place]
        if relation is not Relation.SERIES or selection.scores.n_results[place]
    }
    order = sorted(open_, key=lambda place: (open_[place] == Relation.SERIES, -utility[place]))
    size = models.column("params_total")[selection.pool]
    found: list[int] = []
    for step in _STEPS:
        below = [place for place in order if place not in found and size[place] <= step * size[position]]
        found += below[:1]
    return tuple(
        _told(models, arena, need, selection, position, place, open_[place])
        for place in sorted(found, key=lambda place: -size[place])
    )


def _related(models: ModelColumns, model: int) -> dict[int, Relation]:
    """Smaller models that a model has to do with, and how, by position."""
    series = models.series[model]
    size = models.column("params_total")
    own = np.flatnonzero((models.series == series) & (size < size[model])) if series >= 0 else np.zeros(0, np.int64)
    return dict.fromkeys(own.tolist(), Relation.SERIES) | models.compressed(model)


def _told(
    models: ModelColumns,
    arena: ArenaIndex,
    need: Need,
    selection: Selection,
    position: int,
    place: int,
    relation: Relation,
) -> SmallerModel:
    pick, model = (int(selection.pool[at]) for at in (position, place))
    known = selection.scores.n_results[place] > 0
    memory = float(selection.plan.total_gib[place])
    return SmallerModel(
        model_id=models.ids[model],
        relation=relation,
        params_total=int(models.column("params_total")[model]),
        expected_quality=quality(selection.scores, arena, place, None).expected if known else None,
        kept=_kept(arena, need, selection.scores.scale.benchmark, pick, model),
        memory_gib=round(memory, 3) if np.isfinite(memory) else None,
    )


def _kept(arena: ArenaIndex, need: Need, like: int, pick: int, model: int) -> Estimate | None:
    """What a model has of the score of another on the benchmarks that both were run on, those of the task if any."""
    (whole, before), (part, after) = (_scores(arena, one) for one in (pick, model))
    shared, of_whole, of_part = np.intersect1d(whole, part, assume_unique=True, return_indices=True)
    before, after = before[of_whole], after[of_part]
    used = (arena.metrics[shared] == arena.metrics[like]) & (before > 0)
    of_task = used & (arena.tasks[shared] == need.task.value)
    alike = of_task.sum() >= _LEAST_SHARED
    used = of_task if alike else used
    if used.sum() < _LEAST_SHARED:
        return None
    low, high = np.percentile(100 * after[used] / before[used], _PERCENTILES)
    value = 100 * after[used].sum() / before[used].sum()
    what = "score" if arena.benchmarks[like].higher_is_better else "error"
    return Estimate(
        value=round(float(value), 1),
        low=round(float(min(low, value)), 1),
        high=round(float(max(high, value)), 1),
        unit=f"% of the {what}",
        basis=Basis.LOOKED_UP,
        note=f"on {used.sum()} benchmarks of {need.task.value if alike else 'other tasks too'}",
    )


def _scores(arena: ArenaIndex, model: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Benchmarks that a model was run on, and its scores."""
    start, own = int(arena.evidence.start[model]), arena.benchmarks_of(model)
    return own, arena.score[start : start + len(own)]
