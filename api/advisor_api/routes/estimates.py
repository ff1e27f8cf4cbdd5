"""POST /v1/estimates: will a model run on a machine, and how fast."""

from __future__ import annotations

from litestar import post
from litestar.params import JSONBody

from advisor.domain.recommendation import SizingReport
from advisor.domain.requests import EstimateRequest
from advisor_api.answer import Answer
from advisor_api.problems import SENT, responses
from advisor_api.routes.common import SharedAdvisor, SharedSettings, SharedWorkers
from advisor_api.security.guards import json_only, known_query, needs
from advisor_api.security.keys import Scope


@post(
    "/estimates",
    operation_id="estimate",
    summary="Estimate memory, speed, energy and cost",
    status_code=200,
    guards=[needs(Scope.RUN), json_only, known_query],
    responses=responses(*SENT),
    tags=["Hardware"],
)
async def estimate(
    data: JSONBody[EstimateRequest], advisor: SharedAdvisor, workers: SharedWorkers, settings: SharedSettings
) -> Answer[SizingReport]:
    """Every variant of a model on a device: memory and whether it fits, speed, energy and cost, each with its range."""
    return Answer(await workers.run(advisor.estimate_for, data, hub=settings.hub_estimates))
