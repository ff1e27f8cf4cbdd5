"""Clustering: group texts as their labels do, without seeing these; k-means with as many clusters as labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.tasks import Task
from advisor.verify.data.prepared import Prepared
from advisor.verify.metrics import V_MEASURE
from advisor.verify.protocols import Embedder, Generated, Metric, Model, Outputs
from advisor.verify.tasks.embeddings import Embeddings, Progress, require, text_embed, unit
from advisor.verify.tasks.single import SingleItems


class Clustering(SingleItems):
    """Outputs are numbers of clusters, references numbers of labels."""

    task: ClassVar[tuple[Task, ...]] = (Task.CLUSTERING,)
    needs: ClassVar[tuple[type, ...]] = (Embedder,)
    whole_stages: ClassVar[bool] = True
    metrics: Sequence[Metric] = (V_MEASURE,)

    def __init__(self, prepared: Prepared, cache: Path | None = None) -> None:
        super().__init__(prepared, cache)
        self.texts = [row["text"] for row in self.rows]
        labels = sorted({row["label"] for row in self.rows})
        self.n_labels = len(labels)
        self.references: Sequence[Any] = [labels.index(row["label"]) for row in self.rows]
        self.embeddings = Embeddings(self.texts, cache)

    def evaluate(self, model: Model, start: int, stop: int, progress: Progress) -> Outputs:
        from sklearn.cluster import KMeans

        require(model, self.needs)
        vectors = unit(self.embeddings.at(np.arange(start, stop), text_embed(model), progress))
        n = min(self.n_labels, len(vectors))
        means = KMeans(n, random_state=self.prepared.options.seed).set_params(n_init=10)
        found = means.fit_predict(vectors)
        return np.asarray(found, np.int32)

    def samples(self, n: int) -> Sequence[Any]:
        return self.texts[:n]

    def probe(self, model: Model, inputs: Sequence[Any]) -> Sequence[Generated] | None:
        model.embed(inputs)
        return None
