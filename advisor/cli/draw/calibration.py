"""What `advisor calibrate` measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from advisor.cli.draw.layout import Name, heading, labelled
from advisor.cli.draw.words import figure
from advisor.domain.hardware import Hardware
from advisor.domain.measured import LocalRun, Metric

_NAMES = {Metric.BANDWIDTH: "memory", Metric.MATMUL: "arithmetic", Metric.DECODE: "generation"}
_UNITS = {Metric.BANDWIDTH: (1, "GB/s read"), Metric.MATMUL: (1000, "GFLOPS in FP32"), Metric.DECODE: (1, "tokens/s")}


def parts(machine: Hardware, runs: Sequence[LocalRun], path: Path) -> Iterator[RenderableType]:
    """Everything to draw."""
    yield heading(f"Measured {machine.name}")
    for run in runs:
        yield labelled([(_NAMES[run.metric], Text(_line(run)))], label=12)
    yield labelled([("kept in", Name(str(path)))], label=12)


def _line(run: LocalRun) -> str:
    scale, unit = _UNITS[run.metric]
    value, low, high = (figure(number * scale) for number in (run.value, run.low, run.high))
    of = f" of {Path(run.model.model_id).name}" if run.model else ""
    return f"{value} {unit}{of} ({low} to {high} in {run.n} runs)"
