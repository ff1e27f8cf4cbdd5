"""What of a need looks like a limit and was not understood as one, so that nothing is dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from advisor.features.amounts import NUMBER, SCALE_OR_NONE
from advisor.features.found import Found
from advisor.features.languages_in_text import languages_in
from advisor.features.licenses_in_text import speaks_of_licenses
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
_EACH = r"(?:\s*(?:/\s*|per |an? )(?:s|sec|second|minute|min|hour|h|day|week|month|year)\b)"
_RATE = rf"(?:{_EACH}|\s*(?:/|per )\s*[^\W\d]+)?"


@lru_cache(maxsize=1)
def _amount() -> re.Pattern[str]:
    """An amount with a unit; compiled when a text has figures, as that takes milliseconds."""
    return re.compile(
        rf"{_BOUND}(?:[$€£]\s*{NUMBER}\s*{SCALE_OR_NONE}|{NUMBER}\s*(?:{SCALE_OR_NONE}{_UNIT}|[bB]\b)){_RATE}{_LENGTH_OF}"
        rf"|{_BOUND}{NUMBER}\s*{SCALE_OR_NONE}\s*[^\W\d]\w*{_EACH}",
        re.IGNORECASE,
    )


_LAW = r"(?:GDPR|DSGVO|RGPD|HIPAA|SOC ?2|PCI(?: DSS)?|ISO ?\d+|(?:EU )?AI Act)"
_LAWFUL = re.compile(
    rf"\b{_LAW}[ -](?:compliant|compliance|conform\w*|konform\w*|ready|safe)\b|\bcompliant with (?:the )?{_LAW}\b",
    re.IGNORECASE,
)


def limits_in(text: str, negations: Sequence[Negation], languages: Sequence[Found]) -> tuple[str, ...]:
    """The parts of a text that look like limits, whether or not they are understood: amounts with a unit, licenses,
    laws to comply with, and denials of models or, where no other language is asked for, of a language.
    """
    found = [match.span() for match in _LAWFUL.finditer(text)] + [*speaks_of_licenses(text)]
    if any(map(str.isdigit, text)):
        found += [match.span() for match in _amount().finditer(text)]
    found += [
        negation.span
        for negation in negations
        if speaks_of_models(negation) or (not languages and languages_in(negation.what))
    ]
    return tuple(text[start:end].strip(" ,.;") for start, end in sorted(found))


def unread_in(text: str, parts: Iterable[str], read: Iterable[str]) -> tuple[str, ...]:
    """The first few of the parts of a text that overlap nothing of what was read."""
    known = [match.span() for phrase in read if phrase for match in re.finditer(re.escape(phrase), text)]
    found: dict[str, None] = {}
    for part in parts:
        spans = [match.span() for match in re.finditer(re.escape(part), text)]
        if not any(start < other[1] and other[0] < end for start, end in spans for other in known):
            known += spans
            found[part] = None
    return tuple(found)[:_MOST_TOLD]
