"""What was measured on this machine: kept for this user, and used by every later estimate for it.

Whoever measures something records it, and whoever sizes a model for "this-machine" gets it:

    from advisor.sizing import local

    local.record([LocalRun(metric=Metric.DECODE, value=41.2, low=39.8, high=42.0, n=5, model=record, variant=variant,
                           engine="llama.cpp b9549", context_tokens=512, measured_at=datetime.now(UTC))])
    local.load()          # every run of this machine, oldest first
    local.calibrated(hw)  # `hw` with its measured bandwidth and throughput, levels, overheads, and known figures

The file is `ADVISOR_HOME/machines/<device>.jsonl`, one run a line, only ever appended to: an interrupt or a second
process loses nothing, and a damaged line is skipped with a warning. Nothing of it leaves the machine.
"""

from __future__ import annotations

import logging
import math
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from pydantic import ValidationError

from advisor.catalog.snapshot import home
from advisor.domain.hardware import DeviceKind, Hardware
from advisor.domain.measured import Level, LocalRun, Measured, Metric, Overhead
from advisor.domain.model import Basis
from advisor.domain.tasks import Kind

_log = logging.getLogger(__name__)
_SPEEDS = (Metric.DECODE, Metric.ITEMS)


def record(runs: Iterable[LocalRun], machine: Hardware | None = None) -> Path:
    """Keep runs for every later estimate.

    Args:
        runs: what was measured.
        machine: where; detected if None.

    Returns:
        The file that holds them.
    """
    path = _path(machine)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{run.model_dump_json(exclude_none=True)}\n" for run in runs)
    # One write to a file opened for appending: lines of two processes do not mix.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return path


def load(machine: Hardware | None = None) -> tuple[LocalRun, ...]:
    """Every run of a machine, this one if None, in the order they were recorded."""
    path = _path(machine)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    runs = []
    for number, line in enumerate(lines, 1):
        try:
            runs.append(LocalRun.model_validate_json(line))
        except ValidationError:
            _log.warning("%s: line %d is damaged and was skipped", path, number)
    return tuple(runs)


def forget(machine: Hardware | None = None) -> None:
    """Remove every run of a machine, this one if None."""
    _path(machine).unlink(missing_ok=True)


def calibrated(machine: Hardware, runs: Sequence[LocalRun] | None = None) -> Hardware:
    """A machine with what was measured on it; the machine itself where nothing was.

    Args:
        machine: as detected.
        runs: what was measured on it; those recorded if None.
    """
    runs = load(machine) if runs is None else runs
    if not runs:
        return machine
    latest = {run.metric: run for run in runs if run.model is None}
    update: dict[str, object] = {}
    on_processor = machine.kind is DeviceKind.CPU
    if (bandwidth := latest.get(Metric.BANDWIDTH)) and on_processor:
        update["memory_bandwidth_gb_s"] = bandwidth.value
    if (matmul := latest.get(Metric.MATMUL)) and on_processor:
        update["fp16_tflops"] = matmul.value
    if update:
        update["source"] = f"{machine.source}; bandwidth and throughput measured here"[:200]
    machine = machine.model_copy(update=update)
    own = _levels(machine, runs)
    shipped = (level for level in machine.levels if level.kind not in {found.kind for found in own})
    known = (*_known(runs), *machine.measured)
    return machine.model_copy(
        update={"levels": (*own, *shipped), "overheads": _overheads(machine, runs), "measured": known}
    )


def _levels(machine: Hardware, runs: Sequence[LocalRun]) -> tuple[Level, ...]:
    """Measured by estimated speed of each kind: the geometric mean over models."""
    from advisor.sizing.constants import pace_kind
    from advisor.sizing.speed import estimate_speed

    plain = machine.model_copy(update={"levels": (), "measured": ()})
    ratios: dict[Kind, dict[tuple[str, str], float]] = defaultdict(dict)
    for run in runs:
        if run.model is None or run.variant is None or run.metric not in _SPEEDS:
            continue
        expected = estimate_speed(run.model, run.variant, plain, run.context_tokens, run.concurrency)
        if expected is not None and expected.value > 0:
            key = (run.model.model_id, run.variant.quantization)
            ratios[pace_kind(run.model.kind)][key] = math.log(run.value / expected.value)
    return tuple(
        Level(kind=kind, ratio=round(math.exp(sum(found.values()) / len(found)), 4), n=len(found), local=True)
        for kind, found in sorted(ratios.items())
    )


def _overheads(machine: Hardware, runs: Sequence[LocalRun]) -> tuple[Overhead, ...]:
    """Peak less weights, cache and activations of each kind and format: the median over models."""
    from advisor.sizing.constants import pace_kind
    from advisor.sizing.memory import estimate_memory, overhead_gib
    from advisor.sizing.quantization import engine_for

    plain = machine.model_copy(update={"overheads": (), "measured": ()})
    found: dict[tuple[Kind, str], dict[tuple[str, str], float]] = defaultdict(dict)
    for run in runs:
        if run.model is None or run.variant is None or run.metric is not Metric.PEAK_MEMORY:
            continue
        form, kind = run.variant.format, run.model.kind
        expected = estimate_memory(run.model, run.variant, plain, run.context_tokens, run.concurrency)
        if expected.total_gib and expected.weights_gib and run.value >= expected.weights_gib:
            rest = expected.total_gib - overhead_gib(engine_for(form, plain, kind), kind, form, plain)
            found[pace_kind(kind), form][run.model.model_id, run.variant.quantization] = max(0.0, run.value - rest)
    return tuple(
        Overhead(kind=kind, format=form, gib=round(median(each.values()), 3), n=len(each))
        for (kind, form), each in sorted(found.items())
    )


def _known(runs: Sequence[LocalRun]) -> tuple[Measured, ...]:
    """The latest run of each model, artefact, length and load."""
    latest = {}
    for run in runs:
        if run.model is None or run.variant is None:
            continue
        key = (run.metric, run.model.model_id, run.variant.quantization, run.context_tokens, run.concurrency)
        latest[key] = Measured(
            metric=run.metric,
            model_id=run.model.model_id,
            quantization=run.variant.quantization,
            value=run.value,
            low=run.low,
            high=run.high,
            context_tokens=run.context_tokens or 0,
            concurrency=run.concurrency,
            basis=Basis.MEASURED,
            note=f"here on {run.measured_at:%Y-%m-%d}" + (f" with {run.engine}" if run.engine else ""),
        )
    return tuple(latest.values())


def _path(machine: Hardware | None) -> Path:
    if machine is None:
        from advisor.sizing.detect import this_machine

        machine = this_machine()
    words = f"{machine.count}x {machine.name} {machine.cpu_cores or 0} cores {machine.memory_gib:.0f}GiB"
    return home() / "machines" / f"{re.sub(r'[^a-z0-9]+', '-', words.casefold()).strip('-')}.jsonl"
