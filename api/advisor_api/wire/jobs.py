"""Long work on the wire: batches and the lines of their results."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from advisor.domain.base import Frozen
from advisor.domain.recommendation import Recommendation
from advisor_api.wire.problem import FieldProblem


class JobState(StrEnum):
    """Where a job is; succeeded, failed and cancelled are its ends."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Batch(Frozen):
    """A batch of needs and how far it is."""

    id: str
    """Id of the batch."""
    name: str | None = None
    """What its maker calls it; null if nothing."""
    state: JobState
    """queued, running, succeeded, failed or cancelled."""
    created_at: datetime
    """When it was uploaded, UTC."""
    started_at: datetime | None = None
    """When work on it began, UTC; null before."""
    finished_at: datetime | None = None
    """When it ended, UTC; null before."""
    total: int
    """Needs in the batch."""
    done: int
    """Needs that have their line in the results."""
    found: int
    """Of them, needs with at least one pick."""
    nothing: int
    """Of them, needs that no model satisfies; their lines show the near misses."""
    bad: int
    """Of them, needs that are wrong; their lines name every bad field."""
    catalog_snapshots: tuple[str, ...] = ()
    """Keys of the catalogs that answered: more than one where the catalog was renewed on the way."""
    error: str | None = None
    """Why the batch failed; null unless it did."""


class BatchPage(Frozen):
    """Some of the batches, newest first."""

    batches: tuple[Batch, ...]
    """The batches of this page."""
    offset: int
    """Batches left out before this page."""
    next_offset: int | None = None
    """`offset` of the next page; null on the last."""


class BatchLine(Frozen):
    """One line of the results: the answer to the need on the same line of the upload."""

    line: int
    """Place of the need in the upload, from 1."""
    name: str | None = None
    """Name of the need; null if it has none."""
    recommendation: Recommendation | None = None
    """The answer; null where the need is wrong."""
    errors: tuple[FieldProblem, ...] = ()
    """Every bad field of the need; empty where it was answered."""
