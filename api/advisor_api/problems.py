"""Errors as problem details (RFC 9457): one map from exception to problem, the same shape for all of them."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    ImproperlyConfiguredException,
    SerializationException,
    ValidationException,
)
from litestar.openapi.datastructures import ResponseSpec
from litestar.plugins.problem_details import ProblemDetailsConfig, ProblemDetailsException, ProblemDetailsPlugin

from advisor.domain.errors import CatalogError, InvalidInput, NotAvailable, Problem, UnknownName
from advisor_api.logs import failure
from advisor_api.parameters import expected_in, wire_name
from advisor_api.scope import request_id
from advisor_api.store.owned import TooManyKept
from advisor_api.wire.problem import FieldProblem, ProblemDetails
from advisor_api.workers import BusyError, TimeLimitError

MEDIA_TYPE = "application/problem+json"
_BODY = "(document)"
_MOST_SHOWN = 60
"""Characters of a wrong parameter that are told."""
_GONE = "client disconnected prematurely"  # how Litestar words it; it has no exception of its own for this
_TITLES = {
    400: "Malformed request",
    401: "API key needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Request too slow",
    409: "Conflict",
    413: "Request too large",
    415: "Unsupported media type",
    422: "Invalid input",
    429: "Too many requests",
    500: "Internal error",
    503: "Not available",
    504: "Time limit",
}
NO_KEY = (403, 500)
"""Statuses of the problems of a route that answers without a key."""
ASKED = (401, 403, 422, 429, 500, 503, 504)
"""Statuses of the problems that every route with a key answers with."""
SENT = (400, 408, 413, 415, *ASKED)
"""Statuses of the problems of a route that takes a body."""


class ApiProblem(ProblemDetailsException):
    """A problem that is ready for the wire but for the id of its request."""

    def __init__(
        self,
        status: int,
        detail: str,
        problems: tuple[Problem, ...] = (),
        suggestions: tuple[str, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail=detail, status_code=status, headers=headers)
        self.problems = problems
        self.suggestions = suggestions

    def to_response(self, request: Request[Any, Any, Any]) -> Response[Any]:
        title = _TITLES.get(self.status_code, HTTPStatus(self.status_code).phrase)
        body = ProblemDetails(
            type=f"urn:model-advisor:problem:{title.lower().replace(' ', '-')}",
            title=title,
            status=self.status_code,
            detail=self.detail,
            request_id=request_id(request.scope),
            errors=tuple(map(FieldProblem.of, self.problems)),
            suggestions=self.suggestions,
        )
        return Response(
            body.model_dump_json().encode(), status_code=self.status_code, headers=self.headers, media_type=MEDIA_TYPE
        )


def plugin() -> ProblemDetailsPlugin:
    """The plugin that turns every exception into a problem."""
    table: dict[type[Exception], Callable[[Any], ApiProblem]] = {
        InvalidInput: _invalid_input,
        SerializationException: lambda error: _malformed(),
        RecursionError: lambda error: _malformed(),
        BusyError: lambda error: ApiProblem(
            503, "too many requests wait; try again soon", headers={"Retry-After": "1"}
        ),
        TimeLimitError: lambda error: ApiProblem(504, "the answer took longer than this service allows"),
        TooManyKept: lambda error: ApiProblem(409, "this key keeps as many of these as it may; delete some first"),
        CatalogError: lambda error: _unavailable("the catalog cannot be used; the operator sees why in the log", error),
        NotAvailable: lambda error: _unavailable("this server lacks what the request needs", error),
        HTTPException: _http,
        ImproperlyConfiguredException: _internal,
        Exception: _internal,
    }
    return ProblemDetailsPlugin(ProblemDetailsConfig(exception_to_problem_detail_map=table))


def responses(*statuses: int) -> dict[int, ResponseSpec]:
    """What to declare on a route for the problems that it answers with."""
    return {
        status: ResponseSpec(
            ProblemDetails, generate_examples=False, description=_TITLES[status], media_type=MEDIA_TYPE
        )
        for status in sorted(statuses)
    }


def not_found(what: str, name: str) -> ApiProblem:
    """There is nothing of this name, or it belongs to somebody else."""
    return ApiProblem(404, f"there is no {what} of this id", (Problem(name, f"unknown {what}"),))


def unknown_model(request: Request[Any, Any, Any], error: UnknownName) -> Response[Any]:
    """An unknown name in the address is not found, not invalid."""
    problem = _invalid_input(error)
    return ApiProblem(404, problem.detail, problem.problems, problem.suggestions).to_response(request)


def invalid_parameters(request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    """Parameters of the wrong type or out of range, or no body at all."""
    found: list[Any] = error.extra if isinstance(error.extra, list) else []
    fields = request.route_handler.parsed_fn_signature.parameters
    wrong = [fields[key] for item in found if (key := item.get("key", "data")) != "data"]
    problems = [Problem(name := wire_name(field), _value(request, name), expected_in(field)) for field in wrong]
    problem = _refuse(tuple(problems) or (Problem(_BODY, "the body is missing", "a JSON object"),))
    return problem.to_response(request)


def _value(request: Request[Any, Any, Any], name: str) -> str:
    given = {**request.headers, **request.query_params.dict(), **request.path_params}
    values = given.get(name, given.get(name.lower()))
    return f"cannot be {str(values[-1] if isinstance(values, list) else values)[:_MOST_SHOWN]!r}"


def _invalid_input(error: InvalidInput) -> ApiProblem:
    return _refuse(error.problems)


def _refuse(problems: tuple[Problem, ...]) -> ApiProblem:
    fields = ", ".join(dict.fromkeys(problem.field for problem in problems))
    suggestions = next((problem.suggestions for problem in problems if problem.suggestions), ())
    return ApiProblem(422, f"correct these and send again: {fields}", problems, suggestions)


def _malformed() -> ApiProblem:
    return ApiProblem(400, "the body is not JSON", (Problem(_BODY, "cannot be read as JSON", "a JSON object"),))


def _http(error: HTTPException) -> ApiProblem:
    if isinstance(error, ProblemDetailsException) and isinstance(error, ApiProblem):
        return error
    if error.detail == _GONE:
        return ApiProblem(400, "the request ended before its body did")
    if error.status_code >= 500:
        return _internal(error)
    if error.status_code == 400:
        return _malformed()
    return ApiProblem(
        error.status_code, HTTPStatus(error.status_code).description or error.detail, headers=error.headers
    )


def _unavailable(detail: str, error: Exception) -> ApiProblem:
    failure(error)
    return ApiProblem(503, detail)


def _internal(error: Exception) -> ApiProblem:
    failure(error)
    return ApiProblem(500, "the service failed; tell its operator the request id")
