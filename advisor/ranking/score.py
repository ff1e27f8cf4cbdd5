"""Score the models of a pool on a need: expected ability, how sure, and what that is on the task's own metric."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.domain.recommendation import Quality
from advisor.ranking.arena import ArenaIndex
from advisor.ranking.features import Placed, Query, absolute, place, relative
from advisor.ranking.index import Index
from advisor.ranking.lineup import line_up
from advisor.ranking.link import Floats
from advisor.ranking.ranker import ArenaRanker, Band, Rule, shortest
from advisor.ranking.scale import Scale, center_of, expected_of, half_of, scale_of

_DRAWS = 2000
_CONTENDERS = 48


class Short(NamedTuple):
    """The models that were ordered by what was learned."""

    positions: NDArray[np.int64]
    """(n,) positions in the pool."""
    expected: Floats
    """(n,) what the evidence expects."""
    features: NDArray[np.float32]
    """(n, k) features."""


class Scores(NamedTuple):
    """Abilities of a pool on a need, in standard deviations among the models of the arena."""

    pool: NDArray[np.int64]
    """(n,) indices of the models."""
    mean: Floats
    """(n,) expected ability."""
    deviation: Floats
    """(n,) standard deviation of it: exact for the contenders, that of a model without results for all others."""
    n_results: NDArray[np.int64]
    utility: Floats
    """(n,) what models are ordered by: expected ability, less a part of its deviation and what may flatter, plus other
    priorities."""
    contenders: NDArray[np.int64]
    """Positions in the pool of the models that pass and have a chance, in the order to show them."""
    covariance: NDArray[np.float32]
    """(n_benchmarks,) covariance of the need with each benchmark: how much a result there counts."""
    scale: Scale
    band: Band
    short: Short
    lost: Floats
    """(n,) ability that the variant to run loses."""
    bonus: Floats
    """(n,) what other priorities than quality add."""
    doubt: Floats
    """(n,) what is taken off for results that may flatter, see `ModelColumns.doubt`."""

    def passed_over(self, position: int) -> list[int]:
        """Contenders shown after one although their utility is higher, best first: siblings of earlier ones."""
        after = self.contenders[np.flatnonzero(self.contenders == position)[0] + 1 :]
        better = after[self.utility[after] > self.utility[position]]
        return [int(other) for other in better[np.argsort(-self.utility[better], kind="stable")]]


class Asked(NamedTuple):
    """A need, placed among the benchmarks of its arena: what no set of models changes."""

    query: Query
    placed: Placed
    expected: Floats
    """(n_models,) ability that the evidence expects of every model."""
    scale: Scale


def ask(arena: ArenaIndex, query: Query) -> Asked:
    """Place a need."""
    placed = place(arena, query)
    expected = arena.evidence.mean(placed.covariance)
    return Asked(query, placed, expected, scale_of(arena, query, placed.distance))


def score(
    index: Index,
    arena: ArenaIndex,
    ranker: ArenaRanker,
    asked: Asked,
    pool: NDArray[np.int64],
    passes: NDArray[np.bool_],
    loss: Floats,
    bonus: Floats,
    apart: bool,
) -> Scores:
    """Score a pool.

    Args:
        index: what is known of the models.
        arena: the arena of the need's task.
        ranker: what was learned of the arena.
        asked: what is needed.
        pool: (n,) indices of models.
        passes: (n,) which of them meet all constraints; only these can be contenders.
        loss: (n,) expected loss of score of the variant to run, percent.
        bonus: (n,) what other priorities than quality add, in standard deviations of ability.
        apart: whether siblings give way to others among the first, see `line_up`.
    """
    evidence, covariance = arena.evidence, asked.placed.covariance
    lost = _ability_lost(asked.scale, arena, loss)
    mean = asked.expected[pool] - lost
    counts = np.diff(evidence.start)[pool].astype(np.int64)
    deviation = np.full(len(pool), np.sqrt(evidence.covariance.variance))
    doubt = index.models.doubt(pool)
    hopeful = shortest(np.where(passes, mean + bonus - doubt - _last(counts), -np.inf))
    hopeful = hopeful[passes[hopeful]]
    rule, short = Rule(caution=0.0), Short(hopeful, np.zeros(0), np.zeros((0, 0), np.float32))
    if hopeful.size:
        models = pool[hopeful].astype(np.int32)
        deviation[hopeful] = np.sqrt(evidence.variance(covariance, models))
        expected = asked.expected[models]
        known = absolute(arena, index.models, asked.placed, models, expected, deviation[hopeful])
        features = relative(known, asked.query)
        mean[hopeful] = ranker.order(expected, features) - lost[hopeful]
        rule, short = ranker.rule(features), Short(hopeful, expected, features)
    utility = mean + bonus - doubt - _last(counts) - rule.caution * deviation
    order = line_up(utility[hopeful], index.models.series[pool[hopeful]], rule.margin if apart else 0.0)
    contenders = hopeful[order][:_CONTENDERS]
    band = ranker.band(asked.query.profile)
    return Scores(
        pool, mean, deviation, counts, utility, contenders, covariance, asked.scale, band, short, lost, bonus, doubt
    )


def _ability_lost(scale: Scale, arena: ArenaIndex, loss: Floats) -> Floats:
    """A loss of score in percent as standard deviations of ability."""
    if arena.benchmarks[scale.benchmark].logarithmic:
        return np.asarray(np.log1p(loss / 100) / scale.spread, np.float64)
    return np.asarray(abs(scale.level) * loss / 100 / scale.spread, np.float64)


def _last(counts: NDArray[np.int64]) -> Floats:
    """Models without any result come after all models with results."""
    return np.where(counts > 0, 0.0, 1e3)


def quality(scores: Scores, arena: ArenaIndex, position: int, best: float | None) -> Quality:
    """Expected score of one model with its 80 % range."""
    scale, info = scores.scale, arena.benchmarks[scores.scale.benchmark]
    center = center_of(scale, float(scores.mean[position]))
    half = half_of(scale, float(scores.deviation[position]))
    below, above = scores.band.at(int(scores.n_results[position]))
    ends = (center - below * half, center + above * half)
    low, high = sorted(_bounded(info.original(x), scale.unit) for x in ends)
    expected = expected_of(scale, float(scores.mean[position]))
    middle = min(max(_bounded(info.original(expected), scale.unit), low), high)
    return Quality(
        expected=round(middle, 2),
        low=round(low, 2),
        high=round(high, 2),
        unit=scale.unit,
        probability_best=best,
        n_results=int(scores.n_results[position]),
        informed=round(_informed(scores, arena, position), 3),
    )


def _informed(scores: Scores, arena: ArenaIndex, position: int) -> float:
    """Share of the variance of a model that is known from one result elsewhere which its own results settle."""
    if not scores.n_results[position]:
        return 0.0
    open_ = arena.evidence.covariance.variance + arena.evidence.peculiar
    return max(0.0, 1 - float(scores.deviation[position]) ** 2 / open_)


def probability_best(scores: Scores, positions: NDArray[np.int64]) -> Floats:
    """Chance of each of some models to be the best of them on the need, by simulation with a fixed seed."""
    if not positions.size:
        return np.zeros(0)
    spread = np.hypot(scores.deviation[positions], scores.scale.task_deviation).astype(np.float32)[:, None]
    drawn = scores.mean[positions].astype(np.float32)[:, None] + spread * _draws()[: len(positions)]
    return np.asarray((drawn == drawn.max(0)).mean(1), np.float64)


@cache
def _draws() -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((_CONTENDERS, _DRAWS), dtype=np.float32)


def _bounded(value: float, unit: str) -> float:
    return min(max(value, 0.0), 100.0) if unit == "points" else max(0.0, value)
