"""How well models are ordered on benchmarks that nothing was fitted on, beside simpler methods.

Every benchmark is hidden with all its near-duplicates (or its whole suite), everything is fitted without it, trees,
rule and intervals included, and the order is held against the hidden scores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.ranking.arena import ArenaIndex
from advisor.ranking.link import Floats
from advisor.ranking.ranker import Band, Rule
from advisor.training.baselines import baselines
from advisor.training.calibrate import covered, errors
from advisor.training.groups import Asked, Group, ask, limited, limits, training_groups
from advisor.training.hidden import Fold, World, inner, outer
from advisor.training.learn import Learned, Orders, abilities, open_boosters, order_of, predict, train
from advisor.training.metrics import Metrics, metrics

PRODUCT = "model-advisor"
EVIDENCE = "evidence alone"
Progress = Callable[[str, float], None]
_BEHIND = 1e4


class Row(NamedTuple):
    """One order of the candidates of one hidden benchmark."""

    benchmark: int
    family: int
    task: str
    modality: str
    languages: frozenset[str]
    limit: str
    method: str
    metrics: Metrics


class Told(NamedTuple):
    """How the intervals of the first ten on one hidden benchmark fared."""

    family: int
    modality: str
    inside: NDArray[np.bool_]
    """(n,) whether they covered the scores."""
    missed: Floats
    """(n,) by how many half-widths, before calibration, the scores were above what was expected."""


class Found(NamedTuple):
    """An evaluation: orders, intervals and the rules that the folds chose."""

    rows: list[Row]
    told: list[Told]
    rules: list[dict[str, Rule]]


def evaluate(world: World, by: str = "family", progress: Progress = lambda what, share: None) -> Found:
    """Evaluate an arena, hiding by `family` or `suite`."""
    found = Found([], [], [])
    folds = [fold for fold in outer(world, by) if fold.queries.size]
    for number, fold in enumerate(folds):
        progress(f"{world.arena.value}, hidden by {by}: fold {number + 1} of {len(folds)}", number / len(folds))
        learned = learn(world, fold.hidden, by)
        _judge(world, world.fit(fold.hidden), fold, learned, found)
        found.rules.append(learned.rules)
    return found


def learn(world: World, outside: NDArray[np.bool_], by: str) -> Learned:
    """Train on what is not `outside`, (n_benchmarks,): every query is hidden from the arena it is asked in."""
    groups = [group for fold in inner(world, by, outside) for group in _groups(world, fold)]
    families = np.array([world.prepared.family[group.benchmark] for group in groups], np.int64)
    return train(groups, families)


def _groups(world: World, fold: Fold) -> Iterator[Group]:
    if not fold.queries.size:
        return
    arena = world.fit(fold.hidden)
    for benchmark in fold.queries:
        yield from training_groups(world, arena, int(benchmark))


def _judge(world: World, arena: ArenaIndex, fold: Fold, learned: Learned, found: Found) -> None:
    boosters = open_boosters(learned.model)
    for benchmark in fold.queries:
        asked = ask(world, arena, int(benchmark))
        others = baselines(world, arena, asked.truth)
        for limit, kept in limits(world, asked.truth):
            group = limited(asked, limit, kept)
            parts = predict(boosters, learned.model.slopes, group.features)
            orders = orders_of(group, {name: values[kept] for name, values in others.items()}, learned, parts)
            found.rows.extend(_rows(world, asked, limit, orders, group))
            if not limit and group.own_metric:
                told = abilities(group, parts, learned.rule(group))
                inside = covered(group, told, learned.bands.get(group.medium, Band()))
                missed, _ = errors(group, told)
                found.told.append(Told(_family(world, asked), group.medium, inside, missed))


def orders_of(group: Group, others: dict[str, Floats], learned: Learned, parts: Orders) -> dict[str, Floats]:
    """The candidates of a group, (n,) each, as every method has them."""
    product = whole_order(group, order_of(group, parts, learned.rule(group)))
    return others | {EVIDENCE: group.expected, PRODUCT: product}


def whole_order(group: Group, short: NDArray[np.int64]) -> Floats:
    """(n,) a short list in its own order, positions in it, then the others as the evidence has them."""
    order = group.expected - _BEHIND
    order[group.short[short]] = -np.arange(len(short))
    return order


def _rows(world: World, asked: Asked, limit: str, orders: dict[str, Floats], group: Group) -> Iterator[Row]:
    info = world.prepared.infos[asked.truth.benchmark]
    for method, order in orders.items():
        yield Row(
            asked.truth.benchmark,
            _family(world, asked),
            info.profile.task or info.task_type,
            group.medium,
            info.profile.languages,
            limit,
            method,
            metrics(order, group.truth.points),
        )


def _family(world: World, asked: Asked) -> int:
    return int(world.prepared.family[asked.truth.benchmark])


def slices(rows: list[Row]) -> dict[str, dict[str, list[Row]]]:
    """Rows by slice and method: all, each limit, and without limit each task, modality, and English or not."""
    out: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        names = [row.limit or "all"]
        if not row.limit:
            english = "English" if row.languages == {"en"} else "other languages" if row.languages else "no language"
            names += [f"task {row.task}", f"modality {row.modality}", english]
        for name in names:
            out[name][row.method].append(row)
    return out
