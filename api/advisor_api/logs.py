"""Structured logs: one JSON line an event on stderr, with the request id and without anything that a client wrote."""

from __future__ import annotations

import sys
import traceback
from contextvars import ContextVar
from typing import Any

import structlog

current_request: ContextVar[str] = ContextVar("current_request", default="")

_log: Any = structlog.wrap_logger(
    structlog.PrintLogger(sys.stderr),
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(sort_keys=True),
    ],
)


def event(name: str, **values: Any) -> None:
    """Log what happened."""
    _log.info(name, **values)


def failure(error: BaseException) -> None:
    """Log an unexpected error by its kind and place; its message may quote what a client wrote and stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rsplit('site-packages/')[-1]}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    _log.error("failed", request_id=current_request.get(), error=type(error).__name__, trace=places)
