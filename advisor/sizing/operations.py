"""What image models do for one image, as counted from their definitions, and the time that it takes a device.

`vision_operations.json` is written by `data.build.speed.operations`; what each operation costs, by data/build/speed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from advisor.sizing.constants import Floats, shipped

MACS = ("linear", "matmul", "attention", "pointwise", "convolution", "grouped", "depthwise")
"""Multiply-accumulates by operation, 1e6: products with weights; of two activations; fused attention; convolutions of
one pixel, of more, in groups, and of each channel alone."""
VALUES = ("linear", "attention", "convolution", "grouped", "depthwise", "layer_norm", "copy", "softmax", "batch_norm",
          "pool", "other")  # fmt: skip
"""Activations read and written by operation, 1e6; attention fused or not, convolutions of one pixel or more."""
COLUMNS = (*(f"macs {name}" for name in MACS), *(f"values {name}" for name in VALUES), "kernels", "params")
"""What is counted of a model: the above, operations with multiply-accumulates, and parameters, 1e6."""
SAME_MACS = 0.05
"""How far apart the multiply-accumulates of one architecture at one input size may be stated."""
KERNEL_S = 1e-5
REST_S = 1e-4
"""Seconds that the start of a kernel and of a batch take, before they are fitted."""


def same(model_ids: Mapping[int, str], image_sizes: ArrayLike, gmacs: ArrayLike) -> dict[int, str]:
    """By position, the architecture and input size that stand for a model, of those that were counted.

    "timm/resnet50.a1_in1k" at 224 is "resnet50@224". Of a model whose input size is not known, as torchvision's, it is
    that of the same name whose multiply-accumulates, (n,) 1e9, are the same within 5 %.
    """
    row, _ = counted()
    sizes, asked = np.asarray(image_sizes, float).tolist(), np.asarray(gmacs, float).tolist()
    out = {}
    for position, model_id in model_ids.items():
        name, size = model_id.rpartition("/")[2].partition(".")[0], sizes[position]
        if not math.isnan(size):
            alike = [key] if (key := f"{name}@{size:.0f}") in row else []
        else:
            alike = [key for key, own in _sizes().get(name, ()) if abs(asked[position] / own - 1) < SAME_MACS]
        if alike:
            out[position] = alike[0]
    return out


def operations(names: Mapping[int, str], n: int) -> Floats:
    """(n, 20) `COLUMNS` of n models by what stands for them (`same`); rows of NaN where nothing does."""
    row, table = counted()
    out = np.full((n, len(COLUMNS)), np.nan)
    out[list(names)] = table[[row[name] for name in names.values()]]
    return out


def rates(tflops: ArrayLike, bandwidth: ArrayLike, *, processor: bool) -> Floats:
    """(..., 21) seconds an image that one of each of `COLUMNS` takes a device which reaches its paper figures; the last
    is the start of a batch.

    Args:
        tflops: of the device, (...).
        bandwidth: of the device, GB/s, (...).
        processor: single precision, one image at a time; else half precision and batches of a thousand.
    """
    size, batch = (4, 1) if processor else (2, 1000)
    computing, moving = 1e-6 / np.asarray(tflops, float), size * 1e-3 / np.asarray(bandwidth, float)
    kernel, rest = np.full_like(moving, KERNEL_S / batch), np.full_like(moving, REST_S / batch)
    columns = [computing] * len(MACS) + [moving] * len(VALUES) + [kernel, moving / batch, rest]
    return np.stack(columns, axis=-1)


def seconds(work: Floats, prices: ArrayLike, tflops: float, bandwidth: float, *, processor: bool) -> Floats:
    """(n,) seconds an image on one device.

    Args:
        work: (n, 20) `COLUMNS`.
        prices: (21,) what each of them, and the start of a batch, costs by what it should (`rates`).
        tflops: of the device.
        bandwidth: of the device, GB/s.
        processor: see `rates`.
    """
    each = rates(tflops, bandwidth, processor=processor) * np.asarray(prices, float)
    return np.asarray(work @ each[:-1] + each[-1])


@cache
def counted() -> tuple[dict[str, int], Floats]:
    """By architecture @ pixels, its row in the table, (m, 20)."""
    loaded: dict[str, list[float]] = json.loads(shipped("vision_operations.json"))
    return {name: i for i, name in enumerate(loaded)}, np.array(list(loaded.values()), float)


@cache
def _sizes() -> dict[str, list[tuple[str, float]]]:
    """By architecture, what was counted of it: architecture @ pixels, and multiply-accumulates, 1e9."""
    row, table = counted()
    out: dict[str, list[tuple[str, float]]] = {}
    for name, macs in zip(row, table[:, : len(MACS)].sum(axis=1) / 1e3, strict=True):
        out.setdefault(name.partition("@")[0], []).append((name, float(macs)))
    return out
