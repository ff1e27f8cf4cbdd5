"""Errors as people read them: one line a problem on stderr; with `--json`, problem details (RFC 9457) on stdout."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence

import click

from advisor.domain.errors import AdvisorError, InvalidInput, NotAvailable, Problem

FOUND, NOTHING, BAD_INPUT, UNUSABLE, INTERRUPTED = 0, 1, 2, 3, 130

_LISTS = {
    "hardware": 'advisor catalog query "SELECT name FROM hardware" --limit 0',
    "license": "advisor license list",
    "license or model": "advisor license list, advisor models WORDS",
    "model": "advisor models WORDS",
}


class StoppedError(Exception):
    """Ctrl-C, with what was kept of the work."""


def complain(error: BaseException, as_json: bool) -> int:
    """Report an error and return the exit status that goes with it."""
    if isinstance(error, KeyboardInterrupt | click.Abort | StoppedError) or _is_query_interrupt(error):
        kept = str(error) if isinstance(error, StoppedError) else "nothing was changed"
        click.echo(f"interrupted; {kept}", err=True)
        return INTERRUPTED
    if isinstance(error, click.ClickException):
        return _report([_usage_problem(error)], "Bad command line", BAD_INPUT, as_json)
    if isinstance(error, InvalidInput):
        return _report(error.problems, "Invalid input", BAD_INPUT, as_json)
    if isinstance(error, AdvisorError):
        title = "Not available" if isinstance(error, NotAvailable) else "The catalog cannot be used"
        return _report([Problem("advisor", str(error))], title, UNUSABLE, as_json)
    if isinstance(error, OSError):
        place = error.filename or "system"
        return _report([Problem(str(place), error.strerror or str(error))], "System error", UNUSABLE, as_json)
    if os.environ.get("ADVISOR_DEBUG"):
        traceback.print_exception(error)
    problem = Problem("advisor", f"internal error, {type(error).__name__}: {error}", "set ADVISOR_DEBUG=1 to see where")
    return _report([problem], "Internal error", UNUSABLE, as_json)


def problem_line(problem: Problem) -> str:
    """`field: message (expected ...)`."""
    hint = _expected(problem)
    if hint and not hint.startswith(("did you mean", "expected", "run ", "set ")):
        hint = f"expected {hint}"
    text = f"{problem.field}: {problem.message}" + (f" ({hint})" if hint else "")
    return " ".join(text.split())


def problem_rows(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Problems as JSON."""
    return [{"field": p.field, "message": p.message, "expected": _expected(p)} for p in problems]


def _expected(problem: Problem) -> str:
    """What would be right; of a name that none is close to, with the command that lists the known ones."""
    listed = None if problem.suggestions else _LISTS.get(problem.noun)
    return f"{problem.expected}; all: {listed}" if listed else problem.expected


def _report(problems: Sequence[Problem], title: str, status: int, as_json: bool) -> int:
    for problem in problems:
        click.echo(problem_line(problem), err=True)
    if as_json:
        document = {"type": "about:blank", "title": title, "problems": problem_rows(problems)}
        json.dump(document, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    return status


def _usage_problem(error: click.ClickException) -> Problem:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "advisor"
    field = path
    if isinstance(error, click.BadParameter) and error.param is not None:
        field = error.param.opts[-1] if isinstance(error.param, click.Option) else (error.param.name or path).upper()
    elif isinstance(error, click.NoSuchOption | click.BadOptionUsage):
        field = error.option_name
    message = error.message if isinstance(error, click.BadParameter) and error.message else error.format_message()
    return Problem(field, message.rstrip("."), f"run {path} --help")


def _is_query_interrupt(error: BaseException) -> bool:
    """DuckDB turns the signal into an error of its own."""
    return isinstance(error.__context__, KeyboardInterrupt) or "Query interrupted" in str(error)
