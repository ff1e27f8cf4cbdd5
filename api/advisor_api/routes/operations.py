"""/health and /metrics: for those who run the service."""

from __future__ import annotations

import duckdb
from litestar import MediaType, Response, get
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec
from sqlalchemy.exc import SQLAlchemyError

from advisor import __version__
from advisor.engine import Advisor
from advisor_api.answer import Answer
from advisor_api.metrics import Metrics
from advisor_api.problems import ASKED, NO_KEY, responses
from advisor_api.routes.common import SharedAdvisor, SharedRecords
from advisor_api.security.guards import needs
from advisor_api.security.keys import Scope
from advisor_api.store import jobs
from advisor_api.store.records import Records
from advisor_api.wire.catalog import Health
from advisor_api.workers import BusyError, TimeLimitError

_ANSWERS = responses(*NO_KEY) | {
    503: ResponseSpec(Health, generate_examples=False, description="Catalog or store cannot be queried")
}


@get(
    "/health",
    operation_id="getHealth",
    summary="Live and ready",
    responses=_ANSWERS,
    tags=["Operations"],
    unlimited=True,
)
async def get_health(advisor: SharedAdvisor, records: SharedRecords) -> Answer[Health]:
    """Whether catalog and store can be queried; 503 with the same body where one of them cannot. Needs no key."""
    return await _health(advisor, records)


@get(
    "/health/ready",
    operation_id="getReady",
    summary="Ready",
    responses=_ANSWERS,
    tags=["Operations"],
    unlimited=True,
)
async def get_ready(advisor: SharedAdvisor, records: SharedRecords) -> Answer[Health]:
    """The same as /health, by the name that orchestrators look for: whether to send requests here."""
    return await _health(advisor, records)


@get(
    "/health/live",
    operation_id="getLive",
    summary="Live",
    status_code=204,
    responses=responses(*NO_KEY),
    tags=["Operations"],
    unlimited=True,
)
async def get_live() -> None:
    """204 as long as the process answers: whether to leave it running. Needs no key."""


@get(
    "/metrics",
    operation_id="getMetrics",
    summary="Counters for Prometheus",
    media_type=MediaType.TEXT,
    guards=[needs(Scope.READ)],
    responses=responses(*ASKED),
    tags=["Operations"],
)
async def get_metrics(state: State, records: SharedRecords) -> Response[str]:
    """Requests by route and status, their durations, jobs by state, and the process's memory and processor time."""
    metrics: Metrics = state.metrics
    metrics.count_jobs(await records.read(jobs.count_by_state))
    return Response(metrics.text(), media_type="text/plain; version=0.0.4")


async def _health(advisor: Advisor, records: Records) -> Answer[Health]:
    try:
        ready = bool(advisor.store.tuples("SELECT key FROM snapshot")) and bool(await records.read(jobs.reachable))
    except (duckdb.Error, SQLAlchemyError, BusyError, TimeLimitError):
        ready = False
    body = Health(live=True, ready=ready, catalog_snapshot=advisor.store.key, version=__version__)
    return Answer(body, status_code=200 if ready else 503)
