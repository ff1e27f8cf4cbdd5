"""Decode speed by physics: every token reads the active weights and the cache once.

t = (active weights + cache) / (bandwidth x e) + 2 x active parameters x u / FP16 throughput + blocks x t0, with e, t0
and u by class of device, apart for dense models and mixtures of experts. The middle term is the arithmetic of unpacking
and multiplying: without it old cards and processors are 2x off (held-out p90 91 % instead of 50 %). The last is
the time of the kernels of a block, which small models and mixtures wait for longer than for their weights. Constants:
`speed_constants.json`, fitted by data/build/speed to the shipped measurements.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.domain.hardware import DeviceKind, Vendor

Floats = NDArray[np.float64]
_MIXTURE = 0.99
"""Share of the parameters below which a model that uses no more is a mixture of experts."""
_GPUS = ("nvidia", "amd", "intel")
CLASSES = (*_GPUS, "apple", "nvidia unified", "amd unified", "intel unified", "cpu")


class Load(NamedTuple):
    """What is run on what, arrays of shape (n,); names have length n or 1."""

    active_gb: Floats
    """Weights that one token reads, GB."""
    cache_gb: Floats
    """KV cache that one token reads, GB."""
    mixture: NDArray[np.int64]
    """1 for a mixture of experts, 0 for a dense model."""
    active: Floats
    """Parameters that one token is computed with."""
    bandwidth: Floats
    """GB/s."""
    tflops: Floats
    blocks: Floats
    """See `advisor.sizing.blocks`."""


def active_params(total: Floats, stated: Floats, input_table: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Parameters that a token is computed with, and 1 for mixtures of experts, of n models.

    Args:
        total: all parameters.
        stated: those that a token uses; NaN for dense models.
        input_table: those of which a token uses one row (`memory.input_table`), for dense models.
    """
    mixture = stated < _MIXTURE * total
    return np.where(mixture, stated, total - input_table), mixture.astype(np.int64)


def classes_of(vendor: str, kind: str) -> tuple[str, ...]:
    """The classes that a device may be of, the most common first: of a GPU of unknown make those of all makers. Other
    unified memory counts as a processor."""
    if kind == DeviceKind.CPU:
        return ("cpu",)
    if vendor == Vendor.APPLE:
        return ("apple",)
    if kind == DeviceKind.UNIFIED:
        return (f"{vendor} unified",) if f"{vendor} unified" in CLASSES else ("cpu",)
    return (vendor,) if vendor in _GPUS else _GPUS


def physics(constants: Mapping[str, Any], load: Load, classes: NDArray[np.int64]) -> Floats:
    """Tokens/s of each load, never above the roofline."""
    table = np.array([constants["classes"][label] for label in CLASSES])
    efficiency, overhead, work = np.moveaxis(table[classes, load.mixture], -1, 0)
    # Where throughput is not known, a tenth of a TFLOPS a GB/s: the median of the devices measured.
    tflops = np.where(np.isnan(load.tflops), 0.1 * load.bandwidth, load.tflops)
    reading = (load.active_gb + load.cache_gb) / (load.bandwidth * efficiency)
    speed = 1 / (reading + 2 * load.active / (tflops * 1e12) * work + load.blocks * overhead)
    return np.asarray(np.minimum(speed, load.bandwidth / load.active_gb))
