"""Speed of generation: the roofline, what was learned on top of it, the level of the device, known figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from advisor.domain.hardware import DeviceKind, Hardware, Vendor
from advisor.domain.measured import Metric
from advisor.domain.tasks import Kind
from advisor.sizing.blocks import blocks_or_usual
from advisor.sizing.constants import HOST_BANDWIDTH_GB_S, Floats, Range, bandwidth_of, constants, level_of
from advisor.sizing.known import Hit, hits, replace
from advisor.sizing.memory import GIB, available_gib, host_params, memory_gib
from advisor.sizing.residual import ENGINES, correction, features
from advisor.sizing.roofline import CLASSES, Load, active_params, classes_of, physics

HOST_GB_S = 0.6 * HOST_BANDWIDTH_GB_S
"""What offloaded layers are read with: 60 % of two channels of DDR4-3200, assumed."""
MANY_DEVICES_SHARE = 0.7
"""Speed-up of tensor parallelism by the number of devices; assumed. Layer-split engines (GGUF) read one device
after the other: none."""


class Models(NamedTuple):
    """What generation speed depends on, arrays of shape (n,); NaN is unknown."""

    ids: Mapping[int, str]
    """By position, of the models that figures could be known of."""
    params_total: Floats
    params_active: Floats
    kv_bytes_per_token: Floats
    full_share: Floats
    window: Floats
    input_table: Floats
    """Parameters, see `memory.input_table`."""
    blocks: Floats
    """See `advisor.sizing.blocks`."""

    def take(self, positions: Sequence[int]) -> Models:
        """Some of the models, without their names."""
        index = np.asarray(positions, int)
        return Models({}, *(np.asarray(part)[index] for part in self[1:]))


def generation(
    models: Models,
    hardware: Hardware,
    bits: float,
    quantization: str,
    context_tokens: ArrayLike,
    concurrency: int = 1,
    *,
    gguf: bool,
) -> tuple[Range, list[Hit]]:
    """Tokens/s of one request for n models in one precision, and which of them are known figures.

    Every command's speed of generation comes from here, of one model or of all.
    """

    def estimate(some: Models, context: ArrayLike) -> Range:
        return decode_tokens_per_s(
            some.params_total, some.params_active, bits, hardware,
            some.kv_bytes_per_token, context, concurrency,
            full_share=some.full_share, window=some.window, input_table=some.input_table, blocks=some.blocks,
            layer_split=gguf,
        )  # fmt: skip

    found = estimate(models, context_tokens)
    known = hits(hardware, Metric.DECODE, models.ids, quantization, concurrency)
    if not known:
        return found, known
    asked = np.broadcast_to(np.asarray(context_tokens, float), models.params_total.shape)
    theirs = [hit.figure.context_tokens or asked[hit.position] for hit in known]
    return replace(found, known, estimate(models.take([hit.position for hit in known]), theirs).value), known


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
    input_table: ArrayLike = 0.0,
    blocks: ArrayLike = np.nan,
    layer_split: bool = True,
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
        input_table: parameters of the tables that tokens are read with, where another one writes them.
        blocks: of layers; those usual for the size where NaN.
        layer_split: the engine splits layers over devices and to the host (GGUF); else tensors over devices.
    """
    total = np.atleast_1d(np.asarray(params_total, float))
    active, mixture = active_params(total, np.asarray(params_active, float), np.asarray(input_table, float))
    depth = np.asarray(context_tokens, float) / 2
    parts = memory_gib(
        total, bits_per_weight, kv_bytes_per_token, depth, full_share=full_share, window=window,
        host_params=host_params(input_table, "gguf" if layer_split else "", hardware),
    )  # fmt: skip
    # Requests in one batch share the weights; each brings other experts: of E/k disjoint choices, 1 - (1 - k/E)^n
    # are read.
    touched = np.where(mixture, 1 - (1 - active / total) ** concurrency, active / total)
    bandwidth = bandwidth_of(hardware)
    spread_over = devices_at_once(hardware, layer_split=layer_split)
    reads = parts.weights * GIB / 1e9 * touched
    x = features(
        total, np.where(mixture, active, total), bits_per_weight, _engine(hardware, layer_split), depth, full_share
    )
    level = level_of(hardware, Kind.GENERATIVE)
    learned = np.exp(correction(constants()["residual"], x)) * (level.ratio if level else 1.0)
    held = (available_gib(hardware) if hardware.kind is DeviceKind.GPU else None) or np.inf
    on_host = host_seconds(parts.total, held, reads)

    def speed_as(label: str) -> Floats:
        # One request pays for unpacking the weights (u); each further one only for its arithmetic, at the efficiency
        # of prompt processing.
        work = np.array(constants()["classes"][label])[:, 2][mixture]
        load = Load(
            active_gb=reads, cache_gb=parts.kv * GIB / 1e9 * concurrency, mixture=mixture,
            active=active * (1 + (concurrency - 1) / (work * min(1.0, constants()["prefill"]["share"][label]))),
            bandwidth=np.broadcast_to(bandwidth * spread_over, total.shape),
            tflops=np.broadcast_to((hardware.fp16_tflops or np.nan) * spread_over, total.shape),
            blocks=blocks_or_usual(blocks, total, mixture),
        )  # fmt: skip
        speed = physics(constants(), load, np.full(total.shape, CLASSES.index(label))) * learned
        return np.asarray(1 / (1 / np.minimum(speed, load.bandwidth / load.active_gb) + on_host))

    speed, *others = map(speed_as, classes_of(hardware.vendor, hardware.kind))
    kind = "decode_range" if level is None else "decode_local_range" if level.local else "decode_known_range"
    low, high = np.where(on_host[:, None] > 0, constants()["decode_split_range"], constants()[kind]).T
    found = Range(speed, speed * low, speed * high)
    # What was measured on a device tells more than its unknown make.
    return found.covering(others) if level is None else found


def devices_at_once(hardware: Hardware, *, layer_split: bool) -> float:
    """How many devices' bandwidth and throughput a token has."""
    return 1.0 if layer_split else 1 + (hardware.count - 1) * MANY_DEVICES_SHARE


def _engine(hardware: Hardware, layer_split: bool) -> int:
    """The engine whose runs are most alike: GGUF by llama.cpp, else MLX on a Mac and vLLM on a GPU."""
    if layer_split or hardware.kind is DeviceKind.CPU:
        return ENGINES.index("llama.cpp")
    return ENGINES.index("mlx" if hardware.vendor is Vendor.APPLE else "vllm")


def host_seconds(total_gib: Floats, available_gib: ArrayLike, reads_gb: Floats) -> Floats:
    """Seconds a token for the part of n models that is offloaded to the host.

    Args:
        total_gib: weights, cache and overhead.
        available_gib: memory of the card.
        reads_gb: weights that a token reads, GB.
    """
    away = np.clip(1 - np.asarray(available_gib, float) / total_gib, 0, 1)
    return np.asarray(away * reads_gb / HOST_GB_S)
