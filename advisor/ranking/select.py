"""From a need to ordered models: filter, plan a variant, score, order; and who nearly made it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.domain.recommendation import Failure
from advisor.features.need import Need
from advisor.ranking.arena import ArenaIndex
from advisor.ranking.constraints import Check, Mask, Pool, checks, eligible
from advisor.ranking.features import Query
from advisor.ranking.index import Index
from advisor.ranking.link import Floats
from advisor.ranking.pace import patience_counts
from advisor.ranking.plan import Plan, device_checks, plan_variants
from advisor.ranking.ranker import ArenaRanker, foremost
from advisor.ranking.score import Scores, ask, score

_NEAR_MISSES = 5
_PARETO = 200
_PATIENCE_TOKENS_PER_S, _PATIENCE_ITEMS_PER_S, _IMPATIENCE = 5.0, 1.0, 0.5
"""Slower than this, generating or item by item, a model loses standard deviations of ability with each halving, unless
a limit says how slow it may be (assumed: five tokens a second is how fast people read)."""
_PATIENCE_MS, _LATE = 10_000.0, 0.25
"""The same of the first token, with each doubling; half as much, for what stays the same in a prompt is read once."""
_CALL_S = 0.002
"""Seconds around an item or token that no choice of model saves (tokenising, transport; assumed). Without it a model of
a thousand parameters would win every need for speed."""


class Selection(NamedTuple):
    """The ordered models of a need. Positions refer to `pool`."""

    pool: Pool
    passes: Mask
    checks: tuple[Check, ...]
    plan: Plan
    scores: Scores
    near_misses: NDArray[np.int64]
    pareto: NDArray[np.int64]
    rescore: Callable[[Mask], Scores]
    """Scores where these models pass instead, (len(pool),)."""

    def failures(self, position: int) -> tuple[Failure, ...]:
        """What a model lacks."""
        return tuple(check.failure(position) for check in self.checks if check.fails[position])


def select(index: Index, arena: ArenaIndex, ranker: ArenaRanker, need: Need, verdicts: NDArray[np.int8]) -> Selection:
    """Select and order the models for a need.

    Args:
        index: the ranking index.
        arena: that of the need's task.
        ranker: what was learned of the arena.
        need: what is needed.
        verdicts: license verdict by group of models (`verdicts_of`).
    """
    models = index.models
    pool = eligible(models, need)
    plan = plan_variants(models, need, pool)
    found = (*checks(models, need, pool, verdicts, _heard(arena, need, pool)), *device_checks(need, plan))
    passes = np.ones(len(pool), bool)
    for check in found:
        passes &= ~check.fails

    asked = ask(arena, Query(need.profile, need.text))

    def rescore(passing: Mask) -> Scores:
        apart = not need.requirements.candidates
        return score(index, arena, ranker, asked, pool, passing, plan.loss(), _bonus(need, plan, passing), apart)

    scores = rescore(passes)
    near, pareto = _near(found, passes, scores, need), _pareto(plan, passes, scores)
    return Selection(pool, passes, found, plan, scores, near, pareto, rescore)


def _heard(arena: ArenaIndex, need: Need, pool: Pool) -> Mask:
    """(len(pool), n_languages) whether a model has a result in each needed language."""
    out = np.zeros((len(pool), len(need.languages)), bool)
    for column, code in enumerate(need.languages):
        out[:, column] = arena.heard_in(code)[pool]
    return out


def _bonus(need: Need, plan: Plan, passes: Mask) -> Floats:
    """What priorities other than quality add, in standard deviations of ability.

    Halving the memory, or the time of an item with what goes around it, counts by its weight; on one device the energy
    and the rent of an item fall with its time. What takes longer than people wait counts less.
    """
    weights = need.requirements.priorities
    bonus = np.zeros(len(passes))
    quality = max(weights.quality, 0.01)
    if weights.memory:
        bonus -= weights.memory / quality * np.log2(np.nan_to_num(plan.total_gib, nan=1e3))
    if (weight := weights.speed + weights.energy + weights.cost) and np.isfinite(plan.speed).any():
        speed = np.nan_to_num(plan.speed, nan=np.nanmin(plan.speed))
        bonus -= weight / quality * np.log2(1 / speed + _CALL_S)
    if patience_counts(need):
        patience = np.where(plan.generates, _PATIENCE_TOKENS_PER_S, _PATIENCE_ITEMS_PER_S)
        bonus -= _IMPATIENCE * np.log2(np.fmax(patience / plan.speed, 1))
        bonus -= _LATE * np.log2(np.fmax(np.where(plan.generates, plan.latency_ms, 0.0) / _PATIENCE_MS, 1))
    return bonus


def _near(found: tuple[Check, ...], passes: Mask, scores: Scores, need: Need) -> NDArray[np.int64]:
    """The best models that fail: those better than the worst pick, or named; fewest failures first."""
    n_failed = np.sum([check.fails for check in found], axis=0) if found else np.zeros(len(passes), int)
    candidates = ~passes & (scores.n_results > 0)
    picked = scores.contenders[: need.requirements.top_k]
    if picked.size and not need.requirements.candidates:
        candidates &= scores.mean > scores.mean[picked].min()
    rank = np.where(candidates, scores.mean - 0.75 * (n_failed - 1), -np.inf)
    order = foremost(rank, _NEAR_MISSES)
    return order[candidates[order]]


def _pareto(plan: Plan, passes: Mask, scores: Scores) -> NDArray[np.int64]:
    """Models that no other one beats in both quality and memory, best quality first."""
    usable = passes & (scores.n_results > 0) & ~np.isnan(plan.total_gib)
    order = foremost(np.where(usable, scores.mean, -np.inf), _PARETO)
    order = order[usable[order]]
    least = np.minimum.accumulate(np.append(np.inf, plan.total_gib[order]))[:-1]
    return order[plan.total_gib[order] < least]
