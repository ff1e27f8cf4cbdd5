"""Memory: estimated against measured peaks, and verdicts against what ran."""

from __future__ import annotations

import duckdb
import numpy as np

from advisor.domain.hardware import Hardware
from advisor.domain.recommendation import Fit
from advisor.sizing.attention import kv_shape
from advisor.sizing.memory import GIB, memory_gib, overhead_gib, verdicts
from data.build.speed.figures import Line
from data.build.speed.runs import Floats, Names, engine_of, paths

_PEAKS = """
SELECT
    median(m.value), m.weights_gb, m.context_tokens, m.engine, m.model_raw, t.kv_bytes_per_token, t.architecture,
    t.attention, t.sliding_window, m.flags
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
SELECT m.weights_gb, h.kind, h.vendor, h.memory_gib, any_value(m.engine)
FROM read_parquet($runs) m JOIN read_parquet($hardware) h ON h.name = m.hardware
WHERE m.metric = 'decode_tokens_per_s' AND m.count = 1 AND h.memory_gib > 0 AND m.weights_gb > 0
    AND NOT list_has_any(m.flags, ['offloaded', 'cluster', 'mixed-devices'])
GROUP BY ALL ORDER BY ALL
"""
LONG = 16_384


def peak_errors() -> list[tuple[str, Floats, Names]]:
    """(name, predicted by measured, models) of llama.cpp and Ollama up to 16k tokens of context, of all above."""
    with duckdb.connect() as con:
        rows = con.execute(_PEAKS, paths(runs="measurements", models="models", hardware="hardware")).fetchall()
    found: dict[str, list[tuple[float, str]]] = {}
    for value, weights, context, engine, model, per_token, *shape_of, flags in rows:
        family = engine_of(engine)
        shape = kv_shape(*shape_of)
        quantized = next((flag for flag in flags if flag.startswith("kv-cache-")), "")
        parts = memory_gib(
            weights * 1e9, 8, per_token, context, full_share=shape.full_share, window=shape.window,
            kv_bits=8.5 if "8" in quantized else 4.5 if quantized else 16.0, overhead=overhead_gib(family),
        )  # fmt: skip
        size = "up to 16k" if context <= LONG else "above 16k"
        found.setdefault(f"memory, {family}, {size}", []).append((float(parts.total) / value, model))
    return [
        (name, np.array([r for r, _ in runs]), np.array([m for _, m in runs])) for name, runs in sorted(found.items())
    ]


def peak_lines(least: int = 5) -> list[Line]:
    """The figures of `peak_errors`, engines with five and more runs, and all engines together."""
    errors = peak_errors()
    lines = [
        Line.of(f"{name} ({len(set(models))} models)", ratio) for name, ratio, models in errors if len(ratio) >= least
    ]
    for size in ("up to 16k", "above 16k"):
        together = np.concatenate([ratio for name, ratio, _ in errors if name.endswith(size)])
        lines.append(Line.of(f"memory, all engines, {size}", together))
    return lines


def refused() -> tuple[int, int]:
    """Runs on one whole device, and how many of them the verdict calls impossible at 4,096 tokens."""
    with duckdb.connect() as con:
        rows = con.execute(_RAN, paths(runs="measurements", hardware="hardware")).fetchall()
    wrong = 0
    for weights, kind, vendor, memory, _ in rows:
        device = Hardware.model_validate({"kind": kind, "vendor": vendor, "memory_gib": memory})
        wrong += bool(verdicts(weights * 1e9 / GIB, device)[()] == Fit.NO)
    return len(rows), wrong
