"""Understanding a need in free text: the task and how surely, languages, domains, stated limits."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from advisor.domain.errors import NotAvailable
from advisor.domain.tasks import Task, parse_task
from advisor.features.domains import domains_in
from advisor.features.encoder import TextEncoder
from advisor.features.found import Found
from advisor.features.languages_in_text import languages_in
from advisor.features.makers import speaks_of_models, unwanted_models
from advisor.features.negations import negations_in
from advisor.features.unread import limits_in, unread_in
from advisor.features.wishes import wishes_in

SURE = 0.5
"""Below this confidence the task is a guess, and `Understanding.warning` says so."""
_LEAST = 0.4
"""Below this confidence a text with few known words is refused rather than guessed at (docs/design/encoder.md)."""
_FEW_WORDS = 3
_A_MODEL = re.compile(r"^\s*(?:an?|the)\s|\b(?:models?|LLMs?)\b", re.IGNORECASE)
"""What may stand beside the name of a task and adds nothing to it."""
_NAMED = 0.95
"""Confidence where a text is the name of a task and nothing else."""
_ALTERNATIVES = 3
_LIMITS = ("max_", "min_", "use.", "priorities.", "concurrency", "licenses_", "allow_", "exclude", "released_")
_BEFORE = r"(?:\b(?:on|with|for|in|at|within|of|by|to|and|but|an?|the|our|my)\s+)*"
"""Words that lead to a phrase and say nothing without it."""
_RATE = re.compile(
    r"[^\d]*[\d.,]+\s*(?:[kmb]\b)?\s*(?!tok|USD|dollar|EUR|euro|user|ms\b|s\b|sec|min)([^\W\d][\w -]+?)"
    r"\s*(?:/\s*|\bper |\ban? )[a-z]+",
    re.IGNORECASE,
)

_USUAL_CONTEXT = 8192
"""Tokens up to which a stated length does not ask for a long context."""


@dataclass(frozen=True)
class TaskGuess:
    """A task and the calibrated chance that it is the one meant."""

    task: Task
    confidence: float


@dataclass(frozen=True)
class Understanding:
    """What a text says of a need. Nothing here is a requirement until the caller applies it."""

    task: TaskGuess
    alternatives: tuple[TaskGuess, ...]
    """The next likely tasks, most likely first."""
    outside: float
    """Chance that no task of the vocabulary covers what the text asks for (image generation, speech synthesis)."""
    because: str
    """The words that spoke most for the task."""
    languages: tuple[Found, ...]
    domains: tuple[Found, ...]
    wishes: tuple[Found, ...]
    """Other fields of the requirements that the text states."""
    limits: tuple[str, ...]
    """What looks like a limit, whether or not a field of the requirements says it."""
    refused: str | None
    """Set when nothing is understood of the task; says why."""
    warning: str | None
    """Set when the task is not sure; says what to do."""


def understand(text: str, encoder: TextEncoder, aside: Sequence[str] = ()) -> Understanding:
    """Read a need.

    Args:
        text: the need as people write it, in English; other languages are read less surely.
        encoder: the encoder whose folder also holds the task head.
        aside: parts of it that are understood already and say nothing of the task, such as a device.
    """
    head = _head(encoder.folder)
    negations = negations_in(text)
    wishes = (*wishes_in(text), *unwanted_models(negations))
    another = [negation.phrase for negation in negations if negation.of_another or speaks_of_models(negation)]
    # What states a limit, a use or a usual length, or names what is not wanted, says nothing of the task.
    languages = languages_in(text, negations)
    limits = limits_in(text, negations, languages)
    read = [wish.because for wish in wishes if _is_limit(wish)]
    long = [wish.because for wish in wishes if not _is_limit(wish)]
    unread = [limit for limit in unread_in(text, limits, long) if "token" not in limit.casefold()]
    told = _less(text, (*aside, *read, *another, *unread))
    guesses, outside = head.probabilities(encoder.encode([told])[0])
    if named := parse_task(_A_MODEL.sub("", told).strip(" ,.;:!?")):
        guesses, outside = _surely(named, guesses, outside)
    ranked = sorted(guesses.items(), key=lambda item: (-item[1], item[0]))
    best, *others = (TaskGuess(task, confidence) for task, confidence in ranked)
    return Understanding(
        task=best,
        alternatives=tuple(others[:_ALTERNATIVES]),
        outside=outside,
        because=head.because(told, best.task, encoder),
        languages=languages,
        domains=domains_in(_less(text, (*another, *unread))),
        wishes=wishes,
        limits=limits,
        refused=_refused(told, best, encoder),
        warning=_warning(best, others[0], outside),
    )


def _is_limit(wish: Found) -> bool:
    usual = wish.field == "context_tokens" and wish.value <= _USUAL_CONTEXT
    return usual or wish.field.startswith(_LIMITS)


def _less(text: str, phrases: Iterable[str]) -> str:
    """A text without phrases; of a rate ("at 100 tweets per minute") the thing that is counted stays."""
    for phrase in phrases:
        rate = _RATE.fullmatch(phrase)
        text = re.sub(_BEFORE + re.escape(phrase), f" {rate[1]} " if rate else " ", text)
    return text


def _surely(named: Task, guesses: dict[Task, float], outside: float) -> tuple[dict[Task, float], float]:
    """Chances where a task is named: the others share what is left."""
    confidence = max(_NAMED, guesses[named])
    rest = (1 - confidence) / max(1 - guesses[named], 1e-9)
    return {task: confidence if task is named else rest * chance for task, chance in guesses.items()}, rest * outside


def _refused(told: str, best: TaskGuess, encoder: TextEncoder) -> str | None:
    letters = [letter for letter in told if letter.isalpha()]
    if 2 * sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters) < len(letters):
        return "in a script that is not read"
    words = [word for word in re.findall(r"[^\W\d_]+", told) if len(word) > 2]
    if best.confidence < _LEAST and sum(map(encoder.knows, words)) < _FEW_WORDS:
        return "not understood as any known task"
    return None


def _warning(best: TaskGuess, second: TaskGuess, outside: float) -> str | None:
    if outside >= SURE:
        return "the text may ask for something that no task here covers; state `task` if one of them is meant"
    if best.confidence < SURE:
        return f"the task is not sure ({best.task} or {second.task}?); state `task` to be certain"
    return None


@dataclass(frozen=True)
class _Head:
    """A linear layer over text vectors; the temperature is folded into the weights."""

    labels: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def probabilities(self, vector: npt.NDArray[np.float32]) -> tuple[dict[Task, float], float]:
        logits = vector @ self.weights + self.bias
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        found = dict(zip(self.labels, map(float, shares), strict=True))
        outside = found.pop("none")
        return {Task(label): share for label, share in found.items()}, outside

    def because(self, text: str, task: Task, encoder: TextEncoder) -> str:
        """The one to three words whose vectors point most toward the task, in the order of the text."""
        every = list(dict.fromkeys(word.strip(".,;:!?\"'()") for word in text.split()))[:200]
        words = [word for word in every if len(word) > 3 or word.isupper()] or every
        column = self.weights[:, self.labels.index(task)] - self.weights.mean(axis=1)
        pull = encoder.sums(words) @ column
        strongest = [index for index in np.argsort(-pull, kind="stable")[:3] if pull[index] > 0]
        return " ".join(words[index] for index in sorted(strongest))


@lru_cache(maxsize=4)
def _head(folder: Path) -> _Head:
    try:
        card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        table = np.load(folder / "task_head.npy", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise NotAvailable(f"task head in {folder} cannot be read ({error}); reinstall model-advisor") from error
    return _Head(tuple(card["labels"]), table[:-1], table[-1])
