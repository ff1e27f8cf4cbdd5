"""Reading of a prompt: arithmetic, the weights once a batch of tokens, and attention to what was read before.

A token takes 2 x active parameters / (FP16 throughput x share) + weights x r / (bandwidth x batch) + cache x a / FP16
throughput, in seconds, with the share by class of device. All experts of a mixture are read in every batch: that is why
mixtures gain less from few active parameters here than in generation. The cache is that of half the prompt, and stands
for the arithmetic of attention. Constants: `prefill` of `speed_constants.json`, fitted by data/build/speed to runs of
llama.cpp; servers that split tensors over devices are taken to have the same shares of all their devices, and their own
batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from advisor.domain.hardware import DeviceKind, Hardware
from advisor.sizing.constants import Floats, Range, bandwidth_of, constants
from advisor.sizing.decode import Models, devices_at_once
from advisor.sizing.memory import GIB, memory_gib
from advisor.sizing.roofline import CLASSES, active_params, classes_of

BATCH = 512
"""Tokens of a prompt that llama.cpp works on at once."""
_SERVER_BATCH, _LARGE_SERVER_BATCH, _LARGE_GIB = 2048, 8192, 70.0
"""The same of vLLM's server, by its defaults, which are larger from 70 GiB of memory on."""
_SERVER_RANGE = (0.5, 2.0)
"""Of servers no run is known; assumed."""


class Prompt(NamedTuple):
    """What is read by what on what, arrays of shape (n,) or of length 1."""

    active: Floats
    """Parameters that a token is computed with."""
    weights_gb: Floats
    """All weights, GB."""
    cache_gb: Floats
    """KV cache of half the prompt, GB."""
    tokens: Floats
    """Of the prompt."""
    bandwidth: Floats
    """GB/s."""
    tflops: Floats
    batch: float = BATCH
    """Tokens that are worked on at once."""


def terms(prompt: Prompt) -> tuple[Floats, Floats, Floats]:
    """Seconds a token of arithmetic, of reading weights and of attention at the paper rates of the device."""
    throughput = prompt.tflops * 1e12
    reading = prompt.weights_gb / (prompt.bandwidth * np.clip(prompt.tokens, 1, prompt.batch))
    return 2 * prompt.active / throughput, reading, prompt.cache_gb * 1e9 / throughput


def seconds_a_token(fitted: Mapping[str, Any], prompt: Prompt, classes: NDArray[np.int64]) -> Floats:
    """Seconds a token of each prompt, by constants `share` (of classes), `reading` and `attention`."""
    work, reading, attention = terms(prompt)
    share = np.array([fitted["share"][label] for label in CLASSES])[classes]
    return np.asarray(work / share + fitted["reading"] * reading + fitted["attention"] * attention, float)


def prefill_tokens_per_s(
    models: Models, hardware: Hardware, bits: float, prompt_tokens: ArrayLike, *, gguf: bool
) -> Range | None:
    """Tokens/s of reading one prompt by n models in one precision; None where the throughput of the device is unknown.

    `gguf`: whether the engine is llama.cpp, which reads with one device after the other.
    """
    if not hardware.fp16_tflops:
        return None
    served = not gguf and hardware.kind is DeviceKind.GPU
    devices = devices_at_once(hardware, layer_split=gguf)
    total, tokens = models.params_total, np.asarray(prompt_tokens, float)
    parts = memory_gib(
        total,
        bits,
        models.kv_bytes_per_token,
        tokens / 2,
        full_share=models.full_share,
        window=models.window,
    )
    prompt = Prompt(
        active_params(total, models.params_active, models.input_table)[0],
        parts.weights * GIB / 1e9, parts.kv * GIB / 1e9, tokens,
        np.array([bandwidth_of(hardware) * devices]), np.array([hardware.fp16_tflops * devices]),
        _server_batch(hardware) if served else BATCH,
    )  # fmt: skip
    fitted = constants()["prefill"]
    value, *others = (
        1 / seconds_a_token(fitted, prompt, np.full(total.shape, CLASSES.index(label)))
        for label in classes_of(hardware.vendor, hardware.kind)
    )
    low, high = _SERVER_RANGE if served else fitted["range"]
    return Range(value, value * low, value * high).covering(others)


def _server_batch(hardware: Hardware) -> int:
    return _LARGE_SERVER_BATCH if hardware.memory_gib >= _LARGE_GIB else _SERVER_BATCH
