"""Speed of prompt processing and of speech recognition."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np

from advisor.sizing.roofline import CLASSES
from data.build.speed.figures import Line, spread
from data.build.speed.runs import paths, read_runs


def fit_prefill(lines: list[Line]) -> dict[str, Any]:
    """Share of the FP16 throughput that prompt processing reaches, by class; runs with prompts of 256 tokens and
    more."""
    runs = read_runs("prefill_tokens_per_s")
    prompt = np.array([row["prompt"] for row in runs.rows])
    use = (prompt >= 256) & ~np.isnan(runs.load.tflops)
    share = 2 * runs.load.active * runs.value / (runs.load.tflops * 1e12)
    use &= share < 1.05
    everywhere = float(np.median(share[use]))
    by_class = {
        label: float(np.median(share[own])) if (own := use & (runs.classes == code)).sum() >= 8 else everywhere
        for code, label in enumerate(CLASSES)
    }
    level = np.array([by_class[CLASSES[code]] for code in runs.classes])
    ratio = (share / level)[use]
    lines.append(Line.of("prefill, in sample", 1 / ratio))
    return {"prefill": by_class, "prefill_range": spread(ratio)}


def fit_speech(lines: list[Line]) -> dict[str, Any]:
    """Seconds of audio a second, times parameters, by TFLOPS: the leaderboard does not name its GPU, an A100 (312
    TFLOPS) is assumed."""
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT m.value * t.params_total / 312e12 "
            "FROM read_parquet($runs) m JOIN read_parquet($models) t USING (model_id) "
            "WHERE m.metric = 'rtfx' AND t.params_total > 0 AND list_contains(m.flags, 'en-shortform') ORDER BY 1",
            paths(runs="measurements", models="models"),
        ).fetchall()
    level = np.array([row[0] for row in rows])
    lines.append(Line.of("speech recognition, in sample", np.median(level) / level))
    return {"speech": {"level": float(np.median(level)), "range": spread(level / np.median(level))}}
