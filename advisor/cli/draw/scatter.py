"""Points in a frame of characters."""

from __future__ import annotations

import math
from collections.abc import Sequence

from advisor.domain.figures import figure


def scatter(points: Sequence[tuple[float, float, str]], width: int = 60, height: int = 9) -> list[str]:
    """Points (x, y, one character) with y upwards and x on a logarithmic axis; where two meet, the first is seen.

    >>> print(*scatter([(1, 0.9, "a"), (100, 0.5, "b")], 9, 3), sep="\\n")
    0.900 │a
          │
    0.500 │        b
          └─────────
           1     100
    """
    across = [math.log10(x) for x, _, _ in points]
    left, right = min(across), max(across)
    bottom, top = min(y for _, y, _ in points), max(y for _, y, _ in points)
    rows = [[" "] * width for _ in range(height)]
    for (_, y, mark), x in reversed([*zip(points, across, strict=True)]):
        column = round((x - left) / ((right - left) or 1) * (width - 1))
        rows[round((top - y) / ((top - bottom) or 1) * (height - 1))][column] = mark
    labels = {0: f"{top:.3f}", height - 1: f"{bottom:.3f}"}
    edge = max(map(len, labels.values()))
    first, last = figure(10**left), figure(10**right)
    drawn = [f"{labels.get(at, ''):>{edge}} │{''.join(row)}".rstrip() for at, row in enumerate(rows)]
    foot = first + last.rjust(width - len(first)) if right > left else first
    return [*drawn, f"{'':{edge}} └{'─' * width}", f"{'':{edge}}  {foot}"]
