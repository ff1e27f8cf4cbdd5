"""POST /v1/comparisons: models side by side."""

from __future__ import annotations

from litestar import post
from litestar.params import JSONBody

from advisor.domain.recommendation import Comparison
from advisor.domain.requests import ComparisonRequest
from advisor_api.answer import Answer
from advisor_api.problems import SENT, responses
from advisor_api.routes.common import SharedAdvisor, SharedSettings, SharedWorkers
from advisor_api.security.guards import json_only, known_query, needs
from advisor_api.security.keys import Scope
from advisor_api.this_machine import refuse_this_machine_in


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
    data: JSONBody[ComparisonRequest], advisor: SharedAdvisor, workers: SharedWorkers, settings: SharedSettings
) -> Answer[Comparison]:
    """Scores with their sources, size, memory by precision and license verdict of some models."""
    if data.requirements is not None and not settings.allow_this_machine:
        refuse_this_machine_in(data.requirements, "requirements.")
    return Answer(await workers.run(advisor.compare, data.model_ids, data.requirements))
