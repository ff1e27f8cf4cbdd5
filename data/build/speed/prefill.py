"""Reading of prompts: the constants, and how far off they are on devices that they never saw."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import least_squares

from advisor.sizing.prefill import Prompt, seconds_a_token, terms
from advisor.sizing.roofline import CLASSES
from data.build.speed.decode import device_weights
from data.build.speed.figures import Line, spread
from data.build.speed.runs import Floats, Mask, Runs, read_runs

SHORTEST = 256
"""Tokens of a prompt from which the time is that of reading it, not of the server around it."""
MOST_OF_THROUGHPUT = 2.0
"""Of the FP16 rate, that of INT8: what is faster took the prompt from a cache."""
_START, _PULL = np.log([0.4, 4.0, 4.0]), 0.5


def read_prompts() -> tuple[Runs, Prompt]:
    """Runs whose prompt was long enough and read anew."""
    runs = read_runs("prefill_tokens_per_s")
    tokens = np.array([float(row["prompt"]) for row in runs.rows])
    share = 2 * runs.load.active * runs.value / (runs.load.tflops * 1e12)
    runs = runs.take((tokens >= SHORTEST) & (share < MOST_OF_THROUGHPUT) & (runs.value > 1))
    tokens = np.array([float(row["prompt"]) for row in runs.rows])
    depth = np.array([float(row["depth"]) for row in runs.rows])
    return runs, Prompt(
        runs.load.active,
        np.array([float(row["weights"]) for row in runs.rows]),
        runs.load.cache_gb * tokens / 2 / depth,
        tokens,
        runs.load.bandwidth,
        runs.load.tflops,
    )


def fit(runs: Runs, prompt: Prompt, train: Mask) -> dict[str, Any]:
    """Share of the throughput by class, reading and attention: robust least squares in log space, a device weighing as
    the root of its runs; classes of two devices and more have a share of their own, drawn to that of all."""
    work, reading, attention = (part[train] for part in terms(prompt))
    value, classes, weight = runs.value[train], runs.classes[train], np.sqrt(device_weights(runs.devices[train]))
    own = [code for code in range(len(CLASSES)) if len(set(runs.devices[train & (runs.classes == code)])) >= 2]
    member = np.stack([classes == code for code in own], 1).astype(float)

    def residual(x: Floats) -> Floats:
        share = np.exp(x[0] + member @ x[3:])
        seconds = work / share + np.exp(x[1]) * reading + np.exp(x[2]) * attention
        return np.concatenate([weight * np.log(seconds * value) / 0.3, _PULL * (x[:3] - _START), _PULL * x[3:]])

    found = least_squares(residual, np.concatenate([_START, np.zeros(len(own))]), loss="soft_l1").x
    offset = {code: float(shift) for code, shift in zip(own, found[3:], strict=True)}
    share = {label: float(np.exp(found[0] + offset.get(code, 0.0))) for code, label in enumerate(CLASSES)}
    return {"share": share, "reading": float(np.exp(found[1])), "attention": float(np.exp(found[2]))}


def held_out(runs: Runs, prompt: Prompt) -> Floats:
    """Tokens/s of every prompt by a fit that never saw its device."""
    predicted = np.zeros(len(runs.value))
    for device in sorted(set(runs.devices)):
        test = runs.devices == device
        predicted[test] = 1 / seconds_a_token(fit(runs, prompt, ~test), prompt, runs.classes)[test]
    return predicted


def fit_prefill(lines: list[Line]) -> dict[str, Any]:
    """The constants and the range; appends the errors on devices never seen."""
    runs, prompt = read_prompts()
    predicted = held_out(runs, prompt)
    lines.append(Line.of(f"prefill, unseen device ({len(set(runs.devices))})", predicted / runs.value))
    found = fit(runs, prompt, np.ones(len(runs.value), bool))
    return {"prefill": found | {"range": spread(runs.value / predicted)}}
