"""Requests that work, by operation; tests send every one of them to a running service."""

from __future__ import annotations

from typing import Any

_PROJECT: dict[str, dict[str, Any]] = {
    "contract search": {
        "value": {
            "name": "contract search",
            "requirements": {"task": "retrieval", "languages": ["de"], "hardware": "RTX 4090"},
        }
    }
}

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
    "checkCompatibility": {
        "a merge": {"value": {"licenses_or_models": ["gpl-3.0", "llama3.1"], "product": "weights"}},
        "one product": {"value": {"licenses_or_models": ["BAAI/bge-m3", "llama3.1"], "product": "closed_source"}},
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
        "machines for rent": {
            "value": {"model_id": "Qwen/Qwen3-30B-A3B", "cheapest": True, "min_tokens_per_s": 50, "concurrency": 2}
        },
    },
    "createProject": _PROJECT,
    "replaceProject": _PROJECT,
    "createMeasurement": {
        "accuracy": {
            "value": {
                "model_id": "BAAI/bge-small-en-v1.5",
                "task": "text-classification",
                "measured_on": "2026-11-25",
                "metric": "accuracy",
                "quality": {"value": 0.912, "low": 0.897, "high": 0.926, "unit": "share"},
            }
        }
    },
}

_BATCH = {"batch_id": "c00af85edcdd476e81b47c37086ff54a"}
_VERIFICATION = {"verification_id": "9d1f0c2b7a6e4f58b3c4d5e6f7a8b9c0"}
_PROJECT_ID = {"project_id": "5b0d8d3f3a3c4f6e9a4c1e0f7d2b6a98"}
PARAMETERS: dict[str, dict[str, Any]] = {
    "recommend": {"what_if": True, "tradeoffs": False, "contributions": True},
    "listModels": {"q": "qwen2.5 instruct", "kind": "generative", "limit": 5, "offset": 0},
    "getModel": {"model_id": "Qwen/Qwen2.5-7B-Instruct"},
    "listHardware": {"q": "rtx 4090", "limit": 5, "offset": 0},
    "createBatch": {"Idempotency-Key": "tickets-2026-11-25"},
    "listBatches": {"limit": 20, "offset": 0},
    "getBatch": _BATCH,
    "getBatchResults": {**_BATCH, "after": 0, "wait_s": 5},
    "cancelBatch": _BATCH,
    "deleteBatch": _BATCH,
    "createVerification": {"Idempotency-Key": "reviews-2026-11-25"},
    "listVerifications": {"limit": 20, "offset": 0},
    "getVerification": _VERIFICATION,
    "cancelVerification": _VERIFICATION,
    "deleteVerification": _VERIFICATION,
    "createProject": {"Idempotency-Key": "contract-search-1"},
    "listProjects": {"limit": 20, "offset": 0},
    "getProject": _PROJECT_ID,
    "replaceProject": _PROJECT_ID,
    "deleteProject": _PROJECT_ID,
    "listMeasurements": {"limit": 20, "offset": 0},
    "deleteMeasurement": {"measurement_id": "3f2a9c0d4e5b6a71"},
}
