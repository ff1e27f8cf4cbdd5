"""Types that routes share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from litestar.di import NamedDependency
from litestar.params import QueryParameter

from advisor.engine import Advisor
from advisor_api.settings import Settings
from advisor_api.workers import Workers

SharedAdvisor: TypeAlias = NamedDependency[Advisor]
SharedWorkers: TypeAlias = NamedDependency[Workers]
SharedSettings: TypeAlias = NamedDependency[Settings]
Query: TypeAlias = Annotated[
    str, QueryParameter(max_length=200, description="Words that the name must contain, in any order.")
]
Limit: TypeAlias = Annotated[int, QueryParameter(ge=1, le=200, description="Most entries to return.")]
Offset: TypeAlias = Annotated[
    int, QueryParameter(ge=0, le=1_000_000, description="Entries to leave out before the first returned one.")
]
