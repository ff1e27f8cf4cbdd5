"""Where latency is measured nothing else is: one run at a time on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(home: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of this machine's device, waiting for other verifications.

    Args:
        home: folder that all verifications of this user share.
        waiting: called once if somebody else holds it.
    """
    from filelock import FileLock, Timeout

    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "device.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if waiting is not None:
            waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
