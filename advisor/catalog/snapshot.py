"""Find, build and open the snapshot: read-only, rebuilt when it is damaged, never written in place."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
from platformdirs import user_cache_path

from advisor.catalog.build import SCHEMA_VERSION, Progress, build_snapshot, read_manifest
from advisor.catalog.paths import facts_dir
from advisor.domain.errors import CorruptSnapshot

# The wheel of DuckDB has no extension inside; without these it would try to fetch one over the network.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
# Attached, not connected to: DuckDB hands out the open database for a path it knows, although another file may have
# been moved there since. Every cursor has to be told anew.
USE_CATALOG = "USE catalog"


def home() -> Path:
    """The folder of everything that advisor keeps for this user: `ADVISOR_HOME`, else the platform's cache folder."""
    override = os.environ.get("ADVISOR_HOME")
    return Path(override).expanduser() if override else user_cache_path("model-advisor", appauthor=False)


def snapshot_path() -> Path:
    """The snapshot that the shipped facts make; `ADVISOR_CATALOG` names another one."""
    override = os.environ.get("ADVISOR_CATALOG")
    if override:
        return Path(override).expanduser()
    return home() / "catalog" / f"{read_manifest(facts_dir()).key}.duckdb"


def snapshot_of(key: str) -> Path | None:
    """The snapshot with this key, where this machine keeps it."""
    path = home() / "catalog" / f"{key}.duckdb"
    return path if "/" not in key and path.is_file() else None


def open_snapshot(path: Path | None = None, progress: Progress = lambda what, share: None) -> duckdb.DuckDBPyConnection:
    """Open the snapshot read-only, building it from the shipped facts if it is missing or damaged.

    Raises:
        CorruptSnapshot: `path` (or `ADVISOR_CATALOG`) names a file that is not a snapshot of this version.
        FactsError: the shipped facts are damaged.
    """
    own = path is None and not os.environ.get("ADVISOR_CATALOG")
    path = path or snapshot_path()
    if own and not path.exists():
        build_snapshot(read_manifest(facts_dir()), path, progress)
    try:
        return _connect(path)
    except CorruptSnapshot:
        if not own:
            raise
        build_snapshot(read_manifest(facts_dir()), path, progress)
        return _connect(path)


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    if not path.is_file():
        raise CorruptSnapshot(f"{path} does not exist; build it with: advisor catalog build")
    connection = duckdb.connect(":memory:", config=_CONFIG)
    try:
        connection.execute(f"ATTACH '{_quoted(path)}' AS catalog (READ_ONLY)")
        connection.execute("SET enable_external_access = false")
        connection.execute(USE_CATALOG)
    except duckdb.Error as error:
        connection.close()
        raise CorruptSnapshot(f"{path} is not a readable snapshot ({_first_line(error)})") from error
    try:
        row = connection.execute("SELECT schema_version FROM snapshot").fetchone()
    except duckdb.Error as error:
        connection.close()
        raise CorruptSnapshot(f"{path} is damaged or half-built ({_first_line(error)})") from error
    if row is None or row[0] != SCHEMA_VERSION:
        connection.close()
        raise CorruptSnapshot(f"{path} has another schema version; build it anew with: advisor catalog build")
    return connection


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
