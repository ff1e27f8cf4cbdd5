"""An error on the wire: problem details as of RFC 9457."""

from __future__ import annotations

from typing import Self

from advisor.domain.base import Frozen
from advisor.domain.errors import Problem


class FieldProblem(Frozen):
    """One bad field of a request."""

    field: str
    """Dotted path of the field, "use.monthly_active_users"; "(document)" for the whole body."""
    message: str
    """What is wrong."""
    expected: str = ""
    """What would be right; empty where the message says it."""

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """A problem of the domain."""
        return cls(field=problem.field, message=problem.message, expected=problem.expected)


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
