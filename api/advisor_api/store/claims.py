"""Jobs as the processes that work on them see them: one claims a job, keeps its lease, and commits parts of it.

Every write of a worker names its claim. A worker whose lease ran out, or whose job was cancelled or deleted, finds
that its write touches no row; so a part is never answered twice, whoever comes back late.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, delete, or_, select, update

from advisor_api.store.database import now
from advisor_api.store.jobs import Item
from advisor_api.store.schema import job_items, job_uploads, jobs

MOST_ATTEMPTS = 5
"""Claims of a job in a row that may end without a part done before it is given up."""


class Claim(NamedTuple):
    """The right to work on a job."""

    job_id: str
    token: str
    """Secret of this claim."""


def claim_next(connection: Connection, lease_s: float) -> Claim | None:
    """Claim the oldest job that nobody works on; None if there is none."""
    time = now(connection)
    free = or_(jobs.c.state == "queued", and_(jobs.c.state == "running", jobs.c.lease_until < time))
    oldest = select(jobs.c.id, jobs.c.attempts, jobs.c.started_at).where(free).order_by(jobs.c.created_at).limit(1)
    while (row := connection.execute(oldest.with_for_update(skip_locked=True)).first()) is not None:
        this = update(jobs).where(jobs.c.id == row.id)
        if row.attempts < MOST_ATTEMPTS:
            claim = Claim(row.id, uuid.uuid4().hex)
            connection.execute(
                this.values(
                    state="running",
                    claim=claim.token,
                    lease_until=time + lease_s,
                    attempts=row.attempts + 1,
                    started_at=row.started_at or time,
                )
            )
            return claim
        error = f"the process that worked on it died {MOST_ATTEMPTS} times in a row"
        connection.execute(this.values(state="failed", error=error, finished_at=time, claim=None, lease_until=None))
    return None


def renew(connection: Connection, claim: Claim, lease_s: float) -> bool:
    """Whether the claim still holds; its lease is made longer."""
    lease = update(jobs).where(_held(claim)).values(lease_until=now(connection) + lease_s)
    return connection.execute(lease).rowcount == 1


def tell(connection: Connection, claim: Claim, doing: str, share: float | None) -> None:
    """Say what is being done, and how much of it is done, 0 to 1."""
    connection.execute(update(jobs).where(_held(claim)).values(doing=doing[:200], share=share))


def pending(connection: Connection, claim: Claim, limit: int) -> list[Item]:
    """The next parts without a result, in order."""
    open_items = select(job_items).where(job_items.c.job_id == claim.job_id, job_items.c.result.is_(None))
    rows = connection.execute(open_items.order_by(job_items.c.line).limit(limit)).mappings()
    return [Item(row["line"], row["name"], row["request"]) for row in rows]


def commit(connection: Connection, claim: Claim, done: Sequence[Item], lease_s: float) -> bool:
    """Keep the results of some parts; False, and nothing kept, where the claim is lost."""
    kept = update(jobs).where(_held(claim)).values(lease_until=now(connection) + lease_s, attempts=0)
    if connection.execute(kept).rowcount != 1:
        return False
    for item in done:
        values = {"result": item.result, "outcome": item.outcome, "catalog_snapshot": item.catalog_snapshot}
        this = and_(job_items.c.job_id == claim.job_id, job_items.c.line == item.line, job_items.c.result.is_(None))
        connection.execute(update(job_items).where(this).values(**values))
    return True


def finish(connection: Connection, claim: Claim, error: str | None = None) -> None:
    """The job is over: every part has its result, or `error` says why not."""
    ended = {"finished_at": now(connection), "claim": None, "lease_until": None, "doing": None, "share": None}
    state = "succeeded" if error is None else "failed"
    if connection.execute(update(jobs).where(_held(claim)).values(state=state, error=error, **ended)).rowcount:
        connection.execute(delete(job_uploads).where(job_uploads.c.job_id == claim.job_id))


def release(connection: Connection, claim: Claim, blameless: bool = True) -> None:
    """Give the job back, for whoever comes next.

    Args:
        connection: A transaction that writes.
        claim: The claim to give up; one that is lost already is left alone.
        blameless: Whether the attempt is not held against the job, as where the server was told to stop.
    """
    back = {"state": "queued", "claim": None, "lease_until": None}
    attempts = case((jobs.c.attempts > 0, jobs.c.attempts - 1), else_=0) if blameless else jobs.c.attempts
    connection.execute(update(jobs).where(_held(claim)).values(attempts=attempts, **back))


def _held(claim: Claim) -> ColumnElement[bool]:
    return and_(jobs.c.id == claim.job_id, jobs.c.claim == claim.token, jobs.c.state == "running")
