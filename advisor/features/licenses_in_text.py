"""Licenses that a text asks for or refuses: "MIT or Apache licensed", "license: Apache-2.0", "no GPL"."""

from __future__ import annotations

import re

from advisor.features.found import Found

# The pattern of a license's name, and the ids or the kind of license that it means.
_MEANS = (
    (r"apache(?:[- ]?(?:licen[sc]e[- ]?)?v?2(?:\.0)?)?", ("apache-2.0",)),
    (r"mit", ("mit",)),
    (r"bsd[- ]?3(?:[- ]clause)?", ("bsd-3-clause",)),
    (r"bsd[- ]?2(?:[- ]clause)?", ("bsd-2-clause",)),
    (r"bsd", ("bsd", "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear")),
    (r"(?:gnu )?agpl(?:[- ]?v?3(?:\.0)?)?", ("agpl-3.0",)),
    (r"(?:gnu )?lgpl(?:[- ]?v?[23](?:\.[01])?)?", ("lgpl-2.1", "lgpl-3.0", "lgpl-lr")),
    (r"(?:gnu )?gpl[- ]?v?3(?:\.0)?", ("gpl-3.0",)),
    (r"(?:gnu )?gpl[- ]?v?2(?:\.0)?", ("gpl-2.0",)),
    (r"(?:gnu )?gpl", ("gpl-2.0", "gpl-3.0", "agpl-3.0")),
    (r"mpl(?:[- ]?2(?:\.0)?)?", ("mpl-2.0",)),
    (r"cc[- ]?by[- ]sa(?:[- ]?4(?:\.0)?)?", ("cc-by-sa-2.0", "cc-by-sa-3.0", "cc-by-sa-4.0")),
    (r"cc[- ]?by(?![- ](?:nc|nd|sa))(?:[- ]?4(?:\.0)?)?", ("cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0")),
    (r"cc[- ]?0|public domain", ("cc0-1.0",)),
    (r"(?:open)?rail(?:\+\+)?", ("responsible-use",)),
    (r"permissive(?:ly)?", ("permissive",)),
    (r"(?:strong )?copyleft", ("strong-copyleft", "network-copyleft")),
)
_NAME = re.compile(rf"(?<![\w.-])(?:{'|'.join(pattern for pattern, _ in _MEANS)})(?![\w+]|[-. ]?\d)", re.I)
# A name is looked for once; in the text that the patterns below are for, these two characters stand for its letters.
_PLAIN, _VERSIONED = "\ue000", "\ue001"
_ONE = f"(?:{_PLAIN}+|{_VERSIONED}+)(?![{_PLAIN}{_VERSIONED}])"
_OR = r"[\s,]*(?:\b(?:or|and|nor|oder|ou|o)\b|/)\s*"
_NAMES = rf"{_ONE}(?:(?:,\s*{_ONE})*{_OR}{_ONE})*"
_WORD = r"(?:licen[sc](?:e[sd]?|ing)|lizen[sz]\w*|licencia\w*)"
_IS = (
    r"(?:[\s:=-]|\b(?:must|should|has to|have to|needs? to|to|be|is|are|of|only|under|the|an?|either|allowed|kind)\b)*"
)
_NO = (
    r"\b(?:no|not|without|never|except|exclud(?:e|ing)|avoid|kein\w*|ohne|nicht|sans|sin)\s+(?:any\s+|under\s+|an?\s+)?"
)
_NO_DEMAND = (
    r"(?!\s*(?:(?:is |are )?(?:preferred|preferably|if possible|would be nice)|or (?:similar|better)|"
    r"(?:texts?|clauses?|code|projects?|logs?|files?|data|datasets?|articles?)\b))"
)
_REFUSED = re.compile(rf"{_NO}(?P<names>{_NAMES})(?:[\s-]*{_WORD})?", re.I)
_ASKED = (
    re.compile(rf"(?:\bonly\s+)?(?P<names>{_NAMES})[\s-]*{_WORD}(?:,?\s*only\b)?{_NO_DEMAND}", re.I),
    re.compile(rf"\b{_WORD}{_IS}(?P<names>{_NAMES}){_NO_DEMAND}", re.I),
    re.compile(rf"\bonly\s+(?P<names>{_NAMES}){_NO_DEMAND}", re.I),
    re.compile(rf"(?P<names>{_NAMES}),?\s*only\b", re.I),
    re.compile(rf"(?<!compatible with )(?=(?:{_PLAIN}+{_OR})?{_VERSIONED})(?P<names>{_NAMES}){_NO_DEMAND}", re.I),
)
_SPOKEN_OF = re.compile(
    rf"{_VERSIONED}+|(?:{_ONE}|\bopen[- ]source|\bOSI(?:[- ]approved)?|\bcommercial|\bfree)[\s-]+{_WORD}\b|"
    rf"\b{_WORD}\s*(?::|(?:must|should|has to|that|which)\b)[^.,;]{{0,40}}",
    re.I,
)


def licenses_in(text: str) -> tuple[Found, ...]:
    """The licenses that must be and that must not be: `licenses_allow` and `licenses_deny`, by id or kind."""
    marked = _marked(text)
    refused = _REFUSED.search(marked)
    found = [_found("licenses_deny", text, refused)] if refused else []
    for pattern in _ASKED:
        for match in pattern.finditer(marked):
            if refused is None or match.end() <= refused.start() or refused.end() <= match.start():
                return (_found("licenses_allow", text, match), *found)
    return tuple(found)


def speaks_of_licenses(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text speaks of a license, whether or not it is understood: start and end."""
    return tuple(match.span() for match in _SPOKEN_OF.finditer(_marked(text)))


def _marked(text: str) -> str:
    return _NAME.sub(
        lambda name: (_VERSIONED if any(map(str.isdigit, name.group())) else _PLAIN) * len(name.group()), text
    )


def _found(field: str, text: str, match: re.Match[str]) -> Found:
    means: dict[str, None] = {}
    for name in _NAME.finditer(text, *match.span("names")):
        means.update(dict.fromkeys(_meant(name.group())))
    return Found(field, tuple(means), text[slice(*match.span())].strip(), 0.9)


def _meant(name: str) -> tuple[str, ...]:
    return next(means for pattern, means in _MEANS if re.fullmatch(pattern, name, re.I))
