"""What every module of the catalog build shares: rows, reading of raw tables, the schema as Arrow types, the ledger."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from advisor.domain.tasks import Task

Row = dict[str, Any]

_SCHEMA = Path(__file__).parents[3] / "advisor" / "catalog" / "queries" / "schema.sql"
_ARROW: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "VARCHAR[]": pa.list_(pa.string()),
}

_SAME_DOMAIN = {
    "healthcare": "medical", "econ/fin": "financial", "finance": "financial", "code": "programming",
    "python functions": "programming", "python exercism": "programming", "python refactoring": "programming",
    "6-language exercism": "programming", "wikipedia": "encyclopaedic", "movie reviews": "reviews",
    "science documents": "academic", "physics": "academic", "sales": "e-commerce",
}  # fmt: skip


@lru_cache(maxsize=1)
def schemas() -> dict[str, pa.Schema]:
    """Arrow schema of every table of the catalog, read from the one SQL schema."""
    con = duckdb.connect()
    con.execute(_SCHEMA.read_text())
    columns = con.execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
        " ORDER BY table_name, ordinal_position"
    ).fetchall()
    fields: dict[str, list[pa.Field]] = {}
    for table, column, kind, nullable in columns:
        fields.setdefault(table, []).append(pa.field(column, _ARROW[kind], nullable=nullable == "YES"))
    return {table: pa.schema(columns) for table, columns in fields.items()}


def table(name: str, rows: list[Row], *key: str) -> pa.Table:
    """Rows as the Arrow table `name`, sorted by `key`; entries that are no column of it are left out."""
    rows = sorted(rows, key=lambda row: tuple(str(row[column]) for column in key))
    return pa.Table.from_pylist(rows, schema=schemas()[name])


def read(path: Path) -> list[Row]:
    """All rows of a Parquet file; NaN becomes None."""
    rows: list[Row] = pq.read_table(path).to_pylist()
    for row in rows:
        for column, value in row.items():
            if isinstance(value, float) and not math.isfinite(value):
                row[column] = None
    return rows


class Ledger:
    """Facts that contradict each other or were refused: each kept with its source and the rule that decided."""

    def __init__(self) -> None:
        self.claims: list[Row] = []

    def record(self, row: Row, field: str, value: object, source: str, rule: str, *, chosen: bool) -> None:
        """Keep one claim about the model `row`."""
        self.claims.append(
            {
                "model_id": row["model_id"],
                "field": field,
                "value": None if value is None else str(value),
                "source_id": source,
                "chosen": chosen,
                "rule": rule,
            }
        )

    def correct(self, row: Row, field: str, value: object, rule: str, note: str) -> None:
        """Replace a fact of `row` by `value` (None: refuse it), and note why."""
        self.record(row, field, row[field], row["source_id"], rule, chosen=False)
        if value is not None:
            self.record(row, field, value, row["source_id"], rule, chosen=True)
        row[field] = value
        row["notes"].append(note)


def empty_model(model_id: str, source_id: str) -> Row:
    """A model about which nothing is known but its id."""
    organisation, _, name = model_id.rpartition("/")
    row: Row = dict.fromkeys(schemas()["models"].names)
    row |= {"model_id": model_id, "name": name, "organisation": organisation or None, "source_id": source_id}
    row |= {"modalities": [], "tasks": [], "languages": [], "flags": [], "training_datasets": [], "notes": []}
    row |= {"kv_exact": False, "sources": [source_id], "declared_bases": [], "declared_data": []}
    return row


def integer(value: float | None) -> int | None:
    """A whole number, or None."""
    return None if value is None else round(value)


def six_digits(value: float) -> float:
    """`value` to six significant digits: what a benchmark can resolve at most, and what compresses."""
    return float(f"{value:.6g}")


def slug(text: str) -> str:
    """Text as a part of an id."""
    return re.sub(r"[^\w.+-]+", "-", text.lower()).strip("-")


def domains_of(words: Iterable[str]) -> list[str]:
    """Domains in the one vocabulary that needs are read in too: MTEB's in lower case, synonyms replaced."""
    return sorted({_SAME_DOMAIN.get(word, word) for word in (word.strip().lower() for word in words) if word})


def benchmark(benchmark_id: str, arena: str, task: Task | None, **facts: object) -> Row:
    """A benchmark of images in points unless `facts` say otherwise."""
    row: Row = {
        "benchmark_id": benchmark_id,
        "suite": benchmark_id.split("/", maxsplit=1)[0],
        "name": benchmark_id.split("/", 1)[1],
        "arena": arena,
        "task": task.value if task else None,
        "languages": [],
        "domains": [],
        "modalities": ["image"],
        "unit": "points",
        "higher_is_better": True,
    }
    return row | facts
