"""The evidence score: what results on other benchmarks say of a model on the task at hand.

A Gaussian process per model over the benchmarks of its arena. Its mean starts from what metadata predicts and is
moved by every result, the more so the more alike the benchmark is to the need; its variance says how much is still
open, so a model without results has a wide interval and not a zero. The covariance of two benchmarks is a mixture
of radial kernels over task distance; how much each contributes is read off the data (Haseman-Elston regression of
observed on modelled covariance).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.ranking.link import Floats, Ints, Linked, Observations

RATES = (0.0, 0.15, 0.4, 1.0)
"""Decay of each kernel with squared task distance; rate 0 is the general ability that all benchmarks share."""
_DEFAULT = (0.15, 0.35, 0.2, 0.3)
"""Shares of the kernels where the data cannot tell them apart; half of every estimate, so that none degenerates."""
_DEFAULT_FAMILY = 0.15
_DEFAULT_EXPLAINED = 0.8
_NOISE_SHARE = 0.4
"""Share of a benchmark's scatter that is its own: the rest is explained by the kernels (docs/design/evidence.md)."""
_LEAST_NOISE = 0.03
_LEAST_SHARED = 15
"""Pairs of benchmarks with fewer models in common say nothing of their covariance."""
_MOST_SHARED = 200
_NEAREST = 32
"""Results of a model that its variance at a need is computed from, most alike first."""


class Covariance(NamedTuple):
    """Variances of the kernels and of what near-duplicate benchmarks share beyond them."""

    kernels: Floats
    """(len(RATES),) variance of each kernel."""
    family: float

    def at(self, distance: NDArray[np.float32]) -> NDArray[np.float32]:
        """Covariance between a need and benchmarks at these squared distances."""
        total = np.zeros_like(distance)
        for rate, variance in zip(RATES, self.kernels, strict=True):
            if variance:
                total += np.float32(variance) * np.exp(np.float32(-rate) * distance)
        return total

    @property
    def variance(self) -> float:
        """Variance of a model's residual on any one task."""
        return float(self.kernels.sum())


@dataclass(frozen=True)
class Evidence:
    """A fitted arena, ready to score any need."""

    covariance: Covariance
    between: NDArray[np.float32]
    """(n_benchmarks, n_benchmarks) covariance, families included."""
    noise: Floats
    """(n_benchmarks,) noise variance of a score."""
    alpha: NDArray[np.float32]
    """(n,) weight of each observation, ordered by model: the score is prior + Σ k(need, benchmark)·alpha."""
    model: Ints
    benchmark: Ints
    start: Ints
    """(n_models + 1,) where each model's observations start."""
    prior: NDArray[np.float32]
    """(n_models,) mean before any result."""
    family: Ints
    """(n_benchmarks,) index of the family of near-duplicates."""

    @cached_property
    def n_families(self) -> Ints:
        """(n_models,) families of benchmarks that each model was measured on."""
        n = int(self.family.max(initial=0)) + 1
        # Ordered by model already, so that a stable sort is several times faster than np.unique.
        seen = np.sort(self.model.astype(np.int64) * n + self.family[self.benchmark], kind="stable")
        first = np.diff(seen, prepend=-1) > 0
        return np.bincount(seen[first] // n, minlength=len(self.prior)).astype(np.int32)

    @cached_property
    def _measured(self) -> NDArray[np.int64]:
        """Models that have a result."""
        return np.flatnonzero(np.diff(self.start))

    @cached_property
    def peculiar(self) -> float:
        """Variance of a model's score on one family of benchmarks that tells nothing of others."""
        return self.covariance.family + float(np.median(self.noise))

    def mean(self, covariance: NDArray[np.float32]) -> Floats:
        """Expected ability (n_models,) at a need, given its covariance (n_benchmarks,) with the benchmarks."""
        out = self.prior.astype(np.float64)
        if self._measured.size:
            out[self._measured] += np.add.reduceat(
                covariance.take(self.benchmark) * self.alpha, self.start[self._measured]
            )
        return out

    def results_of(self, models: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The observations of some models one after the other, the position in `models` that each belongs to, and how
        many each model has."""
        first, counts = self.start[models].astype(np.int64), np.diff(self.start)[models].astype(np.int64)
        owner = np.repeat(np.arange(len(models)), counts)
        return np.arange(len(owner)) + (first - np.cumsum(counts) + counts)[owner], owner, counts

    def variance(self, covariance: NDArray[np.float32], models: Ints) -> Floats:
        """Variance of the ability of some models at a need, from their `_NEAREST` most alike results.

        What is peculiar to a family of benchmarks averages out over the families that a model was measured on: a model
        known from one leaderboard alone may be good at that leaderboard.
        """
        out = np.full(len(models), self.covariance.variance)
        out += np.where(self.n_families[models] > 0, self.peculiar / np.maximum(self.n_families[models], 1), 0)
        rows, owner, counts = self.results_of(models)
        # One sort puts the results of all models in order, most alike first.
        order = np.argsort(-covariance, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        key = np.sort(owner * len(order) + rank[self.benchmark[rows]])
        number = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        kept = number < _NEAREST
        nearest = np.full((len(models), min(int(counts.max(initial=0)), _NEAREST)), -1)
        nearest[owner[kept], number[kept]] = order[key[kept] % len(order)]
        if nearest.size:
            distinct, same = _distinct(nearest)
            out -= self._explained(covariance, distinct)[same]
        return np.asarray(np.maximum(out, 0.05 * self.covariance.variance), np.float64)

    def _explained(self, covariance: NDArray[np.float32], nearest: NDArray[np.int64]) -> NDArray[np.float32]:
        """(m,) variance that m models' results explain; `nearest` is (m, most results) benchmarks, -1 for none."""
        some = nearest >= 0
        near = np.where(some, covariance[nearest], np.float32(0))
        gram = self.between.take(nearest[:, :, None] * len(self.between) + nearest[:, None, :], mode="wrap")
        gram *= some[:, :, None] & some[:, None, :]
        # A result that is none is unrelated to all others, and explains nothing.
        diagonal = np.arange(nearest.shape[1])
        gram[:, diagonal, diagonal] += np.where(some, self.noise[nearest], 1).astype(np.float32)
        solved = np.linalg.solve(gram, near[:, :, None])[:, :, 0]
        return np.asarray((near * solved).sum(axis=1))


def _distinct(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct rows, and the position among them of each row: many models are measured on the same benchmarks."""
    position: dict[bytes, int] = {}
    same = [position.setdefault(row.tobytes(), len(position)) for row in rows]
    first = np.unique(same, return_index=True)[1]
    return rows[first], np.array(same)


def fit_evidence(observations: Observations, linked: Linked, distance: NDArray[np.float32], family: Ints) -> Evidence:
    """Fit the covariance to the residuals and solve for the weight of every observation.

    Args:
        observations: the scores, sorted by model.
        linked: the common scale.
        distance: (n_benchmarks, n_benchmarks) squared task distances.
        family: (n_benchmarks,) index of the family of near-duplicates.
    """
    model, benchmark = observations.model, observations.benchmark
    residual = linked.z - linked.prior[model]
    same_family = family[:, None] == family[None]
    covariance = _fit_covariance(observations, residual, distance, same_family)
    between = covariance.at(distance) + np.float32(covariance.family) * same_family
    noise = np.maximum(_NOISE_SHARE * linked.noise, _LEAST_NOISE)
    start = np.searchsorted(model, np.arange(observations.n_models + 1)).astype(np.int32)
    alpha = weights(benchmark, start, residual, between, noise)
    return Evidence(covariance, between, noise, alpha, model, benchmark, start, linked.prior.astype(np.float32), family)


def _fit_covariance(
    observations: Observations, residual: Floats, distance: NDArray[np.float32], same_family: NDArray[np.bool_]
) -> Covariance:
    """Non-negative least squares of the products of residuals of benchmark pairs on the kernels."""
    measured, row = np.unique(observations.model, return_inverse=True)
    shape = (len(measured), observations.n_benchmarks)
    dense, observed = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    dense[row, observations.benchmark] = residual
    observed[row, observations.benchmark] = 1
    shared = observed.T @ observed
    rows, columns = np.triu_indices(shape[1], 1)
    kept = shared[rows, columns] >= _LEAST_SHARED
    rows, columns = rows[kept], columns[kept]
    typical = _DEFAULT_EXPLAINED * float(np.mean(residual**2)) if residual.size else 1.0
    default = Covariance(np.array(_DEFAULT) * typical, _DEFAULT_FAMILY * typical)
    if rows.size < 10:
        return default
    counts = shared[rows, columns]
    products = (dense.T @ dense)[rows, columns] / counts
    weight = np.sqrt(np.minimum(counts, _MOST_SHARED))
    terms = [np.exp(-np.float32(rate) * distance[rows, columns]) for rate in RATES]
    design = np.column_stack([*terms, same_family[rows, columns].astype(np.float32)]) * weight[:, None]
    solution = _nonnegative(design.T @ design, design.T @ (products * weight))
    return Covariance((solution[:-1] + default.kernels) / 2, (float(solution[-1]) + default.family) / 2)


def _nonnegative(gram: NDArray[np.floating], target: NDArray[np.floating]) -> Floats:
    """Least squares under x ≥ 0 from the normal equations, by coordinate descent (convex: one optimum)."""
    solution = np.zeros(len(target))
    for _ in range(2000):
        before = solution.copy()
        for i in range(len(target)):
            slope = target[i] - gram[i] @ solution + gram[i, i] * solution[i]
            solution[i] = max(0.0, slope / gram[i, i]) if gram[i, i] > 0 else 0.0
        if np.abs(solution - before).max() < 1e-7:
            break
    return solution


def weights(
    benchmark: Ints, start: Ints, residual: Floats, between: NDArray[np.float32], noise: Floats
) -> NDArray[np.float32]:
    """(K + noise)⁻¹ residual for every model; models with the same benchmarks are solved together."""
    alpha = np.zeros(len(benchmark), np.float32)
    together: dict[bytes, list[int]] = {}
    for model in range(len(start) - 1):
        if start[model] < start[model + 1]:
            together.setdefault(benchmark[start[model] : start[model + 1]].tobytes(), []).append(int(start[model]))
    for key, starts in together.items():
        columns = np.frombuffer(key, benchmark.dtype)
        positions = np.asarray(starts)[:, None] + np.arange(len(columns))
        gram = between[np.ix_(columns, columns)] + np.diag(noise[columns]).astype(np.float32)
        alpha[positions] = np.linalg.solve(gram, residual[positions].T.astype(np.float32)).T
    return alpha
