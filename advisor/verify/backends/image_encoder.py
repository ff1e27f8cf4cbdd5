"""Image models of the transformers library: classifiers with labels of their own, and frozen features."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.verification import Candidate
from advisor.verify.backends.common import batches, missing_library, model_folder, torch_settings
from advisor.verify.probes.precision import torch_proof
from advisor.verify.protocols import Floats, ImageClassifier, ImageEmbedder, Limits, Vectors
from advisor.verify.sources.files import Files, look_at

_BATCH = 16


class ImageModel:
    """A loaded image model: it embeds, and it classifies where it has labels."""

    def __init__(self, model: Any, processor: Any) -> None:
        self.model = model
        self.processor = processor

    def embed_images(self, paths: Sequence[Path]) -> Vectors:
        """Means of the last hidden state over places."""
        rows = [self._features(part) for part in batches(list(paths), _BATCH)]
        return np.concatenate(rows).astype(np.float32) if rows else np.zeros((0, 1), np.float32)

    def proof(self) -> str:
        return torch_proof(self.model)

    def _forward(self, paths: Sequence[Path]) -> Any:
        import torch
        from PIL import Image

        images = []
        for path in paths:
            with Image.open(path) as image:
                images.append(image.convert("RGB"))
        pixels = self.processor(images=images, return_tensors="pt").to(self.model.device, self.model.dtype)
        with torch.inference_mode():
            return self.model(**pixels, output_hidden_states=True)

    def _features(self, paths: Sequence[Path]) -> Any:
        last = self._forward(paths).hidden_states[-1].float()
        places = (1,) if last.ndim == 3 else (2, 3)
        return last.mean(places).cpu().numpy()


class LabelledImageModel(ImageModel):
    """A loaded classifier."""

    def __init__(self, model: Any, processor: Any) -> None:
        super().__init__(model, processor)
        names = model.config.id2label
        self.labels = [str(names[place]) for place in sorted(names)]

    def classify_images(self, paths: Sequence[Path]) -> Floats:
        rows = [self._forward(part).logits.float().cpu().numpy() for part in batches(list(paths), _BATCH)]
        return np.concatenate(rows).astype(np.float64) if rows else np.zeros((0, len(self.labels)))


class TransformersImage:
    """Runs folders with an image processor."""

    name: ClassVar[str] = "transformers-image"
    formats: ClassVar[frozenset[str]] = frozenset({"safetensors", "pickle"})

    def suits(self, files: Files | None) -> bool:
        return files is not None and "preprocessor_config.json" in files.sizes and "model_type" in files.config

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return (ImageClassifier, ImageEmbedder) if files and _labelled(files.architectures) else (ImageEmbedder,)

    def available(self) -> str:
        return missing_library("transformers", "torch", "PIL")

    def load(self, candidate: Candidate, limits: Limits) -> ImageModel:
        from transformers import AutoImageProcessor, AutoModel, AutoModelForImageClassification

        folder = model_folder(candidate)
        # The slow processor needs PIL alone; the fast one needs torchvision.
        processor = AutoImageProcessor.from_pretrained(str(folder), local_files_only=True, use_fast=False)
        labelled = _labelled(look_at(folder).architectures)
        factory = AutoModelForImageClassification if labelled else AutoModel
        model = factory.from_pretrained(str(folder), **torch_settings(candidate, limits)).to(limits.device).eval()
        return LabelledImageModel(model, processor) if labelled else ImageModel(model, processor)


def _labelled(architectures: Sequence[str]) -> bool:
    return any(name.endswith("ForImageClassification") for name in architectures)


BACKEND = TransformersImage()
