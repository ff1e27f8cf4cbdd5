"""How often one client may ask."""

from __future__ import annotations

import time
from collections import Counter

from litestar.handlers import BaseRouteHandler

from advisor_api.problems import ApiProblem
from advisor_api.security.guards import Connection, key_of

_WINDOW_S = 60


class RateLimit:
    """A guard that counts requests by key, or by address where no known key comes with them, minute by minute.

    Routes with `unlimited=True` are left out. The counts are those of this process alone.
    """

    def __init__(self, requests_per_minute: int) -> None:
        self._most = requests_per_minute
        self._window = 0
        self._counts: Counter[str] = Counter()

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        if not self._most or not connection.app.state.api_keys or handler.opt.get("unlimited"):
            return
        time_s = time.monotonic()
        if int(time_s // _WINDOW_S) != self._window:
            self._window = int(time_s // _WINDOW_S)
            self._counts.clear()
        client = _client(connection)
        self._counts[client] += 1
        if self._counts[client] > self._most:
            wait = _WINDOW_S - int(time_s % _WINDOW_S)
            raise ApiProblem(
                429, f"at most {self._most} requests a minute; wait {wait} s", headers={"Retry-After": str(wait)}
            )


def _client(connection: Connection) -> str:
    key = key_of(connection)
    if key is not None:
        return f"key {key.name}"
    return f"address {connection.client.host if connection.client else ''}"
