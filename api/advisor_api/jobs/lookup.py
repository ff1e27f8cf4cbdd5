"""Jobs from the store to the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from advisor_api.problems import not_found
from advisor_api.store import jobs
from advisor_api.store.owned import Owner
from advisor_api.store.records import Records

_TIMES = ("created_at", "started_at", "finished_at")


async def find_job(records: Records, kind: str, job_id: str, owner: Owner) -> jobs.Row:
    """A job with its progress.

    Raises:
        ApiProblem: 404, there is none of this id that the owner may see.
    """
    row = await records.read(jobs.find, kind, job_id, owner)
    if row is None:
        raise not_found(kind, f"{kind}_id")
    return row


def common_fields(row: jobs.Row) -> dict[str, Any]:
    """What every kind of job shows in the same way."""
    times = {name: row[name] and datetime.fromtimestamp(row[name], UTC) for name in _TIMES}
    return {**{name: row[name] for name in ("id", "name", "state", "error")}, **times}
