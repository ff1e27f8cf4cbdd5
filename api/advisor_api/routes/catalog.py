"""GET /v1/catalog: which facts the answers rest on."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post

from advisor.engine import Advisor
from advisor_api.answer import Answer
from advisor_api.problems import ASKED, responses
from advisor_api.reload import reload_catalog
from advisor_api.routes.common import SharedAdvisor, SharedWorkers
from advisor_api.security.guards import known_query, needs
from advisor_api.security.keys import Scope
from advisor_api.wire.catalog import CatalogInfo, CatalogSwap, Source

_ROWS = "SELECT table_name, estimated_size FROM duckdb_tables() WHERE table_name <> 'snapshot' ORDER BY table_name"
_SOURCES = "SELECT source_id, title, repository, revision, as_of, data_license FROM sources ORDER BY source_id"


@get(
    "/catalog",
    operation_id="getCatalog",
    summary="The open catalog",
    guards=[needs(Scope.READ), known_query],
    responses=responses(*ASKED),
    tags=["Catalog"],
)
async def get_catalog(advisor: SharedAdvisor, workers: SharedWorkers) -> Answer[CatalogInfo]:
    """Key, date and size of the open snapshot, and the sources of its facts with their licenses."""
    return Answer(await workers.run(_info, advisor))


@post(
    "/catalog/reload",
    operation_id="reloadCatalog",
    summary="Swap in the newest catalog",
    status_code=200,
    guards=[needs(Scope.ADMIN), known_query],
    responses=responses(*ASKED),
    tags=["Operations"],
)
async def reload(request: Request[Any, Any, Any]) -> Answer[CatalogSwap]:
    """Open the newest catalog and answer from it. Requests that run are answered from the one they began with."""
    swap = await reload_catalog(request.app)
    return Answer(CatalogSwap(before=swap.before, after=swap.after))


def _info(advisor: Advisor) -> CatalogInfo:
    return CatalogInfo(
        key=advisor.store.key,
        date=advisor.store.date,
        rows=dict(advisor.store.tuples(_ROWS)),
        sources=tuple(Source(**row) for row in advisor.store.rows(_SOURCES)),
    )
