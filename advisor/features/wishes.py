"""Numbers and conditions that a text states outright: "under 50 ms", "100k documents", "commercial product"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from advisor.features.found import Found

_GROUPED = r"(?:,\d{3})+(?:\.\d+)?|(?:\.\d{3})+(?:,\d+)?|(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?"
_NUMBER = rf"(?<![\w.,])(\d{{1,3}}(?:{_GROUPED})(?!\d)|\d+(?:[.,]\d+)?)"
_AT_MOST = (
    r"(?:under|below|less than|fewer than|at most|no more than|not more than|up to|max(?:imum)?(?: of)?|within|<=?|≤|"
    r"smaller than|unter|höchstens|maximal|moins de|au plus|menos de|como máximo)\s*"
)
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
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
}
_UNITS = r"(k|m|b|bn|mio|thousand|million|millions|billion|tausend|millionen)"
_THINGS = (
    r"(?:[^\W\d]\w* )?(?:documents?|docs|pages|articles|contracts|papers|emails|e-mails|tickets|reviews|posts|records|"
    r"texts|files|answers|abstracts|products|items|chunks|passages|Dokumente|Seiten|Verträge)"
)


def wishes_in(text: str) -> tuple[Found, ...]:
    """Fields of the requirements that the text states with a number or a fixed phrase, the first mention of each.

    Returns:
        `Found` with a dotted field name, the value in the unit of that field, and the phrase it was read from.
    """
    found: dict[str, Found] = {}
    for field, pattern, value, confidence in _RULES:
        match = pattern.search(text)
        if match and field not in found:
            found[field] = Found(field, value(match), match.group().strip(" ,.;"), confidence)
    return tuple(found.values())


def _value(written: str, *, small: bool = False) -> float:
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


def _amount(match: re.Match[str]) -> float:
    unit = (match.group(2) or "").casefold()
    return _value(match.group(1), small=bool(unit)) * _SCALE[unit]


def _count(match: re.Match[str]) -> int:
    return round(_amount(match))


def _tokens(match: re.Match[str]) -> int:
    """ "32k" of context is 32 x 1024 where the number is a power of two, as model makers write it."""
    amount = _count(match)
    thousands = amount // 1000
    is_power = thousands > 0 and thousands & (thousands - 1) == 0
    return thousands * 1024 if is_power and (match.group(2) or "").casefold() == "k" else amount


def _milliseconds(match: re.Match[str]) -> float:
    seconds = not match.group(2).casefold().startswith(("ms", "milli"))
    return _value(match.group(1), small=seconds) * (1000.0 if seconds else 1.0)


def _plain(match: re.Match[str]) -> float:
    return _value(match.group(1))


def _constant(value: Any) -> Callable[[re.Match[str]], Any]:
    return lambda _: value


def _licenses(match: re.Match[str]) -> tuple[str, ...]:
    return tuple(_LICENSES[name.casefold()] for name in match.groups() if name)


def _rule(
    field: str, pattern: str, value: Callable[[re.Match[str]], Any], confidence: float = 0.95
) -> tuple[str, re.Pattern[str], Callable[[re.Match[str]], Any], float]:
    return field, re.compile(pattern, re.IGNORECASE), value, confidence


_MATTERS = 0.5
"""Weight beside quality of what a text asks for in words: four times as fast counts as one standard deviation of
ability."""
_A_MONTH = r"\s*(?:/|per |a )\s*month\b"
_PER_SECOND = r"\s*(?:tokens?|tok|t)\s*(?:/|per )\s*s(?:ec(?:ond)?)?\b"
_COMMERCIAL = (
    r"\b(?:commercial(?:ly)?(?: (?:product|use|project|service|purposes?))?|kommerziell\w*|commerciale?\b|comercial)\b"
    r"|\bwe sell\b|\bpaying customers\b|\bour (?:saas|paid) product\b"
)
_NOT_COMMERCIAL = r"\bnon-?commercial(?:ly)?\b|\b(?:for )?(?:research|personal use|hobby) only\b"
_TIME = r"\s*(ms|milliseconds?|Millisekunden|s|sec|seconds?|Sekunden?)\b"
_PARAMETERS = r"?[\s-]*(?:parameters?|params?|Parametern?|paramètres|parámetros)\b"
_ASKED = r"(?:prompts?|inputs?|requests?)"
_OR_LESS = r",?\s*(?:at (?:the )?most|or (?:less|fewer|smaller)|max(?:imum|imal)?)\b"
_LICENSE = r"(apache|mit)(?:[- ]?2(?:\.0)?)?"
_LICENSES = {"apache": "apache-2.0", "mit": "mit"}
_RULES = (
    _rule("max_latency_ms", _AT_MOST + _NUMBER + _TIME, _milliseconds),
    _rule(
        "max_latency_ms",
        _NUMBER + _TIME + r"\s+(?:latency|response times?|(?:per|a) (?:query|request|item|text|image))\b",
        _milliseconds,
    ),
    _rule("max_latency_ms", r"\blatency(?: of|:)?\s*" + _NUMBER + _TIME, _milliseconds),
    _rule("max_latency_ms", r"\bfirst token (?:in|after)\s*" + _NUMBER + _TIME, _milliseconds),
    _rule("max_latency_ms", _NUMBER + _TIME + r"\s+(?:to|until|for) (?:the )?first token\b", _milliseconds),
    _rule("max_params", _AT_MOST + _NUMBER + r"\s*" + _UNITS + _PARAMETERS, _count),
    _rule("max_params", _NUMBER + r"\s*" + _UNITS + _PARAMETERS + _OR_LESS, _count),
    _rule("max_params", _AT_MOST + _NUMBER + r"\s*(b)\b(?!\s*(?:tokens|users|documents))", _count, 0.9),
    _rule(
        "context_tokens",
        _NUMBER + r"\s*(k|m)?[\s-]*(?:tokens?\s+(?:of\s+)?)?(?:context|Kontext|contexte|contexto)\b",
        _tokens,
    ),
    _rule(
        "context_tokens",
        r"\b(?:context(?: window| length)?|Kontext|contexte|contexto)(?: of| up to| von| de|:)?\s*(?:at least\s*)?"
        + _NUMBER
        + r"\s*(k|m)?\b",
        _tokens,
    ),
    _rule(
        "context_tokens",
        rf"\b{_ASKED}(?: length)?(?: of| up to| with| are| is| have| has| about| around|:)*\s*"
        + _NUMBER
        + r"\s*(k|m)?[\s-]*tokens?\b",
        _tokens,
        0.9,
    ),
    _rule(
        "context_tokens",
        _NUMBER + rf"\s*(k|m)?[\s-]*tokens?[\s-]+(?:long |per |a |each )?{_ASKED}\b",
        _tokens,
        0.9,
    ),
    _rule("data.n_documents", _NUMBER + r"\s*" + _UNITS + r"?\s*" + _THINGS + r"\b", _count, 0.9),
    _rule(
        "data.n_labels",
        _NUMBER + r"()\s+(?:\w+ )?(?:categories|classes|labels|Kategorien|Klassen|catégories|categorías)\b",
        _count,
    ),
    _rule(
        "data.n_labelled",
        _NUMBER + r"()\s+(?:\w+ )?(?:labelled|labeled|annotated|gelabelte)\b",
        _count,
        0.9,
    ),
    _rule("concurrency", _NUMBER + r"()\s+(?:concurrent|simultaneous|parallel)\b", _count, 0.9),
    _rule("min_tokens_per_s", r"(?:at least|min(?:imum)?|>=?|≥)\s*" + _NUMBER + _PER_SECOND, _plain),
    _rule("max_usd_per_month", _AT_MOST + r"(?:\$|USD)\s*" + _NUMBER + _A_MONTH, _plain),
    _rule("max_usd_per_month", _AT_MOST + _NUMBER + r"\s*(?:\$|USD|dollars)" + _A_MONTH, _plain),
    _rule("max_memory_gib", _AT_MOST + _NUMBER + r"\s*(?:GiB|GB)\s*(?:of\s+)?(?:V?RAM|memory)\b", _plain, 0.9),
    _rule("max_disk_gib", _AT_MOST + _NUMBER + r"\s*(?:GiB|GB)\s*(?:of\s+|on\s+)?disk\b", _plain, 0.9),
    _rule(
        "licenses_allow",
        r"\b(?:only )?" + _LICENSE + r"(?:(?:,| or|/| and)+\s*" + _LICENSE + r")?(?:[- ]licen[sc]e[sd]?)?,? only\b",
        _licenses,
        0.9,
    ),
    _rule("allow_uncensored", r"\buncensored\b", _constant(True), 0.9),
    _rule("use.commercial", _NOT_COMMERCIAL, _constant(False), 0.9),
    _rule("use.commercial", _COMMERCIAL, _constant(True), 0.9),
    _rule("use.distribution", r"\bsaas\b", _constant("saas"), 0.8),
    _rule("use.purpose", r"\b(?:for )?research only\b", _constant("research"), 0.8),
    _rule("use.monthly_active_users", _NUMBER + r"\s*" + _UNITS + r"?\s*(?:monthly |active )*users\b", _count, 0.8),
    _rule("priorities.speed", r"\bfastest\b|\bas fast as possible\b|\blow[- ]latency\b", _constant(_MATTERS), 0.8),
    _rule(
        "priorities.cost", r"\bcheapest\b|\bas cheap as possible\b|\b(?:low|least)[- ]cost\b", _constant(_MATTERS), 0.8
    ),
    _rule("priorities.memory", r"\bsmallest\b|\bas small as possible\b|\blightweight\b", _constant(2 * _MATTERS), 0.8),
    _rule(
        "priorities.energy",
        r"\benergy[- ](?:efficient|saving)\b|\b(?:least|little) energy\b|\blow[- ]power\b",
        _constant(_MATTERS),
        0.8,
    ),
)
