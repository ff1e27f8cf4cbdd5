"""The scale that quality is told in: that of the benchmarks most like the need, and how much they differ."""

from __future__ import annotations

from math import hypot
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.ranking.arena import ArenaIndex
from advisor.ranking.features import Query
from advisor.ranking.link import Floats, Ints
from advisor.ranking.ranker import foremost

Z80 = 1.2816
"""Standard normal quantile of a central 80 % interval."""
_REFERENCES = 12
_USUAL_REFERENCES = 4.0
"""Families that weigh as much as what benchmarks of the task differ by in general, in how much the references do."""
_LEAST_OF_TASK = 3


class Scale(NamedTuple):
    """The metric that abilities are told in: that of the benchmarks most like the need."""

    level: float
    spread: float
    level_deviation: float
    """How much the difficulty of such benchmarks differs, on the oriented scale."""
    task_deviation: float
    """What no other benchmark tells of a model on a task, in standard deviations of ability."""
    unit: str
    benchmark: int
    """Index of the benchmark whose orientation and unit are used."""


def scale_of(arena: ArenaIndex, query: Query, distance: NDArray[np.float32]) -> Scale:
    """The scale of a need: that of the benchmarks of its task most like it, in the metric that most of them have.

    Benchmarks count by likeness and by how many models were measured on them.
    """
    same = arena.tasks == (query.profile.task or "")
    far = distance + np.where(same, 0, 100)
    near = foremost(-far, 8 * _REFERENCES)
    votes = np.exp(-0.5 * (far[near] - far[near[0]])) * np.log1p(arena.n_measured[near])
    metric = arena.metrics[near]
    told = near[metric == np.bincount(metric, votes).argmax()]
    alike = told[:_REFERENCES]
    weight = _family_shares(arena.evidence.family[alike], np.exp(-0.5 * distance[alike]))
    level = float(weight @ arena.level[alike])
    spread = float(weight @ arena.spread[alike])
    usual = told[same[told]] if same[told].sum() >= _LEAST_OF_TASK else told
    level_deviation = _level_deviation(arena, alike, weight, usual)
    own = arena.evidence.noise[alike] + arena.evidence.covariance.family
    task_deviation = float(np.sqrt(weight @ own))
    first = int(alike[0])
    return Scale(level, spread, level_deviation, task_deviation, arena.benchmarks[first].unit, first)


def _family_shares(family: Ints, weight: Floats) -> Floats:
    """(n,) shares of benchmarks by weight, divided among those of a family: near-duplicates are one opinion."""
    code = np.unique(family, return_inverse=True)[1]
    shares = weight / np.bincount(code)[code]
    return np.asarray(shares / shares.sum(), np.float64)


def _level_deviation(arena: ArenaIndex, alike: NDArray[np.int64], weight: Floats, usual: NDArray[np.int64]) -> float:
    """How much the difficulty of references differs; few families are drawn to what `usual` benchmarks differ by."""
    family = arena.evidence.family
    _, code = np.unique(family[alike], return_inverse=True)
    n_families = 1 / float((np.bincount(code, weight) ** 2).sum())
    usually = _variance(arena.level[usual], _family_shares(family[usual], np.ones(len(usual))))
    own = _variance(arena.level[alike], weight)
    return float(np.sqrt((n_families * own + _USUAL_REFERENCES * usually) / (n_families + _USUAL_REFERENCES)))


def _variance(values: Floats, share: Floats) -> float:
    return float(share @ (values - share @ values) ** 2)


def center_of(scale: Scale, mean: float) -> float:
    """Expected score of an ability on the oriented scale."""
    return scale.level + scale.spread * mean


def half_of(scale: Scale, deviation: float) -> float:
    """Half of an 80 % interval before calibration, on the oriented scale."""
    return Z80 * hypot(scale.spread * hypot(deviation, scale.task_deviation), scale.level_deviation)
