"""What lives as long as the service: the open catalog and the threads that rank."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State

from advisor.engine import Advisor
from advisor_api import logs
from advisor_api.settings import Settings
from advisor_api.workers import Workers


def opened(advisor: Advisor | None, settings: Settings) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """A lifespan that opens the catalog before the first request and lets running ones end before it closes.

    An `advisor` that is given belongs to the caller and stays open.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        workers = Workers(settings.threads, settings.max_waiting)
        mine = await asyncio.to_thread(Advisor.open) if advisor is None else advisor
        app.state.advisor, app.state.workers = mine, workers
        logs.event("ready", catalog_snapshot=mine.store.key)
        try:
            yield
        finally:
            await asyncio.to_thread(workers.close)
            if advisor is None:
                mine.close()
            logs.event("stopped")

    return lifespan


def provide_advisor(state: State) -> Advisor:
    """The one Advisor that all requests share."""
    shared: Advisor = state.advisor
    return shared


def provide_workers(state: State) -> Workers:
    """The threads to rank in."""
    workers: Workers = state.workers
    return workers


def provide_settings(state: State) -> Settings:
    """The settings of the service."""
    settings: Settings = state.settings
    return settings
