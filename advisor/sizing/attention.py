"""How the KV cache of a model grows with context: which share of the layers keeps every token, which only a window.

The catalog's bytes per token count every layer as full attention. Hybrid models (linear attention, state space) and
sliding-window models keep far less; the shares are those of the `layer_types` or interval fields of the published
configurations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class KvShape(NamedTuple):
    """Share of layers that attend to the whole context, and the window in tokens that the others keep (0: none)."""

    full_share: float
    window: float


FULL = KvShape(1.0, 0.0)
# Architecture name (config.json: model_type), longest prefix wins.
_SHAPES: dict[str, KvShape] = {
    "qwen3_5": KvShape(1 / 4, 0),  # full_attention_interval 4
    "qwen3_next": KvShape(1 / 4, 0),
    "qwen4": KvShape(1 / 4, 0),
    "kimi_linear": KvShape(1 / 4, 0),  # 3 KDA to 1 MLA
    "lfm2": KvShape(6 / 16, 0),  # full_attn_idxs: 6 of 16 (350M, 1.2B), 6 of 24 (8B-A1B)
    "lfm2_moe": KvShape(6 / 24, 0),
    "nemotron_h": KvShape(6 / 52, 0),  # hybrid_override_pattern: 4 of 52 (8B, 4B: 4 of 42), 6 of 52 (30B-A3B)
    "granitemoehybrid": KvShape(4 / 40, 0),
    "falcon_h1": FULL,  # attention beside Mamba in every layer
    "jamba": KvShape(1 / 8, 0),
    "zamba2": KvShape(6 / 38, 0),
    "bailing_hybrid": KvShape(1 / 8, 0),
    "minimax_text": KvShape(1 / 8, 0),
    "minimax_m1": KvShape(1 / 8, 0),
    "olmo_hybrid": KvShape(1 / 4, 0),
    "rwkv": KvShape(0, 0),
    "mamba": KvShape(0, 0),
    "falcon_mamba": KvShape(0, 0),
    "recurrent": KvShape(0, 2048),
    "gemma2": KvShape(1 / 2, 4096),
    "gemma3": KvShape(1 / 6, 1024),
    "gemma3_text": KvShape(1 / 6, 512),  # 270M and 1B; larger ones 1024
    "gemma3n": KvShape(1 / 5, 512),
    "gemma4": KvShape(1 / 6, 1024),
    "gpt_oss": KvShape(1 / 2, 128),
    "llama4": KvShape(1 / 4, 8192),  # chunked attention
    "cohere2": KvShape(1 / 4, 4096),
    "afmoe": KvShape(1 / 4, 2048),  # global_attn_every_n_layers 4
    "olmo3": KvShape(1 / 4, 4096),
    "exaone4": KvShape(1 / 4, 4096),
    "mimo_v2": KvShape(1 / 6, 128),
    "starcoder2": KvShape(0, 4096),
}
_WHATEVER_STATED = {"afmoe"}
"""Architectures all of whose models are of the shape above, also those that the catalog calls full attention."""
_MLA_VALUES = 576
"""Latent of 512 and rotary key of 64 that multi-head latent attention caches a layer and token (DeepSeek-V2, arXiv
2405.04434)."""


def kv_shape(architecture: str | None, attention: str | None = None, sliding_window: int | None = None) -> KvShape:
    """The shape of a model's cache; full attention where nothing better is known (an upper bound)."""
    name = (architecture or "").casefold()
    best = max((prefix for prefix in _SHAPES if name.startswith(prefix)), key=len, default=None)
    if best is not None and (attention in ("hybrid", "sliding", None) or best in _WHATEVER_STATED):
        shape = _SHAPES[best]
        return KvShape(shape.full_share, sliding_window) if sliding_window and shape.window else shape
    if attention == "sliding" and sliding_window:
        return KvShape(0.0, float(sliding_window))
    return FULL


def kv_shapes(
    architectures: Sequence[str | None], attentions: Sequence[str | None], sliding_windows: Sequence[int | None]
) -> tuple[Floats, Floats]:
    """`kv_shape` of many models: arrays of full share and window."""
    known: dict[tuple[str | None, str | None, int | None], KvShape] = {}
    shapes = [
        known[key] if key in known else known.setdefault(key, kv_shape(*key))
        for key in zip(architectures, attentions, sliding_windows, strict=True)
    ]
    array = np.array(shapes, dtype=float).reshape(-1, 2)
    return array[:, 0], array[:, 1]


def mla_bytes_per_token(n_layers: float) -> float:
    """Bytes of FP16 cache a token of a model with multi-head latent attention."""
    return 2.0 * _MLA_VALUES * n_layers
