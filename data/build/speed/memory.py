"""Memory: estimated against measured peaks, and verdicts against what ran."""

from __future__ import annotations

from typing import Any, NamedTuple

import duckdb
import numpy as np

from advisor.domain.hardware import Hardware
from advisor.domain.model import Architecture
from advisor.domain.recommendation import Fit
from advisor.sizing.attention import KvShape, kv_shape
from advisor.sizing.memory import GIB, host_params, input_table, memory_gib, overhead_gib, verdicts
from data.build.speed.figures import Line
from data.build.speed.runs import Floats, Mask, Names, engine_of, paths

_PEAKS = """
SELECT
    median(m.value), m.weights_gb, m.context_tokens, m.engine, m.model_raw, t.kv_bytes_per_token, t.architecture,
    t.attention, t.sliding_window, m.flags, coalesce(h.kind, 'gpu'), m.hardware, t.hidden_size, t.vocab_size,
    m.params_total
FROM read_parquet($runs) m JOIN read_parquet($models) t USING (model_id)
LEFT JOIN read_parquet($hardware) h ON h.name = m.hardware
WHERE m.metric = 'peak_memory_gb' AND t.kv_bytes_per_token > 0 AND m.context_tokens > 0
    -- Below the weights the tool read nothing or part is on the host; a full card tells its own size.
    AND m.value >= 0.98 * m.weights_gb * 1e9 / 1073741824
    AND (h.memory_gib IS NULL OR m.value < 0.95 * h.memory_gib * m.count)
    AND NOT list_has_any(m.flags, ['speculative', 'offloaded', 'cluster'])
GROUP BY ALL ORDER BY ALL
"""
_RAN = """
SELECT
    m.weights_gb, m.params_total, m.engine, m.hardware, h.kind, h.vendor, h.memory_gib,
    max(coalesce(m.prompt_tokens, 0) + coalesce(m.generated_tokens, 128)), t.kv_bytes_per_token, t.architecture,
    t.attention, t.sliding_window, t.hidden_size, t.vocab_size
FROM read_parquet($runs) m JOIN read_parquet($hardware) h ON h.name = m.hardware
LEFT JOIN read_parquet($models) t USING (model_id)
WHERE m.metric = 'decode_tokens_per_s' AND m.count = 1 AND h.memory_gib > 0 AND m.weights_gb > 0
    AND m.params_total > 0 AND NOT list_has_any(m.flags, ['offloaded', 'cluster', 'mixed-devices'])
GROUP BY ALL ORDER BY ALL
"""
LONG = 16_384
_OVERHEADS = np.arange(4, 21) / 10


class Peaks(NamedTuple):
    """Measured peaks, arrays of shape (n,)."""

    value: Floats
    """GiB."""
    bare: Floats
    """Weights and cache on the device, GiB, as estimated."""
    engines: Names
    models: Names
    devices: Names
    long: Mask
    """Above 16k tokens of context."""


def read_peaks() -> Peaks:
    """The peaks that an estimate can be held against."""
    with duckdb.connect() as con:
        rows = con.execute(_PEAKS, paths(runs="measurements", models="models", hardware="hardware")).fetchall()
    bare = []
    for _, weights, context, engine, _, per_token, *shape_of, flags, kind, _, hidden, vocabulary, params in rows:
        quantized = next((flag for flag in flags if flag.startswith("kv-cache-")), "")
        kv_bits = 8.5 if "8" in quantized else 4.5 if quantized else 16.0
        table = Architecture(name=shape_of[0], hidden_size=hidden, vocab_size=vocabulary)
        bare.append(_bare(weights, params, engine, kind, context, per_token, kv_shape(*shape_of), table, kv_bits))
    return Peaks(
        np.array([row[0] for row in rows]),
        np.array(bare),
        np.array([engine_of(row[3]) for row in rows]),
        np.array([row[4] for row in rows]),
        np.array([row[11] or "" for row in rows]),
        np.array([row[2] > LONG for row in rows]),
    )


def _bare(
    weights_gb: float,
    params: float,
    engine: str,
    kind: str,
    tokens: int,
    per_token: float | None,
    shape: KvShape,
    architecture: Architecture,
    kv_bits: float = 16.0,
) -> float:
    """Weights and cache on a device, GiB, before any overhead."""
    gguf = engine_of(engine) in ("llama.cpp", "ollama")
    device = Hardware.model_validate({"kind": kind, "memory_gib": 1.0})
    parts = memory_gib(
        params, weights_gb * 8e9 / params, np.nan if per_token is None else per_token, tokens,
        full_share=shape.full_share, window=shape.window, kv_bits=kv_bits, overhead=0.0,
        host_params=host_params(input_table(architecture, params), "gguf" if gguf else "", device),
    )  # fmt: skip
    return float(parts.total)


def best_overhead(peaks: Peaks, train: Mask) -> float:
    """The overhead of llama.cpp, GiB in tenths, with the least median error on the runs marked; vLLM's is assumed."""
    own = train & (peaks.engines != "vllm")
    return float(min(_OVERHEADS, key=lambda gib: np.median(np.abs(np.log((peaks.bare + gib) / peaks.value)[own]))))


def held_out_peaks(peaks: Peaks, groups: Names) -> Floats:
    """Predicted by measured, the overhead of llama.cpp chosen on all other groups."""
    overhead = np.full(len(peaks.value), overhead_gib("vllm"))
    for group in set(groups):
        test = groups == group
        overhead[test & (peaks.engines != "vllm")] = best_overhead(peaks, ~test)
    return (peaks.bare + overhead) / peaks.value


def fit_overhead(lines: list[Line], least: int = 5) -> dict[str, Any]:
    """The overhead of llama.cpp; appends the errors by engine with five and more runs, and of all, device hidden and
    model hidden."""
    peaks = read_peaks()
    for name, groups in (("device", peaks.devices), ("model", peaks.models)):
        ratio = held_out_peaks(peaks, groups)
        for long, size in ((False, "up to 16k"), (True, "above 16k")):
            for engine in [*sorted(set(peaks.engines)), "all engines"]:
                own = (peaks.long == long) & ((peaks.engines == engine) | (engine == "all engines"))
                if own.sum() >= least:
                    label = f"memory, unseen {name}: {engine}, {size} ({len(set(peaks.models[own]))} models)"
                    lines.append(Line.of(label, ratio[own]))
    return {"llama_cpp_overhead_gib": best_overhead(peaks, np.ones(len(peaks.value), bool))}


class Verdicts(NamedTuple):
    """Models in one precision that ran on one whole device, as the sources say, and how many are called what."""

    ran: int
    split: int
    impossible: int
    names: list[str]
    """Device, weights in GiB and architecture of the impossible ones."""


def verdicts_of_runs() -> Verdicts:
    """Verdicts at the tokens that each run held."""
    with duckdb.connect() as con:
        rows = con.execute(_RAN, paths(runs="measurements", hardware="hardware", models="models")).fetchall()
    split, impossible, names = 0, 0, []
    for weights, params, engine, name, kind, vendor, memory, tokens, per_token, *shape_of, hidden, vocabulary in rows:
        device = Hardware.model_validate({"kind": kind, "vendor": vendor, "memory_gib": memory})
        table = Architecture(name=shape_of[0], hidden_size=hidden, vocab_size=vocabulary)
        family = engine_of(engine)
        total = _bare(weights, params, engine, kind, tokens, per_token, kv_shape(*shape_of), table)
        gguf = family in ("llama.cpp", "ollama")
        overhead = overhead_gib("llama.cpp" if gguf else family, hardware=device)
        found = verdicts(total + overhead, device, gguf)[()]
        split += found == Fit.SPLIT
        if found == Fit.NO:
            impossible += 1
            names.append(f"{name}: {weights * 1e9 / GIB:.1f} GiB, {engine}, {shape_of[0]}, {tokens} tokens")
    return Verdicts(len(rows), split, impossible, names)
