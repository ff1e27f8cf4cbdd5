"""Throughput of image models: the time of what they do, with what the same model showed on other devices.

What a model does is counted from its definition (`advisor.sizing.operations`), and each device has its own price of
each operation. A device that was never measured takes the mean of those that were, scaled by the plain formula of
multiply-accumulates and parameters, which also stands for models that were not counted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from advisor.domain.hardware import DeviceKind, Hardware
from advisor.domain.tasks import Kind
from advisor.sizing.constants import Floats, Range, bandwidth_of, constants, level_of, shipped
from advisor.sizing.operations import operations, same, seconds


class Known(NamedTuple):
    """What is known of n image models beside their size; NaN where nothing is."""

    work: Floats
    """(n, 20) what they do for one image, see `advisor.sizing.operations`."""
    effect: Floats
    """(n,) log of how much faster than expected they ran on devices of the class."""


def known(model_ids: Mapping[int, str], image_sizes: ArrayLike, gmacs: ArrayLike, hardware: Hardware) -> Known:
    """What is known of n models for the class of a device; `model_ids` by position, see `operations.same`."""
    names = same(model_ids, image_sizes, gmacs)
    work = operations(names, len(np.asarray(gmacs)))
    effect, table = np.full(len(work), np.nan), _effects()[_class(hardware)]
    effect[list(names)] = [table.get(name, np.nan) for name in names.values()]
    return Known(work, effect)


def images_per_s(gmacs: ArrayLike, params: ArrayLike, hardware: Hardware, models: Known) -> Range | None:
    """Images/s of n models, in batches on a GPU and one by one on a processor; None where the device's figures are
    unknown.

    Args:
        gmacs: (n,) multiply-accumulates of one image, 1e9.
        params: (n,) parameters.
        hardware: the device.
        models: what else is known of them.
    """
    bandwidth = bandwidth_of(hardware)
    if not hardware.fp16_tflops or np.isnan(bandwidth):
        return None
    fitted = constants()["vision"][_class(hardware)]
    own = fitted["devices"].get(hardware.name)
    arithmetic, size, processor = np.asarray(gmacs, float), np.asarray(params, float), hardware.kind is DeviceKind.CPU
    plain = plain_parts(arithmetic, size, hardware.fp16_tflops, bandwidth, fitted["values"])
    if own:
        counted = seconds(models.work, own["operations"], hardware.fp16_tflops, bandwidth, processor=processor)
    else:
        over = against_plain(fitted, arithmetic, size, models.work, processor=processor)
        counted = plain @ np.array(fitted["plain"]) * np.exp(over)
    is_counted = ~np.isnan(models.work[:, 0])
    ran = is_counted & ~np.isnan(models.effect)
    alone = plain @ np.array((own or fitted)["plain"])
    time = np.where(is_counted, counted / np.exp(np.nan_to_num(models.effect)), alone)
    level = level_of(hardware, Kind.VISION)
    value = hardware.count / time * (level.ratio if level else 1.0)
    ranges = fitted["ranges"]["known" if own or level else "unseen"]
    low, high = np.select([ran[:, None], is_counted[:, None]], [ranges["ran"], ranges["counted"]], ranges["plain"]).T
    return Range(value, value * low, value * high)


def plain_parts(
    gmacs: ArrayLike, params: ArrayLike, tflops: ArrayLike, bandwidth: ArrayLike, values: ArrayLike
) -> Floats:
    """(n, 3) seconds an image of arithmetic, of memory, and a constant, before they are fitted.

    Args:
        gmacs: multiply-accumulates of one image, 1e9.
        params: parameters.
        tflops: of the device.
        bandwidth: of the device, GB/s.
        values: three figures that tell activations, 1e6, from the two: exponents of gmacs and of params, 1e6, and the
            log of a factor.
    """
    by_gmacs, by_params, factor = np.asarray(values, float)
    arithmetic = np.asarray(gmacs, float)
    activations = np.exp(factor + by_gmacs * np.log(arithmetic) + by_params * np.log(np.asarray(params, float) / 1e6))
    columns = arithmetic / tflops / 1e3, activations / bandwidth / 1e3, np.asarray(1e-4)
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


def against_plain(fitted: Mapping[str, Any], gmacs: Floats, params: Floats, work: Floats, *, processor: bool) -> Floats:
    """(n,) log of the time by operations against the plain formula, the mean of the devices that were measured."""
    over = []
    for device in fitted["devices"].values():
        tflops, bandwidth = device["figures"]
        plain = plain_parts(gmacs, params, tflops, bandwidth, fitted["values"]) @ np.array(fitted["plain"])
        counted = seconds(work, device["operations"], tflops, bandwidth, processor=processor)
        over.append(np.log(counted / plain))
    return np.asarray(np.mean(over, axis=0))


def _class(hardware: Hardware) -> str:
    return "cpu" if hardware.kind is DeviceKind.CPU else "gpu"


@cache
def _effects() -> dict[str, dict[str, float]]:
    loaded: dict[str, dict[str, float]] = json.loads(shipped("vision_effects.json"))
    return loaded
