"""Speed and latency of many models on the need's device, by the functions that size one model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from advisor.domain.hardware import DeviceKind, Hardware
from advisor.domain.tasks import TASK_INFO, Kind
from advisor.features.need import Need
from advisor.ranking.constraints import Pool
from advisor.ranking.index import ModelColumns
from advisor.ranking.link import Floats
from advisor.sizing.decode import Models, generation
from advisor.sizing.memory import DEFAULT_TEXT
from advisor.sizing.prefill import prefill_tokens_per_s
from advisor.sizing.speed import DEFAULT_PROMPT, Items, items, latency_ms


class Pace(NamedTuple):
    """Expected pace of each model of a pool; NaN where it is not known or nothing asks for it."""

    speed: Floats
    """tokens/s of one request, or items/s."""
    latency_ms: Floats
    """To the first token, or of one item."""


def pace(
    models: ModelColumns, need: Need, pool: Pool, kind: Kind, bits: float, quantization: str, *, gguf: bool
) -> Pace:
    """The pace of models of one kind in one precision.

    Args:
        models: all models.
        need: device, context and concurrency.
        pool: (n,) indices of models of this kind.
        kind: their kind.
        bits: bits per weight.
        quantization: name of the precision.
        gguf: whether the engine splits layers over devices.
    """
    unknown = np.full(len(pool), np.nan)
    if need.device is None or not (_asked(need) or patience_counts(need)):
        return Pace(unknown, unknown)
    if kind is Kind.GENERATIVE:
        return _generation(models, need, need.device, pool, bits, quantization, gguf=gguf)
    return _items(models, need, need.device, pool, kind, quantization) or Pace(unknown, unknown)


def patience_counts(need: Need) -> bool:
    """Whether slow models count less although nothing is asked of speed; what generates and fits a graphics card is
    quick enough."""
    if need.device is None or _limited(need):
        return False
    return need.device.kind is not DeviceKind.GPU or Kind.GENERATIVE not in TASK_INFO[need.task].kinds


def _asked(need: Need) -> bool:
    """Whether any limit or priority depends on the pace; without one it is computed for the picks only."""
    wanted = need.requirements.priorities
    return any((wanted.speed, wanted.energy, wanted.cost, _limited(need)))


def _limited(need: Need) -> bool:
    asked = need.requirements
    limits = (asked.min_tokens_per_s, asked.min_items_per_s, asked.max_latency_ms, asked.max_joules_per_item)
    return any(limits)


def _generation(
    models: ModelColumns, need: Need, device: Hardware, pool: Pool, bits: float, quantization: str, *, gguf: bool
) -> Pace:
    total, active = models.column("params_total")[pool], models.column("params_active")[pool]
    most = models.column("context_tokens")[pool]
    concurrency = need.requirements.concurrency
    names = ("kv_bytes_per_token", "kv_full_share", "kv_window", "input_table", "blocks")
    some = Models(known_ids(models, device, pool), total, active, *(models.column(name)[pool] for name in names))
    context = np.fmin(need.context_tokens, most)
    decode = generation(some, device, bits, quantization, context, concurrency, gguf=gguf)[0].value
    prompt = np.fmin(need.requirements.context_tokens or DEFAULT_PROMPT, most)
    prefill = prefill_tokens_per_s(some, device, bits, prompt, gguf=gguf)
    if prefill is None:
        return Pace(decode, np.full(len(pool), np.nan))
    return Pace(decode, 1000 * prompt / prefill.value + 1000 / decode)


def _items(
    models: ModelColumns, need: Need, device: Hardware, pool: Pool, kind: Kind, quantization: str
) -> Pace | None:
    names = ("params_total", "embedding_params", "gmacs", "image_size")
    ids = (
        {i: models.ids[model] for i, model in enumerate(pool)}
        if kind is Kind.VISION
        else known_ids(models, device, pool)
    )
    some = Items(ids, *(models.column(name)[pool] for name in names))
    tokens = np.fmin(need.requirements.context_tokens or DEFAULT_TEXT, models.column("context_tokens")[pool])
    found, _ = items(some, kind, device, quantization, tokens)
    if found is None:
        return None
    if kind is Kind.SPEECH_RECOGNITION:
        return Pace(found.value, np.full(len(pool), np.nan))
    return Pace(found.value, latency_ms(found, ids, kind, device, quantization, tokens)[0].value)


def known_ids(models: ModelColumns, device: Hardware, pool: Pool) -> Mapping[int, str]:
    """By position, the names of the models of a pool that figures are known of on the device."""
    known = models.find({figure.model_id for figure in device.measured})
    return {i: models.ids[pool[i]] for i in np.flatnonzero(np.isin(pool, known)).tolist()}
