"""Harder conditions of the evaluation: models of the future, and models with hardly a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.ranking.index import EPOCH
from advisor.training.baselines import baselines
from advisor.training.evaluate import Progress, learn, orders_of
from advisor.training.groups import ask, limited
from advisor.training.hidden import Fold, World, outer
from advisor.training.learn import Learned, open_boosters, predict
from advisor.training.metrics import Metrics, metrics

COLD = (0, 1, 3, 5, 10)
"""Results that new models keep."""
_NEW = 3
"""One in so many models is new, each of them in one draw."""
_LATE = 0.25
"""Share of the candidates that are of the future."""
_LEAST = 8


class Condition(NamedTuple):
    """One order of the new models of one hidden benchmark."""

    condition: str
    draw: int
    """Number of the draw of new models."""
    method: str
    family: int
    metrics: Metrics


def conditions(world: World, progress: Progress = lambda what, share: None) -> Iterator[Condition]:
    """All conditions of an arena: the latest quarter of its candidates, and new models by number of results."""
    scored = np.unique(world.prepared.observations.model)
    released = world.released[scored[world.candidate[scored]]]
    last = float(np.nanquantile(released, 1 - _LATE)) if np.isfinite(released).sum() > _LEAST else np.inf
    if np.isfinite(last):
        yield from temporal(world, EPOCH + timedelta(days=int(last)), progress)
    yield from cold_start(world, COLD, progress)


def temporal(world: World, day: date, progress: Progress = lambda what, share: None) -> Iterator[Condition]:
    """Learned from models released until a day, asked of those released after it.

    Trees, linear order, rule and intervals have seen no result of a later model. The evidence of a later model is its
    own results on the benchmarks that are not hidden.
    """
    late = world.released > (day - EPOCH).days
    before = replace(world, prepared=world.prepared.unmeasured(late[world.prepared.observations.model]))
    asking = {f"after {day}": replace(world, candidate=world.candidate & late)}
    yield from _asked(world, before, asking, 0, progress)


def cold_start(
    world: World, kept: Sequence[int] = COLD, progress: Progress = lambda what, share: None
) -> Iterator[Condition]:
    """One in three models is new and keeps so many results, drawn at random, on benchmarks that are not hidden.

    Every model is new in one of three draws, each with everything learned anew without its new models.
    """
    generator = np.random.default_rng(0)  # the same models at every number, with more of the same results
    part = generator.permutation(len(world.candidate)) % _NEW
    place = _place_in_model(world.prepared.observations.model, generator)
    for draw in range(_NEW):
        new = part == draw
        theirs = new[world.prepared.observations.model]
        asking = {
            f"{n} results": replace(
                world, prepared=world.prepared.unmeasured(theirs & (place >= n)), candidate=world.candidate & new
            )
            for n in kept
        }
        known = replace(world, prepared=world.prepared.unmeasured(theirs))
        yield from _asked(world, known, asking, draw, _part_of(progress, draw))


def _part_of(progress: Progress, draw: int) -> Progress:
    """Progress within one of the draws, told of all."""
    return lambda what, share: progress(f"{what}, draw {draw + 1} of {_NEW}", (draw + share) / _NEW)


def _asked(
    whole: World, learning: World, asking: dict[str, World], draw: int, progress: Progress
) -> Iterator[Condition]:
    """Orders of the candidates of each condition on hidden benchmarks, learned in `learning`, held against `whole`."""
    folds = [fold for fold in outer(whole, "family") if fold.queries.size]
    for number, fold in enumerate(folds):
        progress(f"{whole.arena.value}, {', '.join(asking)}: fold {number + 1} of {len(folds)}", number / len(folds))
        learned = learn(learning, fold.hidden, "family")
        for name, world in asking.items():
            yield from _orders((name, draw), whole, world, fold, learned)


def _orders(name: tuple[str, int], whole: World, asking: World, fold: Fold, learned: Learned) -> Iterator[Condition]:
    boosters, arena = open_boosters(learned.model), asking.fit(fold.hidden)
    # Only the truth comes from all observations: what is fitted has those of `asking`.
    truths = replace(whole, candidate=asking.candidate)
    for benchmark in map(int, fold.queries):
        if len(truths.truth(benchmark).models) < _LEAST:
            continue
        asked = ask(truths, arena, benchmark)
        group = limited(asked, "", np.ones(len(asked.truth.models), bool))
        parts = predict(boosters, learned.model.slopes, group.features)
        family = int(whole.prepared.family[benchmark])
        for method, order in orders_of(group, baselines(truths, arena, asked.truth), learned, parts).items():
            yield Condition(*name, method, family, metrics(order, group.truth.points))


def _place_in_model(model: NDArray[np.int32], generator: np.random.Generator) -> NDArray[np.int64]:
    """(n,) place of each observation in a random order of its model's; `model` is sorted."""
    order = np.lexsort((generator.random(len(model)), model))
    first = np.searchsorted(model, model)
    place = np.empty(len(model), np.int64)
    place[order] = np.arange(len(model)) - first[order]
    return place
