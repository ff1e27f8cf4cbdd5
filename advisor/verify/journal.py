"""What a verification has done, so that it can be interrupted at any point and goes on where it stopped.

One JSON object a line, brought to disk before anything builds on it; outputs lie beside in NumPy's own format, written
aside and renamed. A line that is not whole, and all after it, is not believed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from advisor.domain.errors import InvalidInput, Problem
from advisor.verify.protocols import Outputs

if TYPE_CHECKING:
    from filelock import BaseFileLock

_NAME = "journal.jsonl"
Entry = dict[str, Any]


class Journal:
    """The record of one verification in its folder."""

    def __init__(self, folder: Path, entries: list[Entry], lock: BaseFileLock) -> None:
        self.folder = folder
        self.entries = entries
        self._lock = lock
        self._stream = (folder / _NAME).open("ab")

    @classmethod
    def open(cls, folder: Path, identity: str) -> Self:
        """Start a record, or go on with the one that is there.

        Raises:
            InvalidInput: the folder holds another verification, or another process is at work on it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        lock = _locked(folder)
        path = folder / _NAME
        entries, size = _believed(path)
        if entries and entries[0].get("id") != identity:
            lock.release()
            raise InvalidInput(
                [Problem("--out", f"{folder} holds another verification", "another folder, or --again to replace it")]
            )
        if path.exists():
            os.truncate(path, size)
        journal = cls(folder, entries, lock)
        if not entries:
            journal.write("begin", id=identity)
        return journal

    def write(self, event: str, **fields: Any) -> None:
        """Append an entry; it is on disk when this returns."""
        entry = {"event": event, **fields}
        self._stream.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self.entries.append(entry)

    def find(self, event: str, **fields: Any) -> Entry | None:
        """The last entry of an event with these fields; None if there is none."""
        return next((entry for entry in reversed(self.entries) if _matches(entry, event, fields)), None)

    def every(self, event: str, **fields: Any) -> Iterator[Entry]:
        """All entries of an event with these fields, oldest first."""
        return (entry for entry in self.entries if _matches(entry, event, fields))

    def write_outputs(self, key: str, start: int, stop: int, outputs: Outputs, seconds: float) -> None:
        """Keep what a candidate answered."""
        path = self._outputs_path(key, start, stop)
        path.parent.mkdir(exist_ok=True)
        aside = path.with_suffix(".new")
        with aside.open("wb") as stream:
            np.save(stream, outputs, allow_pickle=False)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
        self.write("outputs", key=key, start=start, stop=stop, seconds=seconds)

    def outputs(self, key: str, start: int, stop: int) -> Outputs | None:
        """What a candidate answered to the items start to stop; None if it was not asked."""
        if self.find("outputs", key=key, start=start, stop=stop) is None:
            return None
        try:
            found: Outputs = np.load(self._outputs_path(key, start, stop), allow_pickle=False)
        except (OSError, ValueError):
            return None
        return found

    def close(self) -> None:
        """Close the file, and let others go on."""
        self._stream.close()
        self._lock.release()

    def _outputs_path(self, key: str, start: int, stop: int) -> Path:
        return self.folder / "outputs" / f"{key}-{start}-{stop}.npy"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _locked(folder: Path) -> BaseFileLock:
    from filelock import FileLock, Timeout

    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        busy = f"another process is at work on {folder}"
        raise InvalidInput([Problem("--out", busy, "wait for it, or another folder")]) from None
    return lock


def _matches(entry: Entry, event: str, fields: dict[str, Any]) -> bool:
    return entry["event"] == event and all(entry.get(name) == value for name, value in fields.items())


def _believed(path: Path) -> tuple[list[Entry], int]:
    """Entries that are whole, and their size in bytes."""
    entries: list[Entry] = []
    size = 0
    if not path.exists():
        return entries, size
    with path.open("rb") as stream:
        for raw in stream:
            try:
                entry = json.loads(raw)
                if not raw.endswith(b"\n") or not isinstance(entry["event"], str):
                    break
            except (ValueError, KeyError, TypeError):
                break
            entries.append(entry)
            size += len(raw)
    return entries, size
