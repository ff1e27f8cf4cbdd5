"""Models of one key and nearly one size, found without going through all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import floor, log

from data.build.catalog.frame import Row

_STEP = log(1.02)


class BySize:
    """Models by a key and their parameters."""

    def __init__(self, rows: Iterable[tuple[object, Row]]) -> None:
        self._rows: dict[tuple[object, int], list[Row]] = defaultdict(list)
        for key, row in rows:
            self._rows[key, _place(row)].append(row)

    def near(self, key: object, row: Row, most: float) -> Iterator[Row]:
        """Other models of a key whose parameters differ by at most `most`, which is no more than 1.02."""
        for place in range(_place(row) - 1, _place(row) + 2):
            for other in self._rows.get((key, place), ()):
                if other is not row and within(row["params_total"], other["params_total"], most):
                    yield other


def within(one: float, other: float, most: float) -> bool:
    """Whether two figures differ by at most a factor."""
    return max(one / other, other / one) <= most


def _place(row: Row) -> int:
    return floor(log(row["params_total"]) / _STEP)
