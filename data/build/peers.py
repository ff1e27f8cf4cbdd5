"""Table `peer_predictions`: what two other tools predict for measured decode runs, to stand beside ours."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa

from data.build.measurements import SOURCE_OF, read_rows

SOURCES: list[dict[str, str | None]] = [
    {
        "source_id": "peer-predictions", "title": "Predictions of llmfit and whichllm", "repository": None,
        "path": "peer_predictions", "revision": "llmfit and whichllm of 2026-08", "as_of": "2026-08",
        "data_license": "MIT", "measured_by": None,
        "note": "decode tokens/s computed by both tools' own formulas for runs of the table measurements",
    }
]  # fmt: skip
_COLUMNS = {
    "run_source": pa.string(), "device": pa.string(), "model_raw": pa.string(), "quantization": pa.string(),
    "engine": pa.string(), "measured": pa.float64(), "llmfit": pa.float64(), "whichllm": pa.float64(),
    "source_id": pa.string(),
}  # fmt: skip


def tables(raw: Path) -> dict[str, pa.Table]:
    """The table from the raw one under `raw`/hardware."""
    rows = [
        (
            next(ours for prefix, ours in SOURCE_OF.items() if row["source"].startswith(prefix)),
            chip(row["hw_key"]), row["model"], row["quant"].lower(), row["eng"], row["decode_tps"], row["llmfit_tps"],
            row["whichllm_tps"], "peer-predictions",
        )
        for row in read_rows(raw / "hardware" / "peer_predictions.parquet")
    ]  # fmt: skip
    rows.sort(key=lambda row: row[:6])
    columns = zip(_COLUMNS.items(), zip(*rows, strict=True), strict=True)
    return {"peer_predictions": pa.table({name: pa.array(values, kind) for (name, kind), values in columns})}


def chip(name: str) -> str:
    """A device without maker and memory size, as the other tools name it."""
    return re.sub(r"^Apple | \d+GB$|^Radeon (?:PRO |AI PRO )?|\(.*", "", name).strip().casefold()
