"""Text encoders of the transformers library, pooled to one vector a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from advisor.domain.verification import Candidate
from advisor.verify.backends.common import (
    embedded,
    missing_library,
    model_folder,
    prompted,
    shortened,
    torch_settings,
    unit,
)
from advisor.verify.probes.precision import torch_proof
from advisor.verify.protocols import Embedder, Limits, Role, Vectors
from advisor.verify.sources.files import Files

_MOST_TOKENS = 512
_NOT_TEXT = frozenset(
    {"vit", "swin", "convnext", "convnextv2", "resnet", "beit", "deit", "dinov2", "whisper", "wav2vec2"}
)


class TextEncoder:
    """A loaded encoder."""

    def __init__(self, model: Any, tokenizer: Any, options: dict[str, str]) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.options = options
        longest = getattr(model.config, "max_position_embeddings", None) or _MOST_TOKENS
        self.max_tokens = int(options.get("max_tokens", min(longest, tokenizer.model_max_length)))

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        rows = embedded(prompted(texts, role, self.options), self._batch, self.max_tokens)
        return shortened(unit(rows), self.options)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(row) for row in self.tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]]

    def proof(self) -> str:
        return torch_proof(self.model)

    def _batch(self, texts: list[str]) -> Any:
        import torch

        tokens = self.tokenizer(texts, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt")
        tokens = tokens.to(self.model.device)
        with torch.inference_mode():
            states = self.model(**tokens).last_hidden_state.float()
        if self.options.get("pooling") == "cls":
            return states[:, 0].cpu().numpy()
        mask = tokens["attention_mask"].unsqueeze(-1).float()
        return ((states * mask).sum(1) / mask.sum(1).clamp(min=1)).cpu().numpy()


class TransformersText:
    """Runs any encoder folder that has a tokenizer."""

    name: ClassVar[str] = "transformers-encoder"
    formats: ClassVar[frozenset[str]] = frozenset({"safetensors", "pickle"})

    def suits(self, files: Files | None) -> bool:
        if files is None or not files.config:
            return False
        return "model_type" in files.config and files.config["model_type"] not in _NOT_TEXT

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return (Embedder,)

    def available(self) -> str:
        return missing_library("transformers", "torch")

    def load(self, candidate: Candidate, limits: Limits) -> TextEncoder:
        from transformers import AutoModel, AutoTokenizer

        folder = str(model_folder(candidate))
        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=limits.allow_remote_code
        )
        model = AutoModel.from_pretrained(folder, **torch_settings(candidate, limits))
        return TextEncoder(model.to(limits.device).eval(), tokenizer, dict(candidate.options))


BACKEND = TransformersText()
