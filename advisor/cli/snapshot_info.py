"""What is in a snapshot, and whether it still holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.catalog.build import data_checks, read_manifest, verify_digests
from advisor.catalog.paths import facts_dir
from advisor.domain.errors import FactsError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def describe(connection: DuckDBPyConnection, path: Path) -> dict[str, Any]:
    """Key, date, file, rows by table, and sources with their dates and licenses."""
    head = connection.execute("SELECT key, date, schema_version FROM snapshot").fetchall()[0]
    names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
    tables = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in names}
    cursor = connection.execute("SELECT source_id, title, as_of, data_license, measured_by FROM sources ORDER BY ALL")
    fields = [column[0] for column in cursor.description or ()]
    return {
        "key": head[0],
        "date": head[1],
        "schema_version": head[2],
        "path": str(path),
        "bytes": path.stat().st_size,
        "tables": {name: rows for name, rows in tables.items() if name != "snapshot"},
        "sources": [dict(zip(fields, row, strict=True)) for row in cursor.fetchall()],
    }


def recheck(connection: DuckDBPyConnection) -> list[dict[str, Any]]:
    """The shipped files against their hashes, the snapshot against the shipped facts, and every data check."""
    facts = read_manifest(facts_dir())
    key = connection.execute("SELECT key FROM snapshot").fetchall()[0][0]
    checks = [{"name": "made from the shipped facts", "ok": key == facts.key, "detail": f"the facts make {facts.key}"}]
    try:
        verify_digests(facts)
    except FactsError as error:
        checks.append({"name": "shipped files are whole", "ok": False, "detail": str(error)})
    else:
        checks.append({"name": "shipped files are whole", "ok": True, "detail": ""})
    for name, statement in data_checks().items():
        rows = connection.execute(statement).fetchmany(3)
        checks.append({"name": name, "ok": not rows, "detail": "; ".join(map(str, rows))})
    return checks
