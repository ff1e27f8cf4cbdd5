"""Time of one item and items a second, by the scenarios of MLPerf Inference (SingleStream, Offline)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.domain.verification import Interval

REPEATS = 3
_LEAST, _MOST = 3, 400
_WARM_UP = 3
_BATCH_MOST = 1024
Call = Callable[[Sequence[Any]], Any]
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Stream:
    """Times of single items, s, by repeat, and what each call answered."""

    repeats: tuple[NDArray[np.float64], ...]
    answers: tuple[Any, ...]

    @property
    def seconds(self) -> NDArray[np.float64]:
        """All times, s."""
        return np.concatenate(self.repeats)

    @property
    def spread(self) -> float:
        """Slowest repeat over the fastest, by their medians."""
        medians = [float(np.median(times)) for times in self.repeats]
        return max(medians) / max(min(medians), 1e-12)

    def percentile_ms(self, share: float) -> float:
        """A percentile of all times, ms."""
        return float(np.quantile(self.seconds, share)) * 1000

    def median_ms(self) -> Interval:
        """The median; its interval covers the sampling error and the range between repeats."""
        return median_interval(self.seconds * 1000, [np.median(times) * 1000 for times in self.repeats], "ms")


def single_stream(call: Call, samples: Sequence[Any], budget_s: float, progress: Progress) -> Stream:
    """One item at a time, after a warm-up, in repeats of equal time."""
    started = time.perf_counter()
    for sample in samples[:_WARM_UP]:
        call([sample])
        progress(0.0)
        if time.perf_counter() - started > budget_s / 4:
            break
    repeats, answers = [], []
    for repeat in range(REPEATS):
        times: list[float] = []
        until = time.perf_counter() + budget_s / REPEATS
        while len(times) < _LEAST or (time.perf_counter() < until and len(times) < _MOST):
            sample = samples[(repeat + len(times)) % len(samples)]
            before = time.perf_counter()
            answer = call([sample])
            times.append(time.perf_counter() - before)
            if answer:
                answers.extend(answer)
            progress((repeat + 0.5) / REPEATS)
        repeats.append(np.array(times))
    return Stream(tuple(repeats), tuple(answers))


@dataclass(frozen=True)
class Batches:
    """Items and seconds of each repeat."""

    n_items: int
    seconds: tuple[float, ...]

    def rate(self) -> Interval:
        """Items/s: the median of the repeats and their range."""
        rates = [self.n_items / seconds for seconds in self.seconds]
        return Interval(
            value=float(np.median(rates)),
            low=min(rates),
            high=max(rates),
            unit="items/s",
            n=len(rates),
            method=f"range of {len(rates)} repeats of {self.n_items} items",
        )


def offline(call: Call, samples: Sequence[Any], item_s: float, budget_s: float, progress: Progress) -> Batches:
    """All items at once, as many as fill the time, repeated."""
    pilot_n = max(1, min(len(samples), 16, int(budget_s / 8 / item_s) or 1))
    before = time.perf_counter()
    call(samples[:pilot_n])
    pilot_s = time.perf_counter() - before
    n = int(np.clip(pilot_n * budget_s / (REPEATS + 1) / max(pilot_s, 1e-6), 1, _BATCH_MOST))
    batch = [samples[i % len(samples)] for i in range(n)]
    seconds = []
    for repeat in range(REPEATS):
        before = time.perf_counter()
        call(batch)
        seconds.append(time.perf_counter() - before)
        progress((repeat + 1) / REPEATS)
    return Batches(n, tuple(seconds))


def median_interval(values: NDArray[np.float64], medians: Sequence[float], unit: str) -> Interval:
    """The median with a distribution-free 95 % interval (order statistics, normal approximation to the binomial),
    widened to the range of the repeats' medians."""
    ordered = np.sort(values)
    n = len(ordered)
    half = 0.98 * np.sqrt(n)
    low = ordered[max(0, int(np.floor(n / 2 - half)))]
    high = ordered[min(n - 1, int(np.ceil(n / 2 + half)))]
    return Interval(
        value=float(np.median(ordered)),
        low=float(min(low, *medians)),
        high=float(max(high, *medians)),
        unit=unit,
        n=n,
        method=f"order statistics, and the range of {len(medians)} repeats",
    )
