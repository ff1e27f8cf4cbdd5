"""GET /v1/catalog: which facts the answers rest on."""

from __future__ import annotations

from litestar import get

from advisor.engine import Advisor
from advisor_api.answer import Answer
from advisor_api.problems import responses
from advisor_api.routes.common import SharedAdvisor, SharedWorkers
from advisor_api.security.guards import known_query, needs
from advisor_api.security.keys import Scope
from advisor_api.wire.catalog import CatalogInfo, Source

_ROWS = "SELECT table_name, estimated_size FROM duckdb_tables() WHERE table_name <> 'snapshot' ORDER BY table_name"
_SOURCES = "SELECT source_id, title, repository, revision, as_of, data_license FROM sources ORDER BY source_id"


@get(
    "/catalog",
    operation_id="getCatalog",
    summary="The open catalog",
    guards=[needs(Scope.READ), known_query],
    responses=responses(401, 403, 422, 500, 503),
    tags=["Catalog"],
)
async def get_catalog(advisor: SharedAdvisor, workers: SharedWorkers) -> Answer[CatalogInfo]:
    """Key, date and size of the open snapshot, and the sources of its facts with their licenses."""
    return Answer(await workers.run(_info, advisor))


def _info(advisor: Advisor) -> CatalogInfo:
    return CatalogInfo(
        key=advisor.store.key,
        date=advisor.store.date,
        rows=dict(advisor.store.tuples(_ROWS)),
        sources=tuple(Source(**row) for row in advisor.store.rows(_SOURCES)),
    )
