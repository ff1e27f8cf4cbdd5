"""What a request must bring before its route runs."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from advisor.domain.errors import Problem
from advisor_api.parameters import query_names
from advisor_api.problems import ApiProblem
from advisor_api.security.keys import Key, Scope, find_key
from advisor_api.settings import Settings
from advisor_api.store.owned import LOCAL, Owner

Connection = ASGIConnection[Any, Any, Any, Any]


def needs(scope: Scope) -> Guard:
    """A guard that lets in keys of this scope; everybody, where the service has no keys."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        if not connection.app.state.api_keys:
            return
        key = key_of(connection)
        if key is None:
            raise ApiProblem(
                401, "send a known key as: Authorization: Bearer KEY", headers={"WWW-Authenticate": "Bearer"}
            )
        if not key.scope.holds(scope):
            raise ApiProblem(403, f"this key has scope {key.scope}; the route needs {scope}")

    return guard


def key_of(connection: Connection) -> Key | None:
    """The key that a request brings; None if it brings none that is known."""
    keys: tuple[Key, ...] = connection.app.state.api_keys
    kind, _, secret = connection.headers.get("authorization", "").partition(" ")
    return find_key(keys, secret.strip()) if keys and kind.lower() == "bearer" else None


def provide_owner(request: Request[Any, Any, Any]) -> Owner:
    """Whose things a request is about: those of its key, or everything where the service has no keys."""
    key = key_of(request)
    return Owner(LOCAL, True) if key is None else Owner(key.name, key.scope.holds(Scope.ADMIN))


async def stay_local(connection: Connection, handler: BaseRouteHandler) -> None:
    """Without keys only this machine is answered, under a local name alone: no page can rebind its own name to it."""
    if connection.app.state.api_keys:
        return
    server = (connection.scope.get("server") or ("", None))[0]
    host = connection.headers.get("host", "localhost")
    name = host.rsplit("]", 1)[0].lstrip("[") if host.startswith("[") else host.rsplit(":", 1)[0]
    if not (is_loopback(server) and is_loopback(name)):
        raise ApiProblem(403, "without API keys the service answers on loopback only; set ADVISOR_API_KEYS")


async def same_site(connection: Connection, handler: BaseRouteHandler) -> None:
    """A page of another site may not make a browser change something here, unless CORS allows its origin."""
    origin = connection.headers.get("origin")
    if origin is None or connection.scope.get("method") in ("GET", "HEAD", "OPTIONS"):
        return
    settings: Settings = connection.app.state.settings
    if urlsplit(origin).netloc != connection.headers.get("host") and origin not in settings.allowed_origins:
        raise ApiProblem(403, "this origin may not call the service unless ADVISOR_API_CORS_ORIGINS names it")


def accepts(*kinds: str) -> Guard:
    """A guard that lets in bodies that say to be of one of these media types."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        if media_type(connection) not in kinds:
            raise ApiProblem(415, f"send the body as Content-Type: {' or '.join(kinds)}")

    return guard


json_only = accepts("application/json")


def media_type(connection: Connection) -> str:
    """What the body of a request says to be, without parameters."""
    return connection.headers.get("content-type", "").partition(";")[0].strip().lower()


async def known_query(connection: Connection, handler: BaseRouteHandler) -> None:
    """A misspelt query parameter is refused, never silently ignored."""
    known = query_names(handler)
    if unknown := [name for name in dict.fromkeys(connection.query_params.keys()) if name not in known]:
        expected = f"one of {', '.join(sorted(known))}" if known else "no parameters"
        problems = tuple(Problem(name[:100], "unknown query parameter", expected) for name in unknown[:20])
        raise ApiProblem(422, "correct the query and send again", problems)


def is_loopback(host: str) -> bool:
    """Whether an address or name means this machine; the empty one of a UNIX socket does."""
    if host in ("", "localhost") or host.startswith("/"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
