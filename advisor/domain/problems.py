"""What is wrong with a value, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from advisor.domain.errors import Problem


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Pydantic's findings in the words of an API: field path, what is wrong, what would be right."""
    from rapidfuzz import process

    problems: dict[str, Problem] = {}
    for item in error.errors(include_url=False):
        path = [
            str(part) for part in item["loc"] if not str(part).startswith(("function-", "constrained-", "Hardware"))
        ]
        if path[-1:] == ["str"]:
            path.pop()
        field = ".".join(path) or "(document)"
        expected = ""
        if item["type"] == "extra_forbidden":
            known = _fields_at(model, path[:-1])
            close = [match[0] for match in process.extract(path[-1], known, limit=2, score_cutoff=60)]
            expected = f"did you mean {' or '.join(close)}?" if close else f"one of {', '.join(sorted(known))}"
            message = "unknown field"
        else:
            message = item["msg"].removeprefix("Value error, ")
            expected = _as_number(item)
        if field not in problems:
            problems[field] = Problem(field, message, expected)
    # Of a field that takes a name or an object, say what is wrong with the object if one was given.
    parents = {field.rpartition(".")[0] for field in problems}
    return [problem for field, problem in problems.items() if field not in parents]


def _fields_at(model: type[BaseModel], path: list[str]) -> list[str]:
    fields: Mapping[str, Any] = model.model_fields
    for part in path:
        annotation = fields[part].annotation if part in fields else None
        options = [annotation, *getattr(annotation, "__args__", ())]
        nested = next((o for o in options if isinstance(o, type) and issubclass(o, BaseModel)), None)
        fields = nested.model_fields if nested else {}
    return list(fields)


def _as_number(item: Any) -> str:
    """How to write what was written as text where a number stands; empty where it is no number."""
    from advisor.domain.amounts import number

    given = item["input"]
    meant = number(given) if item["type"] in ("int_type", "float_type") and isinstance(given, str) else given
    return "" if meant is given or isinstance(meant, str) else f"a number without quotes, {meant}"
