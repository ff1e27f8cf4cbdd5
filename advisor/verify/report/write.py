"""Write a report to a file whose ending names the form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.verification import Verification


def check(path: Path) -> Path:
    """The path, if a report can be written there.

    Raises:
        InvalidInput: its ending is none of a report, or its folder is not there.
    """
    if path.suffix not in FORMS:
        raise InvalidInput([Problem("--report", f"{path.name!r} has no known ending", f"one of {', '.join(FORMS)}")])
    if not path.absolute().parent.is_dir():
        raise InvalidInput([Problem("--report", f"no folder {path.parent}", "a file in a folder that is there")])
    return path


def write(report: Verification, path: Path) -> None:
    """Write a report, whole or not at all."""
    aside = path.with_name(f"{path.name}.part")
    aside.write_text(FORMS[check(path).suffix](report), encoding="utf-8")
    aside.replace(path)


def _json(report: Verification) -> str:
    return report.model_dump_json(indent=2) + "\n"


def _markdown(report: Verification) -> str:
    from advisor.verify.report.markdown import markdown

    return markdown(report)


def _html(report: Verification) -> str:
    from advisor.verify.report.html import html

    return html(report)


FORMS: dict[str, Callable[[Verification], str]] = {".html": _html, ".md": _markdown, ".json": _json}
"""Forms by ending."""
