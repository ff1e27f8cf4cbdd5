"""Beginnings of files on the hub, read by ranges: never more than is asked for by about a factor two."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from advisor.verify.sources.listing import TIMEOUT_S, HubError, Obstacle, obstacles

_FIRST, _MOST = 2**16, 2**22
"""Bytes of the first range and of the largest; each is twice the one before."""
_CHUNK = 2**16


class HubFile(NamedTuple):
    """A file at one commit, and until when it may be read."""

    repository: str
    commit: str
    name: str
    size: int
    """Bytes."""
    until: float
    """Seconds of the monotonic clock."""

    @contextmanager
    def open(self) -> Iterator[Ranges]:
        """The file at its beginning."""
        yield Ranges(self)


class Ranges:
    """An opened file of the hub."""

    def __init__(self, file: HubFile) -> None:
        self._file = file
        self._ahead = b""
        self._at = 0
        self._fetched = 0
        self._step = _FIRST

    def read(self, n: int, /) -> bytes:
        """The next `n` bytes; fewer only at the end.

        Raises:
            HubError: the hub does not give them.
        """
        while (missing := self._at + n - len(self._ahead)) > 0 and self._fetched < self._file.size:
            part = self._fetch(min(max(missing, self._step), self._file.size - self._fetched))
            self._ahead, self._at = self._ahead[self._at :] + part, 0
            self._fetched += len(part)
            self._step = min(2 * self._step, _MOST)
        data = self._ahead[self._at : self._at + n]
        self._at += len(data)
        return data

    def _fetch(self, n: int) -> bytes:
        from huggingface_hub import get_session, hf_hub_url, hf_raise_for_status
        from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

        file, start = self._file, self._fetched
        ask = {"Range": f"bytes={start}-{start + n - 1}", "Accept-Encoding": "identity"}
        with obstacles(file.repository, file.commit):
            url = hf_hub_url(file.repository, file.name, revision=file.commit)
            headers = build_hf_headers() | ask
            with get_session().stream("GET", url, headers=headers, timeout=TIMEOUT_S) as answer:
                hf_raise_for_status(answer)
                if start and answer.status_code != 206:
                    raise HubError(Obstacle.UNREACHABLE, "the hub gives no parts of files")
                found = bytearray()
                for chunk in answer.iter_bytes(_CHUNK):
                    found += chunk
                    if len(found) >= n:
                        break
                    if time.monotonic() > file.until:
                        raise HubError(Obstacle.UNREACHABLE, "the hub is too slow")
        if not found:
            raise HubError(Obstacle.UNREACHABLE, f"the hub gives nothing of {file.name}")
        return bytes(found[:n])
