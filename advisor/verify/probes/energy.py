"""Energy while running: NVML, else RAPL, else an estimate from the device's power, else nothing. Never made up."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from advisor.domain.model import Basis
from advisor.domain.verification import Energy
from advisor.sizing.energy import POWER_SHARE

_RAPL = Path("/sys/class/powercap")
_IDLE_S = 1.0


class Meter(NamedTuple):
    """A counter of energy."""

    method: str
    joules: Callable[[], float]
    note: str = ""


class Reading(NamedTuple):
    """A meter and the power of the idle machine, W."""

    meter: Meter
    idle_w: float
    started_j: float
    started_s: float


def find_meter(device: str) -> Meter | None:
    """The counter that measures the device that is used; None where there is none to read."""
    return _nvml(device) if device.startswith("cuda") else _rapl()


def start(device: str) -> Reading | None:
    """Measure idle power, and start counting."""
    meter = find_meter(device)
    if meter is None:
        return None
    before, began = meter.joules(), time.perf_counter()
    time.sleep(_IDLE_S)
    idle = (meter.joules() - before) / (time.perf_counter() - began)
    return Reading(meter, idle, meter.joules(), time.perf_counter())


def stop(reading: Reading | None, n_items: int, seconds: float, tdp_w: float | None) -> Energy:
    """Energy of `n_items` items.

    Args:
        reading: what `start` gave.
        n_items: items, or generated tokens.
        seconds: time of the items, s, for the estimate.
        tdp_w: thermal design power of the device, W; None if unknown.
    """
    if reading is not None:
        elapsed = time.perf_counter() - reading.started_s
        above = max(0.0, reading.meter.joules() - reading.started_j - reading.idle_w * elapsed)
        return Energy(
            joules_per_item=above / max(n_items, 1),
            watts=above / max(elapsed, 1e-9),
            basis=Basis.MEASURED,
            method=reading.meter.method,
            note=f"above idle ({reading.idle_w:.0f} W); {reading.meter.note}".rstrip("; "),
        )
    if tdp_w:
        watts = tdp_w * POWER_SHARE
        return Energy(
            joules_per_item=watts * seconds / max(n_items, 1),
            watts=watts,
            basis=Basis.ESTIMATED,
            method="tdp-estimate",
            note=f"not measured (no counter): the device's {tdp_w:g} W of design power; a factor 2 either way",
        )
    return Energy(note="this machine has no energy counter that can be read (NVML, RAPL), and its power is unknown")


def _nvml(device: str) -> Meter | None:
    try:
        import pynvml

        pynvml.nvmlInit()
        index = int(device.partition(":")[2] or 0)
        handle = pynvml.nvmlDeviceGetHandleByIndex(index)
        pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)
    except Exception:
        return None
    return Meter("nvml", lambda: pynvml.nvmlDeviceGetTotalEnergyConsumption(handle) / 1000, "the accelerator alone")


def _rapl() -> Meter | None:
    packages = [
        path
        for path in sorted(_RAPL.glob("intel-rapl:*"))
        if path.name.count(":") == 1 and _readable(path / "energy_uj")
    ]
    if not packages:
        return None
    spans = [int((path / "max_energy_range_uj").read_text()) for path in packages]
    last = [int((path / "energy_uj").read_text()) for path in packages]
    total = 0.0

    def joules() -> float:
        nonlocal total
        for place, path in enumerate(packages):
            now = int((path / "energy_uj").read_text())
            total += (now - last[place]) % spans[place] / 1e6
            last[place] = now
        return total

    return Meter("rapl", joules, "processor packages, other programs included")


def _readable(path: Path) -> bool:
    try:
        path.read_text()
    except OSError:
        return False
    return True
