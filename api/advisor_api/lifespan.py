"""What lives as long as the service: the open catalog, the threads that rank, the store and its jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from litestar import Litestar

from advisor.engine import Advisor
from advisor_api import logs
from advisor_api.jobs.runner import JobRunner
from advisor_api.jobs.verification import read_models
from advisor_api.reload import listen_for_hangups
from advisor_api.settings import Settings
from advisor_api.store.database import Database
from advisor_api.store.records import Records
from advisor_api.workers import Workers

_STORE_THREADS = 2


def opened(advisor: Advisor | None, settings: Settings) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """A lifespan that opens catalog and store before the first request and lets running ones end before it closes.

    An `advisor` that is given belongs to the caller and stays open.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.callback(logs.event, "stopped")
            app.state.verify_models = read_models(settings.verify_models)
            app.state.advisor = advisor or await asyncio.to_thread(Advisor.open)
            app.state.workers = Workers(settings.threads, settings.max_waiting, settings.request_timeout_s)
            stack.push_async_callback(asyncio.to_thread, app.state.workers.close)
            app.state.records = await _open_records(settings, stack)
            app.state.runner = JobRunner(app.state.records, settings)
            work = asyncio.create_task(app.state.runner.run())
            stack.push_async_callback(asyncio.wait, [work])
            stack.push_async_callback(app.state.runner.close)
            stack.callback(listen_for_hangups(app))
            logs.event("ready", catalog_snapshot=app.state.advisor.store.key)
            yield

    return lifespan


async def _open_records(settings: Settings, stack: AsyncExitStack) -> Records:
    database = await asyncio.to_thread(Database.open, settings.store)
    stack.callback(database.close)
    threads = Workers(_STORE_THREADS, settings.max_waiting, settings.request_timeout_s)
    stack.push_async_callback(asyncio.to_thread, threads.close)
    return Records(database, threads)
