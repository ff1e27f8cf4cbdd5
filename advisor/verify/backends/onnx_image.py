"""Image classifiers in ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Candidate
from advisor.verify.backends.common import batches, missing_library, model_folder, weight_file
from advisor.verify.backends.onnx_text import open_session
from advisor.verify.probes.precision import onnx_proof
from advisor.verify.protocols import Floats, ImageClassifier, Limits
from advisor.verify.sources.files import Files, look_at

_BATCH = 16
_SIDE = 224


class OnnxImage:
    """A loaded session with its preprocessing: resize, scale, normalise, channels first."""

    def __init__(self, session: Any, path: Path, labels: Sequence[str], processor: dict[str, Any]) -> None:
        self.session = session
        self.path = path
        self.labels = labels
        entry = session.get_inputs()[0]
        self._name = entry.name
        self._channels = entry.shape[1] if isinstance(entry.shape[1], int) else 3
        self._one = entry.shape[0] == 1
        side = entry.shape[2] if isinstance(entry.shape[2], int) else _SIDE
        self._side = int(side)
        self._mean = np.array(processor.get("image_mean", [0.0] * self._channels), dtype=np.float32)
        self._std = np.array(processor.get("image_std", [1.0] * self._channels), dtype=np.float32)

    def classify_images(self, paths: Sequence[Path]) -> Floats:
        size = 1 if self._one else _BATCH
        rows = [self.session.run(None, {self._name: self._pixels(part)})[0] for part in batches(list(paths), size)]
        return np.concatenate(rows).astype(np.float64) if rows else np.zeros((0, len(self.labels)))

    def proof(self) -> str:
        return onnx_proof(self.path)

    def _pixels(self, paths: Sequence[Path]) -> NDArray[np.float32]:
        from PIL import Image

        rows = []
        for path in paths:
            with Image.open(path) as image:
                small = image.convert("L" if self._channels == 1 else "RGB").resize((self._side, self._side))
            values = np.asarray(small, dtype=np.float32).reshape(self._side, self._side, self._channels) / 255
            rows.append(((values - self._mean) / self._std).transpose(2, 0, 1))
        return np.stack(rows)


class OnnxImageBackend:
    """Runs ONNX files whose first input is an image; labels come from config.json beside them."""

    name: ClassVar[str] = "onnxruntime-image"
    formats: ClassVar[frozenset[str]] = frozenset({"onnx"})

    def suits(self, files: Files | None) -> bool:
        return files is not None and "preprocessor_config.json" in files.sizes

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return (ImageClassifier,)

    def available(self) -> str:
        return missing_library("onnxruntime", "onnx", "PIL")

    def load(self, candidate: Candidate, limits: Limits) -> OnnxImage:
        path = weight_file(candidate, "onnx")
        files = look_at(model_folder(candidate))
        names = files.config.get("id2label") or {}
        if not names:
            raise NotAvailable(
                f"no config.json with id2label beside {path.name}: the meaning of its outputs is unknown"
            )
        labels = [str(names[place]) for place in sorted(names, key=int)]
        processor = files.configs.get("preprocessor_config.json") or {}
        return OnnxImage(open_session(path, limits), path, labels, dict(processor))


BACKEND = OnnxImageBackend()
