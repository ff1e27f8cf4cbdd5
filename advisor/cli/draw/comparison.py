"""Models side by side: few as columns of one table, many as numbered rows with their scores in numbered columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from advisor.cli.draw import words
from advisor.cli.draw.layout import Footnotes, Name, bullets, heading, indented, labelled, table
from advisor.domain.license import NOTICE
from advisor.domain.model import ModelRecord, Result
from advisor.domain.recommendation import Comparison, ComparisonRow

_FEW, _MANY = 4, 8
_NARROW, _WIDE = 5, 12
_LEGEND = (
    "* best of the row; ↓ lower is better; fp16, int8, int4: GiB of memory, no more than as published; "
    "ability: linked over all leaderboards, in standard deviations from the mean model of its kind"
)
_PRECISIONS = ("fp16", "int8", "int4")


def parts(comparison: Comparison, n_benchmarks: int | None) -> Iterator[RenderableType]:
    """Everything to draw; `n_benchmarks` limits the scores, None shows all."""
    rows = comparison.rows
    shown = comparison.benchmarks[:n_benchmarks]
    notes = Footnotes()
    yield heading("Models")
    if len(rows) <= _FEW:
        yield indented(_one_table(rows, shown, notes))
    else:
        yield indented(_models(rows))
        yield ""
        yield heading("Scores", "columns are the numbers of the models above")
        yield from (indented(_scores(rows, start, shown, notes)) for start in range(0, len(rows), _MANY))
    yield indented(*_legend(comparison, len(shown), notes))
    yield ""
    if relative := [f"{row.model.model_id}: {row.relative}" for row in rows if row.relative]:
        yield heading("Against the first", rows[0].model.model_id)
        yield indented(bullets(relative) or "")
        yield ""
    yield heading("Licenses")
    yield indented(bullets(_licenses(rows)) or "", Text(NOTICE, style="dim"))
    if comparison.warnings:
        yield ""
        yield labelled([("note", bullets(comparison.warnings))])


def _one_table(rows: Sequence[ComparisonRow], benchmarks: Sequence[str], notes: Footnotes) -> RenderableType:
    columns = [("", "left"), *((words.broken(row.model.name, _WIDE), "right") for row in rows), ("from", "left")]
    lines: list[tuple[RenderableType, ...]] = [
        ("parameters", *(_size(row.model) for row in rows), ""),
        ("released", *(_released(row.model) for row in rows), ""),
        ("context, tokens", *(words.count(row.model.context_tokens) for row in rows), ""),
        *((f"memory {name}, GiB", *(_memory(row, name) for row in rows), "") for name in _PRECISIONS),
        (
            "license",
            *(words.broken(" + ".join((row.license.id, *row.license.base_licenses)), _WIDE) for row in rows),
            "",
        ),
        ("verdict", *(_verdict(row) for row in rows), ""),
        ("ability, SD", *(_ability(row) for row in rows), ""),
        ("",) * (len(rows) + 2),
        *(_score_line(benchmark, rows, notes) for benchmark in benchmarks),
    ]
    return _tight(table(columns, lines, (None, *[_WIDE] * len(rows), 6), expand=True))


def _models(rows: Sequence[ComparisonRow]) -> RenderableType:
    columns = [("", "right"), ("model", "left"), ("params", "right"), ("released", "right")]
    columns += [(name, "right") for name in _PRECISIONS] + [("ability", "right"), ("verdict", "left")]
    lines: list[tuple[RenderableType, ...]] = [
        (
            str(number),
            Name(row.model.name),
            _size(row.model),
            _released(row.model),
            *(_memory(row, name) for name in _PRECISIONS),
            _ability(row),
            _verdict(row),
        )
        for number, row in enumerate(rows, 1)
    ]
    return _tight(table(columns, lines, (2, None, 8, 8, 5, 5, 5, 7, 12), expand=True))


def _scores(rows: Sequence[ComparisonRow], start: int, benchmarks: Sequence[str], notes: Footnotes) -> RenderableType:
    block = rows[start : start + _MANY]
    numbers = [(str(start + i), "right") for i in range(1, len(block) + 1)]
    lines = (_score_line(benchmark, block, notes) for benchmark in benchmarks)
    columns = [("benchmark", "left"), *numbers, ("from", "left")]
    return _tight(table(columns, lines, (None, *[_NARROW] * len(block), 6), expand=True))


def _tight(drawn: Table) -> Table:
    drawn.padding = (0, 1, 0, 0)
    return drawn


def _score_line(benchmark: str, rows: Sequence[ComparisonRow], notes: Footnotes) -> tuple[RenderableType, ...]:
    results = [row.scores.get(benchmark) for row in rows]
    given = [result for result in results if result is not None]
    best = max((_signed(result) for result in given), default=None) if len(given) > 1 else None
    name = given[0].benchmark if given else benchmark
    lower = " ↓" if given and not given[0].higher_is_better else ""
    marks = sorted({notes.mark(_source(result)) for result in given}, key=lambda mark: int(mark[1:-1]))
    return (Name(name + lower), *(_score(result, best) for result in results), "".join(marks))


def _score(result: Result | None, best: float | None) -> str:
    if result is None:
        return "-"
    return words.score(result.score) + ("*" if _signed(result) == best else "")


def _signed(result: Result) -> float:
    return result.score if result.higher_is_better else -result.score


def _source(result: Result) -> str:
    return ", ".join(filter(None, [result.source, result.measured_by, result.date]))


def _legend(comparison: Comparison, n_shown: int, notes: Footnotes) -> Iterator[RenderableType]:
    if not comparison.benchmarks:
        yield Text("No benchmark has scores of two of these models.")
    rest = len(comparison.benchmarks) - n_shown
    if rest:
        yield Text(f"and {rest} more benchmarks: --all")
    yield Text(_LEGEND, style="dim")
    yield from notes.lines()


def _size(model: ModelRecord) -> str:
    total = words.count(model.params_total)
    active = model.params_active
    return f"{total} a{words.count(active)}" if active and active != model.params_total else total


def _released(model: ModelRecord) -> str:
    return f"{model.release_date:%Y-%m}" if model.release_date else "?"


def _memory(row: ComparisonRow, precision: str) -> str:
    return words.gib(row.memory[precision].total_gib) if precision in row.memory else "-"


def _ability(row: ComparisonRow) -> str:
    return f"{row.ability.value:+.2f}" if row.ability else "-"


def _verdict(row: ComparisonRow) -> str:
    return "proprietary" if row.proprietary else words.SHORT_VERDICT[row.license.verdict]


def _licenses(rows: Sequence[ComparisonRow]) -> list[str]:
    """One line for all models that stand alike."""
    alike: dict[str, list[str]] = {}
    for row in rows:
        link = f" {row.license.url}" if row.license.url else ""
        verdict = f"{words.license_line(row.license)}. {row.license.reason}{link}"
        alike.setdefault("proprietary, for reference only" if row.proprietary else verdict, []).append(row.model.name)
    return [f"{', '.join(names)}: {verdict}" for verdict, names in alike.items()]
