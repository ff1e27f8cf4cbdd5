"""The parent's side of a runner: start it, ask it, watch its limits, end it and all that it started."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from typing import IO, Any, Self

import psutil  # type: ignore[import-untyped]

import advisor
from advisor.domain.verification import Candidate
from advisor.verify.protocols import Limits
from advisor.verify.runner.channel import Channel, Message
from advisor.verify.runner.failure import RunFailed, exit_cause

GIB = 2.0**30
_WATCH_S = 0.02
_PATIENCE_S = 5.0
_TAIL = 4000
Progress = Callable[[float], None]


class Runner:
    """One candidate in a process of its own. What goes wrong in it ends it, and is raised as `RunFailed`."""

    def __init__(self, candidate: Candidate, data: Path, cache: Path, limits: Limits, log: Path) -> None:
        self.candidate = candidate
        self.limits = limits
        self.log = log
        self.peak_gib = 0.0
        """Most resident memory that was seen, GiB."""
        self.busy_s = 0.0
        """Time spent on answers so far, s."""
        self._failed: RunFailed | None = None
        self._inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._process = _start(limits, log)
        self._watched = psutil.Process(self._process.pid)
        _offer_to_the_oom_killer(self._process.pid)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._channel = Channel(self._process.stdout, self._process.stdin)
        Thread(target=self._listen, daemon=True).start()
        fields = {"candidate": candidate.model_dump(mode="json"), "limits": asdict(limits)}
        self._send("start", fields | {"data": str(data), "cache": str(cache)})

    @property
    def pid(self) -> int:
        """Id of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._failed is None and self._process.poll() is None

    def ask(self, kind: str, fields: Mapping[str, Any] | None = None, progress: Progress | None = None) -> Message:
        """Ask for something and wait for the answer within the limits.

        Raises:
            RunFailed: the process failed, broke a limit or died; it is ended by then.
        """
        if self._failed is not None:
            raise self._failed
        started = heard = time.monotonic()
        self._send(kind, fields or {})
        try:
            while True:
                try:
                    message = self._inbox.get(timeout=_WATCH_S)
                except queue.Empty:
                    self._check_limits(started, heard)
                    continue
                if message is None:
                    raise self._fail(exit_cause(self._exit_status(), self.log_tail()))
                heard = time.monotonic()
                self._check_limits(started, heard)
                if message.kind == "progress":
                    if progress is not None:
                        progress(float(message.fields["share"]))
                elif message.kind == "failed":
                    raise self._fail(str(message.fields["cause"]))
                else:
                    return message
        finally:
            self.busy_s += time.monotonic() - started

    def log_tail(self) -> str:
        """The end of what the process wrote."""
        try:
            return self.log.read_text("utf-8", "replace")[-_TAIL:]
        except OSError:
            return ""

    def close(self) -> None:
        """End the process: kindly first."""
        if self._process.poll() is None and self._failed is None:
            try:
                self._channel.send("close")
                self._process.wait(_PATIENCE_S)
            except (OSError, subprocess.TimeoutExpired):
                pass
        self.kill()

    def kill(self) -> None:
        """End the process and everything that it started, now."""
        try:
            family = self._watched.children(recursive=True)
        except psutil.Error:
            family = []
        for child in family:
            try:
                child.kill()
            except psutil.Error:
                continue
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._channel.close()

    def _fail(self, cause: str) -> RunFailed:
        self._failed = RunFailed(cause)
        self.kill()
        return self._failed

    def _exit_status(self) -> int | None:
        try:
            return self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            return None

    def _check_limits(self, started: float, heard: float) -> None:
        used = self._resident_gib()
        self.peak_gib = max(self.peak_gib, used)
        now, limits = time.monotonic(), self.limits
        if limits.memory_gib is not None and used > limits.memory_gib:
            raise self._fail(
                f"it took {used:.2f} GiB of memory, over the limit of {limits.memory_gib:.2f} GiB; raise the limit"
                " or use a smaller model or precision"
            )
        if self.busy_s + now - started > limits.seconds:
            raise self._fail(
                f"it was not done within the time limit of {limits.seconds:g} s; raise the limit or use fewer items"
            )
        if now - heard > limits.silence_s:
            raise self._fail(f"it hung: no sign of life for {limits.silence_s:g} s; raise the limit if it is just slow")

    def _resident_gib(self) -> float:
        total = 0
        try:
            for process in (self._watched, *self._watched.children(recursive=True)):
                total += process.memory_info().rss
        except psutil.Error:
            return total / GIB
        return total / GIB

    def _send(self, kind: str, fields: Mapping[str, Any]) -> None:
        try:
            self._channel.send(kind, fields)
        except (OSError, ValueError):
            raise self._fail(exit_cause(self._exit_status(), self.log_tail())) from None

    def _listen(self) -> None:
        while True:
            try:
                self._inbox.put(self._channel.receive())
            except (EOFError, OSError, ValueError):
                self._inbox.put(None)
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _start(limits: Limits, log: Path) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    stream: IO[bytes]
    with log.open("ab") as stream:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "advisor.verify.runner.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stream,
            env=_environment(limits),
            start_new_session=True,
        )


def _environment(limits: Limits) -> dict[str, str]:
    """What the child inherits: this package first, no hub, and a bound on the threads of numeric libraries."""
    threads = str(limits.threads)
    root = str(Path(advisor.__file__).parents[1])
    inherited = os.environ.get("PYTHONPATH")
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (root, inherited))),
        "PYTHONIOENCODING": "utf-8",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_VERBOSITY": "error",
        **dict.fromkeys(
            ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), threads
        ),
    }


def _offer_to_the_oom_killer(pid: int) -> None:
    """Let the system take the runner, not its parent, where memory runs out; Linux only."""
    try:
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000")
    except OSError:
        return
