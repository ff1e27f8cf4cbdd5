"""Speed and latency with their ranges: tokens/s of generation, items/s of everything else.

Constants and 80 % ranges are in `speed_constants.json`, written by data/build/fit_speed.py, which prints how far
they are off on devices, sizes and sources that they never saw (docs/sizing.md). What no measurement backs has a
range of a factor 4 and says so.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from advisor.domain.hardware import DeviceKind, Hardware
from advisor.domain.model import Basis, Estimate, ModelRecord, Variant
from advisor.domain.tasks import Kind
from advisor.sizing.memory import GIB, available_gib, context_of, kv_of, memory_gib
from advisor.sizing.roofline import CLASSES, Load, class_of, physics

Floats = NDArray[np.float64]
HOST_BANDWIDTH_GB_S = 51.2
"""Memory of a host of unknown processor: two channels of DDR4-3200."""
HOST_SHARE = 0.6
"""Share of the host's bandwidth that offloaded layers reach; assumed."""
MANY_DEVICES_SHARE = 0.7
"""Speed-up of tensor parallelism by the number of devices; assumed. Layer-split engines (GGUF) read one device
after the other: none."""
ENCODER_SHARE = 0.3
"""Share of the FP16 throughput that encoders reach in batches; assumed from prompt processing (0.4) with shorter
sequences."""
UNMEASURED_RANGE = (1 / 4, 4.0)
MACTS_A_GMAC = 2.6
"""Activations, 1e6, by multiply-accumulates, 1e9, where they are not known: the median of the vision models that
have both."""
DEFAULT_PROMPT = 512
"""Tokens of a prompt, where the request states no context."""


class Range(NamedTuple):
    """A figure with its 80 % range, one entry a model."""

    value: Floats
    low: Floats
    high: Floats


@cache
def constants() -> dict[str, Any]:
    """The fitted constants."""
    loaded: dict[str, Any] = json.loads(
        files("advisor.sizing").joinpath("speed_constants.json").read_text(encoding="utf-8")
    )
    return loaded


def decode_tokens_per_s(
    params_total: ArrayLike,
    params_active: ArrayLike,
    bits_per_weight: ArrayLike,
    hardware: Hardware,
    kv_bytes_per_token: ArrayLike = np.nan,
    context_tokens: ArrayLike = 4096,
    concurrency: int = 1,
    *,
    full_share: ArrayLike = 1.0,
    window: ArrayLike = 0.0,
    layer_split: ArrayLike = True,
) -> Range:
    """Generation speed of one request, tokens/s, for n models on one device; NaN where size or bandwidth is
    unknown.

    Args:
        params_total: parameters, shape (n,).
        params_active: those a token uses; NaN for dense models.
        bits_per_weight: of the variant.
        hardware: the device.
        kv_bytes_per_token: FP16 cache of all layers; NaN estimates it from the size.
        context_tokens: tokens of a request; on average half of them are in the cache.
        concurrency: requests at once, decoded in one batch.
        full_share: share of layers that keep every token.
        window: tokens that the others keep.
        layer_split: the engine splits layers over devices and to the host (GGUF); else tensors over devices.
    """
    total, active = np.atleast_1d(np.asarray(params_total, float)), np.asarray(params_active, float)
    active = np.where(np.isnan(active), total, np.minimum(active, total))
    parts = memory_gib(
        total, bits_per_weight, kv_bytes_per_token, np.asarray(context_tokens) / 2, full_share=full_share, window=window
    )
    # Requests in one batch share the weights; each brings other experts: of E/k disjoint choices, 1 - (1 - k/E)^n
    # are read.
    touched = 1 - (1 - active / total) ** concurrency
    bandwidth = _bandwidth(hardware)
    spread_over = np.where(np.asarray(layer_split, bool), 1.0, 1 + (hardware.count - 1) * MANY_DEVICES_SHARE)
    reads = parts.weights * GIB / 1e9 * touched
    label, mixture = class_of(hardware.vendor, hardware.kind), (active < 0.99 * total).astype(int)
    # One request pays for unpacking the weights (u); each further one only for its arithmetic, at the efficiency of
    # prompt processing.
    work = np.array(constants()["classes"][label])[:, 2][mixture]
    load = Load(
        active_gb=reads, cache_gb=parts.kv * GIB / 1e9 * concurrency, mixture=mixture,
        active=active * (1 + (concurrency - 1) / (work * constants()["prefill"][label])),
        bandwidth=np.broadcast_to(bandwidth * spread_over, total.shape),
        tflops=np.broadcast_to((hardware.fp16_tflops or np.nan) * spread_over, total.shape),
    )  # fmt: skip
    speed = physics(constants(), load, np.full(total.shape, CLASSES.index(label)))
    speed = 1 / (1 / speed + _host_time(parts.total, reads, hardware))
    low, high = constants()["decode_range"]
    return Range(speed, speed * low, speed * high)


def _bandwidth(hardware: Hardware) -> float:
    if hardware.memory_bandwidth_gb_s:
        return hardware.memory_bandwidth_gb_s
    return HOST_BANDWIDTH_GB_S if hardware.kind is DeviceKind.CPU else np.nan


def _host_time(total_gib: Floats, reads_gb: Floats, hardware: Hardware) -> Floats:
    """Seconds a token for the part of the weights that is offloaded to the host."""
    available = available_gib(hardware) or np.inf
    away = np.clip(1 - available / total_gib, 0, 1) if hardware.kind is DeviceKind.GPU else np.zeros_like(total_gib)
    return np.asarray(away * reads_gb / (HOST_BANDWIDTH_GB_S * HOST_SHARE))


def prefill_tokens_per_s(params_active: ArrayLike, hardware: Hardware) -> Range | None:
    """Prompt processing, tokens/s; None where the throughput of the device is unknown."""
    if not hardware.fp16_tflops:
        return None
    share = constants()["prefill"][class_of(hardware.vendor, hardware.kind)]
    value = hardware.fp16_tflops * 1e12 * share / (2 * np.asarray(params_active, float))
    low, high = constants()["prefill_range"]
    return Range(value, value * low, value * high)


def images_per_s(gmacs: ArrayLike, macts_m: ArrayLike, hardware: Hardware) -> Range | None:
    """Images/s of vision models, in batches on a GPU and one by one on a processor; None where the device's figures
    are unknown."""
    bandwidth = _bandwidth(hardware)
    if not hardware.fp16_tflops or np.isnan(bandwidth):
        return None
    fitted = constants()["vision"]["cpu" if hardware.kind is DeviceKind.CPU else "gpu"]
    a, b, c = fitted["terms"]
    macts = np.asarray(macts_m, float)
    time = a * np.asarray(gmacs, float) / hardware.fp16_tflops / 1e3 + b * macts / bandwidth / 1e3 + c / 1e4
    low, high = fitted["range"]
    many = hardware.count
    return Range(many / time, many * low / time, many * high / time)


def texts_per_s(params: ArrayLike, tokens: ArrayLike, hardware: Hardware) -> Range | None:
    """Texts/s of encoders: 2 x parameters x tokens operations a text at a share of the throughput; not measured,
    hence a wide range."""
    if not hardware.fp16_tflops:
        return None
    value = (
        hardware.count
        * hardware.fp16_tflops
        * 1e12
        * ENCODER_SHARE
        / (2 * np.asarray(params, float) * np.asarray(tokens, float))
    )
    low, high = UNMEASURED_RANGE
    return Range(value, value * low, value * high)


def audio_seconds_per_s(params: ArrayLike, hardware: Hardware) -> Range | None:
    """Seconds of audio transcribed a second, in batches; the leaderboard behind it names no device, so the range is
    wide."""
    if not hardware.fp16_tflops:
        return None
    fitted = constants()["speech"]
    value = fitted["level"] * hardware.count * hardware.fp16_tflops * 1e12 / np.asarray(params, float)
    low, high = fitted["range"]
    return Range(value, value * low, value * high)


def working_params(params_total: ArrayLike, embedding_params: ArrayLike) -> Floats:
    """Parameters that work on every token: all but the embedding table, at least a tenth."""
    total = np.asarray(params_total, float)
    return np.asarray(np.maximum(total - np.asarray(embedding_params, float), total // 10), float)


def alone_ms(found: Range, hardware: Hardware) -> Range:
    """ms of one item alone: it leaves a GPU half idle and waits for some hundred kernel launches of about 10 us."""
    alone, launches = (1.0, 0.0) if hardware.kind is DeviceKind.CPU else (2.0, 3.0)
    time = Range(*(alone * 1000 * hardware.count / part + launches for part in (found.value, found.high, found.low)))
    return time._replace(low=time.low / alone, high=time.high * alone)


def estimate_speed(
    record: ModelRecord, variant: Variant, hardware: Hardware, context_tokens: int | None = None, concurrency: int = 1
) -> Estimate | None:
    """Speed of one model: tokens/s of one request, or items/s; None where the model's size or the device's figures
    are unknown."""
    if record.kind is Kind.GENERATIVE:
        return _generation(record, variant, hardware, context_tokens, concurrency)
    found, unit, note = _items(record, hardware, context_tokens)
    return _estimate(found, unit, note)


def _generation(
    record: ModelRecord, variant: Variant, hardware: Hardware, context_tokens: int | None, concurrency: int
) -> Estimate | None:
    if not record.params_total:
        return None
    kv = kv_of(record.architecture)
    found = decode_tokens_per_s(
        record.params_total, record.params_active or np.nan, variant.bits_per_weight, hardware,
        np.nan if kv.bytes_per_token is None else kv.bytes_per_token, context_of(record, context_tokens), concurrency,
        full_share=kv.shape.full_share, window=kv.shape.window, layer_split=variant.format == "gguf",
    )  # fmt: skip
    note = "for each request" if concurrency > 1 else ""
    if hardware.count > 1 and variant.format != "gguf":
        note = "; ".join(filter(None, [note, "speed-up of several devices is assumed, not measured"]))
    return _estimate(found, "tokens/s", note)


def _items(record: ModelRecord, hardware: Hardware, context_tokens: int | None) -> tuple[Range | None, str, str]:
    if record.kind is Kind.VISION:
        if not record.gmacs:
            return None, "", ""
        macts = record.macts_m or MACTS_A_GMAC * record.gmacs
        return images_per_s(record.gmacs, macts, hardware), "images/s", "as PyTorch runs it"
    if not record.params_total or record.kind in (Kind.FORECASTER, Kind.OTHER):
        return None, "", ""
    if record.kind is Kind.SPEECH_RECOGNITION:
        return (
            audio_seconds_per_s(record.params_total, hardware),
            "x real time",
            "batched; scaled from a leaderboard that names no device",
        )
    tokens = context_of(record, context_tokens)
    compute = working_params(record.params_total, record.embedding_params or 0)
    return texts_per_s(compute, tokens, hardware), "texts/s", f"batched, {tokens} tokens a text; not measured"


def estimate_latency(
    record: ModelRecord, variant: Variant, hardware: Hardware, context_tokens: int | None = None, concurrency: int = 1
) -> Estimate | None:
    """ms to the first token of a generation, else ms an item alone; None where figures are unknown."""
    if record.kind is Kind.GENERATIVE:
        return _first_token(record, variant, hardware, context_tokens, concurrency)
    if record.kind is Kind.SPEECH_RECOGNITION:
        return None
    found, _, note = _items(record, hardware, context_tokens)
    if found is None:
        return None
    return _estimate(alone_ms(found, hardware), "ms", note.replace("batched, ", "one at a time, "))


def _first_token(
    record: ModelRecord, variant: Variant, hardware: Hardware, context_tokens: int | None, concurrency: int
) -> Estimate | None:
    active = record.params_active or record.params_total
    if not active:
        return None
    prompt = context_of(record, context_tokens or DEFAULT_PROMPT)
    speed, decode = (
        prefill_tokens_per_s(active, hardware),
        estimate_speed(record, variant, hardware, context_tokens, concurrency),
    )
    if speed is None or decode is None:
        return None
    times = [
        1000 * prompt * concurrency / float(part) + 1000 / decode.value for part in (speed.value, speed.high, speed.low)
    ]
    return _estimate(Range(*map(np.asarray, times)), "ms", f"to the first token after a prompt of {prompt} tokens")


def _estimate(found: Range | None, unit: str, note: str) -> Estimate | None:
    if found is None:
        return None
    value, low, high = (float(np.ravel(part)[0]) for part in found)
    if not np.isfinite([value, low, high]).all():
        return None
    return Estimate(
        value=_round(value), low=_round(low), high=_round(high), unit=unit, basis=Basis.ESTIMATED, note=note
    )


def _round(value: float) -> float:
    return float(f"{value:.3g}")
