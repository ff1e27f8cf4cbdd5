"""Types that routes share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from litestar.di import NamedDependency
from litestar.params import HeaderParameter, PathParameter, QueryParameter

from advisor.engine import Advisor
from advisor_api.jobs.runner import JobRunner
from advisor_api.settings import Settings
from advisor_api.store.owned import Owner
from advisor_api.store.records import Records
from advisor_api.workers import Workers

SharedAdvisor: TypeAlias = NamedDependency[Advisor]
SharedWorkers: TypeAlias = NamedDependency[Workers]
SharedSettings: TypeAlias = NamedDependency[Settings]
SharedRecords: TypeAlias = NamedDependency[Records]
SharedJobs: TypeAlias = NamedDependency[JobRunner]
OwnModels: TypeAlias = NamedDependency[dict[str, str]]
SharedOwner: TypeAlias = NamedDependency[Owner]
JobId: TypeAlias = Annotated[str, PathParameter(max_length=100, description="Id, as the answer to the POST gave it.")]
ProjectId: TypeAlias = JobId
MeasurementId: TypeAlias = JobId
IdempotencyKey: TypeAlias = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        pattern="^[!-~]{1,200}$",
        description="Any name of this request that you make up: sent again with it, the same POST makes nothing twice.",
    ),
]
Query: TypeAlias = Annotated[
    str, QueryParameter(max_length=200, description="Words that the name must contain, in any order.")
]
Limit: TypeAlias = Annotated[int, QueryParameter(ge=1, le=200, description="Most entries to return.")]
Offset: TypeAlias = Annotated[
    int, QueryParameter(ge=0, le=1_000_000, description="Entries to leave out before the first returned one.")
]
