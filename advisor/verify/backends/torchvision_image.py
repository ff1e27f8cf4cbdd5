"""Image models of the torchvision library: `model` names the architecture, the file its safetensors weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Candidate
from advisor.verify.backends.common import missing_library, weight_file
from advisor.verify.backends.timm_image import TimmModel
from advisor.verify.protocols import ImageClassifier, ImageEmbedder, Limits, Vectors
from advisor.verify.sources.files import Files


class TorchvisionModel(TimmModel):
    """A loaded torchvision model; its features are its scores."""

    def embed_images(self, paths: Sequence[Path]) -> Vectors:
        return self.classify_images(paths).astype(np.float32)


class Torchvision:
    """Runs weights for which the user names a torchvision architecture; chosen by name only."""

    name: ClassVar[str] = "torchvision"
    formats: ClassVar[frozenset[str]] = frozenset({"safetensors"})

    def suits(self, files: Files | None) -> bool:
        return False

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return (ImageClassifier, ImageEmbedder)

    def available(self) -> str:
        return missing_library("torchvision", "torch", install="torchvision")

    def load(self, candidate: Candidate, limits: Limits) -> TorchvisionModel:
        import torch
        import torchvision
        from safetensors.torch import load_file

        name = candidate.options.get("model", "")
        if name not in torchvision.models.list_models():
            raise NotAvailable(f"torchvision has no model {name!r}; name one: ?backend=torchvision&model=resnet18")
        torch.set_num_threads(limits.threads)
        weights = load_file(str(weight_file(candidate, "safetensors")))
        model = torchvision.models.get_model(name, num_classes=len(next(reversed(weights.values()))))
        model.load_state_dict(weights)
        standard = torchvision.models.get_model_weights(name).DEFAULT.transforms()
        labels = [str(place) for place in range(len(next(reversed(weights.values()))))]
        return TorchvisionModel(model.to(limits.device).eval(), standard, labels, limits.device)


BACKEND = Torchvision()
