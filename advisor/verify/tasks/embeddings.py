"""Vectors of the inputs of a task, each embedded once, kept in memory and, to survive an interrupt, on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from advisor.domain.errors import NotAvailable
from advisor.verify.capabilities import capabilities, unable
from advisor.verify.protocols import Embedder, ImageEmbedder, Indices, Model, Role, Vectors

Progress = Callable[[float], None]
Embed = Callable[[Sequence[str]], Vectors]
_BLOCK = 64
"""Inputs between two signs of life, and between two files on disk."""


class Embeddings:
    """Vectors of texts or image files by position."""

    def __init__(self, inputs: Sequence[str], cache: Path | None = None) -> None:
        self.inputs = inputs
        digest = hashlib.blake2b("\0".join(inputs).encode("utf-8", "replace"), digest_size=8).hexdigest()
        self._folder = cache / f"vectors-{digest}" if cache else None
        self._vectors: Vectors | None = None
        self._known = np.zeros(len(inputs), bool)
        self._read()

    def at(self, positions: Indices, embed: Embed, progress: Progress = lambda _: None) -> Vectors:
        """(n, d) vectors of the inputs at some positions; embeds those that are not known yet."""
        missing = np.unique(positions[~self._known[positions]])
        for start in range(0, len(missing), _BLOCK):
            block = missing[start : start + _BLOCK]
            self._keep(block, embed(picked(self.inputs, block)))
            self._write(block)
            progress(min(1.0, (start + _BLOCK) / len(missing)))
        assert self._vectors is not None
        return self._vectors[positions]

    def _keep(self, positions: Indices, vectors: Vectors) -> None:
        if self._vectors is None:
            self._vectors = np.zeros((len(self.inputs), vectors.shape[1]), np.float32)
        self._vectors[positions] = vectors
        self._known[positions] = True

    def _write(self, block: Indices) -> None:
        if self._folder is None or self._vectors is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{block[0]}-{len(block)}-{int(self._known.sum())}"
        partial = self._folder / f"{name}.partial"
        with partial.open("wb") as stream:
            np.savez(stream, positions=block, vectors=self._vectors[block])
        partial.rename(partial.with_suffix(".npz"))

    def _read(self) -> None:
        for file in sorted(self._folder.glob("*.npz")) if self._folder else ():
            with np.load(file, allow_pickle=False) as block:
                self._keep(block["positions"], block["vectors"])


def text_embed(model: Embedder, role: Role = "document") -> Embed:
    """What embeds texts in one role."""
    return lambda texts: model.embed(texts, role)


def image_embed(model: ImageEmbedder) -> Embed:
    """What embeds image files."""
    return lambda paths: model.embed_images([Path(path) for path in paths])


def unit(vectors: Vectors) -> Vectors:
    """Vectors of length 1; a zero vector stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def require(model: Model, needs: tuple[type, ...]) -> None:
    """Refuse a model that has none of the capabilities that a task needs.

    Raises:
        NotAvailable: says what the task needs.
    """
    if not isinstance(model, needs):
        raise NotAvailable(unable(capabilities(model), needs))


def picked(inputs: Sequence[str], positions: Indices) -> list[str]:
    """The inputs at some positions."""
    return [inputs[int(at)] for at in positions]
