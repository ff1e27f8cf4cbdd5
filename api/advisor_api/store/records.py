"""The database off the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from advisor_api.store.database import Database
from advisor_api.workers import Workers

P = ParamSpec("P")
R = TypeVar("R")


class Records:
    """Runs transactions in threads of their own, so that a slow disk holds up no recommendation."""

    def __init__(self, database: Database, workers: Workers) -> None:
        self._database = database
        self._workers = workers

    async def read(self, function: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of a function that only reads."""
        return await self._workers.run(lambda: self._database.read(function, *args, **kwargs))

    async def write(self, function: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of a function that writes, all or nothing."""
        return await self._workers.run(lambda: self._database.write(function, *args, **kwargs))
