"""The database behind the service: SQLite in WAL mode by default, PostgreSQL by its address."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError

from advisor.domain.errors import InvalidInput, NotAvailable, Problem
from advisor_api.store.migrate import upgrade

P = ParamSpec("P")
R = TypeVar("R")

_WRITES = "advisor_writes"
_BUSY_MS = 30_000
_EXPECTED = "empty for SQLite in the data folder, sqlite:////path/to/file, or postgresql://user@host/database"


class Database:
    """Runs functions in transactions. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str = "", migrate: bool = True) -> Self:
        """Connect, and bring the tables up to date.

        Args:
            url: SQLAlchemy address of the database; empty for a SQLite file of this user.
            migrate: Bring the tables up to date first.

        Raises:
            InvalidInput: the address cannot be read.
            NotAvailable: the database does not answer, or its driver is missing.
        """
        address = _address(url)
        try:
            engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)
            if migrate:
                upgrade(engine)
        except ModuleNotFoundError as error:
            raise NotAvailable(f"the store needs {error.name}: pip install 'model-advisor[postgres]'") from error
        except OperationalError as error:
            raise NotAvailable(f"the store {address} does not answer: {type(error.orig).__name__}") from error
        return cls(engine)

    def read(self, function: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of a function that only reads, from one consistent state."""
        with self.engine.begin() as connection:
            return function(connection, *args, **kwargs)

    def write(self, function: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of a function that writes, all or nothing.

        It runs once more where another server made the same row in the same moment, and finds that row then.
        """
        writer = self.engine.execution_options(**{_WRITES: True})
        try:
            with writer.begin() as connection:
                return function(connection, *args, **kwargs)
        except IntegrityError:
            with writer.begin() as connection:
                return function(connection, *args, **kwargs)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def now(connection: Connection) -> float:
    """Seconds since 1970, by the one clock that all servers on this database share."""
    if connection.dialect.name == "postgresql":
        return float(connection.scalars(text("SELECT extract(epoch FROM clock_timestamp())")).one())
    return time.time()


def _address(url: str) -> URL:
    if not url:
        override = os.environ.get("ADVISOR_HOME")
        folder = Path(override).expanduser() if override else user_data_path("model-advisor", appauthor=False)
        return URL.create("sqlite", database=str(folder / "service.sqlite3"))
    problem = Problem("ADVISOR_API_STORE", "cannot be read as the address of a database", _EXPECTED)
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise InvalidInput([problem]) from None
    if address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:"):
        return address
    if address.get_backend_name() == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    raise InvalidInput([problem])


def _postgresql(address: URL) -> Engine:
    try:
        return create_engine(address, pool_pre_ping=True, isolation_level="READ COMMITTED")
    except NoSuchModuleError as error:  # pragma: no cover - a driver that SQLAlchemy does not know
        raise NotAvailable(str(error)) from error


def _sqlite(address: URL) -> Engine:
    path = Path(str(address.database))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    engine = create_engine(address, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False})

    # The driver's own transactions start late and miss reads; SQLAlchemy's documentation asks for these two handlers.
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
