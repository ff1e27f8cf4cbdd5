"""Memory and time that a candidate is expected to take: estimates with wide ranges, for a plan only."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cache

import numpy as np

from advisor.domain.model import Basis, Estimate
from advisor.domain.verification import Candidate, DataSummary
from advisor.verify.protocols import Limits

_BASE_GIB = {
    "onnxruntime": 0.25,
    "onnxruntime-image": 0.25,
    "llama.cpp": 0.3,
    "llama-server": 0.3,
    "baseline": 0.2,
    "static-vectors": 0.2,
}
"""Process, libraries and buffers beside the weights, measured on the models of `make verify-demo` (docs/verify.md)."""
_TORCH_BASE_GIB = 0.55
_EXTRA = 1.15
"""Weights are held once; buffers of batches grow with them."""
_LOW, _HIGH = 0.6, 2.0
CHARS_A_TOKEN = 4.0
"""Of English text in a subword vocabulary."""
_CHARS = 300.0
_NEW_TOKENS = 48
_EFFICIENCY = 0.5
"""Share of the speed of a plain matrix product that a transformer on a processor reaches; assumed."""
_TIME_RANGE = 4.0
_GPU_FLOPS = 2e13
_START_MINUTES = 0.2
_GENERATIVE = frozenset({"llama.cpp", "llama-server", "transformers-causal", "openai-endpoint"})
_BYTES_A_WEIGHT = {"fp32": 4.0, "fp16": 2.0, "bf16": 2.0, "int8": 1.0}
_NOT_A_MODEL = frozenset({"baseline", "static-vectors"})


def memory_gib(candidate: Candidate) -> Estimate | None:
    """Memory of the process; None for a server."""
    size = candidate.artifact.size_gib
    if size is None:
        return None
    value = size * _EXTRA + _BASE_GIB.get(candidate.backend, _TORCH_BASE_GIB)
    return _range(value, _LOW, _HIGH, "GiB", "weights, and the libraries around them")


def minutes(candidate: Candidate, data: DataSummary | None, limits: Limits) -> Estimate | None:
    """Time to load, evaluate and time a candidate; None without data or for a server."""
    if data is None or candidate.artifact.size_gib is None:
        return None
    inputs = data.n_train + data.n_test + data.n_documents
    if candidate.backend in _NOT_A_MODEL:
        return _range(_START_MINUTES + inputs / 200_000, 0.3, 3.0, "min", "")
    weights = candidate.artifact.size_gib * 2**30 / _BYTES_A_WEIGHT.get(candidate.quantization.lower(), 0.6)
    tokens = (data.chars_median or _CHARS) / CHARS_A_TOKEN
    if candidate.backend in _GENERATIVE:
        inputs, tokens = data.n_test, tokens + 10 * _NEW_TOKENS
    speed = _GPU_FLOPS if limits.device != "cpu" else flops(limits.threads) * _EFFICIENCY
    value = _START_MINUTES + 2 * weights * tokens * inputs / speed / 60
    return _range(value, 1 / _TIME_RANGE, _TIME_RANGE, "min", "if none is dropped early")


def total(parts: Iterable[Estimate | None]) -> Estimate | None:
    """Sum of times; their ranges add up, because they err together."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    return Estimate(
        value=round(sum(part.value for part in known), 2),
        low=round(sum(part.low for part in known), 2),
        high=round(sum(part.high for part in known), 2),
        unit="min",
        basis=Basis.ESTIMATED,
        note="if none is dropped early",
    )


@cache
def flops(threads: int) -> float:
    """Floating-point operations a second of a matrix product here, timed for an instant."""
    left = np.ones((512, 512), np.float32)
    left @ left
    started, n = time.perf_counter(), 0
    while time.perf_counter() - started < 0.05:
        left @ left
        n += 1
    return 2 * 512**3 * n / (time.perf_counter() - started)


def _range(value: float, low: float, high: float, unit: str, note: str) -> Estimate:
    return Estimate(
        value=round(value, 2),
        low=round(value * low, 2),
        high=round(value * high, 2),
        unit=unit,
        basis=Basis.ESTIMATED,
        note=note,
    )
