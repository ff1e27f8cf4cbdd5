"""Read a table: CSV, TSV, JSONL or Parquet, through DuckDB that may open this one file and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.domain.errors import InvalidInput, Problem

READERS = {
    ".csv": "read_csv",
    ".tsv": "read_csv",
    ".json": "read_json_auto",
    ".jsonl": "read_json_auto",
    ".ndjson": "read_json_auto",
    ".parquet": "read_parquet",
}
MOST_ROWS = 200_000
"""A larger file is sampled: no interval gets narrower in a way that matters, and it all has to fit in memory."""


@dataclass(frozen=True)
class Table:
    """The columns of a file, in its order."""

    path: Path
    columns: dict[str, list[Any]]
    sampled: bool = False

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))


def read_table(path: Path) -> Table:
    """The rows of a file; a random sample of `MOST_ROWS` if it has more.

    Raises:
        InvalidInput: no such file, a format that is not read, or a damaged file; says which formats are.
    """
    reader = READERS.get(_suffix(path))
    if reader is None:
        formats = ", ".join(sorted(READERS))
        raise InvalidInput([Problem("data", f"{path.name} has no format that is read", f"one of {formats}, or .gz")])
    if not path.is_file():
        raise InvalidInput([Problem("data", f"no file {path}", "the path of a file that exists")])
    names, rows = _query(path, reader)
    columns = {name: [row[index] for row in rows] for index, name in enumerate(names)}
    return Table(path, columns, sampled=len(rows) >= MOST_ROWS)


def is_table(path: Path) -> bool:
    """Whether a path is a file in a format that is read."""
    return path.is_file() and _suffix(path) in READERS


def _suffix(path: Path) -> str:
    return Path(path.stem).suffix.lower() if path.suffix == ".gz" else path.suffix.lower()


def _query(path: Path, reader: str) -> tuple[list[str], Sequence[tuple[Any, ...]]]:
    import duckdb

    full = str(path.resolve())
    config: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    with duckdb.connect(config=config) as connection:
        connection.execute("SET allowed_paths = [$path]".replace("$path", "'" + full.replace("'", "''") + "'"))
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        sample = f"USING SAMPLE reservoir({MOST_ROWS} ROWS) REPEATABLE (0)"
        try:
            cursor = connection.execute(f"SELECT * FROM {reader}(?) {sample}", [full])
            return [column[0] for column in cursor.description or ()], cursor.fetchall()
        except duckdb.Error as error:
            first = str(error).strip().splitlines()[0]
            message = f"{path.name} cannot be read: {first}"
            raise InvalidInput([Problem("data", message, "a whole file of the format that its name says")]) from None
