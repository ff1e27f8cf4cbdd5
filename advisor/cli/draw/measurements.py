"""Measurements of the overlay, one a line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType

from advisor.cli.draw import words
from advisor.cli.draw.layout import Name, table
from advisor.domain.measurement import Measurement
from advisor.domain.verification import Performance

_COLUMNS = [
    ("id", "left"),
    ("model", "left"),
    ("project", "left"),
    ("quality", "right"),
    ("speed", "right"),
    ("GiB", "right"),
    ("on", "left"),
]


def listing(measurements: Sequence[Measurement]) -> RenderableType:
    """What was measured, oldest first."""
    lines = (
        (
            one.measurement_id[:8],
            Name(f"{one.model_id} {one.quantization}"),
            one.project or "-",
            f"{words.figure(one.quality.value)} {one.metric}" if one.quality else "-",
            _speed(one.performance),
            words.gib(one.performance.peak_memory_gib) if one.performance else "-",
            one.measured_on.isoformat(),
        )
        for one in measurements
    )
    return table(_COLUMNS, lines, (8, None, 10, 14, 12, 4, 10), expand=True)


def _speed(performance: Performance | None) -> str:
    if performance is None:
        return "-"
    found = performance.tokens_per_s or performance.throughput
    return f"{words.figure(found.value)} {found.unit}" if found else "-"
