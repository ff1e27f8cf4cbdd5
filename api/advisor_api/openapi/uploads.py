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

_REVIEWS = "text,label\n" + "".join(
    f"the {noun} was {word},{label}\n"
    for noun in ("film", "plot", "cast", "music", "ending", "pace", "camera", "script", "story", "acting")
    for word, label in [("great", "good"), ("superb", "good"), ("dull", "bad"), ("awful", "bad")]
)

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
    "createVerification": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "request": {"$ref": "#/components/schemas/VerificationRequest"},
                        "data": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "minItems": 1,
                            "maxItems": 10,
                            "description": "A table (CSV, TSV, JSONL, Parquet), or corpus, queries and qrels.",
                        },
                    },
                    "required": ["request", "data"],
                    "additionalProperties": False,
                },
                "encoding": {"request": {"contentType": "application/json"}},
                "examples": {
                    "reviews": {
                        "value": {
                            "request": {
                                "task": "text-classification",
                                "models": ["sentence-transformers/all-MiniLM-L6-v2"],
                            },
                            "data": [_REVIEWS],
                        }
                    }
                },
            }
        },
    },
}

NAMED_IN_UPLOADS = {"Requirements", "VerificationRequest"}
"""The schemas that these bodies refer to."""
