"""The runner's own side: `python -m advisor.verify.runner.child`, fed over its standard streams.

What it can be asked: load, evaluate, samples and probes, a piece of work by name, ping, close. It answers one request
at a time, and ends when its parent does.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import NoReturn
from urllib.parse import urlsplit

from advisor.domain.errors import AdvisorError
from advisor.domain.verification import Candidate, Origin
from advisor.verify.protocols import Limits
from advisor.verify.runner.channel import Channel, Message
from advisor.verify.runner.network import seal
from advisor.verify.runner.service import Service

_SIGN_OF_LIFE_S = 0.2


def main() -> None:
    """Serve the parent until it is gone."""
    channel = _own_streams()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    start = channel.receive()
    candidate = Candidate.model_validate(start.fields["candidate"])
    limits = Limits(**start.fields["limits"])
    host = urlsplit(candidate.artifact.location).hostname if candidate.artifact.origin is Origin.ENDPOINT else None
    sealed = seal(host)
    service = Service(candidate, limits, Path(start.fields["data"]), Path(start.fields["cache"]), sealed)
    inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
    Thread(target=_listen, args=(channel, inbox), daemon=True).start()
    while True:
        message = inbox.get()
        if message.kind == "close":
            service.close()
            _leave(0)
        _answer(channel, service, message)


def _answer(channel: Channel, service: Service, message: Message) -> None:
    try:
        fields, arrays = service.answer(message, _signs_of_life(channel))
        channel.send("result", fields, arrays)
    except MemoryError:
        channel.send("failed", {"cause": "out of memory; use a smaller model, precision or batch"})
    except AdvisorError as error:
        channel.send("failed", {"cause": str(error)})
    except Exception as error:
        traceback.print_exc()
        text = " ".join(str(error).split())[:400]
        channel.send("failed", {"cause": f"{type(error).__name__}: {text}" if text else type(error).__name__})


def _signs_of_life(channel: Channel) -> Callable[[float], None]:
    """A progress function that does not flood the pipe."""
    last = 0.0

    def progress(share: float) -> None:
        nonlocal last
        now = time.monotonic()
        if share >= 1.0 or now - last >= _SIGN_OF_LIFE_S:
            last = now
            channel.send("progress", {"share": min(1.0, max(0.0, float(share)))})

    return progress


def _listen(channel: Channel, inbox: queue.SimpleQueue[Message]) -> None:
    while True:
        try:
            inbox.put(channel.receive())
        except (EOFError, OSError, ValueError):
            _leave(1)


def _own_streams() -> Channel:
    """Take the pipes for the channel, so that what libraries print goes to the log."""
    reader = os.fdopen(os.dup(0), "rb")
    writer = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - for the life of the process
    return Channel(reader, writer)


def _leave(status: int) -> NoReturn:
    """End at once: a library's thread or exit hook cannot hold the process."""
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
