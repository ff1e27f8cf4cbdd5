"""Expectations of several models on one task, and what a measurement makes of them: jointly Gaussian.

An expectation of "71 points of a typical benchmark" is wrong in three ways, told apart here: the user's data is harder
or easier than a typical benchmark, alike for all models; it spreads models more or less widely; and each model does
better or worse on it than elsewhere. So a measurement of one model corrects the level of all, and what remains of the
expectation is how far models are apart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVEL_SHARE = 0.88
"""Share of the squared misses of expectations that is alike for all models, the difficulty of the data: on hidden
families of benchmarks in points (`advisor evaluate`)."""
SPREAD_VARIES = 0.5
"""Standard deviation of the distances between models from benchmark to benchmark, relative to their mean: the
median over tasks of `transfer.sql` on the shipped facts."""
USUAL_ITEMS = 1000
"""Items of a measurement that does not say how many."""
SCATTER_ITEMS = 20.0
"""Items that the mean scatter of all measured models weighs as much as, in the scatter of each."""
UNKNOWN = 100.0
"""Standard deviation of a model without expectation, in those of the others: nothing is presumed of it."""


class Belief(NamedTuple):
    """Scores of n models, jointly Gaussian."""

    mean: Floats
    """(n,)"""
    covariance: Floats
    """(n, n)"""

    def deviation(self) -> Floats:
        """(n,) standard deviations."""
        return np.sqrt(np.clip(np.diag(self.covariance), 0, None))


def expect(mean: Floats, deviation: Floats) -> Belief:
    """What is believed before a measurement.

    Args:
        mean: (n,) expected scores; NaN for a model without expectation.
        deviation: (n,) standard deviation of each, difficulty of the data included; NaN without expectation.
    """
    known = np.isfinite(mean) & np.isfinite(deviation)
    centre = float(mean[known].mean()) if known.any() else 0.0
    level = LEVEL_SHARE * float(deviation[known].min()) ** 2 if known.any() else 0.0
    widest = float(deviation[known].max()) if known.any() else 1.0
    apart = np.where(known, mean - centre, 0.0)
    own = np.where(known, deviation**2 - level, (UNKNOWN * widest) ** 2)
    shared = np.where(known, 1.0, 0.0)
    covariance = np.diag(own) + level * np.outer(shared, shared) + SPREAD_VARIES**2 * np.outer(apart, apart)
    return Belief(np.where(known, mean, centre), covariance)


def learn(belief: Belief, measured: Belief, models: NDArray[np.int64] | None = None) -> Belief:
    """What is believed after a measurement.

    Args:
        belief: before, of n models.
        measured: scores of m models and the covariance of their errors; items in common make errors alike.
        models: (m,) which of the n were measured; all, in order, if None.
    """
    rows = np.arange(len(belief.mean)) if models is None else models
    gain = np.linalg.solve(belief.covariance[np.ix_(rows, rows)] + measured.covariance, belief.covariance[rows]).T
    mean = belief.mean + gain @ (measured.mean - belief.mean[rows])
    covariance = belief.covariance - gain @ belief.covariance[rows]
    return Belief(mean, (covariance + covariance.T) / 2)


def unsure(deviation: Floats, n_items: Floats) -> Floats:
    """(n,) standard deviations of measured scores, with how unsure few items leave the deviations themselves.

    The scatter between items is drawn to that of all models, which answer the same items: who is lucky on few items
    seems both good and sure. What is left is Student's: the normal approximation is too narrow below some 30 items.

    Args:
        deviation: (n,) standard deviation of each score as its items tell it.
        n_items: (n,) items behind each.
    """
    scatter = n_items * deviation**2
    drawn = (n_items * scatter + SCATTER_ITEMS * scatter.mean()) / (n_items + SCATTER_ITEMS)
    return np.asarray(np.sqrt(drawn / n_items) * student(n_items), np.float64)


def student(n_items: Floats) -> Floats:
    """(n,) standard deviation of Student's distribution around a mean of so many items, against the sample's own."""
    return np.asarray(np.sqrt(n_items / np.maximum(n_items - 3, 1)), np.float64)


def chances(belief: Belief, draws: int = 20_000) -> Floats:
    """(n,) chance of each to be the best, by simulation with a fixed seed."""
    if not belief.mean.size:
        return np.zeros(0)
    values, vectors = np.linalg.eigh(belief.covariance)
    root = vectors * np.sqrt(np.clip(values, 0, None))
    noise = np.random.default_rng(0).standard_normal((draws, len(values)))
    winners = (belief.mean + noise @ root.T).argmax(1)
    return np.bincount(winners, minlength=len(values)) / draws
