"""Text to vectors: one static vector a token, averaged. No torch, no network.

A text's vector is the mean of its tokens' vectors, scaled to length 1. The token vectors were distilled from a
sentence transformer and trained on needs and benchmark descriptions (docs/design/encoder.md).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from advisor.catalog.paths import models_dir
from advisor.domain.errors import NotAvailable
from advisor.features.wordpiece import WordPiece

FOLDER = "encoder-2026-11-25"
_CHUNK = 256


@dataclass(frozen=True)
class TextEncoder:
    """Token vectors and the vocabulary that they belong to."""

    card: dict[str, Any]
    """How the artifact was made, and its figures."""
    folder: Path
    _pieces: WordPiece
    _vectors: npt.NDArray[np.int8]
    _scales: npt.NDArray[np.float32]

    @classmethod
    def open(cls, path: Path | None = None) -> TextEncoder:
        """Open the shipped encoder, or the one in the folder `path`. The vectors are mapped, not read.

        Raises:
            NotAvailable: the folder lacks a file, or holds another format.
        """
        folder = path or models_dir() / FOLDER
        try:
            card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
            vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
            scales = np.load(folder / "scales.npy", allow_pickle=False)
            pieces = WordPiece.open(folder / "vocab.txt")
        except (OSError, ValueError, KeyError) as error:
            raise NotAvailable(f"text encoder in {folder} cannot be read ({error}); reinstall model-advisor") from error
        if card.get("protocol") != 1:
            raise NotAvailable(f"text encoder in {folder} has protocol {card.get('protocol')!r}; this version reads 1")
        return cls(card, folder, pieces, vectors, scales)

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._vectors.shape[1])

    def knows(self, word: str) -> bool:
        """Whether a word has a vector of its own, rather than those of its pieces."""
        return self._pieces.holds(word)

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of texts.

        Returns:
            (len(texts), dim) float32, rows of length 1; a text without any token gives a row of zeros.
        """
        found = self.sums(texts)
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), np.float32(1e-12))
        return found

    def sums(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Sums of the token vectors of texts, (len(texts), dim) float32: how much each text adds to a longer one."""
        found = np.zeros((len(texts), self.dim), np.float32)
        for start in range(0, len(texts), _CHUNK):
            self._add_into(found[start : start + _CHUNK], texts[start : start + _CHUNK])
        return found

    def _add_into(self, out: npt.NDArray[np.float32], texts: Sequence[str]) -> None:
        tokens = [self._pieces.ids(text) for text in texts]
        rows = np.flatnonzero([len(ids) for ids in tokens])
        if not rows.size:
            return
        flat = np.fromiter((token for ids in tokens for token in ids), np.intp)
        starts = np.cumsum([0, *(len(tokens[row]) for row in rows[:-1])])
        out[rows] = np.add.reduceat(self._vectors[flat] * self._scales[flat, None], starts, axis=0)
