"""Needs as people write them, by task: what the requirement encoder is trained on (no labelled corpus of needs exists).

`needs_text.txt` and `needs_media.txt` hold hand-written lines under a `[task]` heading, `needs_phrases.txt` verbs,
objects and rests that are drawn together. `{docs}`, `{docs_de}` and `{lang}` are filled in from `needs_words.txt`. Any
text may get an opening ("we need to") and a remark that says nothing of the task (hardware, license, speed), so that
what is trained on them learns to pass over such words.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

LINES = ("needs_text.txt", "needs_media.txt")
OUTSIDE = "none"
"""Label of needs that no task of the vocabulary serves."""
UNCLEAR = "unclear"
"""Label of texts that say nothing of the task: every task should be as likely."""


class Need(NamedTuple):
    """A training text: its task, and the hand-written line that it was made from (None: drawn from phrases)."""

    text: str
    task: str
    line: int | None


def needs(copies: int = 6, phrases: int = 150, seed: int = 1) -> list[Need]:
    """Every line `copies` times with other fillings, openings and remarks, and `phrases` drawn texts a task.

    The first copy of a line has neither opening nor remark.
    """
    draw = random.Random(seed)
    words = dict(_sections("needs_words.txt"))
    found = []
    for number, (task, line) in enumerate(line for name in LINES for line in _lines(name)):
        found += [
            Need(_dressed(_filled(line, words, draw), words, draw, copy == 0), task, number) for copy in range(copies)
        ]
    for task, blocks in _sections("needs_phrases.txt"):
        for _ in range(phrases):
            parts = [draw.choice(part.strip().split("|")) for part in draw.choice(blocks).split(" >")]
            text = _filled(" ".join(" ".join(parts).split()), words, draw)
            found.append(Need(_dressed(text, words, draw, plain=False), task, None))
    return found


def _lines(name: str) -> list[tuple[str, str]]:
    return [(task, line) for task, lines in _sections(name) for line in lines]


def _sections(name: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            found.append((line.strip("[]"), []))
        elif line and not line.startswith("#"):
            found[-1][1].append(line)
    return found


def _filled(line: str, words: dict[str, list[str]], draw: random.Random) -> str:
    for slot in ("docs", "docs_de", "lang"):
        line = line.replace(f"{{{slot}}}", draw.choice(words[slot]))
    return line


def _dressed(text: str, words: dict[str, list[str]], draw: random.Random, plain: bool) -> str:
    if plain:
        return text
    if text[0].islower() and draw.random() < 0.5:
        text = f"{draw.choice(words['openings'])} {text}"
    if draw.random() < 0.4:
        text = f"{text.rstrip('.?')}, {draw.choice(words['remarks'])}"
    return text
