"""Texts/s of encoders: what share of a processor's throughput they reach, by the runs of `measure_encoders`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import least_squares

from advisor.sizing.speed import encoder_operations
from data.build.speed.figures import Line, spread
from data.build.speed.measure_encoders import BATCHES, RUNS
from data.build.speed.own_runs import OwnRuns
from data.build.speed.runs import Floats, Mask, Names

_OPERATIONS_A_MAC = 2


class EncoderRuns(NamedTuple):
    """Measured texts/s of one core, arrays of shape (n,)."""

    value: Floats
    models: Names
    working: Floats
    """Parameters beside the embedding table; 0 for static models."""
    tokens: Floats
    batch: Floats
    tflops: Floats
    """FP32 matrix products on the same core."""


def read_encoders() -> EncoderRuns:
    """The runs of `encoder_runs.csv`."""
    runs = OwnRuns.read(RUNS)
    column = runs.column
    return EncoderRuns(
        column("texts_per_s"), np.array([row["model"] for row in runs.rows]),
        column("params") - column("embedding_params"), column("tokens"), column("batch"), column("matmul_tflops"),
    )  # fmt: skip


def shares(runs: EncoderRuns) -> Floats:
    """Of the throughput, by run."""
    return runs.value * encoder_operations(runs.working, runs.tokens) / (runs.tflops * 1e12)


def fit_encoders(images: Mapping[str, Any], lines: list[Line]) -> dict[str, Any]:
    """Share of a processor's throughput in batches, what one text alone costs more, and the times of static models;
    appends the errors on models never seen.

    Measured is one core, of which matrix products were measured too. Image models (`images`, fitted to two whole
    processors) reach less of a paper rate. The share is the geometric mean of both, the range goes from the low end of
    that of the images to the high end of that of the core.
    """
    runs = read_encoders()
    batched, static, share = runs.batch == max(BATCHES), runs.working == 0, shares(runs)
    chosen = batched & ~static
    hidden = np.array([np.median(share[chosen & (runs.models != model)]) for model in runs.models])
    ratio = (share / hidden)[chosen]
    lines.append(Line.of("texts/s, one core, unseen model, batches of 32", 1 / ratio))
    core, paper = float(np.median(share[chosen])), _OPERATIONS_A_MAC / images["plain"][0]
    both, least = float(np.sqrt(core * paper)), images["ranges"]["unseen"]["plain"][0]
    text, token = _times(runs, batched & static, lines)
    return {
        "encoder": {
            "cpu_share": both, "cpu_range": [paper * least / both, core * spread(ratio)[1] / both],
            "static_text_s": text, "static_token_s": token, "alone_tokens": _alone(runs, lines),
        }
    }  # fmt: skip


def _times(runs: EncoderRuns, chosen: Mask, lines: list[Line]) -> tuple[float, float]:
    """Seconds a text and a token of models without layers."""
    tokens, value = runs.tokens[chosen], runs.value[chosen]
    found = np.exp(least_squares(lambda x: np.log((np.exp(x[0]) + np.exp(x[1]) * tokens) * value), [-11, -13]).x)
    lines.append(Line.of("texts/s of static models, in sample", 1 / ((found[0] + found[1] * tokens) * value)))
    return float(found[0]), float(found[1])


def _alone(runs: EncoderRuns, lines: list[Line]) -> float:
    """Tokens that a text alone seems longer by than one in a batch: the median over models of the best fit."""
    batch = {
        (m, t): v
        for m, t, v, b in zip(runs.models, runs.tokens, runs.value, runs.batch, strict=True)
        if b == max(BATCHES)
    }
    single = [
        (t, batch[m, t] / v)
        for m, t, v, b in zip(runs.models, runs.tokens, runs.value, runs.batch, strict=True)
        if b == 1 and (m, t) in batch
    ]
    tokens, slower = np.array(single).T
    more = float(
        np.exp(least_squares(lambda x: np.log((1 + np.exp(x[0]) / tokens) / slower), [3.0], loss="soft_l1").x[0])
    )
    lines.append(Line.of("ms of one text on a processor, by its batch", (1 + more / tokens) / slower))
    return more
