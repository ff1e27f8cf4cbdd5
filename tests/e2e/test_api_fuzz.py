"""Requests made up from the OpenAPI document: no server error, every answer as declared.

FUZZ_EXAMPLES (`make fuzz`) sets how many a route and mode, other ones every time; without it the same few are sent.
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings

from advisor_api.app import create_app
from advisor_api.openapi.document import complete
from advisor_api.settings import Settings

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "10"))
SECONDS = 120
"""More than the service takes before it says that a request took too long, on a machine that does other things."""
MODES = list(schemathesis.GenerationMode)
# Where a route takes nothing, nothing can be wrong with a request.
CASES = [
    (method, path, mode)
    for path, methods in complete(create_app(settings=Settings()).openapi_schema.to_schema())["paths"].items()
    for method, operation in methods.items()
    for mode in (MODES if operation.get("parameters") or "requestBody" in operation else MODES[:1])
]


@pytest.fixture(scope="module")
def schema(server):
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


@pytest.mark.parametrize(("method", "path", "mode"), CASES)
def test_no_request_breaks_the_service(schema, method, path, mode):
    from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

    # Which names are known is not in the schema, so a valid request may be refused; and one that is too large is
    # refused before anybody looks whether it is valid.
    beyond_the_schema = [positive_data_acceptance, negative_data_rejection]

    @given(case=schema[path][method.upper()].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize="FUZZ_EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def check(case):
        case.call_and_validate(excluded_checks=beyond_the_schema, timeout=SECONDS)

    check()
