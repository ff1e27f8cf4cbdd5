"""Rerankers: cross-encoders with one output, by the sentence-transformers library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from advisor.domain.verification import Candidate
from advisor.verify.backends.common import BATCH, missing_library, model_folder, torch_settings
from advisor.verify.probes.precision import torch_proof
from advisor.verify.protocols import Floats, Limits, PairScorer
from advisor.verify.sources.files import Files


class PairModel:
    """A loaded cross-encoder."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def score_pairs(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        scores = self.model.predict(list(pairs), batch_size=BATCH, show_progress_bar=False)
        return np.asarray(scores, dtype=np.float64).reshape(len(pairs))

    def proof(self) -> str:
        return torch_proof(self.model.model)


class CrossEncoders:
    """Runs classifiers of sequences that have one output."""

    name: ClassVar[str] = "cross-encoder"
    formats: ClassVar[frozenset[str]] = frozenset({"safetensors", "pickle"})

    def suits(self, files: Files | None) -> bool:
        if files is None or not any(name.endswith("ForSequenceClassification") for name in files.architectures):
            return False
        labels = files.config.get("id2label") or {}
        return len(labels) == 1 or files.config.get("num_labels") == 1

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return (PairScorer,)

    def available(self) -> str:
        return missing_library("sentence_transformers", "torch")

    def load(self, candidate: Candidate, limits: Limits) -> PairModel:
        from sentence_transformers import CrossEncoder

        settings = torch_settings(candidate, limits)
        trusted, local = settings.pop("trust_remote_code"), settings.pop("local_files_only")
        return PairModel(
            CrossEncoder(
                str(model_folder(candidate)),
                device=limits.device,
                local_files_only=local,
                trust_remote_code=trusted,
                model_kwargs=settings,
            )
        )


BACKEND = CrossEncoders()
