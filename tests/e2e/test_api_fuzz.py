"""Requests made up from the OpenAPI document: no server error, every answer as declared."""

import pytest
from hypothesis import HealthCheck, given, settings

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

ROUTES = [
    ("POST", "/v1/recommendations"),
    ("POST", "/v1/comparisons"),
    ("POST", "/v1/license-checks"),
    ("POST", "/v1/estimates"),
    ("GET", "/v1/models"),
    ("GET", "/v1/models/{model_id}"),
    ("GET", "/v1/hardware"),
]


@pytest.fixture(scope="module")
def schema(server):
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_request_breaks_the_service(schema, method, path, mode):
    from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

    # Which names are known is not in the schema, so a valid request may be refused; and one that is too large is
    # refused before anybody looks whether it is valid.
    beyond_the_schema = [positive_data_acceptance, negative_data_rejection]

    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def check(case):
        case.call_and_validate(excluded_checks=beyond_the_schema, timeout=30)

    check()
