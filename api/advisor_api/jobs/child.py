"""The process that works on one job: `python -m advisor_api.jobs.child`, with the claim on stdin.

It answers part after part and commits them together about once a second. When its stdin ends, the server is gone or
stops: what is done is committed and the job given back.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil  # type: ignore[import-untyped]

from advisor_api import logs
from advisor_api.jobs.context import FAILED, AnswerItem, JobContext
from advisor_api.jobs.folders import folder_of
from advisor_api.jobs.kinds import KINDS
from advisor_api.store import claims
from advisor_api.store.claims import Claim
from advisor_api.store.database import Database
from advisor_api.store.jobs import Item, kind_of

_COMMIT_S = 1.0
_AT_ONCE = 64
_GRACE_S = 5.0


def main() -> int:
    """Work until the job is over, its claim is lost, or stdin ends; the exit status is 1 where the work failed."""
    order = json.loads(sys.stdin.readline())
    try:
        return _work(Claim(*order["claim"]), order)
    except Exception as error:  # its message may quote what a client wrote
        logs.failure(error)
        return 1


def _work(claim: Claim, order: dict[str, Any]) -> int:
    os.nice(5)  # requests go first
    database = Database.open(order["store"], migrate=False)
    stopping = threading.Event()
    for guard in (_keep_lease, _watch_stdin):
        threading.Thread(target=guard, args=(database, claim, order["lease_s"], stopping), daemon=True).start()
    kind = database.read(kind_of, claim.job_id)
    if kind is None:
        return 0
    answer = KINDS[kind](JobContext(database, claim, folder_of(claim.job_id)))
    error: str | None = None
    while not stopping.is_set():
        items = database.read(claims.pending, claim, _AT_ONCE)
        if not items:
            stopping.set()
            database.write(claims.finish, claim, error)
            return 0
        done = _answered(items, answer, stopping.is_set)
        if any(item.outcome == FAILED for item in done):
            error = "it cannot be done as it was asked; the errors say why"
        if not database.write(claims.commit, claim, done, order["lease_s"]):
            return 0
    database.write(claims.release, claim)
    return 0


def _answered(items: list[Item], answer: AnswerItem, stopping: Callable[[], bool]) -> list[Item]:
    """The first of some parts, as many as about a second is enough for."""
    until = time.monotonic() + _COMMIT_S
    done: list[Item] = []
    for item in items:
        done.append(answer(item))
        if time.monotonic() >= until or stopping():
            break
    return done


def _keep_lease(database: Database, claim: Claim, lease_s: float, stopping: threading.Event) -> None:
    """Renew the lease; end everything where the claim is lost, as when the job is cancelled."""
    while True:
        time.sleep(min(lease_s / 3, 1.0))
        if not database.write(claims.renew, claim, lease_s) and not stopping.is_set():
            logs.event("job taken away", job=claim.job_id)
            _end_all()


def _watch_stdin(database: Database, claim: Claim, lease_s: float, stopping: threading.Event) -> None:
    """Stop when the server is gone; a part that takes longer than the grace is given up."""
    sys.stdin.read()
    stopping.set()
    time.sleep(_GRACE_S)
    database.write(claims.release, claim)
    _end_all()


def _end_all() -> None:
    """End all that this process started, and itself."""
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            child.kill()
    os._exit(1)


if __name__ == "__main__":
    raise SystemExit(main())
