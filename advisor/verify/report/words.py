"""Measured figures as people read them."""

from __future__ import annotations

from advisor.domain.figures import figure
from advisor.domain.verification import Candidate, Energy, Interval, Origin, Status, Verdict, Verification

STATUS = {
    Status.DONE: "measured",
    Status.DROPPED: "dropped early",
    Status.FAILED: "failed",
    Status.SKIPPED: "not run",
}
_VERDICTS = {
    Verdict.CONFIRMED: "First pick confirmed",
    Verdict.NOT_CONFIRMED: "First pick not confirmed",
    Verdict.NOT_COMPARED: "First pick measured, not compared",
    Verdict.NOT_MEASURED: "First pick not measured",
}
ORIGIN = {
    Origin.PATH: "folder",
    Origin.PACKAGE: "package",
    Origin.CACHE: "hub cache",
    Origin.HUB: "hub",
    Origin.ENDPOINT: "server",
    Origin.BUILTIN: "built in",
    Origin.MISSING: "missing",
}


def score(number: float, interval: Interval) -> str:
    """A score with the digits that its interval deserves."""
    return f"{number:.{_digits(interval)}f}"


def ranged(interval: Interval) -> str:
    """0.717 (0.690 to 0.745)."""
    low, high = score(interval.low, interval), score(interval.high, interval)
    return f"{score(interval.value, interval)} ({low} to {high})"


def signed(interval: Interval) -> str:
    """+0.042 (+0.015 to +0.069)."""
    digits = _digits(interval)
    return f"{interval.value:+.{digits}f} ({interval.low:+.{digits}f} to {interval.high:+.{digits}f})"


def measure(interval: Interval | None) -> str:
    """A speed or time with its unit: 185 texts/s; a dash where there is none."""
    if interval is None:
        return "-"
    told = f"{figure(interval.value / 1e6)} M" if interval.value >= 1e6 else figure(interval.value)
    return f"{told} {interval.unit}"


def spread(interval: Interval) -> str:
    """From the least to the most of the repeats: 170 to 196."""
    return f"{figure(interval.low)} to {figure(interval.high)}"


def number(value: float | None) -> str:
    """A figure; a dash where there is none."""
    if value is None:
        return "-"
    return "<0.001" if 0 < value < 0.001 else figure(value)


def percent(share: float) -> str:
    """A chance; never a 0 or 100 that simulation cannot tell."""
    return "<1 %" if share < 0.01 else ">99 %" if share > 0.99 else f"{share * 100:.0f} %"


def form(candidate: Candidate) -> str:
    """Backend, format and precision."""
    parts = [candidate.backend]
    if candidate.artifact.format not in ("built-in", "endpoint"):
        parts.append(candidate.artifact.format)
    if candidate.quantization:
        parts.append(candidate.quantization)
    return ", ".join(dict.fromkeys([*parts, *(["baseline"] if candidate.baseline else [])]))


def energy(value: Energy) -> str:
    """0.42 J (nvml); unavailable where nothing can be read."""
    if value.joules_per_item is None:
        return "unavailable"
    return f"{figure(value.joules_per_item)} J ({value.method})"


def minutes(seconds: float) -> str:
    """45 s, 3.5 min, 2.1 h."""
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds >= 9.5 else f"{seconds:.1f} s"
    return f"{figure(seconds / 60)} min" if seconds < 5400 else f"{figure(seconds / 3600)} h"


def verdict(report: Verification) -> str:
    """What became of the first pick, as a headline."""
    return _VERDICTS[report.verdict]


def cores(n: int) -> str:
    """1 core, 16 cores."""
    return f"{n} core{'s' * (n != 1)}"


def _digits(interval: Interval) -> int:
    return 1 if max(abs(interval.low), abs(interval.high)) > 1.5 else 3
