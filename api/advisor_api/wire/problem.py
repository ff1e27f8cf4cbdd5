"""An error on the wire: problem details as of RFC 9457."""

from __future__ import annotations

from typing import Self

from advisor.domain.base import Frozen
from advisor.domain.errors import Problem

_LISTS = {
    "hardware": "GET /v1/hardware",
    "license": "GET /v1/licenses",
    "license or model": "GET /v1/licenses and GET /v1/models",
    "model": "GET /v1/models",
}


class FieldProblem(Frozen):
    """One bad field of a request."""

    field: str
    """Dotted path of the field, "use.monthly_active_users"; "(document)" for the whole body."""
    message: str
    """What is wrong."""
    expected: str = ""
    """What would be right; empty where the message says it."""
    suggestions: tuple[str, ...] = ()
    """Known names that are closest to an unknown one."""

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """A problem of the domain; of a name that none is close to, with the route that lists the known ones."""
        listed = None if problem.suggestions else _LISTS.get(problem.noun)
        expected = f"{problem.expected}; all: {listed}" if listed else problem.expected
        return cls(field=problem.field, message=problem.message, expected=expected, suggestions=problem.suggestions)


class ProblemDetails(Frozen):
    """Why a request was not answered (RFC 9457, application/problem+json)."""

    type: str
    """Stable name of the kind of problem, a URN."""
    title: str
    """The kind of problem in words; the same for every problem of this type."""
    status: int
    """HTTP status code, repeated."""
    detail: str
    """What went wrong this time and what to do next."""
    request_id: str
    """Id of the request, as in the X-Request-ID header and the server's log."""
    errors: tuple[FieldProblem, ...] = ()
    """Every bad field of the request, not only the first."""
    suggestions: tuple[str, ...] = ()
    """Known names that are closest to an unknown one."""
