"""Settings of the service, read from ADVISOR_API_* once at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from advisor.domain.errors import InvalidInput, Problem

PREFIX = "ADVISOR_API_"
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


@dataclass(frozen=True)
class Settings:
    """What an operator can set. Every field is the environment variable `ADVISOR_API_<NAME>`."""

    host: str = "127.0.0.1"
    """Address to bind. Anything but loopback needs `keys`."""
    port: int = 8000
    """Port to bind; 0 takes a free one."""
    keys: str = ""
    """API keys as `name:scopes:sha256` separated by commas; make one with `python -m advisor_api.security.keys`."""
    allow_this_machine: bool = False
    """Answer `hardware: "this-machine"` with the server's own devices."""
    hub_estimates: bool = False
    """Let estimates of `hub:org/name` ask the Hugging Face hub for file sizes and headers; where off, they are
    refused."""
    max_body_bytes: int = 1_048_576
    """Largest request body, bytes."""
    threads: int = 2
    """Requests ranked at once; the interpreter lock makes more than the cores useless."""
    max_waiting: int = 256
    """Requests that may wait for a thread before the service says that it is busy."""
    store: str = ""
    """Database of jobs, projects and measurements: empty for SQLite in the user's data folder, `sqlite:////path`, or
    `postgresql://user:password@host/database` to share it between servers."""
    job_processes: int = 1
    """Batches worked on at once, each in a process of its own; 0 leaves them to other servers on the same store."""
    job_lease_s: int = 15
    """Seconds after which the job of a process that died without a word is taken up by another."""
    max_upload_bytes: int = 33_554_432
    """Largest upload of a batch or of data, bytes."""
    max_batch_needs: int = 10_000
    """Most needs in a batch."""
    verifications: bool = True
    """Run models on this server to verify picks; where off, such requests are refused."""
    verify_models: str = ""
    """JSON file of the operator: models that verifications may run beside those in this server's hub cache, as name to
    candidate (`{"my/model": "path:/models/mine"}`)."""
    max_kept: int = 1000
    """Batches that one key may keep, and as many of every other kind of thing; more are refused until some are
    deleted."""
    requests_per_minute: int = 1200
    """Requests a minute of one key, or of one address that sends none; 0 is no limit. Without keys nobody is
    limited."""
    request_timeout_s: int = 30
    """Seconds that a request may take to arrive, and an answer to be found."""
    cors_origins: str = ""
    """Origins whose pages may call the service, separated by commas ("https://tools.example.com"); empty for none."""
    log_requests: bool = True
    """Write one JSON line a request to stderr."""

    def __post_init__(self) -> None:
        low = {
            "port": 0,
            "max_body_bytes": 1024,
            "threads": 1,
            "max_waiting": 1,
            "job_processes": 0,
            "job_lease_s": 1,
            "max_upload_bytes": 1024,
            "max_batch_needs": 1,
            "max_kept": 1,
            "requests_per_minute": 0,
            "request_timeout_s": 1,
        }
        if bad := [
            Problem(PREFIX + name.upper(), f"{getattr(self, name)} is too small", f"at least {least}")
            for name, least in low.items()
            if getattr(self, name) < least
        ]:
            raise InvalidInput(bad)

    @property
    def allowed_origins(self) -> list[str]:
        """`cors_origins`, one by one."""
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the settings.

        Raises:
            InvalidInput: naming every variable that cannot be read, unknown ADVISOR_API_* variables included.
        """
        types: dict[str, Any] = {PREFIX + field.name.upper(): field.type for field in fields(cls)}
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for variable, text in environ.items():
            if not variable.startswith(PREFIX):
                continue
            if variable not in types:
                problems.append(Problem(variable, "unknown setting", f"one of {', '.join(sorted(types))}"))
                continue
            try:
                values[variable.removeprefix(PREFIX).lower()] = _parse(text.strip(), str(types[variable]))
            except ValueError:
                problems.append(Problem(variable, "cannot be read", f"expected {types[variable]}"))
        if problems:
            raise InvalidInput(problems)
        return cls(**values)


def _parse(text: str, type_name: str) -> str | int | bool:
    if type_name == "int":
        return int(text)
    if type_name == "bool":
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise ValueError(text)
    return text
