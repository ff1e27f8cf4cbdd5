"""Bring leaderboards onto one scale through the models they share.

A score is modelled as y = a_b + s_b·θ_m + noise_b: every benchmark has a level, a spread and a noise, every model one
ability. θ is shrunk to what metadata (size, age, kind, family) predicts, so that a model with few results is not
judged by the company it was measured in. Plain mean z-scores mislead: 2023 models look great on 2023 leaderboards.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_ROUNDS = 8
_CLIP = 4.0
"""Standard deviations beyond which a score or metadata counts no further: one broken run must not move a model."""
_PRIOR_RESULTS = 2.0
"""The metadata prior weighs as much as so many results of median noise."""
_SPREAD_RESULTS = 8.0
"""A benchmark's spread is shrunk to its robust spread by so many results."""
_NOISE_RESULTS = 3.0
_RIDGE = 5.0
_FAMILY_MODELS = 1.0
_MOST_RESULTS = 20
"""More results than this do not make a model count for more in the fit of the prior."""


class Observations(NamedTuple):
    """Scores of one arena as coordinates, oriented so that higher is better."""

    model: Ints
    """(n,) index of the model."""
    benchmark: Ints
    """(n,) index of the benchmark."""
    score: Floats
    """(n,) score on the benchmark's (transformed) scale."""
    n_models: int
    n_benchmarks: int


class Linked(NamedTuple):
    """The common scale. Abilities have mean 0 and standard deviation 1 over the models with results."""

    level: Floats
    """(n_benchmarks,) a_b: score of a model of ability 0."""
    spread: Floats
    """(n_benchmarks,) s_b: points a standard deviation of ability is worth."""
    noise: Floats
    """(n_benchmarks,) variance of the scores around the line, in standard deviations of ability."""
    ability: Floats
    """(n_models,) θ_m."""
    prior: Floats
    """(n_models,) what metadata alone predicts of θ_m."""
    z: Floats
    """(n,) observations on the common scale."""


def link(observations: Observations, features: Floats, family: Ints, duplicates: Ints) -> Linked:
    """Fit levels, spreads, noises and abilities by alternating least squares.

    Args:
        observations: the scores.
        features: (n_models, k) standardised metadata, no missing values.
        family: (n_models,) index of the model's family.
        duplicates: (n_benchmarks,) index of the benchmark's family of near-duplicates.
    """
    model, benchmark, score = observations.model, observations.benchmark, observations.score
    pairs = model.astype(np.int64) * (int(duplicates.max(initial=0)) + 1) + duplicates[benchmark]
    together = np.unique(pairs, return_inverse=True)[1]
    n_results = np.bincount(model, minlength=observations.n_models).astype(float)
    has = n_results > 0
    level, robust = _robust(observations)
    spread = robust.copy()
    noise = np.full(observations.n_benchmarks, 0.5)
    design = np.column_stack([np.ones(observations.n_models), _scaled(features, has)])
    ability = prior = np.zeros(observations.n_models)
    for _ in range(_ROUNDS):
        z = np.clip((score - level[benchmark]) / spread[benchmark], -_CLIP, _CLIP)
        weight = 1 / noise[benchmark]
        total = np.bincount(model, weight, observations.n_models)
        mean = np.bincount(model, weight * z, observations.n_models) / np.maximum(total, 1e-9)
        prior = _prior(design, family, mean, np.minimum(n_results, _MOST_RESULTS))
        strength = _PRIOR_RESULTS / np.median(noise)
        ability = (total * mean + strength * prior) / (total + strength)
        center, scale = ability[has].mean(), ability[has].std() + 1e-9
        rest = (total + strength)[model] - _shared(weight, together)
        others = (((total + strength) * ability)[model] - _shared(weight * z, together)) / rest
        ability, prior = (ability - center) / scale, (prior - center) / scale
        level, spread = _lines(observations, ability, robust * scale)
        noise = _noises(observations, level, spread, (others - center) / scale, 1 / rest / scale**2)
    z = np.clip((score - level[benchmark]) / spread[benchmark], -_CLIP, _CLIP)
    return Linked(level, spread, noise, ability, prior, z)


def _scaled(features: Floats, measured: NDArray[np.bool_]) -> Floats:
    """(n_models, k) features in standard deviations of the measured models, none further out than `_CLIP`: what few of
    them have must not send others far away."""
    known = features[measured]
    deviation = known.std(0)
    away = (features - known.mean(0)) / np.where(deviation > 1e-9, deviation, np.inf)
    return np.asarray(np.clip(away, -_CLIP, _CLIP), np.float64)


def _robust(observations: Observations) -> tuple[Floats, Floats]:
    """Median and 1.4826·MAD of every benchmark, the spread shrunk to that of the typical benchmark."""
    order = np.argsort(observations.benchmark, kind="stable")
    bounds = np.searchsorted(observations.benchmark[order], np.arange(observations.n_benchmarks + 1))
    level, spread = np.zeros(observations.n_benchmarks), np.full(observations.n_benchmarks, np.nan)
    for b in range(observations.n_benchmarks):
        values = observations.score[order[bounds[b] : bounds[b + 1]]]
        if values.size:
            level[b] = np.median(values)
            spread[b] = 1.4826 * np.median(np.abs(values - level[b])) if values.size > 3 else np.nan
    typical = np.nanmedian(spread) if np.isfinite(spread).any() else 1.0
    counts = np.diff(bounds)
    shrunk = (np.nan_to_num(spread, nan=typical) * counts + typical * 3) / (counts + 3)
    return level, np.maximum(shrunk, 0.1 * typical)


def _prior(design: Floats, family: Ints, mean: Floats, weight: Floats) -> Floats:
    """Ridge regression of mean ability on metadata, plus what is left per family, shrunk."""
    measured = weight > 0
    known = design[measured]
    weighted = known * weight[measured, None]
    penalty = _RIDGE * np.eye(design.shape[1])
    penalty[0, 0] = 1e-6
    fitted = design @ np.linalg.solve(weighted.T @ known + penalty * weight.mean(), weighted.T @ mean[measured])
    residual = np.where(weight > 0, mean - fitted, 0)
    n_families = int(family.max()) + 1
    counted = np.minimum(weight, 5) / 5
    effect = np.bincount(family, residual * counted, n_families) / (
        np.bincount(family, counted, n_families) + _FAMILY_MODELS
    )
    return fitted + effect[family]


def _shared(values: Floats, together: NDArray[np.intp]) -> Floats:
    """(n,) sum of the values that each has the same number `together` with."""
    return np.asarray(np.bincount(together, values)[together], np.float64)


def _lines(observations: Observations, ability: Floats, robust: Floats) -> tuple[Floats, Floats]:
    """Level and spread of every benchmark given the abilities: shrunk least squares."""
    n_benchmarks, benchmark = observations.n_benchmarks, observations.benchmark

    def total(values: Floats) -> Floats:
        return np.bincount(benchmark, values, n_benchmarks).astype(np.float64)

    count = np.maximum(np.bincount(benchmark, minlength=n_benchmarks), 1)
    theta = ability[observations.model]
    theta_mean, score_mean = total(theta) / count, total(observations.score) / count
    theta_off = theta - theta_mean[benchmark]
    covariance = total(theta_off * (observations.score - score_mean[benchmark]))
    prior_weight = 0.5 * _SPREAD_RESULTS
    spread = (covariance + prior_weight * robust) / (total(theta_off**2) + prior_weight)
    spread = np.clip(spread, 0.3 * robust, 3 * robust)
    return score_mean - spread * theta_mean, spread


def _noises(observations: Observations, level: Floats, spread: Floats, others: Floats, open_: Floats) -> Floats:
    """(n_benchmarks,) noise of every benchmark, by what models are elsewhere: a benchmark that is alone in what most of
    its models were measured on would else seem exact.

    Args:
        observations: the scores.
        level: (n_benchmarks,) score of a model of ability 0.
        spread: (n_benchmarks,) points a standard deviation of ability is worth.
        others: (n,) ability of each model by its results on other families of benchmarks, and metadata.
        open_: (n,) variance of it.
    """
    n_benchmarks, benchmark = observations.n_benchmarks, observations.benchmark
    count = np.maximum(np.bincount(benchmark, minlength=n_benchmarks), 1)
    residual = np.clip((observations.score - level[benchmark]) / spread[benchmark] - others, -_CLIP, _CLIP)
    total = np.bincount(benchmark, residual**2 - open_, n_benchmarks)
    return np.clip((total + 0.5 * _NOISE_RESULTS) / (count + _NOISE_RESULTS), 0.05, 4.0)
