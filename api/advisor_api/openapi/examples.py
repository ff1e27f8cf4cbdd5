"""Requests that work, by operation; tests send every one of them to a running service."""

from __future__ import annotations

from typing import Any

BODIES: dict[str, dict[str, dict[str, Any]]] = {
    "recommend": {
        "one sentence": {"value": {"description": "search German legal contracts, on one RTX 4090"}},
        "with limits": {
            "value": {
                "task": "retrieval",
                "languages": ["de", "en"],
                "domains": ["legal"],
                "hardware": "RTX 4090",
                "max_memory_gib": 8,
                "use": {"commercial": True, "distribution": "saas", "territory": "DE"},
                "top_k": 3,
            }
        },
        "chat on a laptop": {
            "value": {
                "task": "chat",
                "languages": ["en"],
                "hardware": {"kind": "unified", "vendor": "apple", "memory_gib": 36, "memory_bandwidth_gb_s": 300},
                "context_tokens": 8192,
                "use": {"commercial": True},
                "priorities": {"quality": 2, "speed": 1},
            }
        },
    },
    "compare": {
        "by size": {"value": {"model_ids": ["meta-llama/Llama-2-7b-hf", "tiiuae/falcon-7b"]}},
        "for a use": {
            "value": {
                "model_ids": ["google-bert/bert-base-uncased", "distilbert/distilbert-base-uncased"],
                "requirements": {"task": "text-classification", "use": {"commercial": True}},
            }
        },
    },
    "checkLicense": {
        "a license": {
            "value": {
                "license_or_model": "llama3.1",
                "use": {"commercial": True, "monthly_active_users": 1000000, "distribution": "saas"},
            }
        },
        "a model": {
            "value": {
                "license_or_model": "Qwen/Qwen2.5-7B-Instruct",
                "use": {"commercial": True, "modifies_weights": True},
            }
        },
    },
    "estimate": {
        "a card": {"value": {"model_id": "Qwen/Qwen2.5-7B-Instruct", "hardware": "RTX 4090", "context_tokens": 8192}},
        "a specification": {
            "value": {
                "model_id": "Qwen/Qwen2.5-7B-Instruct",
                "hardware": {"kind": "gpu", "vendor": "nvidia", "memory_gib": 16, "memory_bandwidth_gb_s": 504},
                "concurrency": 4,
            }
        },
    },
}

_BATCH = {"batch_id": "c00af85edcdd476e81b47c37086ff54a"}
PARAMETERS: dict[str, dict[str, Any]] = {
    "recommend": {"what_if": True},
    "listModels": {"q": "qwen2.5 instruct", "kind": "generative", "limit": 5, "offset": 0},
    "getModel": {"model_id": "Qwen/Qwen2.5-7B-Instruct"},
    "listHardware": {"q": "rtx 4090", "limit": 5, "offset": 0},
    "createBatch": {"Idempotency-Key": "tickets-2026-11-25"},
    "listBatches": {"limit": 20, "offset": 0},
    "getBatch": _BATCH,
    "getBatchResults": {**_BATCH, "after": 0, "wait_s": 5},
    "cancelBatch": _BATCH,
    "deleteBatch": _BATCH,
}
