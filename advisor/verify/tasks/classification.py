"""What text and image classification share: labels, the split, and answers of a head and of its refits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.tasks import Task
from advisor.verify.data.prepared import Prepared
from advisor.verify.metrics import ACCURACY, MACRO_F1
from advisor.verify.protocols import Indices, Metric, Model, Outputs
from advisor.verify.tasks.embeddings import Embed, Embeddings, Progress
from advisor.verify.tasks.heads import Head, LinearHead, NearestHead, enough_labels, halves

Predict = Callable[[Indices], Indices]
Fit = Callable[[Indices], Predict]
"""Learns from the items at some positions and answers for others."""


class Classification:
    """Labelled items: the first `n_train` rows are learned from, or all of them in folds."""

    task: ClassVar[tuple[Task, ...]]
    needs: ClassVar[tuple[type, ...]]
    whole_stages: ClassVar[bool] = False
    metrics: Sequence[Metric] = (ACCURACY, MACRO_F1)

    def __init__(self, prepared: Prepared, cache: Path | None, role: str) -> None:
        self.prepared = prepared
        self.rows = prepared.rows()
        self.inputs = [row[role] for row in self.rows]
        self.labels: list[str] = sorted({row["label"] for row in self.rows})
        self.y = np.array([self.labels.index(row["label"]) for row in self.rows], np.int64)
        parts = np.array([row["part"] for row in self.rows])
        self.train = np.flatnonzero(parts != "test")
        self.test = np.flatnonzero(parts != "train")
        self.folds = np.array([row.get("fold", 0) for row in self.rows]) if "both" in parts else None
        self.references: Sequence[Any] = self.y[self.test].tolist()
        self.embeddings = Embeddings(self.inputs, cache)
        self._fitted: dict[int, list[Predict]] = {}
        self.head = prepared.options.head

    def n_items(self, share: float = 1.0) -> int:
        return min(len(self.test), max(1, round(len(self.test) * share)))

    def work(self, stop: int) -> float:
        if self.folds is not None:
            return float(len(self.rows))
        return float(stop + (len(self.train) if self.learns() else 0))

    def samples(self, n: int) -> Sequence[Any]:
        return [self.inputs[at] for at in self.test[:n]]

    def answers(self, items: Indices, fit: Fit, refits: bool) -> Outputs:
        """(n, 1 + n_refits) labels of items by what was learned from all training items, and from halves of them.

        Where the same items are trained and tested on, each is answered by what was learned from the other folds.
        """
        folds = np.zeros(len(self.rows), int) if self.folds is None else self.folds
        columns: list[Indices] = []
        for fold in np.unique(folds[items]):
            if fold not in self._fitted:
                train = self.train if self.folds is None else self.train[self.folds[self.train] != fold]
                sets = [train, *(halves(train, self.y, self.prepared.options.seed) if refits else ())]
                self._fitted[fold] = [fit(one) for one in sets]
            of_fold = items[folds[items] == fold]
            columns.append(np.column_stack([of_fold, *(predict(of_fold) for predict in self._fitted[fold])]))
        found = np.concatenate(columns)
        place = {int(item): at for at, item in enumerate(found[:, 0])}
        return found[[place[int(item)] for item in items], 1:].astype(np.int32)

    def by_vectors(self, items: Indices, embed: Embed, label_head: Head | None, progress: Progress) -> Outputs:
        """Answers of a head on frozen vectors; those of the training items are embedded first, once."""
        if label_head is not None:
            vectors = self.embeddings.at(items, embed, progress)
            return label_head.predict(vectors)[:, None].astype(np.int32)
        needed = np.union1d(self.train, items)
        self.embeddings.at(needed, embed, progress)
        penalty: list[float] = []

        def fit(train: Indices) -> Predict:
            vectors = self.embeddings.at(train, embed)
            head: LinearHead | NearestHead
            if self.head == "knn":
                head = NearestHead(vectors, self.y[train])
            else:
                head = LinearHead(vectors, self.y[train], penalty[0] if penalty else None)
                penalty.append(head.penalty)
            return lambda at: head.predict(self.embeddings.at(at, embed))

        return self.answers(items, fit, refits=True)

    def learns(self) -> bool:
        """Whether there are labels enough to learn a head from, or the options ask for one."""
        return self.head in {"linear", "knn"} or (self.head == "auto" and enough_labels(self.y[self.train]))

    def evaluate(self, model: Model, start: int, stop: int, progress: Progress) -> Outputs:
        raise NotImplementedError
