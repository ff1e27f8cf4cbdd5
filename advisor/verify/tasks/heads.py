"""What classifies on top of frozen vectors: logistic regression, nearest neighbours, or the texts of the labels."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from advisor.verify.protocols import Indices, Vectors
from advisor.verify.tasks.embeddings import unit

_PENALTIES = (1.0, 10.0, 100.0)
_NEIGHBOURS = 10
N_REFITS = 4
"""Heads fitted on random halves of the training items, to see what chance in those items adds."""
_LEAST_OF_LABEL = 8
_LEAST_TRAIN = 32


class Head(Protocol):
    """Predicts positions of labels from vectors."""

    def predict(self, vectors: Vectors) -> Indices:
        """(n,) positions of labels of (n, d) vectors."""
        ...


class LinearHead:
    """Multinomial logistic regression; the penalty is chosen by cross-validation on the training items."""

    def __init__(self, vectors: Vectors, labels: Indices, penalty: float | None = None) -> None:
        from sklearn.linear_model import LogisticRegression

        self.penalty = penalty or best_penalty(vectors, labels)
        self._model = LogisticRegression(C=self.penalty, max_iter=2000).fit(unit(vectors), labels)

    def predict(self, vectors: Vectors) -> Indices:
        return np.asarray(self._model.predict(unit(vectors)), np.int64)


class NearestHead:
    """Vote of the nearest training items, weighted by their distance."""

    def __init__(self, vectors: Vectors, labels: Indices) -> None:
        from sklearn.neighbors import KNeighborsClassifier

        n = min(_NEIGHBOURS, len(labels))
        self._model = KNeighborsClassifier(n, weights="distance").fit(unit(vectors), labels)

    def predict(self, vectors: Vectors) -> Indices:
        return np.asarray(self._model.predict(unit(vectors)), np.int64)


class LabelTextHead:
    """The label whose text is nearest: learns nothing."""

    def __init__(self, label_vectors: Vectors) -> None:
        self._labels = unit(label_vectors)

    def predict(self, vectors: Vectors) -> Indices:
        return np.asarray((unit(vectors) @ self._labels.T).argmax(axis=1), np.int64)


def best_penalty(vectors: Vectors, labels: Indices) -> float:
    """Inverse strength of the penalty with the best accuracy in 3-fold cross-validation; 10 for very few items."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score

    if np.bincount(labels).min(initial=3, where=np.bincount(labels) > 0) < 3:
        return 10.0
    scaled = unit(vectors)
    scores = [cross_val_score(LogisticRegression(C=c, max_iter=2000), scaled, labels, cv=3).mean() for c in _PENALTIES]
    return _PENALTIES[int(np.argmax(scores))]


def enough_labels(labels: Indices) -> bool:
    """Whether a head can be learned: 32 items, and 8 of most labels."""
    return len(labels) >= _LEAST_TRAIN and float(np.median(np.unique(labels, return_counts=True)[1])) >= _LEAST_OF_LABEL


def halves(items: Indices, labels: Indices, seed: int = 0) -> list[Indices]:
    """`N_REFITS` random halves of the items, half of each label.

    The spread of a figure over half-samples estimates its variance over training sets (delete-d jackknife with d = n/2,
    Shao & Wu 1989).
    """
    found = []
    for repeat in range(N_REFITS):
        rng = np.random.default_rng((seed, repeat))
        groups = [rng.permutation(items[labels[items] == label]) for label in np.unique(labels[items])]
        found.append(np.sort(np.concatenate([group[: -(-len(group) // 2)] for group in groups])))
    return found
