"""Replay a race on outputs that are known whole: who wins, what it cost, and how often the best one is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.verify.metrics.mean import mean_of
from advisor.verify.protocols import Metric, Outputs
from advisor.verify.statistics.race import STAGES, Race


@dataclass(frozen=True)
class Replay:
    """A race beside the evaluation of everything."""

    winner: str
    full_winner: str
    """Best on all items."""
    spent_s: float
    """Time of the race, s."""
    spent_whole_winner_s: float
    """The same with the winner measured on all items, s."""
    full_s: float
    """Time of evaluating everything, s."""
    dropped: tuple[tuple[str, int], ...]
    """Keys and the items after which each was dropped."""


def replay(
    metric: Metric,
    references: Sequence[Any],
    outputs: Mapping[str, Sequence[Outputs]],
    seconds: Mapping[str, Sequence[float]],
    error_rate: float = 0.05,
) -> Replay:
    """Race on recorded stages.

    Args:
        metric: the primary metric.
        references: right answers of all items.
        outputs: by candidate, its outputs for all items up to each of `STAGES`.
        seconds: by candidate, time until the end of each stage, s.
        error_rate: of the race.
    """
    race = Race(metric, references, list(outputs), error_rate)
    last = {key: len(STAGES) - 1 for key in outputs}
    for stage in range(len(STAGES)):
        running = race.remaining
        for one in race.judge({key: outputs[key][stage] for key in running}):
            last[one.key] = stage
        if len(race.can_win) == 1:
            last[race.remaining[0]] = stage
            break
    sign = 1.0 if metric.higher_is_better else -1.0
    whole = np.arange(len(references))
    figures = {key: sign * metric.aggregate(stages[-1], references, whole) for key, stages in outputs.items()}
    winner = max(race.remaining, key=lambda key: figures[key])
    spent = sum(seconds[key][stage] for key, stage in last.items())
    return Replay(
        winner,
        max(figures, key=lambda key: figures[key]),
        spent,
        spent - seconds[winner][last[winner]] + seconds[winner][-1],
        sum(times[-1] for times in seconds.values()),
        tuple((one.key, one.n_items) for one in race.dropped),
    )


def loss_rate(
    metric: Metric, references: Sequence[Any], outputs: Mapping[str, Outputs], error_rate: float, repeats: int
) -> float:
    """Share of random orders of the items in which a race drops the candidate that is best on all of them."""
    n = len(references)
    if metric.per_item:
        outputs = {key: metric.per_item(one, references) for key, one in outputs.items()}
        metric = mean_of(metric.name, lambda values, _: values)
    whole = np.arange(n)
    best = max(outputs, key=lambda key: metric.aggregate(outputs[key], references, whole))
    lost = 0
    for repeat in range(repeats):
        order = np.random.default_rng(repeat).permutation(n)
        shuffled = [references[at] for at in order]
        race = Race(metric, shuffled, list(outputs), error_rate)
        for share in STAGES:
            race.judge({key: outputs[key][order[: max(1, round(share * n))]] for key in race.remaining})
        lost += best not in race.remaining
    return lost / repeats
