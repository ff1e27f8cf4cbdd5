"""Schemas of every value on the wire, by pydantic: every limit, closed to unknown fields, every field described."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from advisor.domain.docstrings import describe, values

_TEMPLATE = "#/components/schemas/{model}"


def component_schemas(names: set[str]) -> dict[str, dict[str, Any]]:
    """Schemas by class name, for the wire values of these names and all that they hold."""
    models = values()
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (models[name], "validation") for name in sorted(names & models.keys())
    ]
    _, document = models_json_schema(wanted, ref_template=_TEMPLATE)
    schemas: dict[str, dict[str, Any]] = document["$defs"]
    describe(schemas)
    return schemas
