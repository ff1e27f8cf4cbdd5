"""The threads that rank: a few of them, off the event loop, with a bounded queue before them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class BusyError(Exception):
    """More requests wait than the service takes on."""


class Workers:
    """Runs blocking functions in `threads` threads; refuses work when `max_waiting` calls already wait."""

    def __init__(self, threads: int, max_waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="advisor")
        self._most = threads + max_waiting
        self._pending = 0

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of a blocking call.

        Raises:
            BusyError: too many calls wait.
        """
        if self._pending >= self._most:
            raise BusyError
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, partial(function, *args, **kwargs))
        finally:
            self._pending -= 1

    def close(self) -> None:
        """Let running calls end, drop those that wait."""
        self._pool.shutdown(wait=True, cancel_futures=True)
