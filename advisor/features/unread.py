"""What of a need looks like a limit and was not understood as one, so that nothing is dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from advisor.features.amounts import NUMBER, SCALE_OR_NONE
from advisor.features.found import Found
from advisor.features.languages_in_text import languages_in
from advisor.features.licenses_in_text import MENTION
from advisor.features.makers import speaks_of_models
from advisor.features.negations import Negation

_MOST_TOLD = 4
_BOUND = (
    r"(?:\b(?:under|over|below|above|at (?:most|least)|(?:less|more|fewer) than|up to|max(?:imum)?|min(?:imum)?|within|"
    r"about|around)\s+|[<>≤≥]=?\s*)?"
)
_UNIT = (
    r"\s*(?:ms|msec|milliseconds?|s|secs?|seconds?|[kMGT]i?B|W|kW|watts?|J|joules?|Wh|kWh|€|EUR|euros?|£|GBP|\$|USD|dollars?|"
    r"fps|tok/s|tokens?|users?|params?|parameters?|GHz|cores?|(?:%|percent)\s*(?:accuracy|precision|recall|F1|WER|uptime))"
    r"(?![^\W_])"
)
_LENGTH_OF = r"(?![\s-]*(?:(?:of )?(?:audio|video|speech|clips?|recordings?)|long|steps?|windows?)\b)"
_RATE = r"(?:\s*(?:/|per )\s*[^\W\d]+)?"
_AMOUNT = re.compile(
    rf"{_BOUND}(?:[$€£]\s*{NUMBER}\s*{SCALE_OR_NONE}|{NUMBER}\s*(?:{SCALE_OR_NONE}{_UNIT}|[bB]\b)){_RATE}{_LENGTH_OF}",
    re.IGNORECASE,
)


def unread_in(
    text: str, read: Iterable[str], negations: Sequence[Negation], languages: Sequence[Found], devices: Sequence[str]
) -> tuple[str, ...]:
    """The parts of a text that look like a limit and are none of those that were read.

    Args:
        text: the need.
        read: the phrases that were understood.
        negations: what the text denies.
        languages: what languages it asks for; where there are some, a denial of another is met.
        devices: what it calls devices.
    """
    known = [match.span() for phrase in read if phrase for match in re.finditer(re.escape(phrase), text)]
    known += [negation.span for negation in negations if negation.of_another]
    found: dict[str, None] = {}
    for start, end in sorted(_limits(text, negations, languages, devices)):
        if not any(start < other[1] and other[0] < end for other in known):
            known.append((start, end))
            found[text[start:end].strip(" ,.;")] = None
    return tuple(found)[:_MOST_TOLD]


def _limits(
    text: str, negations: Sequence[Negation], languages: Sequence[Found], devices: Sequence[str]
) -> Iterator[tuple[int, int]]:
    for device in devices:
        start = text.find(device)
        yield start, start + len(device)
    for pattern in (_AMOUNT, MENTION):
        yield from (match.span() for match in pattern.finditer(text))
    for negation in negations:
        if speaks_of_models(negation) or (not languages and languages_in(negation.what)):
            yield negation.span
