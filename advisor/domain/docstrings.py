"""Descriptions of fields: the string under a field in the source of its class.

pydantic reads these too (`use_attribute_docstrings`), at the cost of parsing every module when the library is
imported; here that is paid once, when a schema is first asked for.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from advisor.domain.base import Frozen


def describe(schemas: dict[str, dict[str, Any]]) -> None:
    """Give the fields of JSON schemas of domain values, by class name, their descriptions."""
    known = values()
    for name, schema in schemas.items():
        descriptions = field_docstrings(known[name]) if name in known else {}
        for field, definition in schema.get("properties", {}).items():
            definition.pop("title", None)
            if field in descriptions:
                definition["description"] = descriptions[field]


def values() -> dict[str, type[Frozen]]:
    """Every domain value that is imported, by class name."""
    return {model.__name__: model for model in _all_below(Frozen)}


def field_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Description by field, inherited fields included; fields without a string are left out."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            found |= _of_module(sys.modules[base.__module__]).get(base.__name__, {})
    return found


def _all_below(base: type[Frozen]) -> list[type[Frozen]]:
    return [model for child in base.__subclasses__() for model in (child, *_all_below(child))]


@cache
def _of_module(module: ModuleType) -> dict[str, dict[str, str]]:
    tree = ast.parse(inspect.getsource(module))
    return {node.name: _of_class(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _of_class(node: ast.ClassDef) -> dict[str, str]:
    found = {}
    for field, below in zip(node.body, node.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            found[field.target.id] = inspect.cleandoc(below.value.value)
    return found
