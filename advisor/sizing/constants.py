"""The fitted constants of the speed estimates, and a figure with its range."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.domain.hardware import DeviceKind, Hardware
from advisor.domain.measured import Level
from advisor.domain.tasks import Kind

Floats = NDArray[np.float64]
HOST_BANDWIDTH_GB_S = 51.2
"""Memory of a host of unknown processor: two channels of DDR4-3200."""

CORE_TFLOPS = 0.096
"""FP32 TFLOPS of a core: two fused multiply-adds of 8 values a cycle (AVX2) at 3 GHz."""


class Range(NamedTuple):
    """A figure with its 80 % range, one entry a model."""

    value: Floats
    low: Floats
    high: Floats

    def times(self, ratio: float | Floats) -> Range:
        """All three by a factor, one or one a model."""
        return Range(self.value * ratio, self.low * ratio, self.high * ratio)

    def covering(self, others: Iterable[Floats]) -> Range:
        """The same value, with a range that also holds other values."""
        low, high = self.low, self.high
        for other in others:
            low, high = np.minimum(low, other), np.maximum(high, other)
        return Range(self.value, low, high)


def shipped(name: str) -> str:
    """The text of a table or of constants that ship beside this module."""
    return files("advisor.sizing").joinpath(name).read_text(encoding="utf-8")


def shipped_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a shipped table whose columns are set apart by tabs."""
    return iter(csv.DictReader(shipped(name).splitlines(), delimiter="\t"))


@cache
def constants() -> dict[str, Any]:
    """The fitted constants: `speed_constants.json`, written by data/build/speed."""
    loaded: dict[str, Any] = json.loads(shipped("speed_constants.json"))
    return loaded


def bandwidth_of(hardware: Hardware) -> float:
    """GB/s of one device; that of a plain processor where it is not known, NaN for other devices."""
    if hardware.memory_bandwidth_gb_s:
        return hardware.memory_bandwidth_gb_s
    return HOST_BANDWIDTH_GB_S if hardware.kind is DeviceKind.CPU else np.nan


def throughput_of(hardware: Hardware) -> float | None:
    """FP16 TFLOPS of one device; of a processor whose figures are not known by its cores; None where nothing tells
    it."""
    if hardware.fp16_tflops or hardware.kind is not DeviceKind.CPU or not hardware.cpu_cores:
        return hardware.fp16_tflops
    return hardware.cpu_cores * CORE_TFLOPS


_ENCODERS = (Kind.EMBEDDING, Kind.RERANKER, Kind.ENCODER)


def level_of(hardware: Hardware, kind: Kind) -> Level | None:
    """How a device compares with its estimates for models of a kind; None where nothing was measured on it."""
    return next((level for level in hardware.levels if level.kind is pace_kind(kind)), None)


def pace_kind(kind: Kind) -> Kind:
    """The kind that stands for all whose speed is estimated alike: encoders of text are one."""
    return Kind.ENCODER if kind in _ENCODERS else kind


def shipped_levels(device: str) -> tuple[Level, ...]:
    """The levels that the shipped measurements give a device of the catalog."""
    found = constants()["levels"].get(device)
    return (Level(kind=Kind.GENERATIVE, ratio=found[0], n=int(found[1])),) if found else ()
