"""The tables of a report, as text in cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from advisor.domain.verification import (
    DataSummary,
    Interval,
    Option,
    OptionComparison,
    Outcome,
    Performance,
    Racing,
    Status,
    Verification,
)
from advisor.verify.after.outcomes import comparable, measured, primary
from advisor.verify.report import words

Side = Literal["left", "right"]
Column = tuple[str, Side]
"""Heading and side."""


class Cell(NamedTuple):
    """Text, a second line under it, and an interval to draw beside it."""

    text: str
    detail: str = ""
    interval: Interval | None = None


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings."""

    columns: Sequence[Column]
    """Without headings, the first column names the second."""
    rows: Sequence[Sequence[Cell]]
    marked: frozenset[int] = frozenset()
    """Rows to stress: the best, the chosen."""
    muted: frozenset[int] = frozenset()
    """Rows to hold back: baselines, failures."""


def quality(report: Verification) -> Table:
    """Measured quality, best first."""
    ran = measured(report.outcomes)
    metrics = list(dict.fromkeys(name for outcome in ran for name in outcome.quality))
    chance = {one.key: one.probability_best for one in report.posterior}
    behind = {found.second: found.difference for found in report.differences}
    columns = [*_left("model", report.metric), *_right("items", *metrics[1:])]
    columns += [*_left("behind the best by"), *_right("chance to be best")]
    rows = [
        (
            _name(outcome),
            _quality(outcome, comparable(outcome, ran[0], report.differences)),
            Cell(f"{outcome.n_items:,}"),
            *(_metric(outcome.quality.get(name)) for name in metrics[1:]),
            Cell(words.ranged(behind[key]) if (key := outcome.candidate.key) in behind else "-"),
            Cell(words.percent(chance[key]) if key in chance else "-"),
        )
        for outcome in ran
    ]
    return Table(columns, rows, frozenset({0}), _baselines(ran))


def performance(report: Verification) -> Table:
    """Speed and memory, in the order of quality."""
    ran = [outcome for outcome in report.outcomes if outcome.performance]
    generates = any(outcome.performance and outcome.performance.tokens_per_s for outcome in ran)
    speed = ("first token, ms", "tokens/s") if generates else ("in batches",)
    metered = any(outcome.performance and outcome.performance.energy.joules_per_item for outcome in ran)
    rows = [
        (*_performance_cells(outcome, outcome.performance, generates), *_energy_cells(outcome.performance, metered))
        for outcome in ran
        if outcome.performance
    ]
    energy = ("energy an item",) if metered else ()
    columns = _right("one item, ms", *speed, "memory, GiB", "files, GiB", "load, s", *energy)
    return Table([*_left("model"), *columns], rows, muted=_baselines(ran))


def performance_notes(report: Verification) -> tuple[str, ...]:
    """What shows the precision, and what else the machine did."""
    ran = [(outcome.candidate.key, outcome.performance) for outcome in report.outcomes if outcome.performance]
    said = [f"{key}: {'; '.join(filter(None, (it.proof, it.noise)))}" for key, it in ran if it.proof or it.noise]
    unmetered = {it.energy.note or it.energy.method for _, it in ran if it.energy.joules_per_item is None}
    return (*said, *(f"energy could not be read: {why}" for why in sorted(unmetered)))


def warnings(report: Verification) -> tuple[str, ...]:
    """What to know before trusting the figures, beside what is known of the data."""
    own = [f"{outcome.candidate.key}: {warning}" for outcome in report.outcomes for warning in outcome.warnings]
    return tuple(warning for warning in (*report.warnings, *own) if warning not in report.data.warnings)


def expectation(report: Verification) -> Table:
    """Before and after the measurement, likeliest best first; empty where nothing was expected."""
    if not any(one.prior for one in report.posterior):
        return Table((), ())
    ran = measured(report.outcomes)
    found = {outcome.candidate.key: outcome for outcome in ran}
    seen = {key: comparable(outcome, ran[0], report.differences) for key, outcome in found.items()}
    rows = [
        (
            _name(found[one.key]) if one.key in found else Cell(one.key),
            Cell(words.ranged(one.prior) if one.prior else "-"),
            Cell(words.ranged(seen[one.key]) if one.key in seen else "-"),
            Cell(words.ranged(one.quality), interval=one.quality),
            Cell(words.percent(one.probability_best)),
        )
        for one in report.posterior
    ]
    return Table(
        (("model", "left"), ("expected", "left"), ("measured", "left"), ("believed now", "left"), ("best", "right")),
        rows,
    )


def options(comparison: OptionComparison) -> Table:
    """Ways to adapt or compress."""
    shown = comparison.options
    labels = any(option.n_labels is not None for option in shown)
    columns = [
        *_left("way", "quality", f"against {comparison.reference}"),
        *_right(*(("labels",) if labels else ()), "size, MiB", "one item, ms", "in batches, /s", "to make"),
    ]
    rows = [
        (
            Cell(option.name, "; ".join(filter(None, (option.settings, option.note)))),
            Cell(words.ranged(option.quality) if option.quality else "-", interval=option.quality),
            Cell(words.signed(option.difference) if option.difference else "-"),
            *([Cell("-" if option.n_labels is None else f"{option.n_labels:,}")] if labels else []),
            Cell(words.number(option.size_mib)),
            Cell(words.number(option.latency_ms)),
            Cell(words.number(option.throughput)),
            Cell("-" if option.seconds is None else words.minutes(option.seconds)),
        )
        for option in shown
    ]
    return Table(columns, rows, _where(shown, comparison.chosen), _failed(shown))


def left_out(report: Verification) -> Table:
    """Who was dropped, failed or was not run, and why."""
    rows = [
        (_name(outcome), Cell(words.STATUS[outcome.status]), Cell(outcome.cause))
        for outcome in report.outcomes
        if outcome.status is not Status.DONE
    ]
    return Table((("model", "left"), ("what", "left"), ("why", "left")), rows)


def data(summary: DataSummary) -> Table:
    """What was measured on."""
    return Table((), [(Cell(name), Cell(text)) for name, text in _data_rows(summary) if text])


def method(report: Verification) -> Table:
    """Machine, software, racing, isolation."""
    return Table((), [(Cell(name), Cell(text)) for name, text in _method_rows(report) if text])


def _data_rows(summary: DataSummary) -> Iterator[tuple[str, str]]:
    yield "task", summary.task.value
    yield "columns", ", ".join(f"{role} from {name}" for role, name in summary.columns.items())
    yield "items", f"{summary.n_items:,}: {summary.n_train:,} to learn from, {summary.n_test:,} to measure on"
    yield "documents", f"{summary.n_documents:,} are searched" if summary.n_documents else ""
    yield "split", summary.split
    yield "labels", _listed([f"{name} {n:,}" for name, n in summary.labels.items()], 12)
    yield "languages", ", ".join(f"{code} {words.percent(share)}" for code, share in summary.languages.items())
    if summary.chars_median is not None:
        longest = f", 95 % below {summary.chars_p95:,.0f}" if summary.chars_p95 else ""
        yield "length", f"median {summary.chars_median:,.0f} characters{longest}"
    yield "repeated", f"{summary.n_duplicates:,} repeat an earlier item" if summary.n_duplicates else "none"
    yield "leaked", f"{summary.n_leaked:,} repeated a training item and were moved" if summary.n_leaked else ""


def _method_rows(report: Verification) -> Iterator[tuple[str, str]]:
    machine = report.machine
    yield "machine", f"{machine.name}, {words.cores(machine.cores)}, {machine.memory_gib:.1f} GiB, on {machine.device}"
    yield "software", ", ".join(f"{name} {version}" for name, version in machine.software.items())
    yield "isolation", _isolation(report.isolation_ms)
    if report.racing:
        yield "racing", _racing(report.racing)
    yield (
        "intervals",
        ", ".join(
            dict.fromkeys(
                one.method for outcome in measured(report.outcomes) for one in outcome.quality.values() if one.method
            )
        ),
    )
    yield "id", f"{report.id}, {report.date}"


def _racing(race: Racing) -> str:
    if not race.dropped:
        return f"{words.minutes(race.compute_s)}; nothing could be dropped early"
    spent, full = words.minutes(race.compute_s), words.minutes(race.full_s)
    saved = 1 - race.compute_s / race.full_s if race.full_s else 0.0
    return (
        f"{spent} instead of about {full}, {saved * 100:.0f} % saved; the best was dropped with a chance of at most"
        f" {race.error_rate * 100:g} %; dropped: {', '.join(race.dropped)}"
    )


def _isolation(ms: float | None) -> str:
    return "" if ms is None else f"every model in a process of its own, which adds {words.number(ms)} ms to a call"


def _performance_cells(outcome: Outcome, found: Performance, generates: bool) -> Iterator[Cell]:
    tail = [
        f"p{name} {words.number(v)}" for name, v in (("95", found.latency_p95_ms), ("99", found.latency_p99_ms)) if v
    ]
    yield _name(outcome)
    yield Cell(words.number(found.latency_ms.value if found.latency_ms else None), ", ".join(tail))
    for interval in (found.ttft_ms, found.tokens_per_s) if generates else (found.throughput,):
        text = words.number(interval.value if interval else None) if generates else words.measure(interval)
        yield Cell(text, words.spread(interval) if interval else "")
    memory = found.device_memory_gib if found.device_memory_gib is not None else found.peak_memory_gib
    model = f"{words.number(found.model_memory_gib)} for the model" if found.model_memory_gib else ""
    yield Cell(words.number(memory), model)
    yield Cell(words.number(outcome.candidate.artifact.size_gib))
    yield Cell(words.number(found.load_s))


def _energy_cells(found: Performance, metered: bool) -> Iterator[Cell]:
    if metered:
        yield Cell(words.energy(found.energy), found.energy.note)


def _left(*names: str) -> list[Column]:
    return [(name, "left") for name in names]


def _right(*names: str) -> list[Column]:
    return [(name, "right") for name in names]


def _quality(outcome: Outcome, shown: Interval) -> Cell:
    own = primary(outcome)
    if shown is own:
        return Cell(words.ranged(own), interval=own)
    detail = f"dropped early: the best less the difference on its items; on these it has {words.ranged(own)}"
    return Cell(f"~{words.ranged(shown)}", detail, shown)


def _name(outcome: Outcome) -> Cell:
    return Cell(outcome.candidate.key, words.form(outcome.candidate))


def _metric(interval: Interval | None) -> Cell:
    return Cell(words.score(interval.value, interval) if interval else "-")


def _baselines(ran: Sequence[Outcome]) -> frozenset[int]:
    return frozenset(row for row, outcome in enumerate(ran) if outcome.candidate.baseline)


def _where(shown: Sequence[Option], name: str) -> frozenset[int]:
    return frozenset(row for row, option in enumerate(shown) if option.name == name)


def _failed(shown: Sequence[Option]) -> frozenset[int]:
    return frozenset(row for row, option in enumerate(shown) if option.quality is None)


def _listed(parts: Sequence[str], most: int) -> str:
    rest = len(parts) - most
    return ", ".join(parts[:most]) + (f" and {rest} more" if rest > 0 else "")
