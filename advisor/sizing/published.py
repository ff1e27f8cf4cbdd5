"""What the shipped measurements say of models on one device."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from advisor.domain.measured import Measured, Metric
from advisor.domain.model import Basis
from advisor.sizing.constants import constants


def published(rows: Iterable[Mapping[str, Any]]) -> tuple[Measured, ...]:
    """Figures from rows of the query `measured`. The range is that of repeated runs of one model on one device by
    different people, or all that was measured where that is wider."""
    low, high = constants()["repeat_range"]
    return tuple(
        Measured(
            metric=Metric.DECODE,
            model_id=row["model_id"],
            quantization=row["quantization"],
            value=row["value"],
            low=min(row["value"] * low, row["least"]),
            high=max(row["value"] * high, row["most"]),
            context_tokens=round(row["context_tokens"]),
            basis=Basis.LOOKED_UP,
            note=f"{_runs(row['n'])} of {row['sources']}" + (f" with {row['engines']}" if row["engines"] else ""),
        )
        for row in rows
    )


def _runs(n: int) -> str:
    return "one run" if n == 1 else f"median of {n} runs"
