"""What the service notes on a request while it is answered."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

_KEY = "advisor_request_id"
_SAFE = re.compile(r"[A-Za-z0-9._-]{1,64}")


def give_request_id(scope: Any) -> str:
    """Keep the client's X-Request-ID if it is harmless, else make one."""
    sent = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    scope[_KEY] = sent if _SAFE.fullmatch(sent) else uuid.uuid4().hex
    return str(scope[_KEY])


def request_id(scope: Mapping[str, Any]) -> str:
    """The id of a request."""
    return str(scope.get(_KEY, ""))


def route_of(scope: Mapping[str, Any]) -> str:
    """The pattern of the route that was found: what may be logged and counted, where the address may not."""
    return str(scope.get("path_template") or "(none)")
