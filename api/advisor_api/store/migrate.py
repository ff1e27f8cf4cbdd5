"""Bring the tables to the newest revision: the migrations are shipped in this package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Engine, text

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

_LOCK = 7_232_411  # any number of our own: PostgreSQL's advisory lock while a server migrates


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply every migration up to a revision, in one transaction; servers that start together wait for the first."""
    from alembic import command

    with engine.execution_options(advisor_writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Undo every migration after a revision; what only the newer tables held is lost."""
    from alembic import command

    with engine.execution_options(advisor_writes=True).begin() as connection:
        command.downgrade(config(connection), revision)


def config(connection: Connection) -> Config:
    """Alembic's settings for a connection whose transaction is the caller's."""
    from alembic.config import Config

    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", "advisor_api.store:migrations")
    made.set_main_option("path_separator", "os")
    return made
