"""The output of a batch and the note beside it that lets an interrupted one go on.

While a batch runs, OUT.jsonl.state holds the hash of its input; it is removed when every line is written. What is in
OUT.jsonl is believed only up to the first line that is not the answer to its line of the input.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path
from typing import IO, Any, Self

from advisor.cli.spec import document_lines
from advisor.domain.errors import InvalidInput, Problem


class Journal:
    """An output that is written line by line and survives being killed."""

    def __init__(
        self,
        target: Path,
        stream: IO[bytes],
        state: dict[str, Any],
        numbers: Sequence[int],
        done: int,
        counts: dict[str, int],
    ) -> None:
        self.target = target
        self.total = len(numbers)
        """Lines of the input that hold something."""
        self._numbers = numbers
        self.done = done
        """Lines that are written."""
        self.counts = counts
        """Of them: found, nothing, bad."""
        self._stream = stream
        self._state = state

    @classmethod
    def open(cls, source: Path, target: Path, overwrite: bool = False) -> Self:
        """Start an output, or go on with the one that an interrupted run of the same input left.

        Raises:
            InvalidInput: the output is of another input, or complete; `overwrite` throws it away.
        """
        if target.exists() and target.samefile(source):
            raise InvalidInput([Problem("--output", f"{target} is the input", "another file")])
        with source.open("rb") as stream:
            digest = file_digest(stream, "sha256").hexdigest()
        state = None if overwrite else _read_state(target)
        if state is None and target.exists() and target.stat().st_size and not overwrite:
            raise InvalidInput([Problem("--output", f"{target} is there and complete", "another name, or --overwrite")])
        if state is not None and state["input_sha256"] != digest:
            changed = f"{target} answers another input: {source} has changed since"
            raise InvalidInput([Problem("IN.jsonl", changed, "the input as it was, another --output, or --overwrite")])
        fresh = state is None
        state = state or {"input_sha256": digest, "catalog": None}
        if fresh:
            target.write_bytes(b"")
            _write_state(target, state)
        numbers = [number for number, _ in document_lines(source)]
        done, counts, size = _believed(target, numbers)
        os.truncate(target, size)
        return cls(target, target.open("ab"), state, numbers, done, counts)

    def check_catalog(self, key: str) -> None:
        """Refuse to mix the answers of two catalogs in one output.

        Raises:
            InvalidInput: the lines that are there came from another catalog.
        """
        if self._state["catalog"] not in (None, key) and self.done:
            found = f"the {self.done} lines in {self.target} came from catalog {self._state['catalog']}, this is {key}"
            raise InvalidInput([Problem("--output", found, "--overwrite to answer all lines anew")])
        if self._state["catalog"] != key:
            self._state["catalog"] = key
            _write_state(self.target, self._state)

    def write(self, line: str) -> None:
        """Append one answer; it is out of this process when this returns."""
        self._stream.write(line.encode())
        self._stream.flush()
        self.done += 1
        self.counts[_outcome(json.loads(line))] += 1

    def kept(self) -> int:
        """Whole lines in the file: an interrupt may fall between a line and its count."""
        self._stream.flush()
        return _believed(self.target, self._numbers)[0]

    def finish(self) -> None:
        """Every line is written: bring it to disk and remove the note."""
        os.fsync(self._stream.fileno())
        _state_path(self.target).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def _believed(target: Path, numbers: Sequence[int]) -> tuple[int, dict[str, int], int]:
    """Lines that are whole and answer the next of these lines of the input, what they say, and their size in bytes."""
    done, size = 0, 0
    counts = {"found": 0, "nothing": 0, "bad": 0}
    with target.open("rb") as stream:
        for raw, number in zip(stream, numbers, strict=False):
            try:
                answer = json.loads(raw)
                right = raw.endswith(b"\n") and answer["line"] == number
                outcome = _outcome(answer)
            except (ValueError, KeyError, TypeError):
                break
            if not right:
                break
            done, size = done + 1, size + len(raw)
            counts[outcome] += 1
    return done, counts, size


def _outcome(answer: dict[str, Any]) -> str:
    if "error" in answer:
        return "bad"
    return "found" if answer["recommendation"]["picks"] else "nothing"


def _state_path(target: Path) -> Path:
    return target.with_name(target.name + ".state")


def _read_state(target: Path) -> dict[str, Any] | None:
    """The note of an interrupted run; None if there is none or it does not go with an output."""
    try:
        state = json.loads(_state_path(target).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        hint = "--overwrite to answer all lines anew"
        raise InvalidInput([Problem("--output", f"{_state_path(target)} is damaged", hint)]) from error
    return {"input_sha256": state["input_sha256"], "catalog": state["catalog"]} if target.exists() else None


def _write_state(target: Path, state: dict[str, Any]) -> None:
    path = _state_path(target)
    aside = path.with_name(path.name + ".new")
    aside.write_text(json.dumps(state) + "\n", "utf-8")
    aside.replace(path)
