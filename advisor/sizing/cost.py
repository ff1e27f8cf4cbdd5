"""Rent of the hardware."""

from __future__ import annotations

from advisor.domain.hardware import Hardware
from advisor.domain.model import Basis, Estimate

HOURS_A_MONTH = 730.0
RANGE = (0.4, 1.63)
"""Lowest and highest listed price of one device by the median, over the devices with four and more prices."""


def estimate_cost(hardware: Hardware) -> Estimate | None:
    """USD a month, around the clock; None without a price."""
    if hardware.usd_per_hour is None:
        return None
    month = hardware.usd_per_hour * HOURS_A_MONTH
    low, high = RANGE
    return Estimate(
        value=round(month, 2),
        low=round(month * low, 2),
        high=round(month * high, 2),
        unit="USD/month",
        basis=Basis.LOOKED_UP,
        note=f"{hardware.usd_per_hour:g} USD an hour for {HOURS_A_MONTH:.0f} hours; median of the listed prices",
    )


def usd_per_million_tokens(hardware: Hardware, speed: Estimate | None, concurrency: int = 1) -> Estimate | None:
    """USD for a million generated tokens at full load; None without price or speed."""
    if hardware.usd_per_hour is None or speed is None or speed.unit != "tokens/s":
        return None
    values = [
        hardware.usd_per_hour / 3600 / (part * concurrency) * 1e6 for part in (speed.value, speed.high, speed.low)
    ]
    value, low, high = (float(f"{part:.3g}") for part in values)
    return Estimate(value=value, low=low, high=high, unit="USD/1M tokens", basis=Basis.ESTIMATED, note="at full load")
