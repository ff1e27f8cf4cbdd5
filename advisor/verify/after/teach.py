"""Speed and memory that were measured teach the estimates of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from advisor.catalog.store import Store
from advisor.domain.errors import UnknownModel
from advisor.domain.hardware import DeviceKind, Hardware
from advisor.domain.measured import LocalRun, Metric
from advisor.domain.model import ModelRecord, Variant
from advisor.domain.tasks import Task
from advisor.domain.verification import Interval, Origin, Outcome, Performance, Verification
from advisor.sizing import local
from advisor.sizing.quantization import bits_per_weight
from advisor.verify.effort import CHARS_A_TOKEN
from advisor.verify.probes.noise import NOISY_SPREAD

_ONE_TEXT_AN_ITEM = (Task.TEXT_CLASSIFICATION, Task.CLUSTERING, Task.IMAGE_CLASSIFICATION)
"""Tasks whose items are what the estimates count: elsewhere an item is a pair, or a query and its documents."""


class Taught(NamedTuple):
    """What a verification taught."""

    n_runs: int
    """Figures that were kept."""
    left_out: tuple[str, ...]
    """Candidates whose speed or memory was not kept, and why."""


def teach(report: Verification, store: Store, machine: Hardware | None = None) -> Taught:
    """Keep speed and memory of the catalog's models for every later estimate of this machine, once.

    Speed is left out where other programs disturbed it, or where fewer cores ran than the machine has; both where the
    model did not run on the device that estimates are for.

    Args:
        report: what was measured.
        store: the catalog.
        machine: where it was measured; detected if None.
    """
    if machine is None:
        from advisor.sizing.detect import this_machine

        machine = this_machine()
    kept = local.load(machine)
    runs: list[LocalRun] = []
    left_out = []
    for outcome in report.outcomes:
        served = outcome.candidate.artifact.origin is Origin.ENDPOINT
        if outcome.performance is None or outcome.candidate.baseline or served:
            continue
        try:
            record, variant = store.model(outcome.candidate.model_id), _variant(outcome)
        except UnknownModel:
            left_out.append(f"{outcome.candidate.key}: the catalog does not hold it")
            continue
        if (why := _elsewhere(report, machine)) or variant is None:
            left_out.append(f"{outcome.candidate.key}: {why or 'its precision is not known'}")
            continue
        if why := _disturbed(report, outcome.performance, machine):
            left_out.append(f"speed of {outcome.candidate.key}: {why}")
        runs += _runs(report, outcome, record, variant, outcome.performance, with_speed=not why)
    new = [run for run in runs if run not in kept]
    if new:
        local.record(new, machine)
    return Taught(len(new), tuple(left_out))


def _elsewhere(report: Verification, machine: Hardware) -> str:
    on_processor = report.machine.device == "cpu"
    if on_processor == (machine.kind is DeviceKind.CPU):
        return ""
    return f"it ran on {report.machine.device}, estimates are for {machine.name}"


def _disturbed(report: Verification, found: Performance, machine: Hardware) -> str:
    if found.noise:
        return found.noise
    if found.throughput and found.throughput.high > NOISY_SPREAD * found.throughput.low:
        return f"repeats differ {found.throughput.high / max(found.throughput.low, 1e-9):.1f}x"
    if report.machine.device == "cpu" and report.machine.cores < (machine.cpu_cores or 1):
        return f"{report.machine.cores} of {machine.cpu_cores} cores ran"
    return ""


def _runs(
    report: Verification,
    outcome: Outcome,
    record: ModelRecord,
    variant: Variant,
    found: Performance,
    *,
    with_speed: bool,
) -> Iterator[LocalRun]:
    figures: list[tuple[Metric, Interval | None]] = []
    if with_speed and found.tokens_per_s:
        figures = [(Metric.DECODE, found.tokens_per_s)]
    elif with_speed and report.task in _ONE_TEXT_AN_ITEM:
        figures = [(Metric.ITEMS, found.throughput), (Metric.LATENCY, found.latency_ms)]
    software = report.machine.software.get(outcome.candidate.backend, "")
    of = {
        "model": record,
        "variant": variant,
        "engine": f"{outcome.candidate.backend} {software}".strip(),
        "context_tokens": _tokens(report, record),
        "measured_at": datetime.fromisoformat(report.date).replace(tzinfo=UTC),
    }
    for metric, figure in figures:
        if figure is not None and figure.low > 0:
            yield LocalRun(metric=metric, value=figure.value, low=figure.low, high=figure.high, **of)
    peak = found.peak_memory_gib if report.machine.device == "cpu" else found.device_memory_gib
    if peak:
        yield LocalRun(metric=Metric.PEAK_MEMORY, value=peak, low=peak, high=peak, **of)


def _variant(outcome: Outcome) -> Variant | None:
    candidate = outcome.candidate
    bits = bits_per_weight(candidate.quantization)
    if bits is None:
        return None
    return Variant(
        variant_id=candidate.model_id,
        model_id=candidate.model_id,
        format=candidate.artifact.format,
        quantization=candidate.quantization,
        bits_per_weight=bits,
        published=False,
    )


def _tokens(report: Verification, record: ModelRecord) -> int | None:
    """Tokens of a typical text, no more than the model takes."""
    if not report.data.chars_median:
        return None
    tokens = max(1, round(report.data.chars_median / CHARS_A_TOKEN))
    return min(tokens, record.context_tokens or tokens)
