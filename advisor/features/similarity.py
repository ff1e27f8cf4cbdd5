"""How alike two tasks are: a need and a benchmark, or two benchmarks.

Every side is described by the same features: task, languages, domains, modalities, text and length. Their squared
distance is a weighted sum of the distances of the parts; a kernel over it says how far a result on one tells of the
other.
The weights are those of the evidence kernel in docs/design/evidence.md, chosen on held-out benchmark families.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Weights(NamedTuple):
    """What a full difference in one part adds to the squared distance."""

    task: float = 4.0
    language: float = 1.5
    language_overlap: float = 1.0
    domain: float = 0.5
    modality: float = 1.0
    text: float = 4.0
    length: float = 0.4
    """Per factor of e in text length."""


WEIGHTS = Weights()


class Profile(NamedTuple):
    """What is known of one task; an empty part is unknown and counts as neutral."""

    task: str | None
    languages: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    modalities: frozenset[str] = frozenset()
    log_chars: float | None = None


class TaskSpace:
    """The benchmarks of an arena as points, and the distance of any profile to them."""

    def __init__(self, profiles: Sequence[Profile], text: Floats) -> None:
        """Index `profiles`.

        Args:
            profiles: one a benchmark, n of them.
            text: (n, d) L2-normalised text vectors, float32; d = 0 where there are none.
        """
        self.text = text
        self._tasks = np.array([p.task or "" for p in profiles], dtype=object)
        self._languages = _Sets([p.languages for p in profiles])
        self._domains = _Sets([p.domains for p in profiles])
        self._modalities = _Sets([p.modalities for p in profiles])
        self._own_distances = np.array([_own(profile) for profile in profiles], np.float32)
        self._log_chars = np.array([np.nan if p.log_chars is None else p.log_chars for p in profiles], np.float32)

    def distance(self, profile: Profile, text: Floats | None, usual: float = 0.0) -> Floats:
        """Squared distances (n,) of a profile to every benchmark; what is unknown of either side adds nothing.

        Args:
            profile: the task.
            text: (d,) vector of its text.
            usual: cosine of the texts of a benchmark and of the most alike one. People word a need otherwise than
                the descriptions of benchmarks are composed, so that it is like none of them: it is moved as near.
        """
        total = self._raw(profile, text, usual)
        return np.maximum(total - (_own(profile) + self._own_distances) / 2, 0)

    def _raw(self, profile: Profile, text: Floats | None, usual: float) -> Floats:
        w = WEIGHTS
        total = np.where(self._tasks == (profile.task or ""), 0.0, w.task).astype(np.float32)
        jaccard, shared = self._languages.jaccard(profile.languages)
        total += w.language * (1 - jaccard) + w.language_overlap * (1 - (shared > 0))
        total += w.domain * (1 - self._domains.jaccard(profile.domains)[0])
        total += w.modality * (1 - self._modalities.jaccard(profile.modalities)[0])
        if text is not None and self.text.size:
            alike = self.text @ text
            total += w.text * (1 - alike - max(usual - float(alike.max(initial=-1.0)), 0.0))
        if profile.log_chars is not None:
            difference = np.abs(self._log_chars - np.float32(profile.log_chars))
            total += w.length * np.where(np.isnan(difference), 1.0, difference)
        return total

    def shares_language(self, profile: Profile) -> NDArray[np.bool_]:
        """(n,) benchmarks that share a language with a profile, or where either side is unknown."""
        return np.asarray(self._languages.jaccard(profile.languages)[1] > 0, np.bool_)

    def same_modalities(self, profile: Profile) -> NDArray[np.bool_]:
        """(n,) benchmarks of exactly the modalities of a profile."""
        return np.asarray(self._modalities.jaccard(profile.modalities)[0] == 1, np.bool_)


def _own(profile: Profile) -> np.float32:
    """Distance of a profile to itself: what its unknown parts cost."""
    w = WEIGHTS
    unknown = 0.5 * (w.language * (not profile.languages) + w.domain * (not profile.domains))
    unknown += 0.5 * w.modality * (not profile.modalities)
    return np.float32(unknown)


class _Sets:
    """Sets of words as a matrix, for Jaccard similarity of one set to all."""

    def __init__(self, sets: Sequence[frozenset[str]]) -> None:
        self._index = {word: i for i, word in enumerate(sorted({word for words in sets for word in words}))}
        self._matrix = np.zeros((len(sets), len(self._index)), np.float32)
        for row, words in enumerate(sets):
            for word in words:
                self._matrix[row, self._index[word]] = 1
        self._sizes = self._matrix.sum(1)
        self.jaccard = lru_cache(maxsize=64)(self._jaccard)

    def _jaccard(self, words: frozenset[str]) -> tuple[Floats, Floats]:
        """Jaccard similarity (n,) and shared words (n,); an unknown side is neutral: similarity 0.5, one shared."""
        if not words:
            neutral = np.full(len(self._sizes), 0.5, np.float32)
            return neutral, np.ones_like(neutral)
        columns = [self._index[word] for word in words if word in self._index]
        shared = self._matrix[:, columns].sum(1)
        jaccard = shared / (self._sizes + len(words) - shared)
        unknown = self._sizes == 0
        return np.where(unknown, np.float32(0.5), jaccard), np.where(unknown, np.float32(1), shared)
