"""Saved projects: make, look at, answer anew, delete."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from advisor_api.store.database import now
from advisor_api.store.owned import Creation, Owner, earlier
from advisor_api.store.schema import projects

Row = dict[str, Any]


def create(connection: Connection, name: str, requirements: str, answer: str, creation: Creation) -> tuple[str, bool]:
    """Id of a new project, or of the one that the same POST made before; and whether it is new.

    Raises:
        InvalidInput: the idempotency key came with another body before.
        TooManyKept: the owner has to delete a project first.
    """
    known = earlier(connection, projects, creation)
    if known is not None:
        return known, False
    columns, time = creation.columns(), now(connection)
    times = {"created_at": time, "updated_at": time, "answered_at": time}
    connection.execute(insert(projects).values(**columns, **times, name=name, requirements=requirements, answer=answer))
    return columns["id"], True


def find(connection: Connection, project_id: str, owner: Owner) -> Row | None:
    """A project; None if there is none that this owner may see."""
    this = select(projects).where(projects.c.id == project_id, owner.owns(projects))
    row = connection.execute(this).mappings().first()
    return dict(row) if row else None


def page(connection: Connection, owner: Owner, limit: int, offset: int) -> list[Row]:
    """Projects by name."""
    chosen = select(projects).where(owner.owns(projects)).order_by(projects.c.name, projects.c.id)
    return [dict(row) for row in connection.execute(chosen.limit(limit).offset(offset)).mappings()]


def replace(connection: Connection, project_id: str, name: str, requirements: str, answer: str) -> None:
    """Give a project another name and need, with the answer to it."""
    time = now(connection)
    values = {"name": name, "requirements": requirements, "answer": answer, "change": None}
    this = update(projects).where(projects.c.id == project_id)
    connection.execute(this.values(**values, updated_at=time, answered_at=time))


def answer_anew(connection: Connection, row: Row, answer: str, change: str | None) -> None:
    """Keep the answer of a newer catalog, unless somebody changed or answered the project meanwhile."""
    same = [projects.c[name] == row[name] for name in ("id", "updated_at", "answered_at")]
    connection.execute(update(projects).where(*same).values(answer=answer, change=change, answered_at=now(connection)))


def remove(connection: Connection, project_id: str) -> None:
    """Delete a project."""
    connection.execute(delete(projects).where(projects.c.id == project_id))
