"""What a JSON schema expects of a value, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

_PLAIN = {"boolean": "true or false", "object": "a JSON object", "null": "null"}
_FORMATS = {"date": "a day such as 2025-06-30"}


def expected_of(schema: Schema, path: Sequence[str] = ()) -> str:
    """What is right at a path of a document; empty where the schema says nothing of it."""
    nodes = [schema]
    for part in path:
        nodes = [child for node in nodes for choice in _choices(node, schema) for child in _below(choice, part)]
    choices = [choice for node in nodes for choice in _choices(node, schema)]
    said = dict.fromkeys(filter(None, map(_phrase, choices)))
    return " or ".join(said)


def _choices(node: Schema, root: Schema) -> Iterable[Schema]:
    """The shapes that a value may have; that it may be left out is not told."""
    if "$ref" in node:
        node = root["$defs"][node["$ref"].rpartition("/")[2]]
    if "anyOf" not in node:
        return [node]
    return [choice for option in node["anyOf"] if option.get("type") != "null" for choice in _choices(option, root)]


def _below(node: Schema, part: str) -> Iterable[Schema]:
    if part in node.get("properties", {}):
        return [node["properties"][part]]
    inner = node.get("items") if part.isdecimal() else node.get("additionalProperties")
    return [inner] if isinstance(inner, Mapping) else []


def _phrase(node: Schema) -> str:
    kind = node.get("type")
    if "enum" in node:
        return f"one of {', '.join(map(str, node['enum']))}"
    if "const" in node:
        return str(node["const"])
    if kind in ("integer", "number"):
        return ("a whole number" if kind == "integer" else "a number") + _bounds(node)
    if kind == "string":
        return _FORMATS.get(node.get("format", ""), "text" + _between(node, "Length", "characters"))
    if kind == "array":
        return "a list" + _between(node, "Items", "entries")
    return _PLAIN.get(kind or "", "")


def _bounds(node: Schema) -> str:
    least, most = node.get("minimum"), node.get("maximum")
    above = node.get("exclusiveMinimum")
    if above is not None:
        return f" above {above:g}" + (f", at most {most:,g}" if most is not None else "")
    if least is not None and most is not None:
        return f" from {least:g} to {most:,.0f}" if most >= 1000 else f" from {least:g} to {most:g}"
    if least is not None:
        return f" of at least {least:g}"
    return f" of at most {most:,g}" if most is not None else ""


def _between(node: Schema, what: str, noun: str) -> str:
    least, most = node.get(f"min{what}"), node.get(f"max{what}")
    if most is not None:
        return f" of {f'{least} to' if least else 'at most'} {most:,} {noun}"
    return f" of at least {least:,} {noun}" if least else ""
