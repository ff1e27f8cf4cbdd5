"""POST /v1/comparisons: models side by side."""

from __future__ import annotations

from litestar import post
from litestar.params import JSONBody

from advisor.domain.recommendation import Comparison
from advisor.domain.requests import ComparisonRequest
from advisor_api.answer import Answer
from advisor_api.problems import SENT, responses
from advisor_api.routes.common import SharedAdvisor, SharedWorkers
from advisor_api.security.guards import json_only, known_query, needs
from advisor_api.security.keys import Scope


@post(
    "/comparisons",
    operation_id="compare",
    summary="Compare models",
    status_code=200,
    guards=[needs(Scope.RUN), json_only, known_query],
    responses=responses(*SENT),
    tags=["Recommend"],
)
async def compare(
    data: JSONBody[ComparisonRequest], advisor: SharedAdvisor, workers: SharedWorkers
) -> Answer[Comparison]:
    """Scores with their sources, size, memory by precision and license verdict of some models."""
    return Answer(await workers.run(advisor.compare, data.model_ids, data.requirements))
