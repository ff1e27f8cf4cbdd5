"""Where the words go: data to stdout, talk and progress to stderr. Rich is imported only to draw."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click
from pydantic import BaseModel

from advisor.domain.base import Frozen

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from advisor.engine import Advisor

WIDEST = 120
Asked = TypeVar("Asked", bound=Frozen)
Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(function: Command) -> Command:
    """The option that every command has."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def print_json(value: Any) -> None:
    """A value as JSON on stdout: a domain object, or anything made of dicts, lists and plain values."""
    if isinstance(value, BaseModel):
        text = value.model_dump_json(indent=2)
    else:
        text = json.dumps(value, indent=2, ensure_ascii=False, default=_plain)
    sys.stdout.write(text + "\n")


def say(text: str) -> None:
    """A line of talk."""
    click.echo(text, err=True)


def draw(*parts: RenderableType) -> None:
    """Draw on stdout, at most as wide as the terminal and 120 columns; 80 where there is no terminal."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    console.width = min(console.width, WIDEST)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr that appears at the first call of (what is being done, share that is done 0 to 1)."""
    bar = _Bar(title)
    try:
        yield bar
    finally:
        bar.close()


@contextmanager
def open_advisor(snapshot: Path | None = None) -> Iterator[Advisor]:
    """The advisor, with a progress bar where its snapshot or index must first be built.

    Args:
        snapshot: Another catalog than the current one.
    """
    from advisor.engine import Advisor

    with progress_bar("Preparing the catalog (first use)") as report:
        advisor = Advisor.open(snapshot, report)
    with advisor:
        yield advisor


def parsed(kind: type[Asked], document: Mapping[str, Any]) -> Asked:
    """A request; where it is wrong, told with the names in it that the catalog does not hold.

    Raises:
        InvalidInput: naming every bad field.
    """
    from advisor.domain.errors import InvalidInput

    try:
        return kind.parse(document)
    except InvalidInput as error:
        with open_advisor() as advisor:
            raise advisor.with_names(error, kind, document) from None


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


class _Bar:
    def __init__(self, title: str) -> None:
        self.title = title
        self._progress: RichProgress | None = None
        self._task: TaskID | None = None

    def __call__(self, what: str, share: float) -> None:
        if self._progress is None:
            self._open()
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=share, what=what)

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        console = Console(stderr=True, markup=False, emoji=False)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(24),
            TaskProgressColumn(),
            TextColumn("{task.fields[what]}"),
        )
        self._progress = Progress(*columns, console=console, transient=console.is_terminal)
        self._task = self._progress.add_task(self.title, total=1.0, what="")
        self._progress.start()

    def close(self) -> None:
        if self._progress is not None:
            self._progress.stop()
