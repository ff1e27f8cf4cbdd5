"""The report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.domain.verification import Verification
from advisor.verify.report import words
from advisor.verify.report.sections import Section, sections
from advisor.verify.report.tables import Cell, Table


def markdown(report: Verification) -> str:
    """The whole report; tables as GitHub draws them, no plots."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Verification) -> Iterator[str]:
    yield f"# {words.verdict(report)}: {report.task.value}"
    yield ""
    yield _escaped(report.conclusion)
    for section in sections(report):
        yield ""
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    yield ""
    if section.lead:
        yield _escaped(section.lead)
        yield ""
    if section.table:
        yield from _table(section.table)
    if section.notes:
        yield ""
        yield from (f"- {_escaped(note)}" for note in section.notes)


def _table(table: Table) -> Iterator[str]:
    if not table.columns:
        yield from (f"- **{_escaped(name.text)}**: {_escaped(value.text)}" for name, value in table.rows)
        return
    yield f"| {' | '.join(_escaped(name) for name, _ in table.columns)} |"
    yield f"|{'|'.join('---:' if side == 'right' else '---' for _, side in table.columns)}|"
    for position, row in enumerate(table.rows):
        yield f"| {' | '.join(_cell(cell, position in table.marked and not at) for at, cell in enumerate(row))} |"


def _cell(cell: Cell, strong: bool) -> str:
    text = _escaped(cell.text)
    return (f"**{text}**" if strong else text) + (f"<br>{_escaped(cell.detail)}" if cell.detail else "")


def _escaped(text: str) -> str:
    """Text of a user or model, which must not become a table, a heading or HTML."""
    for character in "\\|*_`<>[]":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())
