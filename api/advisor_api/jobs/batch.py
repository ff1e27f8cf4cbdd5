"""Batches: many needs in one upload, one line of the result for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json, to_json

from advisor.cli.spec import is_blank, parse_object
from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.requirements import Requirements
from advisor.engine import Advisor
from advisor_api import logs
from advisor_api.jobs.context import AnswerItem, JobContext
from advisor_api.store.jobs import Item
from advisor_api.this_machine import refusals
from advisor_api.wire.jobs import BatchLine
from advisor_api.wire.problem import FieldProblem

_DOCUMENT = "(document)"
_FAILED = Problem(_DOCUMENT, "the service failed on this need; its operator sees why in the log")


def read_batch(raw: bytes, as_lines: bool, allow_this_machine: bool, most: int) -> list[Item]:
    """The needs of an upload; one that is wrong is answered right away and stops nothing. Blank lines are none.

    Args:
        raw: The body of the request.
        as_lines: Whether it is one need a line, not one JSON array.
        allow_this_machine: Whether a need may ask for the server's own devices.
        most: Needs that a batch may hold.

    Raises:
        InvalidInput: there is no need at all, there are too many, or the array is not one.
    """
    parts: list[Any] = raw.splitlines() if as_lines else _array(raw)
    needs = [(line, part) for line, part in enumerate(parts, 1) if not (isinstance(part, bytes) and is_blank(part))]
    if not 1 <= len(needs) <= most:
        raise InvalidInput([Problem(_DOCUMENT, f"holds {len(needs)} needs", f"1 to {most} needs")])
    return [_item(line, need, allow_this_machine) for line, need in needs]


def open_batch(context: JobContext) -> AnswerItem:
    """Open the catalog; the function answers one need from it."""
    advisor = Advisor.open()

    def answer(item: Item) -> Item:
        try:
            recommendation = advisor.recommend(Requirements.model_validate_json(item.request or ""))
        except InvalidInput as error:
            return _refused(item, error)
        except Exception as error:
            logs.failure(error)
            return _refused(item, InvalidInput([_FAILED]))
        line = BatchLine(line=item.line, name=item.name, recommendation=recommendation)
        return item._replace(
            result=line.model_dump_json(),
            outcome="found" if recommendation.picks else "nothing",
            catalog_snapshot=recommendation.catalog_snapshot,
        )

    return answer


def _array(raw: bytes) -> list[Any]:
    try:
        needs = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise InvalidInput([Problem(_DOCUMENT, f"cannot be read as JSON: {error}", "an array of needs")]) from None
    if not isinstance(needs, list):
        raise InvalidInput([Problem(_DOCUMENT, f"holds a JSON {type(needs).__name__}", "an array of needs")])
    return needs


def _item(line: int, need: Any, allow_this_machine: bool) -> Item:
    name: str | None = None
    try:
        document = _parse(need) if isinstance(need, bytes) else need
        name = next(_names(document), None)
        wanted = Requirements.parse(document)
        if not allow_this_machine and (problems := refusals(Requirements, document)):
            raise InvalidInput(problems)
    except InvalidInput as error:
        return _refused(Item(line, name, None), error)
    return Item(line, wanted.name, wanted.model_dump_json(exclude_unset=True))


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        return parse_object(raw.decode("utf-8-sig"), _DOCUMENT)
    except UnicodeDecodeError:
        raise InvalidInput([Problem(_DOCUMENT, "is not text", "JSON in UTF-8")]) from None


def _names(document: Any) -> Iterator[str]:
    if isinstance(document, dict) and isinstance(document.get("name"), str):
        yield document["name"][:200]


def _refused(item: Item, error: InvalidInput) -> Item:
    problems = map(FieldProblem.of, error.problems)
    line = {"line": item.line, "name": item.name, "recommendation": None, "errors": [p.model_dump() for p in problems]}
    return item._replace(result=to_json(line).decode(), outcome="bad")
