"""How a run ends when it does not end well."""

from __future__ import annotations

import signal

from advisor.domain.errors import AdvisorError


class RunFailed(AdvisorError):
    """A candidate could not be run to its end; the message is the cause, and what to do."""


def exit_cause(code: int | None, log_tail: str) -> str:
    """What the exit status of a process that nobody ended says."""
    last = log_tail.strip().splitlines()[-1][:300] if log_tail.strip() else ""
    said = f"; its last words: {last}" if last else ""
    if code is None:
        return f"the process does not answer any more{said}"
    if code >= 0:
        return f"the process ended by itself with status {code}{said}"
    name = _signal_name(-code)
    if name == "SIGKILL":
        return (
            "the process was killed from outside (SIGKILL), most often by the system for lack of memory; use a smaller"
            f" model or precision, or close other programs{said}"
        )
    return f"the process crashed ({name}){said}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
