"""Static token vectors (model2vec, wordllama): a text is the mean of its tokens' vectors; no transformer runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Candidate
from advisor.verify.backends.common import batches, missing_library, prompted, shortened, unit, weight_file
from advisor.verify.protocols import Embedder, Limits, Role, Vectors
from advisor.verify.sources.files import Files

_BATCH = 256
_MATRICES = ("embeddings", "embedding.weight")


class StaticVectors:
    """A matrix of token vectors and its tokenizer."""

    def __init__(self, matrix: Vectors, tokenizer: Any, options: dict[str, str]) -> None:
        self.matrix = matrix
        self.tokenizer = tokenizer
        self.options = options

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        rows = np.zeros((len(texts), self.matrix.shape[1]), np.float32)
        asked = prompted(texts, role, self.options)
        for place, part in enumerate(batches(asked, _BATCH)):
            encoded = self.tokenizer.encode_batch_fast(list(part), add_special_tokens=False)
            for row, tokens in enumerate(encoded, place * _BATCH):
                if tokens.ids:
                    rows[row] = self.matrix[tokens.ids].mean(axis=0)
        return shortened(unit(rows), self.options)

    def proof(self) -> str:
        return f"a matrix of {self.matrix.shape[0]:,} x {self.matrix.shape[1]} values, no layers"


class StaticVectorsBackend:
    """Runs safetensors files that hold one matrix of token vectors, with a tokenizer beside or in the package."""

    name: ClassVar[str] = "static-vectors"
    formats: ClassVar[frozenset[str]] = frozenset({"safetensors"})

    def suits(self, files: Files | None) -> bool:
        if files is None:
            return False
        packaged = files.root is not None and files.root.parent.name == "wordllama"
        return packaged or files.config.get("model_type") == "model2vec"

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return (Embedder,)

    def available(self) -> str:
        return missing_library("safetensors", "tokenizers")

    def load(self, candidate: Candidate, limits: Limits) -> StaticVectors:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        weights = weight_file(candidate, "safetensors")
        try:
            tensors = load_file(str(weights))
        except Exception as error:
            raise NotAvailable(f"{weights.name} is no whole safetensors file: {error}") from error
        name = next((name for name in _MATRICES if name in tensors), None)
        if name is None:
            raise NotAvailable(f"{weights.name} holds no matrix of token vectors, but {', '.join(tensors)[:200]}")
        tokenizer = Tokenizer.from_file(str(_tokenizer_file(weights, candidate.options.get("tokenizer"))))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return StaticVectors(tensors[name].astype(np.float32), tokenizer, dict(candidate.options))


def _tokenizer_file(weights: Path, named: str | None) -> Path:
    """`tokenizer.json` where it is named or beside the weights; the file of wordllama in the folder next to them."""
    folder = Path(named) if named else weights.parent
    config = weights.stem.rpartition("_")[0]
    packaged = weights.parents[1] / "tokenizers" / f"{config}_tokenizer_config.json"
    for path in (folder, folder / "tokenizer.json", packaged):
        if path.is_file():
            return path
    raise NotAvailable(f"no tokenizer.json beside {weights}; name one: ?tokenizer=PATH")


BACKEND = StaticVectorsBackend()
