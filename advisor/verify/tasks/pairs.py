"""Scores of pairs of texts, by a model that scores pairs or by the cosine of embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from advisor.verify.data.prepared import Row
from advisor.verify.protocols import Embedder, Floats, Generated, Indices, Model, PairScorer
from advisor.verify.tasks.embeddings import Embeddings, Progress, require, text_embed, unit
from advisor.verify.tasks.single import in_blocks

NEEDS = (PairScorer, Embedder)
_BLOCK = 64


class Pairs:
    """Two texts an item."""

    def __init__(self, rows: Sequence[Row], cache: Path | None) -> None:
        self.pairs = [(str(row["text"]), str(row["other"])) for row in rows]
        texts = list(dict.fromkeys(text for pair in self.pairs for text in pair))
        place = {text: at for at, text in enumerate(texts)}
        self._places = np.array([[place[one], place[other]] for one, other in self.pairs], np.int64)
        self._embeddings = Embeddings(texts, cache)

    def scores(self, model: Model, items: Indices, progress: Progress) -> Floats:
        """(n,) scores of the pairs at some positions, higher is more alike."""
        require(model, NEEDS)
        if isinstance(model, PairScorer):
            chosen = [self.pairs[at] for at in items]
            found = in_blocks(len(chosen), _BLOCK, progress, lambda a, b: model.score_pairs(chosen[a:b]))
            return np.asarray(found, np.float64)
        embed = text_embed(model)
        self._embeddings.at(np.unique(self._places[items]), embed, progress)
        first, second = (unit(self._embeddings.at(self._places[items, side], embed)) for side in (0, 1))
        return np.asarray((first * second).sum(axis=1), np.float64)


def probe_pairs(model: Model, inputs: Sequence[Any]) -> Sequence[Generated] | None:
    """Score pairs once, as in use."""
    if isinstance(model, PairScorer):
        model.score_pairs(inputs)
    else:
        model.embed([text for pair in inputs for text in pair])
    return None
