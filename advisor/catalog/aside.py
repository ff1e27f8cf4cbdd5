"""Files and folders that are made beside their place and moved there whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_ENDING = ".building"
_STALE_SECONDS = 3600


@contextmanager
def file_aside(target: Path) -> Iterator[Path]:
    """Where to make a file; at the end of the block it replaces `target`, after an error it is removed."""
    remove_stale(target.parent)
    work = target.with_name(f"{target.name}.{os.getpid()}{_ENDING}")
    work.unlink(missing_ok=True)
    try:
        yield work
        work.replace(target)
    finally:
        work.unlink(missing_ok=True)
        work.with_name(work.name + ".wal").unlink(missing_ok=True)


@contextmanager
def folder_aside(target: Path) -> Iterator[Path]:
    """A folder to fill; at the end of the block it replaces `target`, after an error it is removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_stale(target.parent)
    work = Path(tempfile.mkdtemp(prefix=f"{target.name}.", suffix=_ENDING, dir=target.parent))
    try:
        yield work
        work.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def remove_stale(folder: Path) -> None:
    """Remove what was left in a folder by a process that was killed, after an hour."""
    for path in folder.glob(f"*{_ENDING}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
