"""Schemas of every value on the wire, by pydantic: every limit, closed to unknown fields, every field described."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from advisor.domain.base import Frozen
from advisor_api.openapi.docstrings import field_docstrings

_TEMPLATE = "#/components/schemas/{model}"


def component_schemas(names: set[str]) -> dict[str, dict[str, Any]]:
    """Schemas by class name, for the wire values of these names and all that they hold."""
    models = {model.__name__: model for model in _all_below(Frozen)}
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (models[name], "validation") for name in sorted(names & models.keys())
    ]
    _, document = models_json_schema(wanted, ref_template=_TEMPLATE)
    schemas: dict[str, dict[str, Any]] = document["$defs"]
    for name, schema in schemas.items():
        if name in models:
            _describe(schema, field_docstrings(models[name]))
    return schemas


def _describe(schema: dict[str, Any], descriptions: dict[str, str]) -> None:
    for field, definition in schema.get("properties", {}).items():
        definition.pop("title", None)
        if field in descriptions:
            definition["description"] = descriptions[field]


def _all_below(base: type[Frozen]) -> list[type[Frozen]]:
    return [model for child in base.__subclasses__() for model in (child, *_all_below(child))]
