"""One read-only statement on the snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisor.domain.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Rows = list[tuple[Any, ...]]


def read(connection: DuckDBPyConnection, sql: str, limit: int | None) -> tuple[list[str], Rows, bool]:
    """Columns, at most `limit` rows, and whether there are more.

    Raises:
        InvalidInput: it is not a single SELECT, WITH, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN, or it is wrong.
    """
    import duckdb

    try:
        statements = duckdb.extract_statements(sql)
        reads = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
        if len(statements) != 1 or statements[0].type not in reads:
            said = ", ".join(str(s.type).rpartition(".")[2] for s in statements) or "nothing"
            expected = "one SELECT, WITH, DESCRIBE, SHOW or EXPLAIN"
            raise InvalidInput([Problem("SQL", f"the catalog is read-only; this is {said}", expected)])
        cursor = connection.execute(sql)
        rows = cursor.fetchall() if limit is None else cursor.fetchmany(limit + 1)
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        hint = 'advisor catalog query "SHOW TABLES" names the tables, DESCRIBE their columns'
        raise InvalidInput([Problem("SQL", str(error), hint)]) from error
    columns = [column[0] for column in cursor.description or ()]
    more = limit is not None and len(rows) > limit
    return columns, rows[:limit], more
