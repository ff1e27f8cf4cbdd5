"""Embedding models of the sentence-transformers library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from advisor.domain.verification import Candidate
from advisor.verify.backends.common import embedded, missing_library, model_folder, shortened, torch_settings, unit
from advisor.verify.probes.precision import torch_proof
from advisor.verify.protocols import Embedder, Limits, Role, Vectors
from advisor.verify.sources.files import Files

_MOST_TOKENS = 512


class SentenceEncoder:
    """A loaded SentenceTransformer."""

    def __init__(self, model: Any, options: dict[str, str]) -> None:
        self.model = model
        self.options = options
        self.max_tokens: int | None = model.max_seq_length

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        encode = self.model.encode_query if role == "query" else self.model.encode_document
        prompt = self.options.get(f"{role}_prompt")
        settings: dict[str, Any] = {"prompt": prompt} if prompt else {}

        def batch(part: list[str]) -> NDArray[Any]:
            return np.asarray(encode(part, batch_size=len(part), show_progress_bar=False, **settings))

        return shortened(unit(embedded(texts, batch, self.max_tokens or _MOST_TOKENS)), self.options)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        tokens = self.model.tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]
        return [len(row) for row in tokens]

    def proof(self) -> str:
        return torch_proof(self.model)


class SentenceTransformers:
    """Runs folders that sentence-transformers saved."""

    name: ClassVar[str] = "sentence-transformers"
    formats: ClassVar[frozenset[str]] = frozenset({"safetensors", "pickle"})

    def suits(self, files: Files | None) -> bool:
        return files is not None and "modules.json" in files.sizes

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return (Embedder,)

    def available(self) -> str:
        return missing_library("sentence_transformers", "torch")

    def load(self, candidate: Candidate, limits: Limits) -> SentenceEncoder:
        from sentence_transformers import SentenceTransformer

        settings = torch_settings(candidate, limits)
        trusted = settings.pop("trust_remote_code")
        model = SentenceTransformer(
            str(model_folder(candidate)),
            device=limits.device,
            local_files_only=settings.pop("local_files_only"),
            trust_remote_code=trusted,
            model_kwargs=settings,
        )
        if "max_tokens" in candidate.options:
            model.max_seq_length = int(candidate.options["max_tokens"])
        return SentenceEncoder(model.eval(), dict(candidate.options))


BACKEND = SentenceTransformers()
