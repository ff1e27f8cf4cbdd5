"""/health and /metrics: for those who run the service."""

from __future__ import annotations

import duckdb
from litestar import MediaType, Response, get
from litestar.datastructures import State

from advisor import __version__
from advisor_api.answer import Answer
from advisor_api.metrics import Metrics
from advisor_api.problems import responses
from advisor_api.routes.common import SharedAdvisor
from advisor_api.security.guards import needs
from advisor_api.security.keys import Scope
from advisor_api.wire.catalog import Health


@get(
    "/health",
    operation_id="getHealth",
    summary="Live and ready",
    responses=responses(500),
    tags=["Operations"],
)
async def get_health(advisor: SharedAdvisor) -> Answer[Health]:
    """Whether the service runs and its catalog can be queried; 503 with the same body where it cannot. Needs no key."""
    try:
        ready = bool(advisor.store.tuples("SELECT key FROM snapshot"))
    except duckdb.Error:
        ready = False
    body = Health(live=True, ready=ready, catalog_snapshot=advisor.store.key, version=__version__)
    return Answer(body, status_code=200 if ready else 503)


@get(
    "/metrics",
    operation_id="getMetrics",
    summary="Counters for Prometheus",
    media_type=MediaType.TEXT,
    guards=[needs(Scope.READ)],
    responses=responses(401, 403, 500),
    tags=["Operations"],
)
async def get_metrics(state: State) -> Response[str]:
    """Requests by route and status, their durations, and the process's memory and processor time."""
    metrics: Metrics = state.metrics
    return Response(metrics.text(), media_type="text/plain; version=0.0.4")
