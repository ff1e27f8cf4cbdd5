"""Bars of block characters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

_FREE = "·"
_LEAST = 1e-12
"""Differences below this are none."""


def share_bar(parts: Sequence[tuple[float, str]], whole: float, width: int) -> str:
    """Parts of a whole side by side, each drawn with its own character; what exceeds the whole ends in an arrow.

    >>> share_bar([(4, "█"), (2, "▒")], 12, 12)
    '████▒▒······'
    >>> share_bar([(18, "█")], 12, 6)
    '█████▶'
    """
    cells, drawn, total = "", 0, 0.0
    for amount, character in parts:
        total += amount
        end = min(width, round(total / whole * width))
        if not drawn and amount > 0:
            end = max(end, 1)
        cells += character * (end - drawn)
        drawn = max(drawn, end)
    if total > whole * 1.001:
        return cells[: width - 1] + "▶"
    return cells + _FREE * (width - len(cells))


def range_bar(low: float, value: float, high: float, axis: tuple[float, float], width: int) -> str:
    """A value and its range on an axis.

    >>> range_bar(20, 50, 80, (0, 100), 11)
    '··├──●──┤··'
    """
    left, at, right = (_cell(number, axis, width) for number in (low, value, high))
    cells = [_FREE] * width
    cells[left : right + 1] = "─" * (right + 1 - left)
    cells[left], cells[right], cells[at] = "├", "┤", "●"
    return "".join(cells)


def axis_of(numbers: Iterable[float]) -> tuple[float, float]:
    """Round ends of an axis that holds all numbers."""
    held = list(numbers)
    low, high = min(held), max(held)
    span = next((size for size in (high - low, abs(high)) if size > _LEAST), 1.0)
    step = 10 ** math.floor(math.log10(span))
    if span / step < 2:
        step /= 2
    return math.floor(low / step) * step, math.ceil(high / step) * step


def _cell(number: float, axis: tuple[float, float], width: int) -> int:
    low, high = axis
    position = (number - low) / ((high - low) or 1.0)
    return min(width - 1, max(0, round(position * (width - 1))))
