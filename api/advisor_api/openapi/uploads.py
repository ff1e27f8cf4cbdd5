"""Bodies that are read as bytes, which the routes cannot describe themselves."""

from __future__ import annotations

import json
from typing import Any

_NEEDS = [
    {"name": "contracts", "task": "retrieval", "languages": ["de"], "hardware": "RTX 4090"},
    {"name": "tickets", "description": "sort support tickets in English and French, on a laptop"},
]
_LINES: dict[str, Any] = {
    "schema": {"type": "string", "description": "One need as a JSON object a line, UTF-8."},
    "examples": {"two needs": {"value": "".join(json.dumps(need) + "\n" for need in _NEEDS)}},
}

UPLOADS: dict[str, dict[str, Any]] = {
    "createBatch": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Requirements"}, "minItems": 1},
                "examples": {"two needs": {"value": _NEEDS}},
            },
            "application/x-ndjson": _LINES,
            "application/jsonl": _LINES,
        },
    },
}
