"""Requests that never end: a body has to arrive in time."""

from __future__ import annotations

import asyncio

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, ReceiveMessage, Scope, Send

from advisor_api.problems import ApiProblem


class TimedBodies:
    """ASGI middleware: the whole body is here `seconds` after the request began, or the request is refused."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        until = asyncio.get_running_loop().time() + self._seconds
        arriving = True

        async def receive_in_time() -> ReceiveMessage:
            nonlocal arriving
            if not arriving:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise ApiProblem(408, f"the body did not arrive within {self._seconds:g} s") from None
            arriving = message["type"] == "http.request" and message.get("more_body", False)
            return message

        await self._app(scope, receive_in_time, send)
