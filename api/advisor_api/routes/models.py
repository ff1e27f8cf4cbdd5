"""GET /v1/models and /v1/models/{id}: what the catalog holds."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import PathParameter, QueryParameter

from advisor.domain.errors import UnknownModel
from advisor.domain.tasks import Kind
from advisor.engine import Advisor
from advisor_api.answer import Answer
from advisor_api.problems import ASKED, responses, unknown_model
from advisor_api.routes.common import Limit, Offset, Query, SharedAdvisor, SharedWorkers
from advisor_api.security.guards import known_query, needs
from advisor_api.security.keys import Scope
from advisor_api.wire.models import ModelDetail, ModelPage, ModelSummary

KindQuery = Annotated[Kind | None, QueryParameter(description="Only models of this kind.")]
ModelId = Annotated[
    str, PathParameter(max_length=300, description="Id, alias or variant of a model; slashes need no escape.")
]


@get(
    "/models",
    operation_id="listModels",
    summary="Search models",
    guards=[needs(Scope.READ), known_query],
    responses=responses(*ASKED),
    tags=["Catalog"],
)
async def list_models(
    advisor: SharedAdvisor,
    workers: SharedWorkers,
    q: Query = "",
    kind: KindQuery = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> Answer[ModelPage]:
    """Models whose id or alias contains every word of `q`, most downloaded first."""
    rows = await workers.run(advisor.store.search, q, kind, limit + 1, offset)
    return Answer(
        ModelPage(
            models=tuple(ModelSummary(**row) for row in rows[:limit]),
            offset=offset,
            next_offset=offset + limit if len(rows) > limit else None,
        )
    )


@get(
    "/models/{model_id:path}",
    operation_id="getModel",
    summary="One model",
    guards=[needs(Scope.READ), known_query],
    responses=responses(404, *ASKED),
    exception_handlers={UnknownModel: unknown_model},
    tags=["Catalog"],
)
async def get_model(model_id: ModelId, advisor: SharedAdvisor, workers: SharedWorkers) -> Answer[ModelDetail]:
    """A model with its variants and its scores. An unknown name answers 404 with the closest known ones."""
    return Answer(await workers.run(_detail, advisor, model_id.strip("/")))


def _detail(advisor: Advisor, name: str) -> ModelDetail:
    model = advisor.store.model(name)
    return ModelDetail(model=model, results=tuple(advisor.store.results(model.model_id)))
