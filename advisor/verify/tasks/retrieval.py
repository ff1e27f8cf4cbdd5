"""Retrieval: find the right documents of each query in the collection; and pairs of sentences across languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.tasks import Task
from advisor.verify.data.prepared import Prepared
from advisor.verify.metrics import ACCURACY_AT_1, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100
from advisor.verify.protocols import Embedder, Floats, Generated, Indices, Metric, Model, Outputs, Searcher
from advisor.verify.tasks.embeddings import Embeddings, Progress, picked, require, text_embed, unit

DEPTH = 100
_QUERIES = 256


class Retrieval:
    """Queries that are searched in a collection.

    A stage has the first queries, and of the collection their judged documents and the same share of the others, so
    that its cost grows with it. Figures of a stage are comparable between models, and higher than those of the whole.
    """

    task: ClassVar[tuple[Task, ...]] = (Task.RETRIEVAL,)
    needs: ClassVar[tuple[type, ...]] = (Searcher, Embedder)
    whole_stages: ClassVar[bool] = True
    metrics: Sequence[Metric] = (NDCG_AT_10, RECALL_AT_10, RECALL_AT_100)

    def __init__(self, prepared: Prepared, cache: Path | None = None) -> None:
        self.prepared = prepared
        queries, corpus = prepared.rows("queries"), prepared.rows("corpus")
        self.queries = Embeddings([row["text"] for row in queries], cache / "queries" if cache else None)
        self.corpus = Embeddings([row["text"] for row in corpus], cache / "corpus" if cache else None)
        self.references: Sequence[Any] = [
            {int(place): float(grade) for place, grade in row["relevant"].items()} for row in queries
        ]

        self._indexed = False

    def n_items(self, share: float = 1.0) -> int:
        n = len(self.references)
        return min(n, max(1, round(n * share)))

    def work(self, stop: int) -> float:
        return float(stop + len(self.documents(stop)))

    def samples(self, n: int) -> Sequence[Any]:
        return self.queries.inputs[:n]

    def documents(self, stop: int) -> Indices:
        """Positions of the documents that are searched when the first `stop` queries are asked."""
        n = len(self.corpus.inputs)
        judged = {place for grades in self.references[:stop] for place in grades}
        return np.array(sorted(judged | set(range(-(-n * stop // len(self.references))))), np.int64)

    def evaluate(self, model: Model, start: int, stop: int, progress: Progress) -> Outputs:
        require(model, self.needs)
        documents, queries = self.documents(stop), np.arange(start, stop)
        if isinstance(model, Searcher):
            self._index(model, documents)
            asked = self.queries.inputs[start:stop]
            return _found(documents, lambda a, b: np.asarray(model.search(asked[a:b])), len(asked))
        vectors = unit(self.corpus.at(documents, text_embed(model), lambda share: progress(0.9 * share)))
        asked_vectors = unit(self.queries.at(queries, text_embed(model, "query")))
        return _found(documents, lambda a, b: asked_vectors[a:b] @ vectors.T, len(queries))

    def _index(self, model: Searcher, documents: Indices) -> None:
        model.index(picked(self.corpus.inputs, documents))
        self._indexed = True

    def probe(self, model: Model, inputs: Sequence[Any]) -> Sequence[Generated] | None:
        if isinstance(model, Searcher):
            if not self._indexed:
                self._index(model, np.arange(len(self.corpus.inputs)))
            model.search(inputs)
        else:
            model.embed(inputs, "query")
        return None


class Bitext(Retrieval):
    """Sentences whose translation is found among all."""

    task: ClassVar[tuple[Task, ...]] = (Task.BITEXT_MINING,)
    metrics: Sequence[Metric] = (ACCURACY_AT_1, RECALL_AT_10)


def _found(documents: Indices, score: Any, n_queries: int) -> Outputs:
    """(n_queries, `DEPTH`) documents, best first, -1 where there are no more."""
    found = np.full((n_queries, DEPTH), -1, np.int32)
    depth = min(DEPTH, len(documents))
    for start in range(0, n_queries, _QUERIES):
        scores: Floats = score(start, min(start + _QUERIES, n_queries))
        found[start : start + len(scores), :depth] = documents[np.argsort(-scores, axis=1, kind="stable")[:, :depth]]
    return found
