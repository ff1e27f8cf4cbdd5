"""Runs under a limit of memory (`measure_fit`): the overhead on processors, and verdicts beside what ran."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from advisor.domain.hardware import DeviceKind, Hardware
from advisor.domain.recommendation import Fit
from advisor.domain.tasks import Kind
from advisor.sizing.attention import kv_shape
from advisor.sizing.memory import GIB, memory_gib, verdicts
from data.build.speed.figures import Line, spread
from data.build.speed.measure_fit import RUNS
from data.build.speed.own_runs import OwnRuns
from data.build.speed.runs import Floats, Mask, Names

_ENGINES = {"llama.cpp": "llama.cpp", "sentence-transformers": "framework"}


class LimitedRuns(NamedTuple):
    """Runs on a processor, arrays of shape (n,)."""

    models: Names
    engines: Names
    bare: Floats
    """Weights, cache and activations, GiB, as estimated."""
    peak: Floats
    """GiB, of the same run without a limit."""
    limit: Floats
    ran: Mask


def read_limited() -> LimitedRuns:
    """The runs of `fit_runs.csv`."""
    runs = OwnRuns.read(RUNS)
    return LimitedRuns(
        np.array([row["model"] for row in runs.rows]), np.array([_ENGINES[row["engine"]] for row in runs.rows]),
        np.array([_bare(row) for row in runs.rows]), runs.column("peak_gib"), runs.column("limit_gib"),
        np.array([row["outcome"] == "ran" for row in runs.rows]),
    )  # fmt: skip


def _bare(row: dict[str, str]) -> float:
    window = int(row["sliding_window"] or 0)
    shape = kv_shape(row["architecture"], "sliding" if window else None, window or None)
    params = float(row["params"])
    parts = memory_gib(
        params, float(row["weights_gib"]) * GIB * 8 / params, float(row["kv_bytes_per_token"] or "nan"),
        int(row["context_tokens"]), int(row["concurrency"]), Kind(row["kind"]), full_share=shape.full_share,
        window=shape.window, hidden_size=float(row["hidden"] or "nan"), overhead=0.0,
    )  # fmt: skip
    return float(parts.total)


def best_overheads(runs: LimitedRuns, train: Mask) -> dict[str, float]:
    """Of each engine, GiB: the median of what peaks hold beside weights, cache and activations, a vote a model."""
    found = {}
    for engine in map(str, sorted(set(runs.engines))):
        own = train & (runs.engines == engine)
        rests = [np.median((runs.peak - runs.bare)[own & (runs.models == model)]) for model in set(runs.models[own])]
        found[engine] = float(np.median(rests))
    return found


def held_out_totals(runs: LimitedRuns) -> Floats:
    """Estimated totals, GiB, the overhead from all other models."""
    total = np.empty(len(runs.bare))
    for model in set(runs.models):
        test = runs.models == model
        found = best_overheads(runs, ~test)
        total[test] = runs.bare[test] + np.array([found[engine] for engine in runs.engines[test]])
    return total


class Verdicts(NamedTuple):
    """Runs under a limit by what happened and what the estimate says, models hidden from the overhead."""

    out_of_memory: int
    of_them_no: int
    ran: int
    of_them_yes: int
    wrong: list[str]
    """Model, estimate, limit and outcome of the wrong ones."""


def verdicts_under_limits(runs: LimitedRuns) -> dict[str, Verdicts]:
    """Verdicts by engine, with the limit as the memory that is free."""
    total = held_out_totals(runs)
    yes = np.array([
        verdicts(size, Hardware(name="processor", kind=DeviceKind.CPU, memory_gib=limit, memory_free_gib=limit))[()]
        in (Fit.FITS, Fit.TIGHT)
        for size, limit in zip(total, runs.limit, strict=True)
    ])  # fmt: skip
    found = {}
    for engine in map(str, sorted(set(runs.engines))):
        own = runs.engines == engine
        wrong = [
            f"{runs.models[i]}: estimated {total[i]:.2f} GiB, {'ran' if runs.ran[i] else 'out of memory'} in "
            f"{runs.limit[i]:.2f} (peak {runs.peak[i]:.2f})"
            for i in np.flatnonzero(own & (yes != runs.ran))
        ]
        counts = (own & ~runs.ran, own & ~runs.ran & ~yes, own & runs.ran, own & runs.ran & yes)
        found[engine] = Verdicts(*(int(count.sum()) for count in counts), wrong)
    return found


def fit_processor(lines: list[Line]) -> dict[str, Any]:
    """The overheads on processors and the 80 % range of peak by estimate, models hidden; appends the errors."""
    runs = read_limited()
    total = held_out_totals(runs)
    _, first = np.unique([f"{m} {b}" for m, b in zip(runs.models, runs.bare, strict=True)], return_index=True)
    ranges = {}
    for engine in sorted(set(runs.engines)):
        own = first[runs.engines[first] == engine]
        label = f"memory on a processor, unseen model: {engine} ({len(set(runs.models[own]))} models)"
        lines.append(Line.of(label, total[own] / runs.peak[own]))
        ranges[str(engine)] = spread(runs.peak[own] / total[own])
    found = best_overheads(runs, np.ones(len(total), bool))
    return {
        "processor_overhead_gib": {engine: round(gib, 2) for engine, gib in found.items()},
        "processor_memory_range": ranges,
    }
