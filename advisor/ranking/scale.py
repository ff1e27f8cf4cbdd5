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
_LEAST_MEASURED = 20
"""Models from which the best score on a benchmark tells how high it goes."""


class References(NamedTuple):
    """The benchmarks that a scale is made of, (n,) each."""

    weight: Floats
    level: Floats
    spread: Floats
    most: Floats
    """The best score of any model on the oriented scale, or what the metric allows where few were measured."""


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
    references: References | None = None


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
    references = References(weight, arena.level[alike], arena.spread[alike], _most(arena, alike))
    return Scale(level, spread, level_deviation, task_deviation, arena.benchmarks[first].unit, first, references)


def _most(arena: ArenaIndex, benchmarks: NDArray[np.int64]) -> Floats:
    """(n,) how high scores on some benchmarks go."""
    found = []
    for benchmark in benchmarks.tolist():
        info, z = arena.benchmarks[benchmark], arena.z_on(benchmark)
        limit = 100.0 if info.unit == "points" and info.higher_is_better else np.inf
        best = float(arena.level[benchmark] + arena.spread[benchmark] * z.max()) if len(z) else limit
        found.append(min(best, limit) if len(z) >= _LEAST_MEASURED else limit)
    return np.array(found)


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


def expected_of(scale: Scale, mean: float) -> float:
    """Expected score of an ability on the oriented scale, on every reference no more than any model reached there: a
    line would go on to 100 and beyond."""
    if scale.references is None:
        return center_of(scale, mean)
    weight, level, spread, most = scale.references
    return float(weight @ np.minimum(level + spread * mean, np.maximum(most, level)))


def center_of(scale: Scale, mean: float) -> float:
    """What the interval of an ability is laid around, on the oriented scale: it is calibrated to lines."""
    return scale.level + scale.spread * mean


def half_of(scale: Scale, deviation: float) -> float:
    """Half of an 80 % interval before calibration, on the oriented scale."""
    return Z80 * hypot(scale.spread * hypot(deviation, scale.task_deviation), scale.level_deviation)
