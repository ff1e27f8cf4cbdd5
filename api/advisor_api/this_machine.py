"""Over the network "this machine" would be the server: a client may not look into it unless the operator lets it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from advisor.domain.base import Frozen
from advisor.domain.errors import Problem
from advisor.domain.problems import nested_model
from advisor.domain.requests import EstimateRequest
from advisor.domain.requirements import Requirements
from advisor.sizing.devices import THIS_MACHINE
from advisor.sizing.names import device_key

_SAID = re.compile(r"\bthis[- ](?:machine|computer|laptop|pc)\b", re.IGNORECASE)
_EXPECTED = 'a catalog name such as "RTX 4090" (GET /v1/hardware), or a specification with kind and memory_gib'
_DEVICES = {Requirements: ("hardware",), EstimateRequest: ("hardware", "compare_to")}


def refusals(kind: type[Frozen], document: Any, prefix: str = "") -> list[Problem]:
    """Where a request asks for the server's own devices, also in its free text.

    Args:
        kind: What is requested.
        document: The request as it came, which may be wrong otherwise.
        prefix: Path of the document in a larger one.
    """
    if not isinstance(document, Mapping):
        return []
    named = [field for field in _DEVICES.get(kind, ()) if _is_this_machine(document.get(field))]
    problems = [
        Problem(f"{prefix}{field}", "this-machine would be the server, not your machine", _EXPECTED) for field in named
    ]
    text = document.get("description")
    if kind is Requirements and document.get("hardware") is None and isinstance(text, str) and _SAID.search(text):
        message = "the text speaks of this machine, which would be the server; say which device you mean"
        problems.append(Problem(f"{prefix}description", message, f"hardware: {_EXPECTED}"))
    for field, definition in kind.model_fields.items():
        inner = nested_model(definition.annotation)
        if inner is not None and inner in _DEVICES and issubclass(inner, Frozen):
            problems += refusals(inner, document.get(field), f"{prefix}{field}.")
    return problems


def _is_this_machine(name: Any) -> bool:
    return isinstance(name, str) and device_key(name) in THIS_MACHINE
