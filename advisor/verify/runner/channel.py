"""Messages between a verification and a runner: a JSON header and arrays, never a pickle.

A frame is the length of its header (4 bytes, big-endian), the header, and the arrays in NumPy's own format.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from threading import Lock
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]
_LENGTH = struct.Struct(">I")
_MOST_HEADER = 64 * 2**20


@dataclass(frozen=True)
class Message:
    """What one side tells the other."""

    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    arrays: Arrays = field(default_factory=dict)


class Channel:
    """Two pipes. Several threads may send; one receives."""

    def __init__(self, reader: IO[bytes], writer: IO[bytes]) -> None:
        self._reader = reader
        self._writer = writer
        self._lock = Lock()

    def send(self, kind: str, fields: Mapping[str, Any] | None = None, arrays: Arrays | None = None) -> None:
        """Send a message.

        Raises:
            ValueError: an array holds Python objects.
            OSError: the other side is gone.
        """
        parts = {name: _packed(array) for name, array in (arrays or {}).items()}
        sizes = {name: len(data) for name, data in parts.items()}
        header = json.dumps({"kind": kind, "fields": dict(fields or {}), "arrays": sizes}).encode()
        with self._lock:
            self._writer.write(_LENGTH.pack(len(header)) + header)
            for data in parts.values():
                self._writer.write(data)
            self._writer.flush()

    def receive(self) -> Message:
        """The next message.

        Raises:
            EOFError: the other side is gone, or what it sent is not a message.
        """
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        if length > _MOST_HEADER:
            raise EOFError("not a message")
        try:
            header = json.loads(self._read(length))
            arrays = {name: _unpacked(self._read(size)) for name, size in header["arrays"].items()}
            return Message(header["kind"], header["fields"], arrays)
        except (ValueError, KeyError, TypeError) as error:
            raise EOFError(f"not a message: {error}") from error

    def close(self) -> None:
        """Close both pipes."""
        for stream in (self._writer, self._reader):
            try:
                stream.close()
            except OSError:
                continue

    def _read(self, size: int) -> bytes:
        data = self._reader.read(size)
        if len(data) < size:
            raise EOFError("the other side is gone")
        return data


def _packed(array: NDArray[Any]) -> bytes:
    stream = BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
    return stream.getvalue()


def _unpacked(data: bytes) -> NDArray[Any]:
    array: NDArray[Any] = np.lib.format.read_array(BytesIO(data), allow_pickle=False)
    return array
