"""Metrics that are the mean of a value an item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from advisor.verify.protocols import Floats, Indices, Metric, Outputs


def mean_of(name: str, per_item: Callable[[Outputs, Sequence[Any]], Floats], refits: bool = False) -> Metric:
    """A metric from 0 to 1 that is the mean over items, higher is better."""

    def aggregate(outputs: Outputs, references: Sequence[Any], indices: Indices) -> float:
        return float(per_item(outputs, references)[indices].mean())

    return Metric(name, "0 to 1", True, per_item, aggregate, refits)


def first_column(outputs: Outputs) -> Outputs:
    """The answers themselves, without those of refitted heads."""
    return outputs[:, 0] if outputs.ndim > 1 else outputs
