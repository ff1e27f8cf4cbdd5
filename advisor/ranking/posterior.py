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
LEVEL_SHARE = 0.78
"""Share of an expectation's variance that is the difficulty of the data, alike for all models: the median over tasks
of `transfer.sql` on the shipped facts."""
SPREAD_VARIES = 0.5
"""Standard deviation of the distances between models from benchmark to benchmark, relative to their mean: same
source."""
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


def chances(belief: Belief, draws: int = 20_000) -> Floats:
    """(n,) chance of each to be the best, by simulation with a fixed seed."""
    if not belief.mean.size:
        return np.zeros(0)
    values, vectors = np.linalg.eigh(belief.covariance)
    root = vectors * np.sqrt(np.clip(values, 0, None))
    noise = np.random.default_rng(0).standard_normal((draws, len(values)))
    winners = (belief.mean + noise @ root.T).argmax(1)
    return np.bincount(winners, minlength=len(values)) / draws
