"""Measured decode and prefill runs that may be trained on: medians of repeats, with what an estimate knows of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from advisor.domain.model import Architecture
from advisor.sizing.attention import kv_shape
from advisor.sizing.blocks import blocks_of, blocks_or_usual
from advisor.sizing.memory import input_table, layer_tables
from advisor.sizing.residual import ENGINES, features
from advisor.sizing.roofline import CLASSES, Load, active_params, classes_of

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Names = NDArray[np.str_]
FACTS = Path(__file__).parents[2] / "facts"
_ENGINE_OF = {"vllm": "vllm", "sglang": "vllm", "ollama": "ollama", "ollama/llama.cpp": "ollama", "mlx": "mlx",
              "mlx-lm": "mlx"}  # fmt: skip
_RUNS = """
SELECT
    m.source_id, m.hardware, m.model_raw, m.quantization, m.engine, median(m.value) AS value,
    any_value(m.params_total) AS params, any_value(m.params_active) AS active, any_value(m.bits_per_weight) AS bits,
    any_value(m.weights_gb) AS weights, any_value(h.memory_bandwidth_gb_s) AS bandwidth,
    any_value(coalesce(h.fp16_tflops, h.fp32_tflops)) AS tflops, any_value(h.vendor) AS vendor,
    any_value(h.kind) AS kind, any_value(h.memory_gib) AS memory, any_value(m.model_id) AS model_id,
    median(coalesce(m.prompt_tokens, 0) + coalesce(m.generated_tokens, 128) / 2) AS depth,
    median(coalesce(m.prompt_tokens, 0)) AS prompt, median(coalesce(m.generated_tokens, 128)) AS generated
FROM read_parquet($runs) m JOIN read_parquet($hardware) h ON h.name = m.hardware
WHERE metric = $metric AND coalesce(batch, 1) = 1 AND m.count = 1 AND weights_gb IS NOT NULL
    AND h.memory_bandwidth_gb_s IS NOT NULL
    AND NOT list_has_any(m.flags, ['speculative', 'cluster', 'above-roofline', 'mixed-devices'])
    AND CASE WHEN $beyond THEN h.kind = 'gpu' AND m.weights_gb > h.memory_gib * 1.09
        ELSE NOT list_contains(m.flags, 'offloaded') AND m.weights_gb <= h.memory_gib * 1.09 END
GROUP BY m.source_id, m.hardware, m.model_raw, m.quantization, m.engine, coalesce(m.prompt_tokens, 0) // 8192
ORDER BY ALL
"""


class Runs(NamedTuple):
    """Measured runs, one entry each."""

    rows: list[dict[str, Any]]
    load: Load
    classes: NDArray[np.int64]
    features: Floats
    """(n, 6), see `advisor.sizing.residual`."""
    value: Floats
    devices: Names
    sizes: Names
    """Size class: powers of two of billions of parameters."""
    sources: Names

    def take(self, chosen: Mask) -> Runs:
        """The runs marked."""
        return Runs(
            [row for row, wanted in zip(self.rows, chosen, strict=True) if wanted],
            Load(*(part[chosen] for part in self.load)),
            *(part[chosen] for part in self[2:]),
        )


def paths(**tables: str) -> dict[str, str]:
    """Parameters of a query that reads fact tables: name of the parameter, name of the table."""
    return {name: str(FACTS / f"{table}.parquet") for name, table in tables.items()}


def read_runs(metric: str, *, beyond: bool = False) -> Runs:
    """The runs of a metric; none faster than the roofline, speculative or clustered, and none of generation that counts
    the time of the prompt. Of models that their device holds, or `beyond` of those that are larger than their card."""
    with duckdb.connect() as con:
        tables_of = paths(runs="measurements", hardware="hardware")
        cursor = con.execute(_RUNS, {**tables_of, "metric": metric, "beyond": beyond})
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
        found = con.execute(
            "SELECT model_id, kv_bytes_per_token, attention, sliding_window, architecture, n_layers, hidden_size,"
            " vocab_size FROM read_parquet($models)",
            paths(models="models"),
        ).fetchall()
    known = {row[0]: row[1:] for row in found}
    number: Callable[[str], Floats] = lambda key: np.array([np.nan if r[key] is None else float(r[key]) for r in rows])  # noqa: E731
    params, stated = number("params"), number("active")
    cache, full = np.zeros(len(rows)), np.ones(len(rows))
    tables, blocks = np.zeros(len(rows)), np.full(len(rows), np.nan)
    for i, row in enumerate(rows):
        if row["model_id"] in known:
            per_token, attention, sliding, name, layers, hidden, vocabulary = known[row["model_id"]]
            built = Architecture(name=name, n_layers=layers, hidden_size=hidden, vocab_size=vocabulary)
            tables[i], blocks[i] = input_table(built, row["params"]), blocks_of(built)
            if layer_tables(built):
                stated[i] = np.nan
            full[i], window = kv_shape(name, attention, sliding)
            if per_token:
                cache[i] = per_token * (full[i] * row["depth"] + (1 - full[i]) * min(row["depth"], window)) / 1e9
    active, mixture = active_params(params, stated, tables)
    load = Load(
        active_gb=number("weights") * active / params, cache_gb=cache, mixture=mixture, active=active,
        bandwidth=number("bandwidth"), tflops=number("tflops"), blocks=blocks_or_usual(blocks, params, mixture),
    )  # fmt: skip
    engine = [ENGINES.index(_ENGINE_OF.get(row["engine"], "llama.cpp")) for row in rows]
    bits = np.where(np.isnan(number("bits")), 4.89, number("bits"))
    runs = Runs(
        rows,
        load,
        np.array([CLASSES.index(classes_of(row["vendor"], row["kind"])[0]) for row in rows]),
        features(params, np.where(mixture, active, params), bits, engine, number("depth"), full),
        number("value"),
        np.array([row["hardware"] for row in rows]),
        np.floor(np.log2(params / 1e9)).clip(-3, 8).astype(int).astype(str),
        np.array([row["source_id"] for row in rows]),
    )
    return runs.take(~counts_prompt(runs)) if metric == "decode_tokens_per_s" else runs


def counts_prompt(runs: Runs) -> Mask:
    """Which decode runs divided by the time of the prompt too: against the shortest prompt of the same model,
    precision, engine and device they took more than three times what reading their cache takes, and no less than the
    prompt must have taken."""
    keys = ("source_id", "hardware", "model_raw", "quantization", "engine")
    alike: dict[tuple[str, ...], list[int]] = {}
    for i, row in enumerate(runs.rows):
        alike.setdefault(tuple(row[key] for key in keys), []).append(i)
    found = np.zeros(len(runs.value), bool)
    for group in alike.values():
        shortest = min(group, key=lambda i: runs.rows[i]["prompt"])
        for i in group:
            more = runs.rows[i]["prompt"] - runs.rows[shortest]["prompt"]
            generated = runs.rows[i]["generated"]
            extra = generated * (1 / runs.value[i] - 1 / runs.value[shortest])
            reading = generated * runs.load.cache_gb[i] / runs.load.bandwidth[i]
            work = 2 * runs.load.active[i] * more / (runs.load.tflops[i] * 1e12)
            found[i] = more > 0 and extra > 3 * reading and extra > work
    return found


def engine_of(raw: str | None) -> str:
    """The engine family of a source's spelling."""
    return _ENGINE_OF.get(raw or "", "llama.cpp")
