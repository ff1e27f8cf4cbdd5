"""Numbers and conditions that a text states outright: "under 50 ms", "100k documents", "commercial product"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from advisor.features.amounts import (
    BYTES,
    NUMBER,
    NUMBER_IN_WORDS,
    SCALE_OR_NONE,
    TIME,
    a_second,
    amount,
    count,
    gib,
    milliseconds,
    plain,
    tokens,
)
from advisor.features.found import Found
from advisor.features.licenses_in_text import licenses_in

_MOST = (
    r"(?:under|below|less than|fewer than|at (?:the )?most|up to|max(?:imum|\.)?(?: of)?|within|<=?|≤|"
    r"not (?:over|above)|(?:no|not|never) (?:more|larger|bigger|greater|longer|slower|higher|heavier) than|"
    r"not exceed(?:ing)?|(?:smaller|lighter|faster|quicker|cheaper) than|unter|höchstens|maximal|"
    r"(?:nicht mehr|kleiner|weniger) als|bis zu|moins de|au plus|pas plus de|menos de|como máximo|no más de)"
)
_AT_MOST = _MOST + r"\s*"
_AT_LEAST = r"(?:at least|min(?:imum|\.)?|>=?|≥)\s*"
_THINGS = (
    r"(?:[^\W\d]\w* )?(?:documents?|docs|pages|articles|contracts|papers|emails|e-mails|mails|messages|tickets|reviews|"
    r"comments|posts|tweets|PDFs|records|texts|files|answers|abstracts|products|items|chunks|passages|Dokumente|Seiten|"
    r"Verträge)"
)


def wishes_in(text: str) -> tuple[Found, ...]:
    """Fields of the requirements that the text states with a number or a fixed phrase, the first mention of each.

    Returns:
        `Found` with a dotted field name, the value in the unit of that field, and the phrase it was read from.
    """
    found: dict[str, Found] = {}
    figures = any(map(str.isdigit, text))
    for rule in _RULES:
        if rule.field in found or (rule.needs_figures and not figures):
            continue
        if match := rule.compiled.search(text):
            found[rule.field] = Found(rule.field, rule.value(match), match.group().strip(" ,.;"), rule.confidence)
    return (*found.values(), *licenses_in(text))


@dataclass(frozen=True)
class _Rule:
    """A field and how it is stated. Compiled at its first use: most needs state few numbers, and all take 20 ms."""

    field: str
    pattern: str
    value: Callable[[re.Match[str]], Any]
    confidence: float
    needs_figures: bool

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.IGNORECASE)


def _constant(value: Any) -> Callable[[re.Match[str]], Any]:
    return lambda _: value


def _day(match: re.Match[str]) -> date:
    """The day after which: the last of a year, or of the year before "since"."""
    if len(match[2]) == 4:
        return date(int(match[2]) - (match[1].casefold() == "since"), 12, 31)
    return date.fromisoformat(match[2]) - timedelta(days=match[1].casefold() == "since")


def _rule(field: str, pattern: str, value: Callable[[re.Match[str]], Any], confidence: float = 0.95) -> _Rule:
    return _Rule(field, pattern, value, confidence, NUMBER in pattern or r"\d{4}" in pattern)


_MATTERS = 0.5
"""Weight beside quality of what a text asks for in words: four times as fast counts as one standard deviation of
ability."""
_PURPOSE = r"(?: (?:product|use|project|service|purposes?))?"
_COMMERCIAL = (
    rf"(?<!non[- ])\b(?:commercial(?:ly)?{_PURPOSE}|kommerziell\w*|commerciale?\b|comercial)\b"
    r"|\bwe sell\b|\bpaying customers\b|\bour (?:saas|paid) product\b"
)
_NOT_COMMERCIAL = (
    r"(?<!no )(?<!not )(?<!without )\bnon-?commercial(?:ly)?\b|\b(?:for )?(?:research|personal use|hobby) only\b"
    rf"|\b(?:not|no|never)(?: for| any| used)*\s+commercial(?:ly)?{_PURPOSE}\b"
)
_LENGTH_OF = r"(?![\s-]*(?:(?:of )?(?:audio|video|speech|clips?|recordings?)|long|steps?|windows?)\b)"
"""After a time that is the length of what is read, and no limit."""
_TIME = rf"\s*{TIME}{_LENGTH_OF}"
_ENDS = r"(?=\s*(?:$|[.,;:)!?]|(?:on|or|with|for|per|and|at|each|from|using)\b))"
"""After a time that is a limit: "in 2 s, on CPU", not "in 2 s steps" or "in a second language"."""
_LATENCY = r"(?:\b(?:latency|response times?|Latenz|Antwortzeit)(?: of| is|:)?\s+)?"
_EACH = r"\s*(?:/|per |an? |for (?:an?|each|every|one) |each |every |pro |par |por )\s*"
_CALENDAR = r"(?!(?:seconds?|s|minutes?|min|hours?|h|days?|weeks?|months?|years?|Tag|Stunde|jour|día)\b)"
_A_TIME = r"\s*(?:/\s*|per |an? )(s|secs?|seconds?|mins?|minutes?|h|hours?)\b"
_AT_ONCE = (
    r"(?:at (?:the same time|once|a time)|simultaneously|concurrently|in parallel|gleichzeitig|"
    r"en même temps|a la vez)\b"
)
_CALLS = r"(?:users?|people|requests?|clients?|sessions?|calls?|chats?|conversations?|connections?|Nutzer|Anfragen)"
_A_MONTH = r"(?:\s*(?:/\s*|per |an? |each |every )(?:month|mo)\b|\s*monthly\b)"
_USD = r"(?:US)?(?:\$|USD|dollars?)"
_PAID = (
    r"(?:budget(?: is| of|:|,| up to| under| about| around)*|spend|pay|afford|costs?|costing|have|for|" + _MOST + ")"
    r"\s*(?:(?:at most|up to|max(?:imum|\.)?|only)\s*)?"
)
_BUDGET = r"\bmonthly budget(?: is| of|:)*\s*"
_PARAMETERS = r"[\s-]*(?:parameters?|params?|Parametern?|paramètres|parámetros)\b"
_STORED = r"\s*(?:(?:of|on|in|to|as an?)\s+)?(?:disks?|downloads?|storage|files?|SSD|weights|Download|Festplatte)\b"
_MEMORY = r"\s*(?:of\s+)?(?:V?RAM|memory|Speicher)\b"
_FITS = r"\bfits? (?:in|into|within)\s*"
_ASKED = r"(?:prompts?|inputs?|requests?)"
_CONTEXT = r"(?:context(?: window| length| size)?|Kontext(?:fenster|länge)?|contexte|contexto)"
_OR_LESS = r",?\s*(?:at (?:the )?most|or (?:less|fewer|smaller|below|under)|max(?:imum|imal)?)\b"
_RULES = (
    _rule("max_latency_ms", _LATENCY + _AT_MOST + NUMBER + _TIME, milliseconds),
    _rule("max_latency_ms", NUMBER + _TIME + r"\s+(?:latency|response times?|Latenz|Antwortzeit)\b", milliseconds),
    _rule("max_latency_ms", NUMBER + _TIME + rf"(?:{_EACH}{_CALENDAR}[^\W\d]+|\s+each\b)", milliseconds),
    _rule("max_latency_ms", r"\b(?:latency|Latenz)(?: of| von|:)?\s*" + NUMBER + _TIME, milliseconds),
    _rule("max_latency_ms", r"\bfirst token (?:in|after)\s*" + NUMBER + _TIME, milliseconds),
    _rule("max_latency_ms", NUMBER + _TIME + r"\s+(?:to|until|for) (?:the )?first token\b", milliseconds),
    _rule("max_latency_ms", rf"(?:{_AT_MOST}|\bin )" + NUMBER_IN_WORDS + TIME + _ENDS, milliseconds, 0.9),
    _rule("max_latency_ms", r"\bin\s+" + NUMBER + _TIME + _ENDS, milliseconds, 0.8),
    _rule("max_params", _AT_MOST + NUMBER + r"\s*" + SCALE_OR_NONE + _PARAMETERS, count),
    _rule("max_params", NUMBER + r"\s*" + SCALE_OR_NONE + _PARAMETERS + _OR_LESS, count),
    _rule("max_params", _AT_MOST + NUMBER + r"\s*(b)\b(?!\s*(?:tokens|users|documents))", count, 0.9),
    _rule("max_params", NUMBER + r"\s*(b)\b" + _OR_LESS, count, 0.9),
    _rule(
        "context_tokens",
        NUMBER + rf"\s*{SCALE_OR_NONE}[\s-]*(?:tokens?\s+(?:of\s+)?)?{_CONTEXT}\b",
        tokens,
    ),
    _rule(
        "context_tokens",
        rf"\b{_CONTEXT}(?: of| up to| von| de|:)*\s*(?:at least\s*)?"
        + NUMBER
        + rf"\s*{SCALE_OR_NONE}(?:\s*tokens?\b)?",
        tokens,
    ),
    _rule(
        "context_tokens",
        rf"\b{_ASKED}(?: length)?(?: of| up to| with| are| is| have| has| about| around|:)*\s*"
        + NUMBER
        + rf"\s*{SCALE_OR_NONE}[\s-]*tokens?\b",
        tokens,
        0.9,
    ),
    _rule(
        "context_tokens",
        NUMBER + rf"\s*{SCALE_OR_NONE}[\s-]*tokens?[\s-]+(?:long |per |a |each )?{_ASKED}\b",
        tokens,
        0.9,
    ),
    _rule(
        "min_items_per_s",
        rf"(?:(?:{_AT_LEAST}|\bat\s+))?{NUMBER}\s*{SCALE_OR_NONE}\s*"
        r"(?!tokens?\b|tok\b|users?\b|[kmgt]?b(?:its?|ytes?)?\b|times?\b)[^\W\d][\w-]+(?: [^\W\d]\w+)?" + _A_TIME,
        a_second,
        0.9,
    ),
    _rule("min_items_per_s", rf"(?:{_AT_LEAST}|\b(?:at|with)\s+){NUMBER}()\s*(f)ps\b", a_second, 0.9),
    _rule(
        "data.n_documents",
        rf"{NUMBER}\s*{SCALE_OR_NONE}\s*{_THINGS}\b(?!{_A_TIME})(?!\s*{_AT_ONCE})",
        count,
        0.9,
    ),
    _rule(
        "data.n_labels",
        NUMBER + r"()\s+(?:\w+ )?(?:categories|classes|labels|Kategorien|Klassen|catégories|categorías)\b",
        count,
    ),
    _rule("data.n_labelled", NUMBER + r"()\s+(?:\w+ )?(?:labelled|labeled|annotated|gelabelte)\b", count, 0.9),
    _rule(
        "concurrency",
        NUMBER + rf"()\s+(?:concurrent|simultaneous|parallel|gleichzeitige)(?:\s+{_CALLS})?\b",
        count,
        0.9,
    ),
    _rule("concurrency", NUMBER + rf"()\s+(?:[^\W\d]\w*\s+)?{_CALLS}\s+(?:[^\W\d]\w*\s+)?{_AT_ONCE}", count, 0.9),
    _rule("concurrency", rf"\b(?:concurrency|parallel {_CALLS})(?: of|:)?\s*{NUMBER}()", count, 0.9),
    _rule("min_tokens_per_s", _AT_LEAST + NUMBER + r"\s*(?:tokens?|tok|t)\s*(?:/|per )\s*s(?:ec(?:ond)?)?\b", plain),
    _rule("max_usd_per_month", rf"{_PAID}{_USD}\s*{NUMBER}\s*{SCALE_OR_NONE}{_A_MONTH}", amount),
    _rule("max_usd_per_month", rf"{_PAID}{NUMBER}\s*{SCALE_OR_NONE}\s*{_USD}{_A_MONTH}", amount),
    _rule("max_usd_per_month", rf"{_BUDGET}{_USD}\s*{NUMBER}\s*{SCALE_OR_NONE}", amount),
    _rule("max_usd_per_month", rf"{_BUDGET}{NUMBER}\s*{SCALE_OR_NONE}\s*{_USD}", amount),
    _rule("max_memory_gib", rf"(?:{_AT_MOST}|{_FITS}){NUMBER}{BYTES}{_MEMORY}", gib, 0.9),
    _rule("max_memory_gib", _FITS + NUMBER + BYTES, gib, 0.7),
    _rule("max_disk_gib", _AT_MOST + NUMBER + BYTES + _STORED, gib, 0.9),
    _rule(
        "max_disk_gib",
        rf"\b(?:downloads?|files?|disk(?: space)?|model size)(?: size)?(?: is| of|:)*\s*{_AT_MOST}{NUMBER}{BYTES}",
        gib,
        0.9,
    ),
    _rule(
        "max_joules_per_item", r"(?:\benergy(?: of| is|:)?\s+)?" + _AT_MOST + NUMBER + r"\s*(?:J|joules?)\b", plain, 0.9
    ),
    _rule("released_after", r"\b(?:released|published|newer)\s+(after|since|than)\s+(\d{4}(?:-\d\d-\d\d)?)\b", _day),
    _rule("allow_uncensored", r"\buncensored\b", _constant(True), 0.9),
    _rule("use.commercial", _NOT_COMMERCIAL, _constant(False), 0.9),
    _rule("use.commercial", _COMMERCIAL, _constant(True), 0.9),
    _rule("use.distribution", r"\bsaas\b", _constant("saas"), 0.8),
    _rule("use.purpose", r"\b(?:for )?research only\b", _constant("research"), 0.8),
    _rule(
        "use.monthly_active_users",
        rf"{NUMBER}\s*{SCALE_OR_NONE}\s*(?:monthly |active )*users\b(?!\s*{_AT_ONCE})",
        count,
        0.8,
    ),
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
