"""Expectation and measurement weighed by their certainty."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from advisor.domain.model import Estimate
from advisor.domain.verification import Difference, Interval, Outcome, Posterior
from advisor.ranking.posterior import USUAL_ITEMS, Belief, Floats, chances, expect, learn, student, unsure
from advisor.verify.after.outcomes import measured, primary

_Z80 = NormalDist().inv_cdf(0.9)
_Z95 = NormalDist().inv_cdf(0.975)
_PERCENT_UNITS = ("points", "percent", "%")
_RANGES = {"0 to 1": (0.0, 1.0), "-1 to 1": (-1.0, 1.0)} | dict.fromkeys(_PERCENT_UNITS, (0.0, 100.0))


def posterior(outcomes: Sequence[Outcome], differences: Sequence[Difference] = ()) -> tuple[Posterior, ...]:
    """What is believed of each measured candidate, likeliest best first.

    Args:
        outcomes: all outcomes; those without quality are left out.
        differences: the best candidate against each other one on the same items.
    """
    ran = measured(outcomes)
    if not ran:
        return ()
    seen = [primary(outcome) for outcome in ran]
    priors = [_prior(outcome.candidate.prior, interval) for outcome, interval in zip(ran, seen, strict=True)]
    before = expect(
        np.array([prior.value if prior else np.nan for prior in priors]),
        np.array([(prior.high - prior.low) / 2 / _Z80 if prior else np.nan for prior in priors]),
    )
    after = learn(before, _measured(ran, seen, differences))
    half = _Z95 * after.deviation()
    found = [
        Posterior(
            key=outcome.candidate.key,
            prior=prior,
            quality=Interval(
                value=float(mean),
                low=_bounded(mean - width, interval),
                high=_bounded(mean + width, interval),
                unit=interval.unit,
                n=interval.n,
                method="expectation and measurement, weighed by their certainty",
            ),
            probability_best=float(chance),
        )
        for outcome, interval, prior, mean, width, chance in zip(
            ran, seen, priors, after.mean, half, chances(after), strict=True
        )
    ]
    return tuple(sorted(found, key=lambda one: (-one.probability_best, -one.quality.value)))


def _prior(expected: Estimate | None, seen: Interval) -> Interval | None:
    """An expectation on the scale of the metric; None where it is told in another one."""
    if expected is None or not expected.unit.startswith("points") or expected.high <= expected.low:
        return None
    scale = 1.0 if seen.unit in _PERCENT_UNITS else 0.01
    return Interval(
        value=expected.value * scale,
        low=expected.low * scale,
        high=expected.high * scale,
        unit=seen.unit,
        confidence=0.8,
        method=f"recommendation, {expected.unit}",
    )


def _measured(ran: Sequence[Outcome], seen: Sequence[Interval], differences: Sequence[Difference]) -> Belief:
    """Measured scores and the covariance of their errors.

    All candidates answer the same items, so their errors are alike; the paired difference tells how much. One that was
    measured on fewer items is held against the best on just those. Errors of two that are not the best are taken to be
    alike only through the best.
    """
    mean = np.array([interval.value for interval in seen])
    n_items = np.array([float(interval.n or USUAL_ITEMS) for interval in seen])
    variance = unsure(np.array([_deviation(interval) for interval in seen]), n_items) ** 2
    place = {outcome.candidate.key: position for position, outcome in enumerate(ran)}
    best = place.get(differences[0].first) if differences else None
    alike = np.zeros(len(ran))
    if best is not None:
        alike[best] = 1.0
        for found in differences:
            other = place.get(found.second)
            if found.first == ran[best].candidate.key and other is not None and other != best:
                together = np.array([float(found.difference.n or USUAL_ITEMS)])
                apart = (_deviation(found.difference) * float(student(together)[0])) ** 2
                share = min(1.0, (seen[other].n or 1) / (seen[best].n or 1)) if seen[other].n and seen[best].n else 1.0
                common = share * (variance[best] / share - variance[other] + apart) / 2
                mean[other] = mean[best] - found.difference.value
                variance[other] = max(variance[best] + apart - 2 * common, variance[other] / 4)
                alike[other] = _clipped((variance[best] - common) / np.sqrt(variance[best] * variance[other]))
    return Belief(mean, _one_factor(variance, alike))


def _one_factor(variance: Floats, alike: Floats) -> Floats:
    correlation = np.outer(alike, alike)
    np.fill_diagonal(correlation, 1.0)
    deviation = np.sqrt(variance)
    return np.asarray(correlation * np.outer(deviation, deviation), np.float64)


def _clipped(correlation: float) -> float:
    return float(np.clip(correlation, -0.99, 0.99))


def _deviation(interval: Interval) -> float:
    """Standard deviation behind an interval; at least that of one item in n, so that no figure is beyond doubt."""
    z = NormalDist().inv_cdf((1 + interval.confidence) / 2)
    scale = 100.0 if interval.unit in _PERCENT_UNITS else 1.0
    return max((interval.high - interval.low) / 2 / z, 0.5 * scale / ((interval.n or USUAL_ITEMS) + 2))


def _bounded(value: float, interval: Interval) -> float:
    """Within the range of the metric."""
    low, high = _RANGES.get(interval.unit, (-np.inf, np.inf))
    return float(np.clip(value, low, high))
