"""What a text says that it does not want: "no Chinese models", "not German", "not a chatbot but a search engine"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_CUE = (
    r"(?P<cue>no|not|nor|never|without|except(?:ing)?(?: for)?|exclud(?:e|es|ing)|avoid(?:ing)?|other than|rather than|"
    r"instead of|kein(?:e|en|em|er|es)?|ohne|nicht|außer|sans|sauf|sin|excepto)"
)
_NO_NEGATION = (
    r"(?!only|just|necessarily|sure|matter|idea|need|problem|doubt|longer|more|less|fewer|larger|bigger|greater|slower|"
    r"higher|heavier|later|over|above|exceed\w*|nur|mehr|solo)"
)
_SMALL = r"(?:(?:any|an?|the|in|for|from|about|by|to|use|using|auf|für|in|en|de|eine?n?)\s+)*"
_STOP = (
    r"(?!(?:but|on|for|with|that|which|who|under|at|is|are|was|to|from|because|it|we|i|you|must|should|can|please|when|"
    r"while|if|aber|sondern|mais|pero|has|have|needs?|in|into|about|over|auf|für|über|mit|dans|pour|sur|avec|para|con)\b)"
)
_WORD = r"[^\W\d_](?:[\w.+'-]*\w)?"
_NEGATION = re.compile(
    rf"\b{_CUE}\b\s+{_NO_NEGATION}{_SMALL}(?P<what>{_STOP}{_WORD}(?:\s+{_STOP}{_WORD}){{0,3}})", re.IGNORECASE
)


_CONTRAST = re.compile(r"\s*,?\s*(?:but|sondern|mais|sino)\b", re.IGNORECASE)
_INSTEAD_OF = re.compile(r"(?:rather than|instead of)\s+an?\b", re.IGNORECASE)


class Negation(NamedTuple):
    """A phrase that denies something: where it stands (start, end), its words, and the words of what is denied."""

    span: tuple[int, int]
    phrase: str
    what: str
    of_another: bool
    """Whether something else is wanted: "not a chatbot but", "rather than a summary"; "but" belongs to the phrase."""


def negations_in(text: str) -> tuple[Negation, ...]:
    """The phrases that deny something, in the order of the text."""
    found = []
    for match in _NEGATION.finditer(text):
        contrast = _CONTRAST.match(text, match.end())
        start, end = match.start(), contrast.end() if contrast else match.end()
        of_another = bool(contrast or _INSTEAD_OF.match(match.group()))
        found.append(Negation((start, end), text[start:end], match["what"], of_another))
    return tuple(found)


def within(span: tuple[int, int], negations: Iterable[Negation]) -> bool:
    """Whether a part of a text is denied."""
    return any(negation.span[0] <= span[0] and span[1] <= negation.span[1] for negation in negations)
