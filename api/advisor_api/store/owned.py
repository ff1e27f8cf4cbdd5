"""What rows that belong to a key share: whose they are, and POSTs that are sent twice."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, func, select, true

from advisor.domain.errors import InvalidInput, Problem

LOCAL = ""
"""Owner of what is made without a key, on a service that has none."""


class Owner(NamedTuple):
    """Who asks."""

    name: str
    """Name of the key; empty on a service without keys."""
    sees_all: bool
    """Whether the key has scope admin."""

    def owns(self, table: Table) -> ColumnElement[bool]:
        """The rows that this owner may see."""
        return true() if self.sees_all else table.c.owner == self.name


class Creation(NamedTuple):
    """A POST that makes something."""

    owner: Owner
    idempotency_key: str | None
    request_sha256: str
    """SHA-256 of the body, hex."""
    most: int
    """Rows that one owner may keep."""

    def columns(self) -> dict[str, Any]:
        """The columns that every created row has."""
        return {
            "id": uuid.uuid4().hex,
            "owner": self.owner.name,
            "idempotency_key": self.idempotency_key,
            "request_sha256": self.request_sha256,
        }


class TooManyKept(Exception):
    """The owner keeps as many rows as it may."""


def earlier(connection: Connection, table: Table, creation: Creation, *where: ColumnElement[bool]) -> str | None:
    """Id of the row that the same POST made before; None if it is new and may make one.

    Raises:
        InvalidInput: the key came with another body before.
        TooManyKept: the owner has to delete something first.
    """
    mine = [table.c.owner == creation.owner.name, *where]
    if creation.idempotency_key is not None:
        same = table.c.idempotency_key == creation.idempotency_key
        row = connection.execute(select(table.c.id, table.c.request_sha256).where(same, *mine)).first()
        if row is not None and row.request_sha256 != creation.request_sha256:
            expected = "the same body again, or a key of its own for every new request"
            raise InvalidInput([Problem("Idempotency-Key", "came with another body before", expected)])
        if row is not None:
            return str(row.id)
    if (connection.scalar(select(func.count()).select_from(table).where(*mine)) or 0) >= creation.most:
        raise TooManyKept
    return None
