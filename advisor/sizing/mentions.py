"""Hardware words in free text: "on a laptop", "one 24 GB card", "we have 2x A100 80GB". Conservative: silence beats
a wrong device, but a name that can only be a device is told where none has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from advisor.domain.errors import InvalidInput
from advisor.domain.hardware import Hardware
from advisor.sizing.device_words import BEFORE, CARD, GENERIC, NAMED, NAMED_ON, SIZE, UNKNOWN

Named = Callable[[str], Hardware | None]
"""Looks a device up by its name; raises InvalidInput where the name lacks a memory size."""
Span = tuple[int, int]
_WORD = re.compile(r"[^\s\-_/(),;:!?]+")
_MAKERS = frozenset(["nvidia", "amd", "intel", "apple", "aws", "geforce", "qualcomm"])
_MOST_WORDS = 7
_LEAST_LETTERS = 5
"""A name of one word that is shorter may mean anything."""


class Mention(NamedTuple):
    """A device named in a text: where (start, end), what it is, and how surely (0 to 1)."""

    span: Span
    hardware: Hardware
    confidence: float


class Mentions(NamedTuple):
    """The devices that a text names, surest first, then by place, and where it names one that is not known. Spans never
    overlap."""

    known: tuple[Mention, ...]
    unknown: tuple[Span, ...]


def telling_names(names: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """The names that mean nothing but a device, in words: "steam deck", "epyc 9654", "intel n100"; not "M4" alone."""
    found = set()
    for name in names:
        spelled = re.sub(r"\s(?:\d[\d.]*GB|GPU)$", "", name).casefold()
        words = [word for word in _WORD.findall(spelled) if word not in _MAKERS]
        if not words or words[0].startswith("mac"):
            continue
        figures = any(character.isdigit() for word in words for character in word)
        if len(words) > 1 or (figures and len(words[0]) >= _LEAST_LETTERS):
            found.add(tuple(words))
        elif figures and words[0][0].isalpha():
            found.update((maker, *words) for maker in _MAKERS)
    return frozenset(found)


def find_in_text(named: Named, names: frozenset[tuple[str, ...]], text: str) -> Mentions:
    """Look for devices.

    Args:
        named: looks a device up.
        names: names of the catalog in words, from `telling_names`.
        text: what people write.
    """
    found: list[Mention] = []
    unknown: list[Span] = []

    def add(span: Span, name: str, confidence: float, *, telling: bool = False) -> None:
        taken = [mention.span for mention in found] + unknown
        if any(span[0] < other[1] and other[0] < span[1] for other in taken):
            return
        if device := _first(named, name):
            found.append(Mention(span, device, confidence))
        elif telling:
            unknown.append(span)

    for span in _catalog_names(names, text):
        add(span, text[slice(*span)], 0.95, telling=True)
    for match in NAMED.finditer(text):
        add(match.span(), match[0], 0.95, telling=True)
    for match in NAMED_ON.finditer(text):
        add(match.span("m"), match["m"], 0.85)
    for match in CARD.finditer(text):
        add(match.span(), match[0].replace("-", " "), 0.85)
    for pattern in UNKNOWN:
        for match in pattern.finditer(text):
            add(match.span("m"), match["m"], 0.85, telling=True)
    for pattern, name, confidence in GENERIC:
        for match in pattern.finditer(text):
            size = re.search(r"(\d{1,4})\s?gb", match[0], re.I)
            span = match.span("m") if "m" in match.groupdict() else match.span()
            add(span, f"{name or match['m']} {size[1]}GB" if size and name else name or match["m"], confidence)
    known = sorted(found, key=lambda mention: (-mention.confidence, mention.span))
    return Mentions(tuple(known), tuple(sorted(unknown)))


def _first(named: Named, name: str) -> Hardware | None:
    """The device of a name as written, of one of several ("3090s"), or with memory that can only be its host's."""
    name = re.sub(r"\b(?:an?|the)\s|\b(?:laptop|notebook|machine|box|board)\b(?=\s+(?:with )?\d)", " ", name)
    name = " ".join(name.split())
    host = [f"{name} RAM"] if re.search(r"\b(?:with|and) \d+ ?g(?:i?b)?$", name, re.I) else []
    for written in dict.fromkeys((name, _one(name), *host)):
        try:
            if device := named(written):
                return device
        except InvalidInput:
            return None
    return None


def _one(name: str) -> str:
    return re.sub(r"(?<=[a-z\d])s\b(?=\W|$)", "", name, flags=re.I)


def _catalog_names(names: frozenset[tuple[str, ...]], text: str) -> Iterable[Span]:
    """Where a text holds names of the catalog word for word, with a count before and a size after."""
    words = [(match[0].casefold().rstrip("."), match.start()) for match in _WORD.finditer(text)]
    place = 0
    while place < len(words):
        for length in range(min(_MOST_WORDS, len(words) - place), 0, -1):
            spelled = tuple(word for word, _ in words[place : place + length])
            last = spelled[-1].removesuffix("s") if spelled[-1][:-1].isdigit() else spelled[-1]
            if spelled in names or (*spelled[:-1], last) in names:
                start, (final, begins) = words[place][1], words[place + length - 1]
                end = begins + len(final)
                before, after = BEFORE.search(text, 0, start), SIZE.match(text, end)
                yield before.start() if before else start, after.end() if after else end
                place += length - 1
                break
        place += 1
