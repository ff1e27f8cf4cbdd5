"""Numbers as people read and write them."""

from __future__ import annotations

import re

_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")


def plain_number(text: str) -> str | None:
    """A written number with a point before its decimals and no other mark; None where its commas can be read in no one
    way. Groups of three digits are thousands; any other single comma stands before decimals.

    >>> [plain_number(text) for text in ("1,500", "1,234,567.8", "10,5", "0,125", "1500,25", "2.5e-3", "1,50,000")]
    ['1500', '1234567.8', '10.5', '0.125', '1500.25', '2.5e-3', None]
    """
    number = text.strip()
    if "," not in number or _GROUPED.fullmatch(number):
        return number.replace(",", "")
    return number.replace(",", ".") if _DECIMAL_COMMA.fullmatch(number) else None


def figure(number: float) -> str:
    """A number in three significant digits, without exponent.

    >>> [figure(number) for number in (44458, 185, 16.9, 2.1, 0.717, 0.0042)]
    ['44,458', '185', '16.9', '2.1', '0.72', '0.0042']
    """
    if abs(number) >= 999.5:
        return f"{number:,.0f}"
    return short(number) if abs(number) >= 0.1 or number == 0 else f"{number:.2g}"


def short(number: float) -> str:
    """A number of at most three digits, trailing zeros left out."""
    digits = 0 if abs(number) >= 99.95 else 1 if abs(number) >= 9.995 else 2
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """A share of 0 to 1; never a 0 or 100 that is not exact."""
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{share * 100:.0f} %"


def standing(percentile: float, n_models: int) -> str:
    """How many models are as good or better, by the share that is as good or worse.

    >>> standing(1.0, 6), standing(0.98, 150), standing(0.999, 1828)
    ('best of 6', 'top 3 % of 150', 'top <1 % of 1,828')
    """
    above = round((1 - percentile) * n_models)
    return f"best of {n_models:,}" if above == 0 else f"top {percent((above + 1) / n_models)} of {n_models:,}"


_TIMES = (("days", 86_400_000.0, 2), ("h", 3_600_000.0, 2), ("min", 60_000.0, 2), ("s", 1000.0, 10))
"""Units of time, their ms, and how many of them a time must have to be told in them."""


def time_unit(ms: float) -> tuple[str, float]:
    """The unit that a time is told in, and how many ms it has."""
    for unit, size, least in _TIMES:
        if ms >= least * size:
            return unit, size
    return "ms", 1.0


def duration(ms: float) -> str:
    """A time in the unit that people use.

    >>> [duration(ms) for ms in (741, 8_300, 71_000, 12_800_000)]
    ['741 ms', '8,300 ms', '71 s', '3.56 h']
    """
    unit, size = time_unit(ms)
    return f"{figure(ms / size)} {unit}"
