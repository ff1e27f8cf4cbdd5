"""What others order models by: chance, age, size, downloads, and what a leaderboard gives."""

from __future__ import annotations

import numpy as np

from advisor.ranking.arena import ArenaIndex
from advisor.ranking.link import Floats
from advisor.training.hidden import Truth, World

_SHRINK = 2.0
"""Results of the same task that the linked ability weighs as much as, in the shrunk mean."""
_NONE = -9.0
"""Models without a result on the task come last."""


def baselines(world: World, arena: ArenaIndex, truth: Truth) -> dict[str, Floats]:
    """(n,) what each baseline orders the candidates of a hidden benchmark by."""
    columns, models = world.index.models, truth.models
    profile = world.prepared.infos[truth.benchmark].profile
    same = arena.tasks == (profile.task or "")
    spoken = same & arena.space.shares_language(profile)
    return {
        "random": np.random.default_rng(truth.benchmark).random(len(models)),
        "newest": np.nan_to_num(columns.column("release_date")[models], nan=0.0),
        "largest": np.nan_to_num(columns.column("params_total")[models], nan=0.0),
        "most downloads": np.nan_to_num(columns.column("downloads")[models], nan=0.0),
        "same-task mean": _mean(arena, same, truth, shrink=0.0),
        "task and language mean, shrunk": _mean(arena, spoken, truth, shrink=_SHRINK),
        "linked ability": arena.ability[models].astype(float),
    }


def _mean(arena: ArenaIndex, counted: np.typing.NDArray[np.bool_], truth: Truth, shrink: float) -> Floats:
    """Mean linked score over some benchmarks, drawn toward the linked ability by `shrink` results."""
    evidence = arena.evidence
    n_models = len(evidence.prior)
    owner = np.repeat(np.arange(n_models), np.diff(evidence.start))
    used = counted[evidence.benchmark]
    count = np.bincount(owner[used], minlength=n_models)[truth.models]
    total = np.bincount(owner[used], arena.z[used], n_models)[truth.models]
    if shrink:
        return np.asarray((total + shrink * arena.ability[truth.models]) / (count + shrink), np.float64)
    return np.where(count > 0, total / np.maximum(count, 1), _NONE)
