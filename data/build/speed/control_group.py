"""Processes under a limit of memory, by a control group of Linux (either version; tested with the first)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from advisor.sizing.memory import GIB

_ROOT = Path("/sys/fs/cgroup")


class Outcome(NamedTuple):
    """How a process ended."""

    failed: bool
    out_of_memory: bool
    """It was killed, or told that there is no more."""
    printed: str
    said: str
    """The end of its standard error."""


def limited(command: Sequence[str], limit_gib: float | None) -> Outcome:
    """Run a command in at most so much memory, GiB; without a limit if None.

    Raises:
        OSError: control groups cannot be made here.
    """
    with _group(limit_gib) as group:
        shell = ["sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh", *command]
        done = subprocess.run(shell, capture_output=True, text=True, errors="replace", check=False)
        kills = _kills(group)
    failed = done.returncode != 0
    return Outcome(failed, failed and (kills > 0 or _refused(done.stderr)), done.stdout, done.stderr[-4000:])


def can_limit() -> bool:
    """Whether this process may make control groups of memory."""
    try:
        return not limited(["true"], 1.0).failed
    except OSError:
        return False


def _refused(told: str) -> bool:
    """Whether a process ended because an allocation was refused."""
    words = ("memoryerror", "bad_alloc", "cannot allocate", "failed to allocate")
    return any(word in told.casefold() for word in words)


def _second() -> bool:
    return (_ROOT / "cgroup.controllers").exists()


@contextmanager
def _group(limit_gib: float | None) -> Iterator[Path]:
    group = (_ROOT if _second() else _ROOT / "memory") / f"advisor-{os.getpid()}"
    group.mkdir()
    try:
        if limit_gib is not None:
            name = "memory.max" if _second() else "memory.limit_in_bytes"
            (group / name).write_text(str(int(limit_gib * GIB)))
            if (swap := group / "memory.swap.max").exists():
                swap.write_text("0")
        yield group
    finally:
        group.rmdir()


def _kills(group: Path) -> int:
    events = group / ("memory.events" if _second() else "memory.oom_control")
    return next((int(line.split()[1]) for line in events.read_text().splitlines() if line.startswith("oom_kill ")), 0)
