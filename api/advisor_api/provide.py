"""What routes can ask for by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar.datastructures import State
from litestar.di import Provide

from advisor_api.security.guards import provide_owner

_SHARED = ("advisor", "workers", "settings", "records", "runner", "verify_models")


def dependencies() -> dict[str, Provide]:
    """The dependencies of all routes: what the service shares, and whose things the request is about."""
    shared = {name: Provide(_from_state(name), sync_to_thread=False) for name in _SHARED}
    return {**shared, "owner": Provide(provide_owner, sync_to_thread=False)}


def _from_state(name: str) -> Callable[[State], Any]:
    def provide(state: State) -> Any:
        return state[name]

    return provide
