"""HEAD where GET is taken: the same answer without its body."""

from __future__ import annotations

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """ASGI middleware that asks routes for GET where a client sent HEAD, and names HEAD beside GET in `Allow`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                _allow_head(message)
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        asked: Scope = {**scope, "method": "GET"} if is_head else scope
        try:
            await self._app(asked, receive, send_head)
        finally:
            scope["path_template"] = asked.get("path_template", "")


def _allow_head(message: Message) -> None:
    headers = MutableScopeHeaders.from_message(message)
    methods = headers.get("allow", "").replace(" ", "").split(",")
    if "GET" in methods and "HEAD" not in methods:
        headers["allow"] = ", ".join(sorted([*methods, "HEAD"]))
