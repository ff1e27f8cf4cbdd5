"""GET /v1/licenses, POST /v1/license-checks and /v1/license-compatibilities: what licenses there are and allow."""

from __future__ import annotations

from litestar import get, post
from litestar.params import JSONBody

from advisor.domain.license import LicenseVerdict, Mix
from advisor.domain.requests import CompatibilityRequest, LicenseCheckRequest
from advisor_api.answer import Answer
from advisor_api.problems import ASKED, SENT, responses
from advisor_api.routes.common import SharedAdvisor, SharedWorkers
from advisor_api.security.guards import json_only, known_query, needs
from advisor_api.security.keys import Scope
from advisor_api.wire.catalog import LicenseList, LicenseSummary

_LICENSES = "SELECT license_id, name, kind, spdx_id, confidence, text_read, url FROM licenses ORDER BY license_id"


@get(
    "/licenses",
    operation_id="listLicenses",
    summary="All licenses",
    guards=[needs(Scope.READ), known_query],
    responses=responses(*ASKED),
    tags=["Licenses"],
)
async def list_licenses(advisor: SharedAdvisor, workers: SharedWorkers) -> Answer[LicenseList]:
    """The licenses whose terms the catalog knows."""
    rows = await workers.run(advisor.store.rows, _LICENSES)
    return Answer(LicenseList(licenses=tuple(LicenseSummary(**row) for row in rows)))


@post(
    "/license-checks",
    operation_id="checkLicense",
    summary="Check a use against a license",
    status_code=200,
    guards=[needs(Scope.RUN), json_only, known_query],
    responses=responses(*SENT),
    tags=["Licenses"],
)
async def check_license(
    data: JSONBody[LicenseCheckRequest], advisor: SharedAdvisor, workers: SharedWorkers
) -> Answer[LicenseVerdict]:
    """Whether a use is allowed, by which clause, and what is then owed. Information, not legal advice."""
    return Answer(await workers.run(advisor.check_license, data.license_or_model, data.use))


@post(
    "/license-compatibilities",
    operation_id="checkCompatibility",
    summary="Check licenses against each other",
    status_code=200,
    guards=[needs(Scope.RUN), json_only, known_query],
    responses=responses(*SENT),
    tags=["Licenses"],
)
async def check_compatibility(
    data: JSONBody[CompatibilityRequest], advisor: SharedAdvisor, workers: SharedWorkers
) -> Answer[Mix]:
    """Whether licenses can live in one product, every two of them. Information, not legal advice."""
    return Answer(await workers.run(advisor.check_compatibility, data.licenses_or_models, data.product, data.use))
