"""A recommendation: what was understood, the picks, what nearly passed."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from advisor.cli.draw import words
from advisor.cli.draw.bars import axis_of, range_bar, share_bar
from advisor.cli.draw.layout import Footnotes, Name, bullets, heading, indented, labelled, table
from advisor.domain.figures import standing
from advisor.domain.hardware import Hardware
from advisor.domain.languages import language_name
from advisor.domain.license import NOTICE
from advisor.domain.recommendation import (
    Evidence,
    Fit,
    Interpretation,
    NearMiss,
    Pick,
    Recommendation,
    SmallerModel,
    Understood,
    WhatIf,
)

_BAR = 24
_HALF_BAR = 10
_NEAR_MISSES = 5


def parts(answer: Recommendation, brief: bool = False) -> Iterator[RenderableType]:
    """Everything to draw, top to bottom."""
    yield _understood(answer)
    if answer.warnings:
        yield labelled([("note", bullets(answer.warnings))])
    yield ""
    if not answer.picks:
        yield Text("Nothing in the catalog satisfies all of this.", style="bold")
        yield ""
    axis = axis_of([n for pick in answer.picks for n in (pick.quality.low, pick.quality.high)] or [0, 1])
    for pick in answer.picks:
        yield from _pick(pick, axis, brief)
        yield ""
    if answer.near_misses:
        yield from _near_misses(answer)
    if answer.what_would_change and not brief:
        yield from _what_if(answer.what_would_change)
    if answer.picks and not brief:
        yield from _closing(answer, axis)


def _understood(answer: Recommendation) -> RenderableType:
    read = answer.interpreted
    others = ", ".join(f"{other.value} {words.percent(other.confidence)}" for other in read.alternatives)
    task = _sure(read.task) + (f"; else {others}" if others else "")
    rows: list[tuple[str, RenderableType | None]] = [
        ("need", answer.requirements.name or ""),
        ("task", task),
        ("languages", ", ".join(_sure(language, language_name(language.value)) for language in read.languages)),
        ("domains", ", ".join(_sure(domain) for domain in read.domains)),
        ("device", _device(read)),
        ("limits", bullets([_sure(limit) for limit in read.limits])),
        (
            "models",
            f"{answer.n_passed:,} of {answer.n_considered:,} pass every limit; catalog {answer.catalog_snapshot}",
        ),
    ]
    return labelled((name, Text(cell) if isinstance(cell, str) and cell else cell) for name, cell in rows)


def _sure(read: Understood, shown: str | None = None) -> str:
    text = shown or read.value
    return text if read.confidence >= 1 else f"{text} ({words.percent(read.confidence)} sure: {read.because})"


def _device(read: Interpretation) -> str:
    if read.device is None:
        return "" if read.hardware is None else _sure(read.hardware)
    shown = device_line(read.device)
    return shown if read.hardware is None else _sure(read.hardware, shown)


def device_line(device: Hardware) -> str:
    """RTX 4090, 24 GiB, 1,008 GB/s."""
    name = device.name if device.count == 1 else f"{device.count} x {device.name}"
    facts = [name, f"{words.gib(device.total_memory_gib)} GiB"]
    if device.memory_bandwidth_gb_s:
        facts.append(f"{device.memory_bandwidth_gb_s:,.0f} GB/s")
    if device.host_memory_gib:
        facts.append(f"host {words.gib(device.host_memory_gib)} GiB")
    return ", ".join(facts)


def _pick(pick: Pick, axis: tuple[float, float], brief: bool) -> Iterator[RenderableType]:
    released = f", {pick.release_date[:7]}" if pick.release_date else ""
    size = words.params(pick.params_total, pick.params_active)
    yield heading(f"{pick.rank}  {pick.model_id}", f"{size}{released}")
    rows: list[tuple[str, RenderableType | None]] = [
        ("run", Text(words.variant_line(pick.variant, pick.engine))),
        ("quality", _quality(pick, axis)),
        ("loss", words.loss(pick.quality_loss)),
        ("memory", _memory(pick)),
        ("speed", _estimates(pick)),
        ("license", Text(words.license_line(pick.license))),
    ]
    if not brief:
        rows += [
            ("", Text("\n".join(filter(None, [pick.license.reason, pick.license.url])))),
            (
                "owed",
                bullets(
                    [duty.text + (f" [{duty.clause}]" if duty.clause else "") for duty in pick.license.obligations]
                ),
            ),
            ("why", bullets(pick.reasons)),
            ("adapt", Text(f"{pick.adaptation.advice.value}: {pick.adaptation.why}")),
            ("smaller", bullets([_smaller(model) for model in pick.smaller])),
            ("risks", bullets(pick.risks)),
            ("next", Text(pick.next_step, style="bold")),
        ]
    if pick.contributions:
        rows.append(("place", _contributions(pick)))
    yield labelled(rows)
    if pick.evidence and not brief:
        yield indented(_evidence(pick.evidence))


def _smaller(model: SmallerModel) -> str:
    facts = [words.RELATION[model.relation], words.count(model.params_total)]
    if model.memory_gib is not None:
        facts.append(f"{words.gib(model.memory_gib)} GiB")
    told = []
    if kept := model.kept:
        told.append(f"{words.ranged(kept.value, kept.low, kept.high)} {kept.unit} {kept.note}")
    if model.expected_quality is not None:
        told.append(f"{words.score(model.expected_quality)} expected")
    return f"{model.model_id} ({', '.join(facts)}): {'; '.join(told) or 'no result in common'}"


def _beside(bar: str, text: str) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=_BAR, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(bar), Text(text))
    return grid


def _quality(pick: Pick, axis: tuple[float, float]) -> RenderableType:
    quality = pick.quality
    text = words.ranged(quality.expected, quality.low, quality.high)
    if quality.probability_best is not None:
        text += f", {words.percent(quality.probability_best)} to be best"
    return _beside(range_bar(quality.low, quality.expected, quality.high, axis, _BAR), text)


def _contributions(pick: Pick) -> RenderableType:
    """Parts of the order, one a line, with a bar to the right of a middle for what speaks for the pick."""
    most = max(abs(part.value) for part in pick.contributions)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, min_width=5)
    grid.add_column(no_wrap=True, min_width=2 * _HALF_BAR + 1)
    grid.add_column(overflow="fold")
    for part in pick.contributions:
        grid.add_row(Text(f"{part.value:+.2f}"), Text(_signed_bar(part.value / most)), Text(part.part))
    grid.add_row(Text(f"{pick.utility:+.2f}"), Text(""), Text("in all, standard deviations among models"))
    return grid


def _signed_bar(share: float) -> str:
    cells = round(abs(share) * _HALF_BAR)
    left, right = ("█" * cells, "") if share < 0 else ("", "█" * cells)
    return f"{left:>{_HALF_BAR}}│{right:<{_HALF_BAR}}"


def _memory(pick: Pick) -> RenderableType:
    memory = pick.memory
    if memory.verdict is Fit.UNKNOWN and not memory.total_gib:
        return Text(f"unknown; {memory.note}" if memory.note else "unknown")
    text = f"{words.memory(memory)}\n{words.memory_parts(memory)}" + (f"; {memory.note}" if memory.note else "")
    if not memory.available_gib:
        return Text(text)
    sizes = [(memory.weights_gib or 0, "█"), (memory.kv_gib or 0, "▓"), (memory.overhead_gib or 0, "▒")]
    return _beside(share_bar(sizes, memory.available_gib, _BAR), text)


def _estimates(pick: Pick) -> RenderableType | None:
    given = [words.estimate(value) for value in (pick.speed, pick.latency, pick.energy, pick.cost) if value]
    return Text("\n".join(given)) if given else Text("unknown on this device") if pick.memory.available_gib else None


def _evidence(rows: tuple[Evidence, ...]) -> RenderableType:
    columns = [("evidence", "left"), ("score", "right"), ("place", "right"), ("alike", "right"), ("from", "right")]
    notes = Footnotes()
    cells = [
        (
            Name(row.benchmark + (f" [{row.config}]" if row.config else "")),
            words.score(row.score) + ("" if row.higher_is_better else " ↓"),
            standing(row.percentile, row.n_models),
            words.percent(row.similarity),
            notes.mark(", ".join(filter(None, [row.source, row.measured_by, row.date]))),
        )
        for row in rows
    ]
    return Group(table(columns, cells, (None, 7, 18, 5, 4), expand=True), *notes.lines())


def _near_misses(answer: Recommendation) -> Iterator[RenderableType]:
    shown = answer.near_misses if not answer.picks else answer.near_misses[:_NEAR_MISSES]
    yield heading("Nearly" if answer.picks else "Nearest", "better or close, but for one thing" if answer.picks else "")
    columns = [("model", "left"), ("lacks", "left"), ("needed", "left"), ("has", "left")]
    yield indented(table(columns, (row for miss in shown for row in _miss(miss)), (None, 17, 17, 16), expand=True))
    if rest := len(answer.near_misses) - len(shown):
        yield indented(Text(f"and {rest} more: --json"))
    yield ""


def _miss(miss: NearMiss) -> Iterator[tuple[RenderableType, ...]]:
    for position, failure in enumerate(miss.failures):
        yield ("" if position else Name(miss.model_id), Name(failure.constraint), failure.needed, failure.has)


def _what_if(changes: tuple[WhatIf, ...]) -> Iterator[RenderableType]:
    yield heading("What would change the answer", "one constraint relaxed, all others kept")
    columns = [("first would be", "left"), ("expected", "right"), ("with", "left")]
    lines = ((Name(c.model_id), _gain(c), f"{c.constraint}: {c.has}, where it asks: {c.needed}") for c in changes)
    yield indented(table(columns, lines, (None, 13, 38), expand=True))
    yield ""


def _gain(change: WhatIf) -> str:
    text = words.score(change.expected_quality)
    if change.first_quality is None:
        return text
    return f"{text} ({change.expected_quality - change.first_quality:+.1f})"


def _closing(answer: Recommendation, axis: tuple[float, float]) -> Iterator[RenderableType]:
    low, high = map(words.figure, axis)
    unit = answer.picks[0].quality.unit
    yield labelled(
        [
            ("scales", Text(f"quality {low} to {high}: {unit}; ranges hold in 8 of 10 cases")),
            ("", Text("memory █ weights ▓ cache ▒ overhead · free") if answer.interpreted.device else None),
            ("measure", bullets(answer.verify_plan)),
            ("licenses", Text(NOTICE)),
        ]
    )
