"""Generation by models that are larger than their card: how far off the assumed speed of the host's memory is."""

from __future__ import annotations

from typing import Any

import numpy as np

from advisor.sizing.decode import HOST_GB_S, host_seconds
from advisor.sizing.memory import GIB, overhead_gib
from data.build.speed.decode import Fitted, predict
from data.build.speed.figures import Line, even_spread
from data.build.speed.runs import read_runs


def fit_split(fitted: Fitted, lines: list[Line]) -> dict[str, Any]:
    """The range; appends the errors of runs that no constant was fitted to, and prints what the hosts reached."""
    runs = read_runs("decode_tokens_per_s", beyond=True)
    weights, memory = (np.array([float(row[key]) for row in runs.rows]) for key in ("weights", "memory"))
    total = (weights + runs.load.cache_gb) * 1e9 / GIB + overhead_gib("llama.cpp")
    on_card = 1 / predict(fitted, runs, known=True)
    on_host = host_seconds(total, memory, runs.load.active_gb)
    predicted = 1 / (on_card + on_host)
    lines.append(Line.of(f"decode, larger than the card ({len(set(runs.devices))} cards)", predicted / runs.value))
    left = 1 / runs.value - on_card
    for device in sorted(set(runs.devices)):
        own = runs.devices == device
        reached = HOST_GB_S * np.median((on_host / np.maximum(left, 1e-6))[own])
        error = np.median(np.abs(predicted / runs.value - 1)[own])
        print(f"host of {device}: {reached:.0f} GB/s by the median of {own.sum()} runs, {error:.0%} off")
    return {"decode_split_range": even_spread(runs.value / predicted)}
