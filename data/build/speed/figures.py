"""Figures of an evaluation: errors and ranges of predicted by measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Self

import numpy as np

from advisor.training.metrics import weighted_quantiles
from data.build.speed.runs import Floats, Names


class Line(NamedTuple):
    """How far off predictions are."""

    name: str
    n: int
    median: float
    """Median of |predicted / measured - 1|."""
    p90: float
    bias: float
    """Median of predicted / measured."""

    @classmethod
    def of(cls, name: str, ratio: Floats) -> Self:
        """The figures of predicted by measured."""
        error = np.abs(ratio - 1)
        return cls(name, len(ratio), *(float(v) for v in (np.median(error), np.quantile(error, 0.9), np.median(ratio))))

    def __str__(self) -> str:
        return f"{self.name:66s} n={self.n:5d}  median {self.median:6.1%}  p90 {self.p90:6.1%}  bias {self.bias:.2f}"


def spread(ratio: Floats) -> list[float]:
    """10 and 90 % quantiles of measured by predicted."""
    return [float(q) for q in np.quantile(ratio, [0.1, 0.9])]


def grouped_spread(ratio: Floats, groups: Names) -> list[float]:
    """The same where a group of n runs counts as the root of n: its runs err alike."""
    code = np.unique(groups, return_inverse=True)[1]
    return weighted_quantiles(ratio, 1 / np.sqrt(np.bincount(code)[code]), [0.1, 0.9])


def even_spread(ratio: Floats) -> list[float]:
    """The factor either way that 80 % of measured by predicted are within: of few groups, whose ends say little."""
    factor = float(np.exp(np.quantile(np.abs(np.log(ratio)), 0.8)))
    return [1 / factor, factor]


def covered(ratio: Floats, groups: Names, spread: Callable[..., list[float]], *weighed_by: Names) -> float:
    """Share of measured by predicted inside the 80 % range, when the range of each group is set on all others.

    Args:
        ratio: (n_runs,) measured by predicted.
        groups: (n_runs,) what is hidden at once.
        spread: the range of ratios, and of `weighed_by` of the same runs if it takes that.
        weighed_by: (n_runs,) groups for `grouped_spread`.
    """
    inside = 0
    for group in set(groups):
        own = groups == group
        low, high = spread(ratio[~own], *(names[~own] for names in weighed_by))
        inside += int(((ratio[own] >= low) & (ratio[own] <= high)).sum())
    return inside / len(ratio)
