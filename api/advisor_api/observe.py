"""Around every request: its id, the security headers, one log line, the counters."""

from __future__ import annotations

from time import perf_counter

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from advisor_api import logs
from advisor_api.metrics import Metrics
from advisor_api.scope import give_request_id, route_of
from advisor_api.security.headers import SECURITY_HEADERS


class Observe:
    """ASGI middleware that also sees the requests that no route takes."""

    def __init__(self, app: ASGIApp, metrics: Metrics, log_requests: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._log_requests = log_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        identity = give_request_id(scope)
        logs.current_request.set(identity)
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableScopeHeaders.from_message(message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers["X-Request-ID"] = identity
            await send(message)

        with self._metrics.running.track_inprogress():
            try:
                await self._app(scope, receive, send_with_headers)
            finally:
                seconds = perf_counter() - started
                self._metrics.count(scope["method"], route_of(scope), status, seconds)
                if self._log_requests:
                    logs.event(
                        "request",
                        request_id=identity,
                        method=scope["method"],
                        route=route_of(scope),
                        status=status,
                        ms=round(seconds * 1000, 2),
                    )
