"""Reading of a prompt: arithmetic, the weights once a batch of tokens, and attention to what was read before.

A token takes 2 x active parameters / (FP16 throughput x share) + weights x r / (bandwidth x batch) + cache x a / FP16
throughput, in seconds, with the share by class of device. All experts of a mixture are read in every batch: that is why
mixtures gain less from few active parameters here than in generation. The cache is that of half the prompt, and stands
for the arithmetic of attention. Constants: `prefill` of `speed_constants.json`, fitted by data/build/speed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from advisor.domain.hardware import Hardware
from advisor.sizing.constants import Floats, Range, bandwidth_of, constants
from advisor.sizing.decode import Models
from advisor.sizing.memory import GIB, memory_gib
from advisor.sizing.roofline import CLASSES, active_params, classes_of

BATCH = 512
"""Tokens of a prompt that llama.cpp works on at once."""


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


def terms(prompt: Prompt) -> tuple[Floats, Floats, Floats]:
    """Seconds a token of arithmetic, of reading weights and of attention at the paper rates of the device."""
    throughput = prompt.tflops * 1e12
    reading = prompt.weights_gb / (prompt.bandwidth * np.clip(prompt.tokens, 1, BATCH))
    return 2 * prompt.active / throughput, reading, prompt.cache_gb * 1e9 / throughput


def seconds_a_token(fitted: Mapping[str, Any], prompt: Prompt, classes: NDArray[np.int64]) -> Floats:
    """Seconds a token of each prompt, by constants `share` (of classes), `reading` and `attention`."""
    work, reading, attention = terms(prompt)
    share = np.array([fitted["share"][label] for label in CLASSES])[classes]
    return np.asarray(work / share + fitted["reading"] * reading + fitted["attention"] * attention, float)


def prefill_tokens_per_s(models: Models, hardware: Hardware, bits: float, prompt_tokens: ArrayLike) -> Range | None:
    """Tokens/s of reading a prompt by n models in one precision; None where the throughput of the device is unknown."""
    if not hardware.fp16_tflops:
        return None
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
        np.array([bandwidth_of(hardware)]), np.array([hardware.fp16_tflops]),
    )  # fmt: skip
    fitted = constants()["prefill"]
    value, *others = (
        1 / seconds_a_token(fitted, prompt, np.full(total.shape, CLASSES.index(label)))
        for label in classes_of(hardware.vendor, hardware.kind)
    )
    low, high = fitted["range"]
    return Range(value, value * low, value * high).covering(others)
