"""Scores of MTEB: one a task, and its splits and languages as subsets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb

from data.build.catalog import quantization
from data.build.catalog.frame import Row, six_digits

SPEED_TASKS = ("CPUSpeedTask", "GPUSpeedTask")
"""Speed on unknown hardware: no quality."""

_TASKS = """
SELECT model_id, benchmark_id, coalesce(mean_main_score_core, mean_main_score_all) AS score, complete,
       source, n_cells_total
FROM read_parquet($tasks) WHERE benchmark_id NOT IN ('CPUSpeedTask', 'GPUSpeedTask')
ORDER BY ALL
"""
# A task of a single split and language: its one cell says what the task's score says.
_CELLS = """
WITH single AS (SELECT model_id, benchmark_id FROM read_parquet($tasks) WHERE n_cells_total = 1)
SELECT r.model_id, r.benchmark_id,
       r.subset || CASE WHEN r.split = coalesce(b.main_split, 'test') THEN '' ELSE '@' || r.split END AS subset,
       r.main_score AS score, r.source, strftime(max(r.date), '%Y-%m-%d') AS date
FROM read_parquet($cells) r LEFT JOIN read_parquet($benchmarks) b USING (benchmark_id)
ANTI JOIN single s ON s.model_id = r.model_id AND s.benchmark_id = r.benchmark_id
WHERE r.benchmark_id NOT IN ('CPUSpeedTask', 'GPUSpeedTask')
GROUP BY ALL ORDER BY ALL
"""
_SOURCES = {
    "mteb/results": ("mteb_results", "independent"),
    "self-reported(model card)": ("mteb_model_cards", "self-reported"),
}


def embedding_results(
    raw: Path, moved: dict[str, tuple[str, str]], models: set[str], benchmarks: set[str]
) -> tuple[list[Row], dict[str, int]]:
    """Rows of results in points, and how many were dropped and why."""
    paths = {
        name: str(raw / "mteb" / f"{file}.parquet") for name, file in (("tasks", "task_scores"), ("cells", "results"))
    }
    con = duckdb.connect()
    con.execute("SET threads = 2")
    dropped = {"unknown benchmark": 0, "model not kept": 0, "repeated": 0}
    kept: dict[tuple[str, str, str, str], Row] = {}
    tasks = con.execute(_TASKS, {"tasks": paths["tasks"]}).fetchall()
    cells = con.execute(_CELLS, paths | {"benchmarks": str(raw / "mteb" / "benchmarks.parquet")}).fetchall()
    entries = [(m, b, "", score, complete, source, None) for m, b, score, complete, source, _ in tasks]
    entries += [(m, b, subset or "default", score, None, source, date) for m, b, subset, score, source, date in cells]
    hundredths = _hundredths(entries)
    for name, task, subset, score, complete, source, date in entries:
        model_id, config = _model(name, moved)
        benchmark_id = f"mteb/{task}"
        if benchmark_id not in benchmarks:
            dropped["unknown benchmark"] += 1
        elif model_id not in models:
            dropped["model not kept"] += 1
        else:
            source_id, measured_by = _SOURCES[source]
            key = (model_id, benchmark_id, subset, config)
            if key in kept:
                dropped["repeated"] += 1
                if kept[key]["measured_by"] == "independent":
                    continue
            kept[key] = {
                "model_id": model_id,
                "benchmark_id": benchmark_id,
                "subset": subset,
                "config": config,
                "score": six_digits((1e4 if (name, source) in hundredths else 1e2) * score),
                "ci95": None,
                "n_shot": None,
                "complete": complete,
                "measured_by": measured_by,
                "source_id": source_id,
                "date": date,
            }
    return list(kept.values()), dropped


def _hundredths(entries: list[tuple[Any, ...]]) -> set[tuple[str, str]]:
    """(model, source) of the cards that were divided by a hundred twice: none of their scores is above one point."""
    most: dict[tuple[str, str], float] = {}
    for name, _, _, score, _, source, _ in entries:
        if source == "self-reported(model card)":
            most[name, source] = max(score, most.get((name, source), 0.0))
    return {card for card, score in most.items() if 0 < score <= 0.01}


def _model(name: str, moved: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """Model id and configuration of a name such as "openai/text-embedding-3-large (embed_dim=512)"."""
    match = re.fullmatch(r"(.+?) \((.+)\)", name)
    base, config = match.groups() if match else (name, "")
    model_id, how = moved.get(base, (base, ""))
    if how == "variant":
        config = " ".join(part for part in (quantization.packaging(base, None).quantization, config) if part)
    return model_id, config
