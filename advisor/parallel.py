"""Answer many requests in order, in this process or in several."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from threading import current_thread, main_thread

from advisor.domain.errors import AdvisorError, InvalidInput
from advisor.domain.recommendation import Recommendation
from advisor.domain.requirements import Requirements

Answer = Callable[[Requirements], Recommendation]
_WAITING = 16
"""Requests that wait for each worker: enough to keep it busy, without reading all of a long stream ahead."""
_LOOKS_UP_S = 0.2
"""The longest that a Ctrl-C waits for an answer, in seconds."""

_answer: Answer | None = None


def answer_many(
    requirements: Iterable[Requirements], answer: Answer, opener: Callable[[], Answer], workers: int
) -> Iterator[Recommendation | AdvisorError]:
    """Answers in the order of the requests; the error of one request stands in its place and stops nothing.

    Args:
        requirements: the requests.
        answer: answers one request here.
        opener: makes an `answer` in a worker process; importable by name.
        workers: processes; 1 answers here.
    """
    if workers <= 1:
        yield from (_attempt(answer, asked) for asked in requirements)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_start, initargs=(opener,)) as pool:
        waiting: deque[Future[Recommendation | AdvisorError]] = deque()
        for asked in requirements:
            with _ctrl_c_waits(), _deaf_children():
                waiting.append(pool.submit(_work, asked))
            if len(waiting) >= _WAITING * workers:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())


def _result(future: Future[Recommendation | AdvisorError]) -> Recommendation | AdvisorError:
    while True:
        with _ctrl_c_waits(), suppress(TimeoutError):
            return future.result(timeout=_LOOKS_UP_S)


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Ctrl-C takes effect at the end of the block: raised inside, it could leave a lock of the pool held for good."""
    acts = signal.getsignal(signal.SIGINT)
    if not callable(acts) or current_thread() is not main_thread():
        yield
        return
    pressed: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, acts)
        if pressed:
            acts(signal.SIGINT, None)


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes started inside ignore Ctrl-C, which reaches the whole group: the parent alone decides and ends them.

    The tracker of `multiprocessing` starts first, since its own start lifts the block.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(opener: Callable[[], Answer]) -> None:
    global _answer  # noqa: PLW0603 - one per worker process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _answer = opener()


def _work(asked: Requirements) -> Recommendation | AdvisorError:
    assert _answer is not None
    return _attempt(_answer, asked)


def _attempt(answer: Answer, asked: Requirements) -> Recommendation | AdvisorError:
    try:
        return answer(asked)
    except InvalidInput as error:
        return InvalidInput(error.problems)
    except AdvisorError as error:
        return AdvisorError(str(error))
