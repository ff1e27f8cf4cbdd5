"""Numbers as people read them."""

from __future__ import annotations


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
