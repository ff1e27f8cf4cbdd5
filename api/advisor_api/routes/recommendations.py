"""POST /v1/recommendations: from a need to the models to use."""

from __future__ import annotations

from typing import Annotated

from litestar import post
from litestar.params import JSONBody, QueryParameter

from advisor.domain.recommendation import Recommendation
from advisor.domain.requirements import Requirements
from advisor_api.answer import Answer
from advisor_api.problems import SENT, responses
from advisor_api.routes.common import SharedAdvisor, SharedWorkers
from advisor_api.security.guards import json_only, known_query, needs
from advisor_api.security.keys import Scope

WhatIfAsked = Annotated[
    bool,
    QueryParameter(description="Also compute `what_would_change`: what each constraint, relaxed alone, would bring."),
]
TradeoffsAsked = Annotated[
    bool,
    QueryParameter(description="Also compute `tradeoffs`: memory and speed of the best hundred models, to plot them."),
]

ContributionsAsked = Annotated[
    bool,
    QueryParameter(description="Also compute `contributions` of every pick: what its place is made of."),
]


@post(
    "/recommendations",
    operation_id="recommend",
    summary="Recommend models",
    status_code=200,
    guards=[needs(Scope.RUN), json_only, known_query],
    responses=responses(*SENT),
    tags=["Recommend"],
)
async def recommend(
    data: JSONBody[Requirements],
    advisor: SharedAdvisor,
    workers: SharedWorkers,
    what_if: WhatIfAsked = False,
    tradeoffs: TradeoffsAsked = False,
    contributions: ContributionsAsked = False,
) -> Answer[Recommendation]:
    """The models to use for a need, best first, each with its evidence, license verdict, memory and next step.

    Where nothing satisfies every limit, `picks` is empty and `near_misses` says what each model lacks.
    """
    found = await workers.run(
        advisor.recommend, data, what_if=what_if, with_tradeoffs=tradeoffs, with_contributions=contributions
    )
    return Answer(found)
