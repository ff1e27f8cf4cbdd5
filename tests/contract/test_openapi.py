"""The OpenAPI document is complete and true: described, closed, with examples that a running service answers."""

import re

import pytest

from advisor_api.app import create_app
from advisor_api.openapi.document import complete
from advisor_api.settings import Settings


@pytest.fixture(scope="module")
def app(advisor):
    return create_app(advisor, Settings(log_requests=False))


@pytest.fixture(scope="module")
def document(app):
    return complete(app.openapi_schema.to_schema())


@pytest.fixture(scope="module")
def operations(document):
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def walk(node):
    """Every dict in a document."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


def test_it_is_openapi_3_1_with_every_route(document):
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {
        "/health", "/health/live", "/health/ready", "/metrics", "/v1/batches", "/v1/batches/{batch_id}",
        "/v1/batches/{batch_id}/cancel", "/v1/batches/{batch_id}/results", "/v1/catalog", "/v1/catalog/reload",
        "/v1/comparisons", "/v1/estimates", "/v1/hardware", "/v1/license-checks", "/v1/license-compatibilities",
        "/v1/licenses", "/v1/measurements", "/v1/measurements/{measurement_id}", "/v1/models", "/v1/models/{model_id}",
        "/v1/projects", "/v1/projects/{project_id}", "/v1/recommendations", "/v1/verifications",
        "/v1/verifications/{verification_id}", "/v1/verifications/{verification_id}/cancel",
    }  # fmt: skip


def test_every_property_is_described(document):
    bare = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, definition in schema.get("properties", {}).items()
        if not definition.get("description")
    ]
    assert bare == []


def test_units_in_names_are_in_descriptions(document):
    units = {"_gib": "GiB", "_ms": "ms", "_usd": "USD", "_gb_s": "GB/s", "_tflops": "TFLOPS", "_w": "W"}
    wrong = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, definition in schema.get("properties", {}).items()
        for ending, unit in units.items()
        if field.endswith(ending) and not re.search(rf"\b{unit}\b", definition["description"])
    ]
    assert wrong == []


def test_objects_are_closed_and_references_lead_somewhere(document):
    schemas = document["components"]["schemas"]
    assert [
        name
        for name, schema in schemas.items()
        if "properties" in schema and schema.get("additionalProperties") is not False
    ] == []
    references = {node["$ref"] for node in walk(document) if isinstance(node.get("$ref"), str)}
    assert {reference.removeprefix("#/components/schemas/") for reference in references} <= schemas.keys()


def test_every_operation_declares_its_problems(operations):
    for _, _, operation in operations.values():
        assert operation["summary"] and operation["description"] and operation["tags"]
        refusals = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert {"403", "405", "500"} <= refusals.keys()
        if operation["operationId"] in ("getHealth", "getReady"):
            health = refusals.pop("503")["content"]
            assert health == {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}
        for answer in refusals.values():
            content = answer["content"]["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/ProblemDetails"}
        if "requestBody" in operation:
            assert {"400", "408", "413", "415", "422", "429", "503", "504"} <= refusals.keys()
        assert all(parameter["description"] for parameter in operation.get("parameters", ()))


def test_limits_of_the_domain_are_in_the_schema(document):
    fields = document["components"]["schemas"]["Requirements"]["properties"]
    assert fields["top_k"]["minimum"] == 1 and fields["top_k"]["maximum"] == 100
    assert {"maxLength": 10000, "type": "string"} in fields["description"]["anyOf"]
    assert {"exclusiveMinimum": 0, "type": "number"} in fields["max_memory_gib"]["anyOf"]
