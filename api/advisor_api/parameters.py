"""The parameters of a route: which there are and what each may be."""

from __future__ import annotations

from typing import Any

from litestar.handlers import BaseRouteHandler
from litestar.params import ParameterKwarg, QueryParameter
from litestar.typing import FieldDefinition
from pydantic import TypeAdapter

from advisor.domain.expected import expected_of

_LIMITS = {"ge": "minimum", "le": "maximum", "min_length": "minLength", "max_length": "maxLength"}


def query_names(handler: BaseRouteHandler) -> set[str]:
    """The query parameters that a route takes."""
    fields = [field for field in handler.parsed_fn_signature.parameters.values() if not field.is_di_field]
    return {wire_name(field) for field in fields if isinstance(field.kwarg_definition, QueryParameter)}


def wire_name(field: FieldDefinition) -> str:
    """What clients call a parameter."""
    given = field.kwarg_definition
    return (given.name if isinstance(given, ParameterKwarg) else None) or field.name


def expected_in(field: FieldDefinition) -> str:
    """What a parameter may be."""
    schema: dict[str, Any] = TypeAdapter(field.annotation).json_schema()
    given = field.kwarg_definition
    if isinstance(given, ParameterKwarg):
        schema |= {word: value for name, word in _LIMITS.items() if (value := getattr(given, name)) is not None}
        if given.pattern:
            return f"text that matches {given.pattern}"
    return expected_of(schema)
