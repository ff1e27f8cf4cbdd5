"""Facts that a publisher states and no source has right: `published.tsv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from data.build.catalog.frame import Ledger, Row


def settle(models: Mapping[str, Row], ledger: Ledger) -> None:
    """Set them in place."""
    with Path(__file__).with_name("published.tsv").open(newline="") as file:
        for entry in csv.DictReader(file, delimiter="\t"):
            row, field = models.get(entry["model_id"]), entry["field"]
            value: Any = date.fromisoformat(entry["value"]) if field == "release_date" else entry["value"]
            value = int(value) if isinstance(value, str) and value.isdigit() else value
            if row is not None and row[field] != value:
                rule = f"as {entry['source']} says"
                ledger.correct(row, field, value, rule, f"{field.replace('_', ' ')} {rule}")
                _cache(row)


def _cache(row: Row) -> None:
    """The cache of a model with a published shape, every layer of which attends to everything."""
    layers, heads, width = row["n_layers"], row["n_kv_heads"], row["head_dim"]
    if row["kv_bytes_per_token"] is None and layers and heads and width and row["attention"] in {None, "mha"}:
        row |= {"attention": "mha", "kv_bytes_per_token": 4.0 * layers * heads * width, "kv_exact": True}
