"""Reranking: put the candidates of each query in order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.tasks import Task
from advisor.verify.data.prepared import Prepared
from advisor.verify.metrics import ACCURACY_AT_1, NDCG_AT_10
from advisor.verify.protocols import Embedder, Floats, Generated, Indices, Metric, Model, Outputs, PairScorer, Searcher
from advisor.verify.tasks.embeddings import Embeddings, Progress, picked, require, text_embed, unit
from advisor.verify.tasks.retrieval import DEPTH


class Reranking:
    """Candidates that were judged, or that a first stage found; outputs as in retrieval."""

    task: ClassVar[tuple[Task, ...]] = (Task.RERANKING,)
    needs: ClassVar[tuple[type, ...]] = (PairScorer, Embedder, Searcher)
    whole_stages: ClassVar[bool] = False
    metrics: Sequence[Metric] = (NDCG_AT_10, ACCURACY_AT_1)

    def __init__(self, prepared: Prepared, cache: Path | None = None) -> None:
        self.prepared = prepared
        queries, corpus = prepared.rows("queries"), prepared.rows("corpus")
        self.queries = Embeddings([row["text"] for row in queries], cache / "queries" if cache else None)
        self.corpus = Embeddings([row["text"] for row in corpus], cache / "corpus" if cache else None)
        self.candidates = [np.array(row["candidates"], np.int64)[:DEPTH] for row in queries]
        self.references: Sequence[Any] = [
            {int(place): float(grade) for place, grade in row["relevant"].items()} for row in queries
        ]
        self._indexed = False

    def n_items(self, share: float = 1.0) -> int:
        n = len(self.references)
        return min(n, max(1, round(n * share)))

    def work(self, stop: int) -> float:
        return float(sum(len(one) for one in self.candidates[:stop]))

    def samples(self, n: int) -> Sequence[Any]:
        return [self._pairs(at) for at in range(min(n, len(self.references)))]

    def probe(self, model: Model, inputs: Sequence[Any]) -> Sequence[Generated] | None:
        for pairs in inputs:
            if isinstance(model, PairScorer):
                model.score_pairs(pairs)
            elif isinstance(model, Embedder):
                model.embed([pairs[0][0]], "query")
                model.embed([document for _, document in pairs])
            else:
                self._index(model)
                model.search([pairs[0][0]])
        return None

    def evaluate(self, model: Model, start: int, stop: int, progress: Progress) -> Outputs:
        require(model, self.needs)
        found = np.full((stop - start, DEPTH), -1, np.int32)
        for row, query in enumerate(range(start, stop)):
            candidates = self.candidates[query]
            if len(candidates):
                scores = self._scores(model, query, candidates)
                found[row, : len(candidates)] = candidates[np.argsort(-scores, kind="stable")]
            progress((row + 1) / (stop - start))
        return found

    def _scores(self, model: Model, query: int, candidates: Indices) -> Floats:
        if isinstance(model, PairScorer):
            return np.asarray(model.score_pairs(self._pairs(query)), np.float64)
        if isinstance(model, Embedder):
            asked = unit(self.queries.at(np.array([query]), text_embed(model, "query")))
            return np.asarray(unit(self.corpus.at(candidates, text_embed(model))) @ asked[0], np.float64)
        self._index(model)
        return np.asarray(np.asarray(model.search([self.queries.inputs[query]]))[0, candidates], np.float64)

    def _pairs(self, query: int) -> list[tuple[str, str]]:
        return [(self.queries.inputs[query], text) for text in picked(self.corpus.inputs, self.candidates[query])]

    def _index(self, model: Searcher) -> None:
        if not self._indexed:
            model.index(self.corpus.inputs)
            self._indexed = True
