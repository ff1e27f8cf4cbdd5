"""Answer the lines of a file in order."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.cli.complaints import problem_rows
from advisor.cli.spec import document_lines, parse_object
from advisor.domain.errors import AdvisorError, InvalidInput, Problem
from advisor.domain.recommendation import Recommendation
from advisor.domain.requirements import Requirements

if TYPE_CHECKING:
    from advisor.engine import Advisor


class _Line(NamedTuple):
    number: int
    name: str | None
    error: InvalidInput | None


def answered_lines(advisor: Advisor, source: Path, skip: int, workers: int) -> Iterator[str]:
    """One JSON line for every document of `source` after the first `skip`, each ending in a newline."""
    # Needs are read ahead, by another thread where there are workers; `read` holds the lines not answered yet.
    read: deque[_Line] = deque()
    for answer in advisor.recommend_many(_needs(source, skip, read), workers):
        yield from _refused(read)
        yield _answered(read.popleft(), answer)
    yield from _refused(read)


def _needs(source: Path, skip: int, read: deque[_Line]) -> Iterator[Requirements]:
    for number, raw in islice(document_lines(source), skip, None):
        name: str | None = None
        try:
            document = parse_object(raw.decode("utf-8-sig"), "(document)")
            name = document["name"] if isinstance(document.get("name"), str) else None
            need = Requirements.parse(document)
        except UnicodeDecodeError:
            read.append(_Line(number, None, InvalidInput([Problem("(document)", "is not text", "UTF-8")])))
        except InvalidInput as error:
            read.append(_Line(number, name, error))
        else:
            read.append(_Line(number, name, None))
            yield need


def _refused(read: deque[_Line]) -> Iterator[str]:
    while read and read[0].error is not None:
        line = read.popleft()
        assert line.error is not None
        yield _json(line, "error", {"problems": problem_rows(line.error.problems)})


def _answered(line: _Line, answer: Recommendation | AdvisorError) -> str:
    if isinstance(answer, Recommendation):
        return _json(line, "recommendation", answer.model_dump(mode="json"))
    problems = answer.problems if isinstance(answer, InvalidInput) else [Problem("advisor", str(answer))]
    return _json(line, "error", {"problems": problem_rows(problems)})


def _json(line: _Line, key: str, value: Any) -> str:
    return json.dumps({"line": line.number, "name": line.name, key: value}, ensure_ascii=False) + "\n"
