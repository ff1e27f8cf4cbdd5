"""What tasks share whose items are each asked for itself, without anything to learn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.tasks import Task
from advisor.verify.data.prepared import Prepared
from advisor.verify.protocols import Metric, Model, Outputs
from advisor.verify.tasks.embeddings import Progress


class SingleItems:
    """Items in the order of evaluation; the cost of a stage is its number of items."""

    task: ClassVar[tuple[Task, ...]]
    needs: ClassVar[tuple[type, ...]]
    whole_stages: ClassVar[bool] = False
    metrics: Sequence[Metric]
    references: Sequence[Any]

    def __init__(self, prepared: Prepared, cache: Path | None = None) -> None:
        self.prepared = prepared
        self.cache = cache
        self.rows = [row for row in prepared.rows() if row.get("part") != "train"]

    def n_items(self, share: float = 1.0) -> int:
        n = len(self.references)
        return min(n, max(1, round(n * share)))

    def work(self, stop: int) -> float:
        return float(stop)

    def evaluate(self, model: Model, start: int, stop: int, progress: Progress) -> Outputs:
        raise NotImplementedError


def in_blocks(n: int, size: int, progress: Progress, block: Any) -> Outputs:
    """Outputs of `block(start, stop)` over n items, with a sign of life after each."""
    found = []
    for start in range(0, n, size):
        stop = min(n, start + size)
        found.append(np.asarray(block(start, stop)))
        progress(stop / n)
    return np.concatenate(found)
