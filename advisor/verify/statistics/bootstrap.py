"""Bootstrap over items, paired between candidates, with what chance in the training items adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from advisor.domain.verification import Difference, Interval
from advisor.verify.protocols import Floats, Indices, Metric, Outputs

N_RESAMPLES = 2000
_BLOCK = 100


def draws(
    metric: Metric, outputs: Outputs, references: Sequence[Any], n_resamples: int = N_RESAMPLES, seed: int = 0
) -> Floats:
    """(n_resamples,) values of a metric over resampled items.

    The resamples depend on the seed and the number of items alone, so values of two candidates on the same items are
    paired. Where a head was refitted, each value also moves by how far a random refit lies from their mean, the same
    refit for every candidate.
    """
    rng = np.random.default_rng(seed)
    n = len(references)
    values = np.empty(n_resamples)
    per_item = metric.per_item(outputs, references) if metric.per_item else None
    for start in range(0, n_resamples, _BLOCK):
        indices = rng.integers(0, n, (min(_BLOCK, n_resamples - start), n))
        values[start : start + len(indices)] = _aggregates(metric, outputs, references, per_item, indices)
    moves = _refit_moves(metric, outputs, references)
    return values + moves[rng.integers(0, 2**31, n_resamples) % len(moves)]


def interval(metric: Metric, outputs: Outputs, references: Sequence[Any], seed: int = 0) -> Interval:
    """The metric on all items with its 95 % percentile interval."""
    n = len(references)
    value = metric.aggregate(outputs, references, np.arange(n))
    moves = _refit_moves(metric, outputs, references)
    if metric.per_item and not moves.any() and (extreme := _all_or_none(metric.per_item(outputs, references))):
        low, high = extreme
        return Interval(value=value, low=low, high=high, unit=metric.unit, n=n, method="Wilson score")
    low, high = np.quantile(draws(metric, outputs, references, seed=seed), [0.025, 0.975])
    method = "bootstrap over items" + (" and refits of the head" if len(moves) > 1 else "")
    return Interval(value=value, low=min(low, value), high=max(high, value), unit=metric.unit, n=n, method=method)


def difference(
    metric: Metric, first: tuple[str, Outputs], second: tuple[str, Outputs], references: Sequence[Any], seed: int = 0
) -> Difference:
    """How much better the first candidate is on the same items: paired bootstrap, 95 %.

    Args:
        metric: the metric.
        first: key and outputs of the better one.
        second: key and outputs of the other one.
        references: right answers.
        seed: of the resamples.

    Returns:
        The difference, positive where the first is better; p is the share of resamples that differ from it by at
        least as much as it differs from zero.
    """
    n = len(references)
    sign = 1.0 if metric.higher_is_better else -1.0
    everything = np.arange(n)
    value = sign * (
        metric.aggregate(first[1], references, everything) - metric.aggregate(second[1], references, everything)
    )
    drawn = sign * (draws(metric, first[1], references, seed=seed) - draws(metric, second[1], references, seed=seed))
    low, high = np.quantile(drawn, [0.025, 0.975])
    if np.ptp(drawn) == 0:
        # Nothing seen is not nothing there: Wilson's bound on the share of items that may differ.
        slack = 1.96**2 / (n + 1.96**2)
        low, high = value - slack, value + slack
    extreme = np.count_nonzero(np.abs(drawn - drawn.mean()) >= abs(value))
    return Difference(
        first=first[0],
        second=second[0],
        difference=Interval(
            value=value,
            low=min(low, value),
            high=max(high, value),
            unit=metric.unit,
            n=n,
            method="paired bootstrap over items",
        ),
        p_value=(extreme + 1) / (len(drawn) + 1),
    )


def _aggregates(
    metric: Metric, outputs: Outputs, references: Sequence[Any], per_item: Floats | None, indices: Indices
) -> Floats:
    if per_item is not None:
        return np.asarray(per_item[indices].mean(axis=1))
    return np.array([metric.aggregate(outputs, references, one) for one in indices])


def _refit_moves(metric: Metric, outputs: Outputs, references: Sequence[Any]) -> Floats:
    """How far the figure of each refit lies from their mean; widened, for few refits vary less than all would."""
    if not metric.refits or outputs.ndim < 2 or outputs.shape[1] < 3:
        return np.zeros(1)
    everything = np.arange(len(references))
    figures = np.array([metric.aggregate(column, references, everything) for column in outputs.T[1:]])
    return np.asarray((figures - figures.mean()) * np.sqrt(len(figures) / (len(figures) - 1)))


def _all_or_none(values: Floats) -> tuple[float, float] | None:
    """Wilson's interval where every item is right, or every one wrong: resampling shows no spread there."""
    n, z2 = len(values), 1.96**2
    if (values == 1).all():
        return n / (n + z2), 1.0
    return (0.0, z2 / (n + z2)) if (values == 0).all() else None
