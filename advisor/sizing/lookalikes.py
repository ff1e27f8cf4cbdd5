"""Which devices a misspelled name may have meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from advisor.sizing.names import DeviceText, take_apart

_LEAST = 0.5
"""Least similarity of a suggestion, 0 to 1."""
_NEARLY = 0.85
"""Similarity from which a text is one name misspelled: one wrong letter in seven."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Known(NamedTuple):
    """A name that is understood."""

    key: str
    name: str
    memory_gib: float | None
    year: int


class _Alike(NamedTuple):
    """Orders by edits first, then by letters and digits that only one of both names has, then newer devices first."""

    distance: float
    unshared: int
    age: int
    length: int
    name: str
    key: str


def look_alikes(text: str, known: Iterable[Known], limit: int = 3) -> tuple[str, ...]:
    """The nearest names, one of each model: "RTX 49000" -> "RTX 4090"."""
    nearest: dict[str, str] = {}
    for alike in _alikes(text, known):
        nearest.setdefault(alike.key, alike.name)
    return tuple(dict.fromkeys(nearest.values()))[:limit]


def names_another(text: str, part: str, keys: Sequence[str]) -> bool:
    """Whether a text is nearly another name than a part of it: "Jetson Orin Nanoo" is no "Jetson Orin"."""
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    whole, scorer = take_apart(text).key, DamerauLevenshtein.normalized_similarity
    least = max(_NEARLY, scorer(whole, take_apart(part).key))
    best = process.extractOne(whole, keys, scorer=scorer, score_cutoff=least)
    return best is not None and best[1] > least


def _alikes(text: str, known: Iterable[Known]) -> list[_Alike]:
    from rapidfuzz.distance import DamerauLevenshtein

    similarity = DamerauLevenshtein.normalized_similarity
    words, spelled = take_apart(text), " ".join(text.casefold().split())
    asked = _with_memory(words.key, words.memory_gib)
    found = []
    for item in known:
        compared = _compared(item, words)
        alike = max(similarity(spelled, item.name.casefold()), similarity(asked, compared))
        if alike >= _LEAST:
            unshared = _unshared(asked, compared)
            found.append(_Alike(1 - alike, unshared, -item.year, len(item.name), item.name, item.key))
    return sorted(found)


def _compared(item: Known, words: DeviceText) -> str:
    """What of a known name stands beside the words: of a bare number no letters before it."""
    key = item.key.lstrip(_LETTERS) if words.key[:1].isdigit() else item.key
    return _with_memory(key or item.key, words.memory_gib and item.memory_gib)


def _with_memory(key: str, memory_gib: float | None) -> str:
    return f"{key} {memory_gib:g}" if memory_gib else key


def _unshared(one: str, other: str) -> int:
    return ((Counter(one) - Counter(other)) + (Counter(other) - Counter(one))).total()
