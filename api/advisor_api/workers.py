"""The threads that do blocking work: a few of them, off the event loop, with a bounded queue before them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class BusyError(Exception):
    """More requests wait than the service takes on."""


class TimeLimitError(Exception):
    """A call took longer than it may."""


class Workers:
    """Runs blocking functions in `threads` threads.

    Args:
        threads: Calls that run at once.
        max_waiting: Calls that may wait; more are refused.
        timeout_s: Seconds after which nobody waits for a call any more. One that runs goes on to its end, and counts
            as running until then; one that still waits is dropped.
    """

    def __init__(self, threads: int, max_waiting: int, timeout_s: float) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="advisor")
        self._most = threads + max_waiting
        self._timeout_s = timeout_s
        self._pending = 0
        self._lock = Lock()

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of a blocking call.

        Raises:
            BusyError: too many calls wait.
            TimeLimitError: the call took too long.
        """
        if self._pending >= self._most:
            raise BusyError
        with self._lock:
            self._pending += 1
        future = self._pool.submit(partial(function, *args, **kwargs))
        future.add_done_callback(self._ended)
        limit = asyncio.timeout(self._timeout_s)
        try:
            async with limit:
                return await asyncio.wrap_future(future)
        except TimeoutError:
            if limit.expired():
                raise TimeLimitError from None
            raise

    def close(self) -> None:
        """Let running calls end, drop those that wait."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _ended(self, future: Future[Any]) -> None:
        with self._lock:
            self._pending -= 1
