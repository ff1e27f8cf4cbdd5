"""Throughput of image models: arithmetic, memory and a constant, with what the same model showed on other devices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike

from advisor.domain.hardware import DeviceKind, Hardware
from advisor.domain.tasks import Kind
from advisor.sizing.constants import Floats, Range, bandwidth_of, constants, level_of

MACTS_A_GMAC = 2.6
"""Activations, 1e6, by multiply-accumulates, 1e9, where they are not known: the median of the vision models that
have both."""


def images_per_s(gmacs: ArrayLike, macts_m: ArrayLike, hardware: Hardware, effect: ArrayLike = np.nan) -> Range | None:
    """Images/s of n models, in batches on a GPU and one by one on a processor; None where the device's figures are
    unknown.

    Args:
        gmacs: multiply-accumulates of one image, 1e9.
        macts_m: activations of one image, 1e6; NaN estimates them.
        hardware: the device.
        effect: log of how much faster than expected the model ran elsewhere (`effects`); NaN where it was run nowhere.
    """
    bandwidth = bandwidth_of(hardware)
    if not hardware.fp16_tflops or np.isnan(bandwidth):
        return None
    fitted = constants()["vision"][_class(hardware)]
    own = fitted["devices"].get(hardware.name)
    a, b, c = own or fitted["terms"]
    gmac, macts, known = np.asarray(gmacs, float), np.asarray(macts_m, float), np.asarray(effect, float)
    macts = np.where(np.isnan(macts), MACTS_A_GMAC * gmac, macts)
    time = a * gmac / hardware.fp16_tflops / 1e3 + b * macts / bandwidth / 1e3 + c / 1e4
    time = time / np.exp(np.nan_to_num(known))
    level = level_of(hardware, Kind.VISION)
    value = hardware.count / time * (level.ratio if level else 1.0)
    usual = fitted["known_range" if own or level else "range"]
    low, high = (np.where(np.isnan(known), new, seen) for new, seen in zip(fitted["new_range"], usual, strict=True))
    return Range(value, value * low, value * high)


def effects(model_ids: Mapping[int, str], image_sizes: ArrayLike, hardware: Hardware) -> Floats:
    """(n,) what each model showed on other devices of the class, log; NaN where it was run nowhere."""
    table = _effects()[_class(hardware)]
    sizes = np.asarray(image_sizes, float)
    out = np.full_like(sizes, np.nan)
    for position, model_id in model_ids.items():
        name = model_id.rpartition("/")[2].partition(".")[0]
        out[position] = table.get(f"{name}@{sizes[position]:.0f}", np.nan)
    return out


def _class(hardware: Hardware) -> str:
    return "cpu" if hardware.kind is DeviceKind.CPU else "gpu"


@cache
def _effects() -> dict[str, dict[str, float]]:
    loaded: dict[str, dict[str, float]] = json.loads(
        files("advisor.sizing").joinpath("vision_effects.json").read_text(encoding="utf-8")
    )
    return loaded
