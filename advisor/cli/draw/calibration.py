"""What `advisor calibrate` measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from advisor.cli.draw.layout import heading, labelled
from advisor.domain.hardware import Hardware
from advisor.domain.measured import LocalRun, Metric

_WORDS = {
    Metric.BANDWIDTH: ("memory", "GB/s read"),
    Metric.MATMUL: ("arithmetic", "TFLOPS in FP32"),
    Metric.DECODE: ("generation", "tokens/s"),
}


def parts(machine: Hardware, runs: Sequence[LocalRun], path: Path) -> Iterator[RenderableType]:
    """Everything to draw."""
    yield heading(f"Measured {machine.name}")
    for run in runs:
        name, unit = _WORDS[run.metric]
        of = f" of {run.model.name}" if run.model else ""
        line = f"{run.value:.3g} {unit}{of} ({run.low:.3g} to {run.high:.3g} in {run.n} runs)"
        yield labelled([(name, Text(line))], label=12)
    yield labelled([("kept in", Text(str(path)))], label=12)
