"""Which variant to run: the highest precision that fits, unless one with memory to spare loses little more; of what
does not fit the quickest that loses little more."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LITTLE = 1.5
"""Percent of the score. A tight fit is not worth that: it fails about every second time, and two runs of one model
differ by as much."""
_AS_QUICK = 0.95
"""Share of the speed of another variant from which on one is as quick: what nobody notices."""


def passed_over(fits: NDArray[np.bool_], roomy: NDArray[np.bool_], loss: ArrayLike) -> NDArray[np.bool_]:
    """Variants of a generative model that fit only just, while one of less precision fits with room and loses little
    more. What other models need beside their weights is small and known, and 8 bits change how they are run.

    Args:
        fits: (n_variants, n_models) which fit at all, highest precision first.
        roomy: (n_variants, n_models) which of these have memory to spare.
        loss: (n_variants,) expected loss of score, percent; NaN where unknown.
    """
    lost = np.asarray(loss, float)
    out = fits & ~roomy
    for number in range(len(lost)):
        near = number + 1 + np.flatnonzero(lost[number + 1 :] - lost[number] <= _LITTLE)
        out[number] &= (fits & roomy)[near].any(0)
    return out


def whole(roomy: ArrayLike, tight: ArrayLike, loss: ArrayLike, *, generative: bool) -> int | None:
    """Position of the variant to run of one model, of those that fit whole: the highest precision, of a generative
    model unless it fits only just (`passed_over`); None if none fits.

    Args:
        roomy: (n,) which fit with memory to spare, highest precision first.
        tight: (n,) which fit only just.
        loss: (n,) expected loss of score, percent; NaN where unknown.
        generative: the kind of model.
    """
    with_room = np.asarray(roomy, bool)[:, None]
    fits = with_room | np.asarray(tight, bool)[:, None]
    if generative:
        fits = fits & ~passed_over(fits, with_room, loss)
    return int(fits.argmax()) if fits.any() else None


def quickest_alike(which: NDArray[np.intp], loss: ArrayLike, speed: ArrayLike) -> int:
    """Of variants that run split, the highest precision among the quickest that lose little more than the first: what
    stays with the host is read there for every token, so that speed is what precision costs.

    Args:
        which: (n,) positions of variants, highest precision first; at least one.
        loss: (n_variants,) expected loss of score, percent; NaN where unknown.
        speed: (n_variants,) tokens/s; NaN where unknown.
    """
    lost, quick = np.asarray(loss, float)[which], np.asarray(speed, float)[which]
    alike = np.flatnonzero(lost - lost[0] <= _LITTLE)
    if np.isnan(quick[alike]).all():
        return int(which[alike.max(initial=0)])
    return int(which[alike[quick[alike] >= _AS_QUICK * np.nanmax(quick[alike])][0]])
