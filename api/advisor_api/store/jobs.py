"""Jobs as their clients see them: make, look at, cancel, delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, delete, func, insert, select, update

from advisor_api.store.database import now
from advisor_api.store.owned import Creation, Owner, earlier
from advisor_api.store.schema import job_items, job_uploads, jobs

Row = dict[str, Any]
OPEN = ("queued", "running")
"""States of a job that is not over."""


class Item(NamedTuple):
    """One part of a job. A part that cannot be worked on comes with its result."""

    line: int
    """Place in the job, from 1."""
    name: str | None
    """What the client calls it."""
    request: str | None
    """What to do, JSON; None if it was refused."""
    result: str | None = None
    """The answer, JSON; None if there is none yet."""
    outcome: str | None = None
    """The kind of answer, as the kind of job defines it."""
    catalog_snapshot: str | None = None
    """Key of the catalog that answered."""


def create(
    connection: Connection,
    kind: str,
    name: str | None,
    items: Sequence[Item],
    creation: Creation,
    uploads: Mapping[str, bytes] = MappingProxyType({}),
) -> tuple[str, bool]:
    """Id of a new job, or of the one that the same POST made before; and whether it is new.

    Args:
        connection: A transaction that writes.
        kind: What is to be done, one of `advisor_api.jobs.kinds`.
        name: What the client calls it.
        items: Its parts.
        creation: The POST.
        uploads: Files that it works on, by name.

    Raises:
        InvalidInput: the idempotency key came with another body before.
        TooManyKept: the owner has to delete a job first.
    """
    known = earlier(connection, jobs, creation, jobs.c.kind == kind)
    if known is not None:
        return known, False
    columns = creation.columns()
    made = {"kind": kind, "name": name, "state": "queued", "created_at": now(connection), "attempts": 0}
    connection.execute(insert(jobs).values(**columns, **made, total=len(items)))
    connection.execute(insert(job_items), [{"job_id": columns["id"], **item._asdict()} for item in items])
    if uploads:
        files = [{"job_id": columns["id"], "name": file, "content": content} for file, content in uploads.items()]
        connection.execute(insert(job_uploads), files)
    return columns["id"], True


def find(connection: Connection, kind: str, job_id: str, owner: Owner) -> Row | None:
    """A job with its progress; None if there is none that this owner may see."""
    rows = _jobs(connection, [jobs.c.kind == kind, jobs.c.id == job_id, owner.owns(jobs)], 1, 0)
    return rows[0] if rows else None


def page(connection: Connection, kind: str, owner: Owner, limit: int, offset: int) -> list[Row]:
    """Jobs with their progress, newest first."""
    return _jobs(connection, [jobs.c.kind == kind, owner.owns(jobs)], limit, offset)


def results(connection: Connection, job_id: str, after: int, limit: int) -> list[tuple[int, str]]:
    """Line and result of the parts after a line, up to the first that has none."""
    rows = connection.execute(
        select(job_items.c.line, job_items.c.result)
        .where(job_items.c.job_id == job_id, job_items.c.line > after)
        .order_by(job_items.c.line)
        .limit(limit)
    )
    return list(_answered(rows))


def uploads_of(connection: Connection, job_id: str) -> dict[str, bytes]:
    """The files that a job works on, by name."""
    rows = connection.execute(select(job_uploads.c.name, job_uploads.c.content).where(job_uploads.c.job_id == job_id))
    return {row.name: bytes(row.content) for row in rows}


def open_ids(connection: Connection) -> set[str]:
    """The jobs that are not over."""
    return set(connection.scalars(select(jobs.c.id).where(jobs.c.state.in_(OPEN))))


def cancel(connection: Connection, job_id: str) -> None:
    """End a job that is not over; what is answered stays, the files that it worked on go."""
    ended = {"state": "cancelled", "finished_at": now(connection), "claim": None, "lease_until": None}
    connection.execute(update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(OPEN)).values(**ended))
    connection.execute(delete(job_uploads).where(job_uploads.c.job_id == job_id))


def remove(connection: Connection, job_id: str) -> None:
    """Delete a job, its parts and their results; who works on it finds its claim gone."""
    connection.execute(delete(jobs).where(jobs.c.id == job_id))


def kind_of(connection: Connection, job_id: str) -> str | None:
    """The kind of a job; None if there is no such job."""
    kind: str | None = connection.scalar(select(jobs.c.kind).where(jobs.c.id == job_id))
    return kind


def reachable(connection: Connection) -> bool:
    """Whether the tables can be read."""
    return connection.execute(select(jobs.c.id).limit(1)) is not None


def count_by_state(connection: Connection) -> dict[str, int]:
    """How many jobs there are in each state."""
    rows = connection.execute(select(jobs.c.state, func.count().label("number")).group_by(jobs.c.state))
    return {row.state: row.number for row in rows}


def _jobs(connection: Connection, where: list[Any], limit: int, offset: int) -> list[Row]:
    chosen = select(jobs).where(*where).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit).offset(offset)
    found = [dict(row) for row in connection.execute(chosen).mappings()]
    counts = _counts(connection, [row["id"] for row in found])
    return [{**row, **counts.get(row["id"], {})} for row in found]


def _counts(connection: Connection, ids: list[str]) -> dict[str, Row]:
    """Parts by outcome and the catalogs that answered, by job."""
    counted = connection.execute(
        select(
            job_items.c.job_id,
            job_items.c.outcome,
            job_items.c.catalog_snapshot,
            func.sum(case((job_items.c.result.is_(None), 0), else_=1)),
        )
        .where(job_items.c.job_id.in_(ids))
        .group_by(job_items.c.job_id, job_items.c.outcome, job_items.c.catalog_snapshot)
    )
    found: dict[str, Row] = {}
    for job_id, outcome, snapshot, number in counted:
        row = found.setdefault(job_id, {"done": 0, "outcomes": {}, "catalog_snapshots": []})
        row["done"] += number
        if outcome is not None:
            row["outcomes"][outcome] = row["outcomes"].get(outcome, 0) + number
        if snapshot is not None and snapshot not in row["catalog_snapshots"]:
            row["catalog_snapshots"].append(snapshot)
    return found


def _answered(rows: Any) -> Iterator[tuple[int, str]]:
    for line, result in rows:
        if result is None:
            return
        yield line, result
