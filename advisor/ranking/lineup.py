"""The order in which models are shown: the first three should not fail together.

Models of one series err alike: on hidden benchmarks the errors of siblings correlate by 0.5 to 0.7, those of others by
0.2. So a model must beat the others by a margin to stand among the first three beside a better sibling.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from advisor.ranking.link import Floats

FIRST = 3
"""Places that are shared out among the series."""


def line_up(utility: Floats, series: NDArray[np.int32], margin: float) -> NDArray[np.int64]:
    """(n,) positions of models, first place first.

    Args:
        utility: (n,) what they are ordered by.
        series: (n,) models of one series share a number; -1 where it is not known.
        margin: how much better than all others the sibling of a model that is placed must be, in standard deviations
            of ability.
    """
    left = np.array(utility, np.float64)
    placed: list[int] = []
    for _ in range(min(FIRST, len(left))):
        best = int(left.argmax())
        placed.append(best)
        if series[best] >= 0 and not (series[placed[:-1]] == series[best]).any():
            left[series == series[best]] -= margin
        left[best] = -np.inf
    rest = np.argsort(-utility, kind="stable")
    return np.concatenate([placed, rest[~np.isin(rest, placed)]]).astype(np.int64)
