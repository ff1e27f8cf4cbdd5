"""The few shapes that all answers are drawn in: labelled lines, plain tables, headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from advisor.cli.draw import words

LABEL = 10


class Heading:
    """A line across the width; what does not fit beside the title stands below it, and nothing is cut."""

    def __init__(self, text: str, detail: str) -> None:
        self.text, self.detail = text, detail

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        title, room = Text(self.text, style="bold"), options.max_width - 2
        if title.cell_len > room:
            yield Text(words.broken(self.text, options.max_width), style="bold", overflow="fold")
            if self.detail:
                yield Text(self.detail)
            return
        beside = title.cell_len + 2 + len(self.detail) <= room
        if self.detail and beside:
            title.append(f"  {self.detail}", style="not bold")
        yield Rule(title, align="left", style="dim", characters="─")
        if self.detail and not beside:
            yield Padding(Text(self.detail), (0, 0, 0, 3))


def heading(text: str, detail: str = "") -> RenderableType:
    """A line across the width."""
    return Heading(text, detail)


def labelled(rows: Iterable[tuple[str, RenderableType | None]], label: int = LABEL) -> RenderableType:
    """Lines with their labels at the left; rows without content are left out."""
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=label, no_wrap=True, style="dim")
    grid.add_column(ratio=1, overflow="fold")
    for name, content in rows:
        if content is not None and content != "":
            grid.add_row(name, content)
    return Padding(grid, (0, 0, 0, 2))


def bullets(lines: Sequence[str]) -> RenderableType | None:
    """One line a point, hanging; None without lines."""
    if not lines:
        return None
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    for line in lines:
        grid.add_row("-", Text(line))
    return grid


def table(
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[RenderableType]],
    widths: Sequence[int | None] = (),
    *,
    expand: bool = False,
) -> Table:
    """A table without frame. `columns` are (heading, "left" or "right"); a column without width takes what is left."""
    drawn = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=expand, pad_edge=False)
    for position, (name, side) in enumerate(columns):
        width = widths[position] if position < len(widths) else None
        drawn.add_column(name, justify="right" if side == "right" else "left", width=width, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    return drawn


def indented(*parts: RenderableType) -> RenderableType:
    """Two columns to the right."""
    return Padding(Group(*parts), (0, 0, 0, 2))


class Name:
    """A long name that breaks at its separators, to whatever width its column has."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(words.broken(self.name, options.max_width), overflow="fold")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(12, len(self.name)), len(self.name))


class Footnotes:
    """Numbers for what many cells share, such as their source."""

    def __init__(self) -> None:
        self._notes: dict[str, int] = {}

    def mark(self, note: str) -> str:
        """The number of a note, new if it was not there."""
        return f"[{self._notes.setdefault(note, len(self._notes) + 1)}]"

    def lines(self) -> list[RenderableType]:
        """One line a note."""
        return [Text(f"[{number}] {note}", style="dim", overflow="fold") for note, number in self._notes.items()]
