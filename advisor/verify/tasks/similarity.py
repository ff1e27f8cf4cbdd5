"""Semantic similarity: order pairs as people do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.tasks import Task
from advisor.verify.data.prepared import Prepared
from advisor.verify.metrics import SPEARMAN
from advisor.verify.protocols import Generated, Metric, Model, Outputs
from advisor.verify.tasks.embeddings import Progress
from advisor.verify.tasks.pairs import NEEDS, Pairs, probe_pairs
from advisor.verify.tasks.single import SingleItems


class Similarity(SingleItems):
    """Outputs are scores, references the scores that people gave."""

    task: ClassVar[tuple[Task, ...]] = (Task.SEMANTIC_SIMILARITY,)
    needs: ClassVar[tuple[type, ...]] = NEEDS
    metrics: Sequence[Metric] = (SPEARMAN,)

    def __init__(self, prepared: Prepared, cache: Path | None = None) -> None:
        super().__init__(prepared, cache)
        self.pairs = Pairs(self.rows, cache)
        self.references: Sequence[Any] = [float(row["score"]) for row in self.rows]

    def evaluate(self, model: Model, start: int, stop: int, progress: Progress) -> Outputs:
        return self.pairs.scores(model, np.arange(start, stop), progress)

    def samples(self, n: int) -> Sequence[Any]:
        return self.pairs.pairs[:n]

    def probe(self, model: Model, inputs: Sequence[Any]) -> Sequence[Generated] | None:
        return probe_pairs(model, inputs)
