"""The plots of a report, as SVG to be set into a page."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from advisor.domain.verification import Interval, Option, Outcome, Verification
from advisor.verify.after.outcomes import comparable, measured
from advisor.verify.report import theme
from advisor.verify.report.labels import Point, place

_WIDTH = 7.2


def plot(name: str, report: Verification) -> str:
    """One of `PLOTS` as an SVG element; empty where there is nothing to draw.

    The colours are those of the page that it is set into (`theme`).
    """
    import matplotlib
    from matplotlib.figure import Figure

    draw, height = PLOTS[name]
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=(_WIDTH, height(report)), layout="constrained")
        if not draw(figure.subplots(), report):
            return ""
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return theme.themed(stream.getvalue())


def _quality_speed(axes: Any, report: Verification) -> bool:
    """Quality by the time of one item, both with their intervals."""
    ran = measured(report.outcomes)
    drawn = [
        (outcome, comparable(outcome, ran[0], report.differences), found)
        for outcome in ran
        if outcome.performance and (found := outcome.performance.latency_ms or outcome.performance.ttft_ms)
    ]
    if not drawn:
        return False
    points = []
    for position, (outcome, quality, latency) in enumerate(drawn):
        color = theme.BASELINE if outcome.candidate.baseline else theme.MODEL if position else theme.BEST
        axes.errorbar(
            latency.value, quality.value, **_bars(latency, quality), fmt="s" if outcome.candidate.baseline else "o",
            color=color, markersize=7, elinewidth=1.2, markerfacecolor=theme.PAPER if position else color,
        )  # fmt: skip
        points.append(_point(latency.value, quality, outcome.candidate.key, color))
    axes.set_xscale("log")
    axes.margins(x=0.18, y=0.1)
    _plain_ticks(axes.xaxis)
    generates = all(outcome.performance and outcome.performance.latency_ms is None for outcome, _, _ in drawn)
    axes.set_xlabel(f"{'time to the first token' if generates else 'time of one item'}, ms (log)")
    axes.set_ylabel(report.metric)
    place(axes, points)
    return True


def _memory(axes: Any, report: Verification) -> bool:
    """Peak memory of each candidate, that of the model in it."""
    ran = [outcome for outcome in report.outcomes if outcome.performance and outcome.performance.peak_memory_gib]
    if not ran:
        return False
    for row, outcome in enumerate(ran):
        assert outcome.performance is not None
        peak, model = outcome.performance.peak_memory_gib or 0.0, outcome.performance.model_memory_gib or 0.0
        axes.barh(row, peak, color=theme.HELD, height=0.62)
        axes.barh(row, min(model, peak), color=theme.MODEL, height=0.62)
        axes.annotate(f"{peak:.2f}", (peak, row), (5, 0), textcoords="offset points", va="center", color=theme.INK)
    axes.set_yticks(range(len(ran)), [outcome.candidate.key for outcome in ran])
    axes.tick_params(axis="y", length=0, labelcolor=theme.INK)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.08)
    axes.set_xlabel("peak memory, GiB: full colour is what the model adds, pale is the process before it is loaded")
    return True


def _learning_curve(axes: Any, report: Verification) -> bool:
    """Quality of each way by the number of labels."""
    if report.adaptation is None:
        return False
    ways: dict[str, list[Option]] = {}
    for option in report.adaptation.learning_curve:
        if option.quality and option.n_labels:
            ways.setdefault(option.name, []).append(option)
    ends = []
    for color, (name, options) in zip(theme.SERIES, ways.items(), strict=False):
        found = [(option.n_labels or 0, option.quality) for option in sorted(options, key=lambda o: o.n_labels or 0)]
        x, y = [n for n, _ in found], [quality for _, quality in found if quality]
        axes.fill_between(x, [one.low for one in y], [one.high for one in y], color=color, alpha=0.12, linewidth=0)
        axes.plot(x, [one.value for one in y], color=color, marker="o", markersize=4)
        ends.append(_point(x[-1], y[-1], name, color))
    if not ends:
        return False
    axes.set_xscale("log", base=2)
    axes.set_xticks(sorted({option.n_labels or 0 for options in ways.values() for option in options}))
    _plain_ticks(axes.xaxis)
    axes.set_xlabel("labelled examples (log)")
    axes.set_ylabel(report.metric)
    axes.set_xlim(right=axes.get_xlim()[1] * 1.9)
    place(axes, ends)
    return True


def _compression(axes: Any, report: Verification) -> bool:
    """Quality by size; the reference as a line."""
    if report.compression is None:
        return False
    points = []
    for option in report.compression.options:
        if option.quality is None or not option.size_mib:
            continue
        color = theme.BEST if option.name == report.compression.chosen else theme.MODEL
        reference = option.name == report.compression.reference
        if reference:
            axes.axhline(option.quality.value, color=theme.FAINT, linewidth=1, linestyle=(0, (4, 3)))
        axes.errorbar(
            option.size_mib, option.quality.value, **_bars(None, option.quality), fmt="s" if reference else "o",
            color=color, markersize=7, elinewidth=1.2,
            markerfacecolor=color if option.name == report.compression.chosen else theme.PAPER,
        )  # fmt: skip
        points.append(_point(option.size_mib, option.quality, option.name, color))
    if not points:
        return False
    axes.margins(x=0.18, y=0.1)
    axes.set_xlabel("size, MiB")
    axes.set_ylabel(report.metric)
    axes.set_xlim(left=0)
    place(axes, points)
    return True


def _point(x: float, quality: Interval, name: str, color: str) -> Point:
    return Point(x, quality.value, quality.low, quality.high, name, color)


def _bars(across: Interval | None, up: Interval) -> dict[str, Any]:
    sides = {"yerr": [[max(0.0, up.value - up.low)], [max(0.0, up.high - up.value)]]}
    if across is not None:
        sides["xerr"] = [[max(0.0, across.value - across.low)], [max(0.0, across.high - across.value)]]
    return sides


def _plain_ticks(axis: Any) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _rows(ran: Sequence[Outcome]) -> float:
    return 0.9 + 0.32 * len(ran)


PLOTS: dict[str, tuple[Callable[[Any, Verification], bool], Callable[[Verification], float]]] = {
    "quality_speed": (_quality_speed, lambda report: 3.9),
    "memory": (_memory, lambda report: _rows(report.outcomes)),
    "learning_curve": (_learning_curve, lambda report: 3.6),
    "compression": (_compression, lambda report: 3.6),
}
"""How each plot is drawn, and how high, inches."""
TITLES = {
    "quality_speed": "Quality by the time of one item; upper left is better",
    "memory": "Peak memory",
    "learning_curve": "Quality by labelled examples, with 95 % intervals",
    "compression": "Quality by size; upper left is better",
}
"""What each plot shows, for those who cannot see it and for its caption."""
