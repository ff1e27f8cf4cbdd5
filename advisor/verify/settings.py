"""What a verification may use and how it measures."""

from __future__ import annotations

from pydantic import Field

from advisor.domain.base import Flag, Frozen, Positive, PositiveCount, Share
from advisor.verify.protocols import Limits


class Settings(Frozen):
    """Limits of every run, and how much is measured."""

    memory_gib: Positive | None = None
    """Most memory of one run, GiB; None for nine tenths of what is free."""
    seconds: Positive = 3600.0
    """Most time of one run, s."""
    silence_s: Positive = 300.0
    """Most time of one run without a sign of life, s."""
    threads: PositiveCount | None = None
    """Threads of numeric libraries; None for all cores."""
    device: str = Field(default="auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")
    """cpu, cuda, cuda:1, mps, or auto."""
    allow_pickle: Flag = False
    """Load pickles, after a scan."""
    allow_remote_code: Flag = False
    """Run code that comes with a model."""
    offline: Flag = False
    """Ask no hub."""
    baselines: Flag = True
    """Run the cheap baselines beside the candidates."""
    race: Flag = True
    """Drop candidates that cannot win any more."""
    stop_early: Flag = False
    """Stop when one candidate alone can still win, instead of measuring it and the baselines on all items."""
    error_rate: Share = 0.05
    """Chance at most that the best candidate is dropped."""
    probe_s: Positive = 6.0
    """Time that speed is measured for, s a candidate."""
    adapt: Flag = False
    """Compare ways to adapt the best candidate: as is, nearest neighbours, linear head, fine-tune."""
    compress: Flag = False
    """Compare ways to compress the best candidate."""


def limits_of(settings: Settings) -> Limits:
    """The limits of a run on this machine."""
    import os

    import psutil  # type: ignore[import-untyped]

    from advisor.verify.machine import device_of, tdp_w

    device = device_of(settings.device)
    return Limits(
        memory_gib=settings.memory_gib or round(0.9 * psutil.virtual_memory().available / 2**30, 2),
        seconds=settings.seconds,
        silence_s=settings.silence_s,
        threads=settings.threads or cores(os.cpu_count() or 1),
        device=device,
        tdp_w=tdp_w(),
        allow_pickle=settings.allow_pickle,
        allow_remote_code=settings.allow_remote_code,
    )


def cores(fallback: int) -> int:
    """Cores that this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else fallback
