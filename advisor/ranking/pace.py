"""Speed and latency of many models on the need's device, by the functions that size one model."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from advisor.domain.hardware import Hardware
from advisor.domain.tasks import Kind
from advisor.features.need import Need
from advisor.ranking.constraints import Pool
from advisor.ranking.index import ModelColumns
from advisor.ranking.link import Floats
from advisor.sizing.memory import DEFAULT_TEXT
from advisor.sizing.speed import (
    DEFAULT_PROMPT,
    MACTS_A_GMAC,
    Range,
    alone_ms,
    audio_seconds_per_s,
    decode_tokens_per_s,
    images_per_s,
    prefill_tokens_per_s,
    texts_per_s,
    working_params,
)


class Pace(NamedTuple):
    """Expected pace of each model of a pool; NaN where it is not known or nothing asks for it."""

    speed: Floats
    """tokens/s of one request, or items/s."""
    latency_ms: Floats
    """To the first token, or of one item."""


def pace(models: ModelColumns, need: Need, pool: Pool, kind: Kind, bits: float, gguf: bool) -> Pace:
    """The pace of models of one kind in one precision.

    Args:
        models: all models.
        need: device, context and concurrency.
        pool: (n,) indices of models of this kind.
        kind: their kind.
        bits: bits per weight.
        gguf: whether the engine splits layers over devices.
    """
    unknown = np.full(len(pool), np.nan)
    if need.device is None or not _asked(need):
        return Pace(unknown, unknown)
    if kind is Kind.GENERATIVE:
        return _generation(models, need, need.device, pool, bits, gguf)
    found = _items(models, need, need.device, pool, kind)
    if found is None:
        return Pace(unknown, unknown)
    if kind is Kind.SPEECH_RECOGNITION:
        return Pace(found.value, unknown)
    return Pace(found.value, alone_ms(found, need.device).value)


def _asked(need: Need) -> bool:
    """Whether any limit depends on the pace; without one it is computed for the picks only."""
    asked, wanted = need.requirements, need.requirements.priorities
    return any(
        (
            wanted.speed,
            wanted.energy,
            wanted.cost,
            asked.min_tokens_per_s,
            asked.min_items_per_s,
            asked.max_latency_ms,
            asked.max_joules_per_item,
        )
    )


def _generation(models: ModelColumns, need: Need, device: Hardware, pool: Pool, bits: float, gguf: bool) -> Pace:
    total, active = models.column("params_total")[pool], models.column("params_active")[pool]
    most = models.column("context_tokens")[pool]
    concurrency = need.requirements.concurrency
    decode = decode_tokens_per_s(
        total,
        active,
        bits,
        device,
        models.column("kv_bytes_per_token")[pool],
        np.fmin(need.context_tokens, most),
        concurrency,
        full_share=models.column("kv_full_share")[pool],
        window=models.column("kv_window")[pool],
        layer_split=gguf,
    ).value
    prefill = prefill_tokens_per_s(np.where(np.isnan(active), total, active), device)
    if prefill is None:
        return Pace(decode, np.full(len(pool), np.nan))
    prompt = np.fmin(need.requirements.context_tokens or DEFAULT_PROMPT, most)
    return Pace(decode, 1000 * prompt * concurrency / prefill.value + 1000 / decode)


def _items(models: ModelColumns, need: Need, device: Hardware, pool: Pool, kind: Kind) -> Range | None:
    total = models.column("params_total")[pool]
    if kind is Kind.VISION:
        gmacs, macts = models.column("gmacs")[pool], models.column("macts_m")[pool]
        found = images_per_s(gmacs, np.where(np.isnan(macts), MACTS_A_GMAC * gmacs, macts), device)
    elif kind is Kind.SPEECH_RECOGNITION:
        found = audio_seconds_per_s(total, device)
    elif kind is Kind.FORECASTER:
        return None
    else:
        embedding = np.nan_to_num(models.column("embedding_params")[pool])
        tokens = np.fmin(need.requirements.context_tokens or DEFAULT_TEXT, models.column("context_tokens")[pool])
        found = texts_per_s(working_params(total, embedding), tokens, device)
    return found
