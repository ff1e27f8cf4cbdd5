"""What a report says, in order and without a format: headings, sentences, tables, names of plots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from advisor.domain.verification import OptionComparison, Verification
from advisor.verify.report import tables, words
from advisor.verify.report.tables import Table


@dataclass(frozen=True)
class Section:
    """One part of a report."""

    title: str
    lead: str = ""
    """What the part says, in a sentence or two."""
    table: Table | None = None
    plots: tuple[str, ...] = ()
    """Names of plots in `plots`."""
    notes: Sequence[str] = field(default_factory=tuple)


def sections(report: Verification) -> Iterator[Section]:
    """The parts of a report that have something to say."""
    for part in _PARTS:
        yield from part(report)


def _quality(report: Verification) -> Iterator[Section]:
    table = tables.quality(report)
    if table.rows:
        best = report.differences[0].first if report.differences else ""
        lead = f"{report.metric} on {report.data.n_test:,} items, with 95 % intervals." + (
            f" Differences are against {best} on the same items." if best else ""
        )
        yield Section("Quality", lead, table, ("quality_speed",))


def _expectation(report: Verification) -> Iterator[Section]:
    table = tables.expectation(report)
    if table.rows:
        lead = (
            "What the recommendation expected (80 % range) and what is believed after the measurement. How hard the "
            "data is, the measurement says; of the expectation, mainly the distances between models count."
        )
        yield Section("Expected and measured", lead, table)


def _performance(report: Verification) -> Iterator[Section]:
    table = tables.performance(report)
    if table.rows:
        machine = report.machine
        lead = f"On {machine.name}, {words.cores(machine.cores)}, {machine.device}; one at a time and in batches."
        yield Section("Speed and memory", lead, table, ("memory",), tables.performance_notes(report))


def _adaptation(report: Verification) -> Iterator[Section]:
    if found := report.adaptation:
        plots = ("learning_curve",) if found.learning_curve else ()
        yield Section(_titled("Adaptation", found), found.advice, tables.options(found), plots)


def _compression(report: Verification) -> Iterator[Section]:
    if found := report.compression:
        yield Section(_titled("Compression", found), found.advice, tables.options(found), ("compression",))


def _titled(title: str, comparison: OptionComparison) -> str:
    return f"{title} of {comparison.candidate}" if comparison.candidate else title


def _left_out(report: Verification) -> Iterator[Section]:
    table = tables.left_out(report)
    if table.rows:
        yield Section("Dropped, failed or not run", "", table)


def _data(report: Verification) -> Iterator[Section]:
    yield Section("Data", "", tables.data(report.data), notes=report.data.warnings)


def _method(report: Verification) -> Iterator[Section]:
    yield Section("How it was measured", "", tables.method(report), notes=tables.warnings(report))


_PARTS: tuple[Callable[[Verification], Iterator[Section]], ...] = (
    _quality,
    _performance,
    _expectation,
    _adaptation,
    _compression,
    _left_out,
    _data,
    _method,
)
