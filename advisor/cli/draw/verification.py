"""A verification: what was measured, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from advisor.cli.draw.bars import axis_of, range_bar, share_bar
from advisor.cli.draw.layout import Name, bullets, heading, indented, labelled, table
from advisor.cli.draw.scatter import scatter
from advisor.domain.verification import Option, OptionComparison, Outcome, Verification
from advisor.verify.after.outcomes import comparable, measured, primary
from advisor.verify.report import tables, words

_BAR, _SHORT_BAR = 12, 10
_MARKS = "123456789abcdefghijklmnopqrstuvwxyz"


def parts(report: Verification) -> Iterator[RenderableType]:
    """Everything to draw, top to bottom."""
    yield heading(words.verdict(report), f"{report.task.value}, {report.date}")
    yield indented(Text(report.conclusion))
    yield ""
    ran = measured(report.outcomes)
    if ran:
        yield from _quality(report, ran)
        yield from _speed(report, ran)
    for title, comparison in (("Adaptation", report.adaptation), ("Compression", report.compression)):
        if comparison is not None:
            yield from _options(title, comparison)
    yield from _left_out(report)
    yield heading("Measured on")
    yield labelled(_facts(tables.data(report.data)))
    yield labelled(_facts(tables.method(report)))
    yield labelled([("note", bullets((*report.data.warnings, *tables.warnings(report))))])


def _quality(report: Verification, ran: Sequence[Outcome]) -> Iterator[RenderableType]:
    chance = {one.key: one.probability_best for one in report.posterior}
    shown = [comparable(outcome, ran[0], report.differences) for outcome in ran]
    axis = axis_of(n for one in shown for n in (one.low, one.high))
    low, high = (f"{end:g}" for end in axis)
    yield heading("Quality", f"{report.metric}, {report.data.n_test:,} items, 95 % intervals")
    lines = []
    for mark, outcome, found in zip(_MARKS, ran, shown, strict=False):
        key, about = outcome.candidate.key, "" if found is primary(outcome) else "~"
        lines.append(
            (
                mark,
                Name(key),
                range_bar(found.low, found.value, found.high, axis, _BAR),
                about + words.ranged(found),
                f"{outcome.n_items:,}",
                words.percent(chance[key]) if key in chance else "-",
            )
        )
    columns = [("", "left"), ("model", "left"), (f"{low:<{_BAR - len(high)}}{high}", "left"), (report.metric, "left")]
    columns += [("items", "right"), ("best", "right")]
    yield indented(table(columns, lines, (1, None, _BAR, 23, 6, 5), expand=True))
    if len({outcome.n_items for outcome in ran}) > 1:
        fewer = "~ dropped early: the best one less the difference on the items that both were measured on"
        yield indented(Text(fewer, style="dim"))
    yield ""


def _speed(report: Verification, ran: Sequence[Outcome]) -> Iterator[RenderableType]:
    shown = [(mark, one) for mark, one in zip(_MARKS, ran, strict=False) if one.performance]
    if not shown:
        return
    most = max(one.performance.peak_memory_gib or 0.0 for _, one in shown if one.performance) or 1.0
    yield heading(
        "Speed and memory", f"{report.machine.name}, {words.cores(report.machine.cores)}, {report.machine.device}"
    )
    columns = [("", "left"), ("model", "left"), ("ms", "right"), ("p95", "right"), ("in batches", "right")]
    lines = [_speed_line(mark, one, most) for mark, one in shown]
    columns += [("GiB", "right"), ("", "left")]
    yield indented(table(columns, lines, (1, None, 6, 6, 15, 5, _SHORT_BAR), expand=True))
    yield ""
    points = [
        (found.value, comparable(one, ran[0], report.differences).value, mark)
        for mark, one in shown
        if one.performance and (found := one.performance.latency_ms or one.performance.ttft_ms) and found.value > 0
    ]
    if len(points) > 1:
        yield indented(
            *map(Text, scatter(points)), Text(f"{report.metric} by ms (log), upper left is better", style="dim")
        )
        yield ""


def _speed_line(mark: str, outcome: Outcome, most: float) -> tuple[RenderableType, ...]:
    found = outcome.performance
    assert found is not None
    latency, memory = found.latency_ms or found.ttft_ms, found.peak_memory_gib
    sizes = [(found.model_memory_gib or 0.0, "█"), (max(0.0, (memory or 0.0) - (found.model_memory_gib or 0.0)), "▒")]
    return (
        mark,
        Name(outcome.candidate.key),
        words.number(latency.value if latency else None),
        words.number(found.latency_p95_ms),
        words.measure(found.tokens_per_s or found.throughput),
        words.number(memory),
        share_bar(sizes, most, _SHORT_BAR) if memory else "",
    )


def _options(title: str, comparison: OptionComparison) -> Iterator[RenderableType]:
    of = f"of {comparison.candidate}, " if comparison.candidate else ""
    yield heading(title, f"{of}against {comparison.reference}")
    yield indented(Text(comparison.advice))
    yield ""
    columns = [("", "left"), ("way", "left"), ("quality", "left"), ("difference", "left"), ("MiB", "right")]
    columns += [("ms", "right")]
    lines = [_option_line(option, option.name == comparison.chosen) for option in comparison.options]
    yield indented(table(columns, lines, (1, None, 22, 11, 6, 5), expand=True))
    yield indented(Text("> take this; * beyond chance: the 95 % interval leaves out 0", style="dim"))
    yield from _curve(comparison.learning_curve)
    yield ""


def _option_line(option: Option, chosen: bool) -> tuple[RenderableType, ...]:
    apart = option.difference
    return (
        ">" if chosen else "",
        option.name + (f" ({option.n_labels:,})" if option.n_labels else ""),
        words.ranged(option.quality) if option.quality else option.note,
        f"{apart.value:+.3f}{'' if apart.low <= 0 <= apart.high else ' *'}" if apart else "-",
        words.number(option.size_mib),
        words.number(option.latency_ms),
    )


def _curve(curve: Sequence[Option]) -> Iterator[RenderableType]:
    """Quality by labels: a row a way, a column a number."""
    sizes = sorted({option.n_labels or 0 for option in curve})
    found = {(option.name, option.n_labels): option.quality for option in curve}
    lines = [
        (name, *(words.score(q.value, q) if (q := found.get((name, n))) else "-" for n in sizes))
        for name in dict.fromkeys(option.name for option in curve)
    ]
    if lines:
        yield ""
        yield indented(table([("labels", "left"), *((f"{n:,}", "right") for n in sizes)], lines))


def _left_out(report: Verification) -> Iterator[RenderableType]:
    rows = tables.left_out(report).rows
    if rows:
        yield heading("Dropped, failed or not run")
        yield labelled(((name.text, Text(f"{what.text}: {why.text}")) for name, what, why in rows), label=24)
        yield ""


def _facts(facts: tables.Table) -> Iterator[tuple[str, RenderableType]]:
    yield from ((name.text, Text(value.text)) for name, value in facts.rows)
