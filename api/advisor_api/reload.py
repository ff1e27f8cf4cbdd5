"""Swap the catalog for a newer one without dropping a request."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import NamedTuple

from litestar import Litestar

from advisor.engine import Advisor
from advisor_api import logs


class Swap(NamedTuple):
    """Keys of the catalogs before and after."""

    before: str
    after: str


async def reload_catalog(app: Litestar) -> Swap:
    """Open the newest catalog and answer from it; requests that run are answered from the one they began with.

    The old one closes itself when the last request lets go of it.

    Raises:
        CatalogError: the new one cannot be used; the old one stays.
    """
    fresh = await asyncio.to_thread(Advisor.open)
    swap = Swap(app.state.advisor.store.key, fresh.store.key)
    app.state.advisor = fresh
    logs.event("catalog reloaded", before=swap.before, after=swap.after)
    return swap


def listen_for_hangups(app: Litestar) -> Callable[[], None]:
    """Reload on SIGHUP, where this loop can hear signals; returns what ends that."""
    loop = asyncio.get_running_loop()
    running: set[asyncio.Task[None]] = set()

    def reload() -> None:
        task = asyncio.create_task(_reload_and_log(app))
        running.add(task)
        task.add_done_callback(running.discard)

    try:
        loop.add_signal_handler(signal.SIGHUP, reload)
    except (AttributeError, NotImplementedError, RuntimeError, ValueError):  # no such signal, or not the main thread
        return lambda: None

    def stop() -> None:
        loop.remove_signal_handler(signal.SIGHUP)

    return stop


async def _reload_and_log(app: Litestar) -> None:
    try:
        await reload_catalog(app)
    except Exception as error:
        logs.failure(error)
