"""Query groups: the features of the short list of each hidden benchmark, with and without limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.ranking.arena import ArenaIndex
from advisor.ranking.features import Query, absolute, place, relative
from advisor.ranking.link import Floats
from advisor.ranking.ranker import medium, shortest
from advisor.ranking.scale import Scale, scale_of
from advisor.training.hidden import Truth, World

CAPS = (1e8, 5e8, 1.5e9, 8.5e9, 35e9)
"""Size limits, parameters."""
_LEAST_LEFT = 8
_LIMITED = 2
"""Limited groups drawn of each training benchmark."""


class Group(NamedTuple):
    """One query with the models that pass a limit."""

    benchmark: int
    limit: str
    """What limits the set; empty for all candidates."""
    truth: Truth
    expected: Floats
    """(n,) what the evidence expects of every candidate."""
    short: NDArray[np.int64]
    """Positions in `truth` of the short list, most expected first, less `doubt`."""
    features: NDArray[np.float32]
    """(n_short, k) features of the short list."""
    series: NDArray[np.int32]
    """(n_short,) the series that each model of the short list is of."""
    doubt: Floats
    """(n_short,) what is taken off each, see `ModelColumns.doubt`."""
    scale: Scale
    own_metric: bool
    """Whether the scale has the metric of the benchmark: else its scores are in no interval, nor out of one."""
    medium: str


class Asked(NamedTuple):
    """A hidden benchmark, placed in the arena that does not know it."""

    query: Query
    truth: Truth
    scale: Scale
    own_metric: bool
    expected: Floats
    series: NDArray[np.int32]
    """(n,) the series that each candidate is of."""
    doubt: Floats
    """(n,) what is taken off each candidate, see `ModelColumns.doubt`."""
    absolute: NDArray[np.float32]
    """Features of the candidates that do not depend on the set."""


def ask(world: World, arena: ArenaIndex, benchmark: int) -> Asked:
    """Place a hidden benchmark and compute what no set changes."""
    query, truth = world.query(benchmark), world.truth(benchmark)
    placed = place(arena, query)
    expected = arena.evidence.mean(placed.covariance)[truth.models]
    deviation = np.sqrt(arena.evidence.variance(placed.covariance, truth.models))
    values = absolute(arena, world.index.models, placed, truth.models, expected, deviation)
    scale = scale_of(arena, query, placed.distance)
    own_metric = arena.benchmarks[scale.benchmark].metric == world.prepared.infos[benchmark].metric
    series = world.index.models.series[truth.models]
    doubt = world.index.models.doubt(truth.models)
    return Asked(query, truth, scale, own_metric, expected, series, doubt, values)


def limited(asked: Asked, limit: str, kept: NDArray[np.bool_]) -> Group:
    """The group of the candidates that are kept, (n,)."""
    truth, expected = asked.truth.only(kept), asked.expected[kept]
    short = shortest(expected - asked.doubt[kept])
    features = relative(asked.absolute[kept][short], asked.query)
    series, doubt, about = asked.series[kept][short], asked.doubt[kept][short], medium(asked.query.profile)
    own = asked.own_metric
    return Group(truth.benchmark, limit, truth, expected, short, features, series, doubt, asked.scale, own, about)


def limits(world: World, truth: Truth) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """All candidates, then every limit that leaves enough of them and is one."""
    everyone = np.ones(len(truth.models), bool)
    yield "", everyone
    size = world.index.models.column("params_total")[truth.models]
    kept = [(f"<= {cap / 1e6:g}M" if cap < 1e9 else f"<= {cap / 1e9:g}B", size <= cap) for cap in CAPS]
    kept.append(("commercial", world.commercial[truth.models]))
    duplicates = world.duplicates[world.prepared.infos[truth.benchmark].family]
    seen = np.array([bool(duplicates & world.trained_on.get(int(model), frozenset())) for model in truth.models])
    kept.append(("zero-shot", ~seen))
    for name, mask in kept:
        if _LEAST_LEFT <= mask.sum() < len(mask):
            yield name, mask


def training_groups(world: World, arena: ArenaIndex, benchmark: int) -> list[Group]:
    """The group of all candidates of a benchmark and a few limited ones, drawn by its number."""
    asked = ask(world, arena, benchmark)
    whole, *others = limits(world, asked.truth)
    drawn = np.random.default_rng(benchmark).permutation(len(others))[:_LIMITED]
    return [limited(asked, *whole), *(limited(asked, *others[i]) for i in sorted(drawn))]
