"""`advisor serve`: the service under uvicorn, bound to loopback unless it has keys."""

from __future__ import annotations

from dataclasses import replace

import uvicorn

from advisor.domain.errors import InvalidInput, Problem
from advisor_api.app import create_app
from advisor_api.security.guards import is_loopback
from advisor_api.security.keys import parse_keys
from advisor_api.settings import Settings


def serve(host: str | None = None, port: int | None = None, settings: Settings | None = None) -> None:
    """Run until SIGTERM or SIGINT; requests that run then are answered first.

    Args:
        host: Address to bind, instead of the setting.
        port: Port to bind, instead of the setting.
        settings: Instead of those of the environment.

    Raises:
        InvalidInput: a setting cannot be read, or the address is not loopback and there are no API keys.
    """
    settings = settings or Settings.from_env()
    settings = replace(settings, host=host or settings.host, port=settings.port if port is None else port)
    refuse_open_door(settings)
    uvicorn.run(
        create_app(settings=settings),
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=30,
        log_level="warning",
    )


def refuse_open_door(settings: Settings) -> None:
    """Refuse to answer a network without keys.

    Raises:
        InvalidInput: the address is not loopback and there are no API keys.
    """
    if not is_loopback(settings.host) and not parse_keys(settings.keys):
        expected = "ADVISOR_API_KEYS, made with: python -m advisor_api.security.keys NAME run"
        raise InvalidInput([Problem("host", f"{settings.host} is not loopback and there are no API keys", expected)])
