"""Energy: power of the device by the time of an item, within a factor of two."""

from __future__ import annotations

from advisor.domain.hardware import Hardware
from advisor.domain.model import Basis, Estimate
from advisor.domain.tasks import Kind

POWER_SHARE = 1.0
"""Power drawn by the design power of the device: the median of 92 shipped runs on GPUs and unified memory, which
measured the board or the wall; 80 % of them lie between 0.72 and 1.37. Processors and boards are assumed alike."""
RANGE = 2.0


def estimate_energy(kind: Kind, speed: Estimate | None, hardware: Hardware, concurrency: int = 1) -> Estimate | None:
    """J for 1,000 generated tokens, or J an item (a second of audio for speech recognition); None without speed or
    design power."""
    if speed is None or not hardware.tdp_w or speed.value <= 0:
        return None
    generates = kind is Kind.GENERATIVE
    power = hardware.tdp_w * hardware.count * POWER_SHARE
    joules = power / (speed.value * (concurrency if generates else 1)) * (1000 if generates else 1)
    unit = {Kind.GENERATIVE: "J/1k tokens", Kind.VISION: "J/image", Kind.SPEECH_RECOGNITION: "J/s of audio"}.get(
        kind, "J/text"
    )
    return Estimate(
        value=float(f"{joules:.3g}"),
        low=float(f"{joules / RANGE:.3g}"),
        high=float(f"{joules * RANGE:.3g}"),
        unit=unit,
        basis=Basis.ESTIMATED,
        note=f"at {power:.0f} W, the design power; a factor 2 either way",
    )
