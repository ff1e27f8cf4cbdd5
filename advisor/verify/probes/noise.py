"""What else the machine did while something was timed."""

from __future__ import annotations

import os
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]

NOISY_SPREAD, _NOISY_SHARE = 1.25, 0.10


@dataclass(frozen=True)
class Noise:
    """Processor time of the machine and of this process at a moment, s."""

    busy: float
    total: float
    own: float

    @classmethod
    def now(cls) -> Noise:
        """The counters now."""
        times = psutil.cpu_times()
        total = float(sum(times))
        idle = float(times.idle) + float(getattr(times, "iowait", 0.0))
        used = psutil.Process().cpu_times()
        return cls(total - idle, total, float(used.user + used.system))

    def since(self, spread: float) -> str:
        """What disturbed the time since then, in words; empty if nothing did.

        Args:
            spread: slowest repeat over the fastest.
        """
        now = Noise.now()
        total = max(now.total - self.total, 1e-9)
        others = max(0.0, (now.busy - self.busy) - (now.own - self.own)) / total
        found = []
        if spread > NOISY_SPREAD:
            found.append(f"repeats differ {spread:.1f}x")
        if others > _NOISY_SHARE:
            found.append(f"other programs used {others:.0%} of {os.cpu_count()} cores")
        return "; ".join(found)
