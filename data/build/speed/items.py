"""Speed of speech recognition."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np

from data.build.speed.figures import Line, spread
from data.build.speed.runs import paths


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
