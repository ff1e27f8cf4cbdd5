"""What more labels would bring: a power law through the learning curve, with its range."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.domain.verification import Interval
from advisor.verify.protocols import Floats

_EXPONENTS = np.linspace(0.1, 1.0, 10)


def extrapolated(sizes: Sequence[int], drawn: Sequence[Floats], size: int, unit: str) -> Interval | None:
    """The figure at a larger size; None from fewer than three sizes.

    Args:
        sizes: labelled examples of the points of the curve.
        drawn: (n_draws,) bootstrap values of a figure from 0 to 1 at each size.
        size: labelled examples asked for.
        unit: of the figure.

    Returns:
        Median and 95 % range over the draws of `1 - (a + b n^-c)` (Hestness et al. 2017) with a and b not negative. The
        range holds if the law goes on to hold.
    """
    if len(sizes) < 3:
        return None
    errors = 1 - np.stack(drawn)
    found = np.array([_at(np.asarray(sizes, float), errors[:, draw], size) for draw in range(errors.shape[1])])
    low, middle, high = np.quantile(1 - found, [0.025, 0.5, 0.975])
    return Interval(value=middle, low=low, high=high, unit=unit, n=len(sizes), method="power law through the curve")


def _at(sizes: Floats, errors: Floats, size: int) -> float:
    from scipy.optimize import nnls

    best, value = np.inf, float(errors[-1])
    for exponent in _EXPONENTS:
        design = np.column_stack([np.ones_like(sizes), sizes**-exponent])
        weights, residual = nnls(design, errors)
        if residual < best:
            best, value = residual, float(weights @ [1.0, float(size) ** -exponent])
    return value
