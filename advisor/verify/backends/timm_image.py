"""Image models of the timm library, as the hub stores them: a configuration and safetensors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.verification import Candidate
from advisor.verify.backends.common import batches, missing_library, model_folder
from advisor.verify.probes.precision import torch_proof
from advisor.verify.protocols import Floats, ImageClassifier, ImageEmbedder, Limits, Vectors
from advisor.verify.sources.files import Files, look_at

_BATCH = 16


class TimmModel:
    """A loaded timm model with its own transform."""

    def __init__(self, model: Any, transform: Any, labels: Sequence[str], device: str) -> None:
        self.model = model
        self.transform = transform
        self.labels = labels
        self.device = device

    def embed_images(self, paths: Sequence[Path]) -> Vectors:
        import torch

        rows = []
        for part in batches(list(paths), _BATCH):
            with torch.inference_mode():
                features = self.model.forward_features(self._pixels(part))
                rows.append(self.model.forward_head(features, pre_logits=True).float().cpu().numpy())
        return np.concatenate(rows).astype(np.float32)

    def classify_images(self, paths: Sequence[Path]) -> Floats:
        import torch

        rows = []
        for part in batches(list(paths), _BATCH):
            with torch.inference_mode():
                rows.append(self.model(self._pixels(part)).float().cpu().numpy())
        return np.concatenate(rows).astype(np.float64)

    def proof(self) -> str:
        return torch_proof(self.model)

    def _pixels(self, paths: Sequence[Path]) -> Any:
        import torch
        from PIL import Image

        images = []
        for path in paths:
            with Image.open(path) as image:
                images.append(self.transform(image.convert("RGB")))
        return torch.stack(images).to(self.device)


class Timm:
    """Runs folders whose configuration is timm's."""

    name: ClassVar[str] = "timm"
    formats: ClassVar[frozenset[str]] = frozenset({"safetensors", "pickle"})

    def suits(self, files: Files | None) -> bool:
        return files is not None and "architecture" in files.config and "pretrained_cfg" in files.config

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return (ImageClassifier, ImageEmbedder)

    def available(self) -> str:
        return missing_library("timm", "torchvision", install="timm torchvision")

    def load(self, candidate: Candidate, limits: Limits) -> TimmModel:
        import timm
        import torch

        torch.set_num_threads(limits.threads)
        folder = model_folder(candidate)
        config = look_at(folder).config
        model = timm.create_model(f"local-dir:{folder}", pretrained=True).to(limits.device).eval()
        transform = timm.data.create_transform(**timm.data.resolve_model_data_config(model), is_training=False)
        labels = config.get("label_names") or [str(place) for place in range(model.num_classes)]
        return TimmModel(model, transform, labels, limits.device)


BACKEND = Timm()
