"""What every kind of long work has in common as routes: list, look at, cancel, delete."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NamedTuple

from litestar import delete, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter
from pydantic import BaseModel

from advisor_api.answer import Answer
from advisor_api.jobs.lookup import find_job
from advisor_api.problems import ASKED, responses
from advisor_api.routes.common import Limit, Offset, SharedOwner, SharedRecords
from advisor_api.security.guards import known_query, needs
from advisor_api.security.keys import Scope
from advisor_api.store import jobs
from advisor_api.store.records import Records


class JobRoutes(NamedTuple):
    """A kind of job as clients see it."""

    kind: str
    """One of `advisor_api.jobs.kinds`."""
    plural: str
    """Where its jobs are found below /v1, and how a page of them names them."""
    wire: type[BaseModel]
    """A job on the wire."""
    page: type[BaseModel]
    """Some of the jobs on the wire."""
    shown: Callable[[jobs.Row], BaseModel]
    """A job of the store as it is listed."""
    whole: Callable[[Records, jobs.Row], Awaitable[BaseModel]]
    """The same with all that is known of it."""

    @property
    def one(self) -> str:
        """Path of one job."""
        return f"/{self.plural}/{{{self.kind}_id:str}}"

    @property
    def tags(self) -> list[str]:
        """Where the routes stand in the documentation."""
        return [self.plural.capitalize()]

    def handlers(self) -> list[HTTPRouteHandler]:
        """The routes."""
        return [_list(self), _get(self), _cancel(self), _delete(self)]


def _list(kind: JobRoutes) -> HTTPRouteHandler:
    async def list_jobs(
        records: SharedRecords, owner: SharedOwner, limit: Limit = 20, offset: Offset = 0
    ) -> Answer[Any]:
        rows = await records.read(jobs.page, kind.kind, owner, limit + 1, offset)
        more = offset + limit if len(rows) > limit else None
        shown = tuple(map(kind.shown, rows[:limit]))
        return Answer(kind.page(**{kind.plural: shown}, offset=offset, next_offset=more))

    return get(
        f"/{kind.plural}",
        operation_id=f"list{kind.plural.capitalize()}",
        summary=f"Your {kind.plural}",
        description=f"The {kind.plural} that this key made, newest first; all of them for an admin key.",
        guards=[needs(Scope.READ), known_query],
        responses=responses(*ASKED),
        tags=kind.tags,
    )(_typed(list_jobs, kind, kind.page))


def _get(kind: JobRoutes) -> HTTPRouteHandler:
    async def get_job(job_id: str, records: SharedRecords, owner: SharedOwner) -> Answer[Any]:
        return Answer(await kind.whole(records, await find_job(records, kind.kind, job_id, owner)))

    return get(
        kind.one,
        operation_id=f"get{kind.kind.capitalize()}",
        summary=f"How far a {kind.kind} is",
        description="State, progress, and how it ended.",
        guards=[needs(Scope.READ), known_query],
        responses=responses(404, *ASKED),
        tags=kind.tags,
    )(_typed(get_job, kind, kind.wire))


def _cancel(kind: JobRoutes) -> HTTPRouteHandler:
    async def cancel_job(job_id: str, records: SharedRecords, owner: SharedOwner) -> Answer[Any]:
        await find_job(records, kind.kind, job_id, owner)
        await records.write(jobs.cancel, job_id)
        return Answer(kind.shown(await find_job(records, kind.kind, job_id, owner)))

    return post(
        f"{kind.one}/cancel",
        operation_id=f"cancel{kind.kind.capitalize()}",
        summary=f"Stop a {kind.kind}",
        description=f"Stop a {kind.kind}; what is done stays. One that is over is left as it is.",
        status_code=200,
        guards=[needs(Scope.RUN), known_query],
        responses=responses(404, *ASKED),
        tags=kind.tags,
    )(_typed(cancel_job, kind, kind.wire))


def _delete(kind: JobRoutes) -> HTTPRouteHandler:
    async def delete_job(job_id: str, records: SharedRecords, owner: SharedOwner) -> None:
        await find_job(records, kind.kind, job_id, owner)
        await records.write(jobs.remove, job_id)

    return delete(
        kind.one,
        operation_id=f"delete{kind.kind.capitalize()}",
        summary=f"Delete a {kind.kind} and its results",
        description=f"Delete a {kind.kind}, its data and its results; one that runs is stopped first.",
        guards=[needs(Scope.RUN), known_query],
        responses=responses(404, *ASKED),
        tags=kind.tags,
    )(_typed(delete_job, kind, None))


def _typed(function: Callable[..., Any], kind: JobRoutes, wire: type[BaseModel] | None) -> Callable[..., Any]:
    """The function with the types of its kind, which Litestar reads when it makes the route."""
    described = PathParameter(name=f"{kind.kind}_id", max_length=100, description=_ID)
    types = function.__annotations__
    types["return"] = Answer[wire] if wire else None  # type: ignore[valid-type]
    if "job_id" in types:
        types["job_id"] = Annotated[str, described]
    return function


_ID = "Id, as the answer to the POST gave it."
