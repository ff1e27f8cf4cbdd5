"""The tables of the store. Times are seconds since 1970, by the clock of the database where it has one."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# One unit of long work. `claim` is the token of the process that works on it, until `lease_until`.
jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("name", String(200)),
    Column("state", String(10), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("started_at", Double),
    Column("finished_at", Double),
    Column("total", Integer, nullable=False),
    Column("error", Text),
    Column("doing", String(200)),
    Column("share", Double),
    Column("claim", String(32)),
    Column("lease_until", Double),
    Column("attempts", Integer, nullable=False),
    Column("idempotency_key", String(200)),
    Column("request_sha256", String(64), nullable=False),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("owner", "kind", "idempotency_key"),
    CheckConstraint("state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="state"),
    Index(None, "state", "created_at"),
    Index(None, "owner", "kind", "created_at"),
)

# The parts of a job, in order. A part is answered once: `result` goes from null to a document and stays.
job_items = Table(
    "job_items",
    metadata,
    Column("job_id", String(32), nullable=False),
    Column("line", Integer, nullable=False),
    Column("name", String(200)),
    Column("request", Text),
    Column("result", Text),
    Column("outcome", String(10)),
    Column("catalog_snapshot", String(200)),
    PrimaryKeyConstraint("job_id", "line"),
    ForeignKeyConstraint(["job_id"], ["jobs.id"], ondelete="CASCADE"),
)

# The files that a job works on, as they were uploaded; gone when it is over.
job_uploads = Table(
    "job_uploads",
    metadata,
    Column("job_id", String(32), nullable=False),
    Column("name", String(100), nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("job_id", "name"),
    ForeignKeyConstraint(["job_id"], ["jobs.id"], ondelete="CASCADE"),
)

# A need that is kept, with the answer of the newest catalog that was asked and what that catalog changed.
projects = Table(
    "projects",
    metadata,
    Column("id", String(32), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("requirements", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_at", Double, nullable=False),
    Column("change", Text),
    Column("idempotency_key", String(200)),
    Column("request_sha256", String(64), nullable=False),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("owner", "idempotency_key"),
    Index(None, "owner", "name"),
)
