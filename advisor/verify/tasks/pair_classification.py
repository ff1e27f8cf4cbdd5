"""Pair classification: tell pairs that belong together from others, by a threshold learned on other pairs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.tasks import Task
from advisor.verify.data.prepared import Prepared
from advisor.verify.metrics import AVERAGE_PRECISION, PAIR_ACCURACY
from advisor.verify.protocols import Floats, Generated, Indices, Metric, Model, Outputs
from advisor.verify.tasks.embeddings import Progress
from advisor.verify.tasks.pairs import NEEDS, Pairs, probe_pairs

_YES = frozenset({"1", "true", "yes", "duplicate", "paraphrase", "entailment", "same", "positive"})


class PairClassification:
    """Outputs are the score and the decision; references are 1 for pairs that belong together."""

    task: ClassVar[tuple[Task, ...]] = (Task.PAIR_CLASSIFICATION,)
    needs: ClassVar[tuple[type, ...]] = NEEDS
    whole_stages: ClassVar[bool] = False
    metrics: Sequence[Metric] = (AVERAGE_PRECISION, PAIR_ACCURACY)

    def __init__(self, prepared: Prepared, cache: Path | None = None) -> None:
        self.prepared = prepared
        rows = prepared.rows()
        self.pairs = Pairs(rows, cache)
        self._right = np.array([int(row["label"] == _yes({row["label"] for row in rows})) for row in rows])
        parts = np.array([row["part"] for row in rows])
        self.train, self.test = np.flatnonzero(parts != "test"), np.flatnonzero(parts != "train")
        self._folds = np.array([row.get("fold", 0) for row in rows]) if "both" in parts else None
        self._scores = np.full(len(rows), np.nan)
        self.references: Sequence[Any] = self._right[self.test].tolist()

    def n_items(self, share: float = 1.0) -> int:
        return min(len(self.test), max(1, round(len(self.test) * share)))

    def work(self, stop: int) -> float:
        return float(len(self.train) + (stop if self._folds is None else 0))

    def samples(self, n: int) -> Sequence[Any]:
        return [self.pairs.pairs[at] for at in self.test[:n]]

    def probe(self, model: Model, inputs: Sequence[Any]) -> Sequence[Generated] | None:
        return probe_pairs(model, inputs)

    def evaluate(self, model: Model, start: int, stop: int, progress: Progress) -> Outputs:
        items = self.test[start:stop]
        needed = np.union1d(self.train, items)
        missing = needed[np.isnan(self._scores[needed])]
        if len(missing):
            self._scores[missing] = self.pairs.scores(model, missing, progress)
        return np.column_stack([self._scores[items], [self._decided(int(item)) for item in items]])

    def _decided(self, item: int) -> bool:
        fold = None if self._folds is None else int(self._folds[item])
        train = self.train if self._folds is None else self.train[self._folds[self.train] != fold]
        return bool(self._scores[item] >= self._threshold(fold, train))

    def _threshold(self, fold: int | None, train: Indices) -> float:
        thresholds: dict[int | None, float] = self.__dict__.setdefault("_thresholds", {})
        if fold not in thresholds:
            thresholds[fold] = best_threshold(self._scores[train], self._right[train])
        return thresholds[fold]


def best_threshold(scores: Floats, right: Indices) -> float:
    """The threshold with the most right decisions, halfway between two scores."""
    order = np.argsort(-scores)
    ranked, truth = scores[order], right[order]
    hits = np.concatenate([[0], np.cumsum(truth)]) + np.concatenate([np.cumsum((1 - truth)[::-1])[::-1], [0]])
    best = int(hits.argmax())
    above, below = ranked[max(0, best - 1)], ranked[min(len(ranked) - 1, best)]
    return float((above + below) / 2) if 0 < best < len(ranked) else float(above + 1 if best == 0 else below)


def _yes(labels: set[str]) -> str:
    found = [label for label in labels if label.casefold() in _YES]
    if len(labels) == 2 and len(found) == 1:
        return found[0]
    there = ", ".join(sorted(map(repr, labels)))
    raise InvalidInput([Problem("columns.label", f"the labels of pairs are {there}", "two, such as 1 and 0")])
