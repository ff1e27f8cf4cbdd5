"""Verifications on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, field_validator

from advisor.domain.base import Frozen, Positive, Word
from advisor.domain.tasks import Task, read_task
from advisor.domain.verification import Verification
from advisor.verify.data.options import DataOptions
from advisor_api.wire.jobs import JobState
from advisor_api.wire.problem import FieldProblem


class VerificationRequest(Frozen):
    """Which models to measure on the uploaded data, on this server."""

    name: Word | None = None
    """What to call the verification."""
    task: Task
    """What is measured: a word of the task vocabulary, or a synonym."""
    models: Annotated[tuple[Word, ...], Field(min_length=1, max_length=10)]
    """Ids of 1 to 10 models, the pick to confirm first. Those run whose files this server has; nothing is fetched."""
    project: Word | None = None
    """Project whose answers are to use what is measured; null keeps the report alone."""
    data_options: DataOptions = DataOptions()
    """How the data are read, split and asked."""
    seconds: Annotated[Positive, Field(le=3600)] = 900.0
    """Most time of one model, s."""
    probe_s: Annotated[Positive, Field(le=60)] = 6.0
    """Time that speed is measured for, s a model."""

    @field_validator("task", mode="before")
    @classmethod
    def _task(cls, value: Any) -> Any:
        return read_task(value) if isinstance(value, str) else value


class VerificationJob(Frozen):
    """A verification and how far it is."""

    id: str
    """Id of the verification."""
    name: str | None = None
    """What its maker calls it; null if nothing."""
    state: JobState
    """queued, running, succeeded, failed or cancelled."""
    created_at: datetime
    """When it was asked for, UTC."""
    started_at: datetime | None = None
    """When work on it began, UTC; null before."""
    finished_at: datetime | None = None
    """When it ended, UTC; null before."""
    doing: str | None = None
    """What is being done; null unless it runs."""
    share: float | None = None
    """How much of that is done, 0 to 1; null if unknown."""
    result: Verification | None = None
    """What was measured; null until it succeeded, and in lists."""
    errors: tuple[FieldProblem, ...] = ()
    """What is wrong with the request or the data; empty unless it failed for that."""
    error: str | None = None
    """Why it failed; null unless it did."""


class VerificationPage(Frozen):
    """Some of the verifications, newest first, without their results."""

    verifications: tuple[VerificationJob, ...]
    """The verifications of this page."""
    offset: int
    """Verifications left out before this page."""
    next_offset: int | None = None
    """`offset` of the next page; null on the last."""


class VerificationOutcome(Frozen):
    """How a verification ended, as it is kept."""

    result: Verification | None = None
    """What was measured."""
    errors: tuple[FieldProblem, ...] = ()
    """Or why it could not be."""
