"""Build a snapshot: the shipped facts, checked, in one immutable DuckDB file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from hashlib import file_digest, sha256
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import duckdb

from advisor.catalog.aside import file_aside
from advisor.domain.errors import FactsError

SCHEMA_VERSION = 3
MANIFEST = "manifest.json"

Progress = Callable[[str, float], None]
"""Called with what is being done and the share that is done, 0 to 1."""


class Facts(NamedTuple):
    """The shipped facts: their folder, date and hash."""

    folder: Path
    date: str
    digests: dict[str, str]
    """SHA-256 by table."""

    @property
    def key(self) -> str:
        """Date and hash of facts and schema: the name of the snapshot made from them."""
        content = json.dumps([SCHEMA_VERSION, sorted(self.digests.items())])
        return f"{self.date}-{sha256(content.encode()).hexdigest()[:12]}"


def read_manifest(folder: Path) -> Facts:
    """Read the manifest of a folder of fact tables.

    Raises:
        FactsError: there is none, or it is not valid.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        return Facts(folder, manifest["date"], {name: row["sha256"] for name, row in manifest["tables"].items()})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FactsError(f"{folder / MANIFEST} cannot be read ({error}); reinstall model-advisor") from error


def build_snapshot(facts: Facts, target: Path, progress: Progress = lambda what, share: None) -> Path:
    """Build the snapshot of `facts` at `target`, aside and then swapped in, so that no reader sees half of it.

    Raises:
        FactsError: a table is missing or damaged, or a data check finds rows; `target` is untouched.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    verify_digests(facts, progress)
    with file_aside(target) as work:
        with duckdb.connect(str(work)) as connection:
            _fill(connection, facts, progress)
            _check(connection, progress)
            connection.execute("CHECKPOINT")
        _fsync(work)
    progress("done", 1.0)
    return target


def verify_digests(facts: Facts, progress: Progress = lambda what, share: None) -> None:
    """Compare every shipped table with its hash in the manifest.

    Raises:
        FactsError: a table is missing or damaged.
    """
    for position, (table, expected) in enumerate(facts.digests.items()):
        progress(f"verify {table}", 0.1 * position / len(facts.digests))
        path = facts.folder / f"{table}.parquet"
        try:
            with path.open("rb") as stream:
                digest = file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise FactsError(f"{path} cannot be read ({error}); reinstall model-advisor") from error
        if digest != expected:
            raise FactsError(f"{path} is damaged: its SHA-256 is not that of the manifest; reinstall model-advisor")


def _fill(connection: duckdb.DuckDBPyConnection, facts: Facts, progress: Progress) -> None:
    connection.execute(query("schema"))
    tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
    if missing := set(tables) - set(facts.digests):
        raise FactsError(f"facts lack the tables {', '.join(sorted(missing))}; rebuild them (data/README.md)")
    for position, table in enumerate(tables):
        progress(f"load {table}", 0.1 + 0.7 * position / len(tables))
        path = facts.folder / f"{table}.parquet"
        try:
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM read_parquet(?)", [str(path)])
        except duckdb.Error as error:
            raise FactsError(f"table {table} does not fit the schema: {error}") from error
    connection.execute("CREATE TABLE snapshot (key VARCHAR, schema_version INTEGER, date VARCHAR)")
    connection.execute("INSERT INTO snapshot VALUES (?, ?, ?)", [facts.key, SCHEMA_VERSION, facts.date])


def _check(connection: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    failures = []
    checks = data_checks()
    for position, (name, statement) in enumerate(checks.items()):
        progress(f"check {name}", 0.8 + 0.15 * position / len(checks))
        rows = connection.execute(statement).fetchmany(3)
        if rows:
            failures.append(f"{name}: {'; '.join(str(row) for row in rows)}")
    if failures:
        raise FactsError("the facts break their data checks; nothing was built:\n  " + "\n  ".join(failures))


def data_checks() -> dict[str, str]:
    """What must hold of a snapshot: by name, a statement that returns the rows that are wrong."""
    return _named(query("checks"))


def query(name: str) -> str:
    """The text of a query shipped in advisor/catalog/queries."""
    return files("advisor.catalog").joinpath("queries", f"{name}.sql").read_text("utf-8")


def _named(text: str) -> dict[str, str]:
    """Statements of a file by their `-- name:` headings."""
    parts = re.split(r"^-- name: (.+)$", text, flags=re.MULTILINE)[1:]
    return {name.strip(): statement.strip() for name, statement in zip(parts[::2], parts[1::2], strict=True)}


def _fsync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
