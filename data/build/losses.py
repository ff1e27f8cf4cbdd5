"""What quantisation cost the models that the facts hold results of in both precisions.

    python -m data.build.losses [--write]

Scores are compared only where the same people ran both in the same engine.
"""

from __future__ import annotations

import argparse
import json
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np

from advisor.sizing.losses import ENOUGH_MODELS, MeasuredLoss

FACTS = Path(__file__).parents[1] / "facts"
TARGET = Path(__file__).parents[2] / "advisor" / "sizing" / "measured_losses.json"
_LEAST_RESULTS = 2
_BROKEN = 20.0
"""Percent. GPTQ files of 2023 lost either at most 7.1 or at least 23.3; CodeLlama 34B and an AWQ file lost as much."""


class Pairs(NamedTuple):
    """Results in a quantisation and without it: conditions on the rows `q` and `b` of the fact table."""

    quantization: str
    kind: str
    source: str
    """Pattern of the source ids."""
    quantised: str
    base: str
    title: str


def _config(quantization: str, kind: str, source: str, config: str, title: str) -> Pairs:
    same = "b.model_id = q.model_id AND b.config IN ('', 'safetensors bf16')"
    return Pairs(quantization, kind, source, f"q.config = '{config}'", same, title)


PAIRS = (
    _config("nf4", "generative", "openllm_v1", "4bit", "the Open LLM Leaderboard"),
    _config("8bit", "generative", "openllm_v1", "8bit", "the Open LLM Leaderboard"),
    _config("gptq", "generative", "openllm_v1", "gptq int4", "the Open LLM Leaderboard"),
    _config("awq", "generative", "openllm_v1", "awq int4", "the Open LLM Leaderboard"),
    _config("fp8", "generative", "euroeval_%", "fp8 fp8", "EuroEval"),
    Pairs(
        "q4_k_m",
        "generative",
        "euroeval_%",
        "q.model_id LIKE 'ollama_chat/%-q4_K_M' AND q.config = ''",
        "b.model_id = replace(q.model_id, '-q4_K_M', '-fp16') AND b.config = ''",
        "EuroEval",
    ),
    _config("int8", "embedding", "mteb_results", "int8", "MTEB"),
    Pairs(
        "int8",
        "vision",
        "torchvision",
        "q.model_id LIKE '%_quantizedweights.%'",
        "b.model_id = regexp_replace(q.model_id, '_quantizedweights|_(fbgemm|qnnpack)', '', 'g')",
        "torchvision",
    ),
)


def main() -> None:
    """Print the losses."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write {TARGET.name}")
    arguments = parser.parse_args()
    found = measured_losses()
    print(f"{'quantization':13} {'kind':11} {'models':>6} {'results':>7} {'loss %':>7} {'range':>13} {'broken':>6}  of")
    for row in found:
        span = f"{row.low:.2f} to {row.high:.2f}"
        figures = f"{row.models:6} {row.results:7} {row.typical:7.2f} {span:>13} {row.broken:6}"
        print(f"{row.quantization:13} {row.kind:11} {figures}  {row.sources}")
    if arguments.write:
        TARGET.write_text(json.dumps([row._asdict() for row in found], indent=1) + "\n", encoding="utf-8")


def measured_losses() -> list[MeasuredLoss]:
    """One row a quantisation and kind of model that anything whole was measured of."""
    with duckdb.connect() as con:
        found = [_measured(pairs, _losses(con, pairs)) for pairs in PAIRS]
    return [row for row in found if row is not None]


def _losses(con: duckdb.DuckDBPyConnection, pairs: Pairs) -> list[tuple[float, int]]:
    """Percent of the sum of scores lost, and the number of results, by model."""
    rows = con.execute(
        f"""
        SELECT q.model_id, q.score, max(b.score)
        FROM read_parquet($results) q JOIN read_parquet($results) b USING (benchmark_id, subset, source_id)
        WHERE q.source_id LIKE $source AND {pairs.quantised} AND {pairs.base} AND q.score IS NOT NULL AND b.score > 0
        GROUP BY ALL ORDER BY ALL
        """,
        {"results": str(FACTS / "results.parquet"), "source": pairs.source},
    ).fetchall()
    found = []
    for _, group in groupby(rows, key=lambda row: row[0]):
        scores = np.array([row[1:] for row in group])
        if len(scores) >= _LEAST_RESULTS:
            quantised, base = scores.sum(axis=0)
            found.append((100 * (1 - quantised / base), len(scores)))
    return found


def _measured(pairs: Pairs, losses: list[tuple[float, int]]) -> MeasuredLoss | None:
    whole = [(loss, n) for loss, n in losses if loss <= _BROKEN]
    if not whole:
        return None
    values = np.array([loss for loss, _ in whole])
    spread = (10, 90) if len(values) >= ENOUGH_MODELS else (0, 100)
    low, typical, high = (round(max(0.0, float(at)), 2) for at in np.percentile(values, [spread[0], 50, spread[1]]))
    return MeasuredLoss(
        quantization=pairs.quantization,
        kind=pairs.kind,
        models=len(whole),
        results=sum(n for _, n in whole),
        typical=typical,
        low=low,
        high=high,
        broken=len(losses) - len(whole),
        sources=pairs.title,
    )


if __name__ == "__main__":
    main()
