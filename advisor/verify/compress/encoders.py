"""Encoders as the task asks them: with the model's prompts, to unit length, or to the first dimensions alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.verify.backends.common import embedded
from advisor.verify.compress.variants import Encode
from advisor.verify.protocols import Model, Role, Vectors
from advisor.verify.torch_encoder import asked, finish

_MOST_TOKENS = 512


class Encoder:
    """A variant as an embedder, used as the model is: its prompts, unit length, its dimensions."""

    def __init__(self, encode: Encode, model: Model, *, recalls: bool = False) -> None:
        self.encode, self.model, self.recalls = encode, model, recalls
        self._known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        prompts = asked(self.model, texts, role)
        if not self.recalls:
            return self._vectors(prompts)
        fresh = [text for text in dict.fromkeys(prompts) if text not in self._known]
        if fresh:
            self._known |= dict(zip(fresh, self._vectors(fresh), strict=True))
        return np.stack([self._known[text] for text in prompts])

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        most = getattr(self.model, "max_tokens", None) or _MOST_TOKENS
        return finish(self.model)(embedded(texts, self.encode, most))


class Cut:
    """The first dimensions of another model's vectors."""

    def __init__(self, whole: Encoder, dimensions: int) -> None:
        self.whole, self.dimensions = whole, dimensions

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        return self.whole.embed(texts, role)[:, : self.dimensions]
