"""Numbers with units in a text: "13,900", "1.5 million", "32k", "half a second", "500 MB"."""

from __future__ import annotations

import re

_GROUPED = r"(?:,\d{3})+(?:\.\d+)?|(?:\.\d{3})+(?:,\d+)?|(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?"
NUMBER = rf"(?<![\w.,])(\d{{1,3}}(?:{_GROUPED})(?!\d)|\d+(?:[.,]\d+)?)"
"""A group that holds a number as people write it."""
_SCALE = {
    "": 1.0,
    "k": 1e3,
    "thousand": 1e3,
    "tausend": 1e3,
    "m": 1e6,
    "mio": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "millionen": 1e6,
    "millones": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
    "billions": 1e9,
}
SCALE = rf"({'|'.join(filter(None, _SCALE))})(?![^\W\d_])"
SCALE_OR_NONE = rf"(?:{SCALE})?"
_IN_WORDS = {"half a": 0.5, "a": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "ten": 10.0}
NUMBER_IN_WORDS = rf"\b({'|'.join(_IN_WORDS)})\s+"
TIME = r"(ms|msec|milliseconds?|Millisekunden|s|secs?|seconds?|Sekunden?|mins?|minutes?|Minuten?)\b"
BYTES = r"\s*([MGT])i?B\b"


def value(written: str, *, small: bool = False) -> float:
    """A number with any mark between thousands and before decimals: "13,900", "13.900", "13 900", "1.234,5", "1,5".

    Args:
        written: the number.
        small: "1.125" is about one: a unit of thousands or seconds follows.
    """
    number = re.sub(r"\s", "", written)
    marks = re.findall(r"[.,]", number)
    if len(set(marks)) == 2:
        return float(number.replace(marks[0], "").replace(",", "."))
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", number)
    if grouped and not (small and marks == ["."]):
        return float(re.sub(r"[.,]", "", number))
    return float(number.replace(",", "."))


def plain(match: re.Match[str]) -> float:
    """The number of a match."""
    return value(match[1])


def amount(match: re.Match[str]) -> float:
    """The number of a match times its scale ("k", "million")."""
    scale = (match[2] or "").casefold()
    return value(match[1], small=bool(scale)) * _SCALE[scale]


def count(match: re.Match[str]) -> int:
    """The amount as a whole number."""
    return round(amount(match))


def tokens(match: re.Match[str]) -> int:
    """A count of tokens; "32k" is 32 x 1024 where the number is a power of two, as model makers write it."""
    number = count(match)
    thousands = number // 1000
    is_power = thousands > 0 and thousands & (thousands - 1) == 0
    return thousands * 1024 if is_power and (match[2] or "").casefold() == "k" else number


def milliseconds(match: re.Match[str]) -> float:
    """A time, written in any unit and the number perhaps in words."""
    unit = match[2].casefold()
    long = not unit.startswith(("ms", "milli"))
    number = _IN_WORDS.get(" ".join(match[1].casefold().split()))
    number = value(match[1], small=long) if number is None else number
    return number * (60_000.0 if unit.startswith("min") else 1000.0 if long else 1.0)


def a_second(match: re.Match[str]) -> float:
    """A rate: the amount by its unit of time, seconds, minutes or hours."""
    return amount(match) / {"m": 60, "h": 3600}.get(match[3][0].casefold(), 1)


def gib(match: re.Match[str]) -> float:
    """A size in MB, GB or TB."""
    return value(match[1]) * {"m": 1 / 1024, "t": 1024.0}.get(match[2][0].casefold(), 1.0)
