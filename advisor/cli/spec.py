"""Read a need from a file or from stdin."""

from __future__ import annotations

import json
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from advisor.domain.errors import InvalidInput, Problem


def read_spec(place: str | None) -> dict[str, Any]:
    """The JSON object in a file, or on stdin for `-`; empty for None.

    Raises:
        InvalidInput: there is no such file, or it holds no JSON object.
    """
    if place is None:
        return {}
    if place == "-":
        return parse_object(sys.stdin.read(), "stdin")
    path = Path(place)
    try:
        return parse_object(path.read_text("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise InvalidInput([Problem(str(path), "is not text", "JSON in UTF-8")]) from error
    except OSError as error:
        hint = 'a JSON file; to say it in words: advisor recommend --describe "..."'
        raise InvalidInput([Problem("SPEC", f"{error.strerror}: {place!r}", hint)]) from error


def is_blank(line: bytes) -> bool:
    """Whether a line holds nothing but space, and so no document."""
    return not line.removeprefix(BOM_UTF8).strip()


def document_lines(source: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, by their number."""
    with source.open("rb") as stream:
        yield from ((number, raw) for number, raw in enumerate(stream, 1) if not is_blank(raw))


def parse_object(text: str, place: str) -> dict[str, Any]:
    """A JSON object from text.

    Raises:
        InvalidInput: it is not JSON, a key appears twice, or it is not an object; says where.
    """
    try:
        value = json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidInput(
            [Problem(place, f"not JSON: {error.msg} at {where}", '{"task": "retrieval", ...}')]
        ) from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput([Problem(place, f"not usable JSON: {error}", "an object of plain fields")]) from error
    if not isinstance(value, dict):
        raise InvalidInput([Problem(place, f"holds a JSON {type(value).__name__}", "one JSON object")])
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        twice = sorted({key for key, _ in pairs if [k for k, _ in pairs].count(key) > 1})
        raise ValueError(f"{', '.join(twice)} appears twice")
    return result
