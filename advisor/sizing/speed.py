"""Speed and latency with their ranges: tokens/s of generation, items/s of everything else.

Constants and 80 % ranges are in `speed_constants.json`, written by data/build/speed, which prints how far they are
off on devices, sizes and sources that they never saw (docs/sizing.md). Figures that are known of the very model on the
very device come first. What no measurement backs has a wide range and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from advisor.domain.figures import duration
from advisor.domain.hardware import DeviceKind, Hardware
from advisor.domain.measured import Metric
from advisor.domain.model import Architecture, Basis, Estimate, ModelRecord, Variant
from advisor.domain.tasks import Kind
from advisor.sizing import vision
from advisor.sizing.blocks import blocks_of
from advisor.sizing.constants import Range, constants, level_of, pace_kind, throughput_of
from advisor.sizing.decode import Models, generation
from advisor.sizing.known import Hit, hits, replace
from advisor.sizing.memory import context_of, input_table, kv_of, vocabulary_table
from advisor.sizing.prefill import prefill_tokens_per_s
from advisor.sizing.quantization import measured_name
from advisor.sizing.roofline import classes_of

Floats = NDArray[np.float64]
ENCODER_SHARE = 0.3
"""Share of the FP16 throughput that encoders reach in batches on GPUs; assumed."""
_STATIC = 0.99
"""Share of the embedding table from which a model is nothing else."""
UNMEASURED_RANGE = (1 / 4, 4.0)
LEVELLED_RANGE = (0.6, 1.7)
"""Encoders on a device where another encoder was measured; assumed after images/s of unseen models (docs/sizing.md)."""
DEFAULT_PROMPT = 512
"""Tokens of a prompt, where the request states no context."""


def encoder_operations(working: ArrayLike, tokens: ArrayLike) -> Floats:
    """Operations of one text: 2 x parameters x tokens, and attention of a transformer of that size, whose width is the
    root of a twelfth of the parameters of its layers (`memory` estimates it alike)."""
    params, length = np.asarray(working, float), np.asarray(tokens, float)
    width = np.cbrt(np.maximum(params, 1.0) * 64 / 12)
    return np.asarray(2 * params * length * (1 + length / (6 * width)), float)


def texts_per_s(working: ArrayLike, static: ArrayLike, tokens: ArrayLike, hardware: Hardware) -> Range | None:
    """Texts/s of encoders in batches: operations at a share of the throughput, measured on a processor, assumed
    elsewhere; of static models the times of a text and its tokens on one core, whatever the device.

    Args:
        working: parameters beside the embedding table, shape (n,).
        static: whether there are no others, shape (n,).
        tokens: of a text, shape (n,) or one value.
        hardware: the device.
    """
    throughput = throughput_of(hardware)
    if not throughput:
        return None
    fitted, on_processor = constants()["encoder"], hardware.kind is DeviceKind.CPU
    share = fitted["cpu_share"] if on_processor else ENCODER_SHARE
    looked_up = np.atleast_1d(np.asarray(static, bool))
    computed = encoder_operations(working, tokens) / (hardware.count * throughput * 1e12 * share)
    seconds = np.where(
        looked_up, fitted["static_text_s"] + fitted["static_token_s"] * np.asarray(tokens, float), computed
    )
    level = level_of(hardware, Kind.ENCODER)
    value = (level.ratio if level else 1.0) / seconds
    known = fitted["cpu_range"] if on_processor else UNMEASURED_RANGE
    own = LEVELLED_RANGE if level else np.where(looked_up[:, None], UNMEASURED_RANGE, known).T
    return Range(value, value * own[0], value * own[1])


def audio_seconds_per_s(params: ArrayLike, hardware: Hardware) -> Range | None:
    """Seconds of audio transcribed a second, in batches; the leaderboard behind it names no device, so the range is
    wide."""
    if not hardware.fp16_tflops:
        return None
    fitted = constants()["speech"]
    level = level_of(hardware, Kind.SPEECH_RECOGNITION)
    value = fitted["level"] * hardware.count * hardware.fp16_tflops * 1e12 / np.asarray(params, float)
    value = value * (level.ratio if level else 1.0)
    low, high = fitted["range"]
    return Range(value, value * low, value * high)


def embedding_table(embedding_params: float | None, params_total: float | None, architecture: Architecture) -> float:
    """Parameters of the embedding table: as stated, else vocabulary x width if that leaves others; NaN if unknown."""
    if embedding_params or not params_total:
        return float(embedding_params or np.nan)
    table = vocabulary_table(architecture)
    return table if 0 < table < _STATIC * params_total else np.nan


def alone_ms(found: Range, hardware: Hardware) -> Range:
    """ms of one item alone: it leaves a GPU half idle and waits for some hundred kernel launches of about 10 us."""
    alone, launches = (1.0, 0.0) if hardware.kind is DeviceKind.CPU else (2.0, 3.0)
    time = Range(*(alone * 1000 * hardware.count / part + launches for part in (found.value, found.high, found.low)))
    return time._replace(low=time.low / alone, high=time.high * alone)


def latency_ms(
    found: Range, model_ids: Mapping[int, str], kind: Kind, hardware: Hardware, quantization: str, tokens: ArrayLike
) -> tuple[Range, list[Hit]]:
    """ms of one item alone of n models by their items/s, and which of them were measured as such.

    Args:
        found: items/s.
        model_ids: by position, of the models that figures could be known of.
        kind: their kind.
        hardware: the device.
        quantization: of the variant.
        tokens: of an item, shape (n,) or one value.
    """
    time = alone_ms(found, hardware)
    if hardware.kind is DeviceKind.CPU and pace_kind(kind) is Kind.ENCODER:
        longer = 1 + constants()["encoder"]["alone_tokens"] / np.asarray(tokens, float)
        time = time.times(longer)
    known = hits(hardware, Metric.LATENCY, model_ids, quantization)
    if not known:
        return time, known
    shares = [1 / _of_length(hit, kind, tokens) for hit in known]
    return replace(time, known, time.value[[hit.position for hit in known]] * shares), known


def _of_length(hit: Hit, kind: Kind, tokens: ArrayLike) -> float:
    """Tokens that are asked by those that a figure is of; 1 where length does not matter."""
    each = np.asarray(tokens, float)
    asked = float(each[hit.position] if each.ndim else each)
    return asked / (hit.figure.context_tokens or asked) if pace_kind(kind) is Kind.ENCODER else 1.0


def estimate_speed(
    record: ModelRecord, variant: Variant, hardware: Hardware, context_tokens: int | None = None, concurrency: int = 1
) -> Estimate | None:
    """Speed of one model: tokens/s of one request, or items/s; None where the model's size or the device's figures
    are unknown."""
    if record.kind is Kind.GENERATIVE:
        return _generation(record, variant, hardware, context_tokens, concurrency)
    found, unit, note, known = _items(record, variant, hardware, context_tokens)
    return _estimate(found, unit, note, known)


def _generation(
    record: ModelRecord, variant: Variant, hardware: Hardware, context_tokens: int | None, concurrency: int
) -> Estimate | None:
    if not record.params_total:
        return None
    found, known = generation(
        _one(record), hardware, variant.bits_per_weight, measured_name(variant, record),
        context_of(record, context_tokens), concurrency, gguf=variant.format == "gguf",
    )  # fmt: skip
    notes = ["for each request"] if concurrency > 1 else []
    if hardware.count > 1 and variant.format != "gguf" and not known:
        notes.append("speed-up of several devices is assumed, not measured")
    if len(classes_of(hardware.vendor, hardware.kind)) > 1 and not known:
        notes.append("make unknown: taken for NVIDIA, the range covers AMD and Intel")
    return _estimate(found, "tokens/s", "; ".join(notes), known)


def _one(record: ModelRecord) -> Models:
    kv = kv_of(record.architecture)
    figures = (
        record.params_total, record.params_active, kv.bytes_per_token, kv.shape.full_share, kv.shape.window,
        input_table(record.architecture, record.params_total), blocks_of(record.architecture),
    )  # fmt: skip
    return Models({0: record.model_id}, *(np.array([np.nan if part is None else float(part)]) for part in figures))


class Items(NamedTuple):
    """What the speed of models that do not generate depends on, arrays of shape (n,); NaN is unknown."""

    ids: Mapping[int, str]
    """By position, of all image models, and of the others that figures could be known of."""
    params_total: Floats
    embedding_params: Floats
    gmacs: Floats
    image_size: Floats


def is_static(models: Items) -> NDArray[np.bool_]:
    """Which models are an embedding table and nothing else, shape (n,)."""
    return np.asarray(models.embedding_params >= _STATIC * models.params_total)


def items(
    models: Items, kind: Kind, hardware: Hardware, quantization: str, tokens: ArrayLike
) -> tuple[Range | None, list[Hit]]:
    """Items/s of n models of one kind, and which of them are known figures; None where nothing tells it.

    Every command's items/s come from here, of one model or of all. A model of unknown size is NaN.
    """
    known = hits(hardware, Metric.ITEMS, models.ids, quantization)
    if kind is Kind.VISION:
        of_models = vision.known(models.ids, models.image_size, models.gmacs, hardware)
        found = vision.images_per_s(models.gmacs, models.params_total, hardware, of_models)
    elif kind in (Kind.FORECASTER, Kind.OTHER):
        found = None
    elif kind is Kind.SPEECH_RECOGNITION:
        found = audio_seconds_per_s(models.params_total, hardware)
    else:
        working = models.params_total - np.nan_to_num(models.embedding_params)
        found = texts_per_s(working, is_static(models), tokens, hardware)
    if not known:
        return found, known
    blank = np.full_like(models.params_total, np.nan)
    found = found or Range(blank, blank, blank)
    shares = [_of_length(hit, kind, tokens) for hit in known]
    return replace(found, known, found.value[[hit.position for hit in known]] * shares), known


def _items(
    record: ModelRecord, variant: Variant, hardware: Hardware, context_tokens: int | None
) -> tuple[Range | None, str, str, list[Hit]]:
    tokens = context_of(record, context_tokens)
    table = embedding_table(record.embedding_params, record.params_total, record.architecture)
    figures = (record.params_total, table, record.gmacs, record.image_size)
    one = Items({0: record.model_id}, *(np.array([float(part) if part else np.nan]) for part in figures))
    found, known = items(one, record.kind, hardware, variant.quantization, tokens)
    if record.kind is Kind.VISION:
        return found, "images/s", "as PyTorch runs it", known
    if record.kind is Kind.SPEECH_RECOGNITION:
        return found, "x real time", "batched; scaled from a leaderboard that names no device", known
    return found, "texts/s", f"batched, {tokens} tokens a text; {_basis(record, one, hardware)}", known


def _basis(record: ModelRecord, one: Items, hardware: Hardware) -> str:
    """What the speed of an encoder is taken from."""
    if level_of(hardware, record.kind):
        return "scaled from what was measured here"
    if is_static(one)[0]:
        return "no layers: tokenising takes the time, on one core"
    return "share of the throughput as measured on one processor" if hardware.kind is DeviceKind.CPU else "not measured"


def estimate_latency(
    record: ModelRecord,
    variant: Variant,
    hardware: Hardware,
    context_tokens: int | None = None,
    concurrency: int = 1,
    *,
    speed: Estimate | None = None,
) -> Estimate | None:
    """ms to the first token of a generation, else ms an item alone; None where figures are unknown.

    `speed` spares a second estimate of it.
    """
    if record.kind is Kind.GENERATIVE:
        decode = speed or estimate_speed(record, variant, hardware, context_tokens, concurrency)
        return _first_token(record, variant, hardware, decode, context_tokens, concurrency)
    if record.kind is Kind.SPEECH_RECOGNITION:
        return None
    found, _, note, known = _items(record, variant, hardware, context_tokens)
    if found is None:
        return None
    tokens, ids = context_of(record, context_tokens), {0: record.model_id}
    time, timed = latency_ms(found, ids, record.kind, hardware, variant.quantization, tokens)
    if timed:
        return _estimate(time, "ms", "one item alone", timed)
    note = "one item alone, from " + known[0].figure.note if known else note.replace("batched, ", "one at a time, ")
    return _estimate(time, "ms", note)


def _first_token(
    record: ModelRecord,
    variant: Variant,
    hardware: Hardware,
    decode: Estimate | None,
    context_tokens: int | None,
    concurrency: int,
) -> Estimate | None:
    if not record.params_total or decode is None:
        return None
    prompt = context_of(record, context_tokens or DEFAULT_PROMPT)
    gguf = variant.format == "gguf"
    speed = prefill_tokens_per_s(_one(record), hardware, variant.bits_per_weight, prompt, gguf=gguf)
    if speed is None:
        return None
    times = [1000 * prompt / part + 1000 / decode.value for part in (speed.value, speed.high, speed.low)]
    note = f"to the first token after a prompt of {prompt} tokens"
    if concurrency > 1:
        last = duration(float(1000 * prompt * concurrency / speed.value[0]))
        note += f" that finds the machine free; of {concurrency} sent at once the last waits {last}"
    return _estimate(Range(*times), "ms", note)


def _estimate(found: Range | None, unit: str, note: str, known: Sequence[Hit] = ()) -> Estimate | None:
    if found is None:
        return None
    value, low, high = (float(np.ravel(part)[0]) for part in found)
    if not np.isfinite([value, low, high]).all():
        return None
    basis = known[0].figure.basis if known else Basis.ESTIMATED
    note = "; ".join(filter(None, [known[0].figure.note, note.removesuffix("; not measured")])) if known else note
    return Estimate(value=_round(value), low=_round(low), high=_round(high), unit=unit, basis=basis, note=note)


def _round(value: float) -> float:
    return float(f"{value:.3g}")
