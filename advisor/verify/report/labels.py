"""Names set beside the points of a plot, where they do not cover each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

_CHARACTER, _LINE = 5.8, 12.0
"""Width of a character and height of a line at 10 px, in points of the drawing."""
_SIDES = tuple(
    (8 * side, up, "left" if side > 0 else "right") for up in (0, 8, -8, 18, -18, 28, -28) for side in (1, -1)
)
"""Where a name may stand: offset in points, and the end that touches it; the best first."""
Box = tuple[float, float, float, float]


class Point(NamedTuple):
    """A point to name, and the ends of its interval."""

    x: float
    y: float
    low: float
    high: float
    name: str
    color: str


def place(axes: Any, points: Sequence[Point]) -> None:
    """Write the name of each point at the side where it covers least."""
    axes.figure.draw_without_rendering()
    scale = 72 / axes.figure.dpi

    def at(x: float, y: float) -> tuple[float, float]:
        across, up = axes.transData.transform((x, y)) * scale
        return float(across), float(up)

    frame = [side * scale for side in axes.get_window_extent().extents]
    bounds = (frame[0], frame[1], frame[2], frame[3])
    taken: list[Box] = []
    for point in points:
        (x, y), (_, low), (_, high) = (at(point.x, value) for value in (point.y, point.low, point.high))
        taken += [(x - 6, y - 6, x + 6, y + 6), (x - 1.5, low, x + 1.5, high)]
    for point in points:
        x, y = at(point.x, point.y)
        choices = [(_box(x + dx, y + dy, point.name, side), dx, dy, side) for dx, dy, side in _SIDES]
        cost = [
            sum(_common(box, other) for other in taken) + 3 * _outside(box, bounds) + abs(dy) / 10
            for box, _, dy, _ in choices
        ]
        box, dx, dy, side = choices[cost.index(min(cost))]
        taken.append(box)
        axes.annotate(
            point.name, (point.x, point.y), (dx, dy), textcoords="offset points", ha=side, va="center",
            color=point.color, fontsize=10,
        )  # fmt: skip


def _box(x: float, y: float, name: str, side: str) -> Box:
    width = _CHARACTER * len(name)
    left = x if side == "left" else x - width
    return left, y - _LINE / 2, left + width, y + _LINE / 2


def _common(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


def _outside(box: Box, bounds: Box) -> float:
    area = (box[2] - box[0]) * (box[3] - box[1])
    return area - _common(box, bounds)
