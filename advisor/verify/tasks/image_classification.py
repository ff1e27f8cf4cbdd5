"""Image classification: a head on frozen vectors of images, or a classifier that knows the labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.errors import NotAvailable
from advisor.domain.tasks import Task
from advisor.verify.data.prepared import Prepared
from advisor.verify.protocols import Generated, ImageClassifier, ImageEmbedder, Model, Outputs
from advisor.verify.tasks.classification import Classification
from advisor.verify.tasks.embeddings import Progress, image_embed, require
from advisor.verify.tasks.single import in_blocks

_BLOCK = 64


class ImageClassification(Classification):
    """Name what an image shows."""

    task: ClassVar[tuple[Task, ...]] = (Task.IMAGE_CLASSIFICATION,)
    needs: ClassVar[tuple[type, ...]] = (ImageClassifier, ImageEmbedder)

    def __init__(self, prepared: Prepared, cache: Path | None = None) -> None:
        super().__init__(prepared, cache, "image")

    def learns(self) -> bool:
        return True

    def evaluate(self, model: Model, start: int, stop: int, progress: Progress) -> Outputs:
        require(model, self.needs)
        items = self.test[start:stop]
        if isinstance(model, ImageClassifier) and (known := self._known(model)) is not None:
            paths = [Path(self.inputs[at]) for at in items]
            scores = in_blocks(len(paths), _BLOCK, progress, lambda a, b: model.classify_images(paths[a:b]))
            return np.asarray(known[scores.argmax(axis=1)][:, None])
        if isinstance(model, ImageEmbedder):
            return self.by_vectors(items, image_embed(model), None, progress)
        names = ", ".join(self.labels[:5])
        raise NotAvailable(f"it knows none of the labels ({names}, ...) and gives no vectors to learn them from")

    def probe(self, model: Model, inputs: Sequence[Any]) -> Sequence[Generated] | None:
        paths = [Path(path) for path in inputs]
        if isinstance(model, ImageClassifier) and self._known(model) is not None:
            model.classify_images(paths)
        elif isinstance(model, ImageEmbedder):
            model.embed_images(paths)
        return None

    def _known(self, model: ImageClassifier) -> Any:
        """Position of each of the model's labels among ours, -1 for others; None if it lacks one of ours."""
        place = {label.casefold(): at for at, label in enumerate(self.labels)}
        found = np.array([place.get(str(label).casefold(), -1) for label in model.labels], np.int32)
        return found if set(range(len(self.labels))) <= set(found.tolist()) else None
