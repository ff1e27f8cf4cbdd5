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
