"""What is wrong with a value, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from advisor.domain.errors import Problem
from advisor.domain.expected import expected_of

_MOST_SHOWN = 60
"""Characters of a wrong value that are told."""
_SMALL, _LARGE = "{} is too small", "{} is too large"
_WORDS = {
    "missing": "is missing",
    "finite_number": "is not finite",
    "greater_than": _SMALL,
    "greater_than_equal": _SMALL,
    "less_than": _LARGE,
    "less_than_equal": _LARGE,
}


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Pydantic's findings in the words of an API: field path, what is wrong, what would be right."""
    problems: dict[str, Problem] = {}
    for item in error.errors(include_url=False):
        path = _path(item)
        field = ".".join(path) or "(document)"
        if field not in problems:
            problems[field] = Problem(field, *_told(item, path, model))
    # Of a field that takes a name or an object, say what is wrong with the object if one was given.
    parents = {field.rpartition(".")[0] for field in problems}
    return [problem for field, problem in problems.items() if field not in parents]


def _path(item: ErrorDetails) -> list[str]:
    """Where the value stands in the document, without the names that pydantic gives to the choices of a union."""
    path = [str(part) for part in item["loc"]]
    named = path[-1:] if item["type"] in ("extra_forbidden", "missing") else []
    steps = path[: len(path) - len(named)]
    inside = [
        part
        for place, part in enumerate(steps)
        if not (place and part.startswith(("function-", "constrained-", "Hardware")))
    ]
    return [*(inside[:-1] if len(inside) > 1 and inside[-1] == "str" else inside), *named]


def _told(item: ErrorDetails, path: list[str], model: type[BaseModel]) -> tuple[str, str]:
    """What is wrong, and what would be right."""
    if item["type"] == "extra_forbidden":
        return "unknown field", _close_field(path[-1], _fields_at(model, path[:-1]))
    if item["type"] == "value_error":
        message = item["msg"].removeprefix("Value error, ")
        wrong, _, right = message.removeprefix("expected ").rpartition("; expected ")
        if message.startswith("expected "):
            return f"{_shown(item['input'])} cannot be read", right
        return wrong or message, right if wrong else ""
    return _wrong(item), _as_number(item) or expected_of(_schema(model), path)


def _wrong(item: ErrorDetails) -> str:
    kind, given = item["type"], item["input"]
    if kind.endswith(("too_long", "too_short")):
        return f"is too {kind.rpartition('_')[2]}" if given else "is empty"
    if kind in ("enum", "literal_error") and isinstance(given, str):
        return f"unknown value {_shown(given)}"
    if kind.endswith(("_type", "_parsing", "_from_float")) or kind in ("enum", "literal_error"):
        return f"is {_kind(given)}"
    return _WORDS[kind].format(_shown(given)) if kind in _WORDS else item["msg"]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def _kind(value: Any) -> str:
    """What JSON calls it."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, str):
        return f"the text {_shown(value)}"
    if isinstance(value, int | float):
        return f"the number {_shown(value)}"
    return "a list" if isinstance(value, list | tuple) else "an object"


def _close_field(name: str, known: list[str]) -> str:
    from rapidfuzz import process

    close = [match[0] for match in process.extract(name, known, limit=2, score_cutoff=60)]
    return f"did you mean {' or '.join(close)}?" if close else f"one of {', '.join(sorted(known))}"


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _fields_at(model: type[BaseModel], path: list[str]) -> list[str]:
    fields: Mapping[str, Any] = model.model_fields
    for part in path:
        nested = nested_model(fields[part].annotation) if part in fields else None
        fields = nested.model_fields if nested else {}
    return list(fields)


def nested_model(annotation: Any) -> type[BaseModel] | None:
    """The object that a field may hold; None if it holds none."""
    options = [annotation, *getattr(annotation, "__args__", ())]
    return next((option for option in options if isinstance(option, type) and issubclass(option, BaseModel)), None)


def _as_number(item: ErrorDetails) -> str:
    """How to write what was written as text where a number stands; empty where it is no number."""
    from advisor.domain.amounts import number

    given = item["input"]
    meant = number(given) if item["type"] in ("int_type", "float_type") and isinstance(given, str) else given
    return "" if meant is given or isinstance(meant, str) else f"a number without quotes, {meant}"
