"""Every example of the OpenAPI document works on a running service."""

import json

import pytest

from advisor_api.app import create_app
from advisor_api.openapi.document import complete
from advisor_api.openapi.examples import BODIES
from advisor_api.openapi.uploads import UPLOADS
from advisor_api.settings import Settings


@pytest.fixture(scope="module")
def operations(client):
    """Method, path and description by operation id, as served."""
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in client.get("/openapi.json").json()["paths"].items()
        for method, operation in methods.items()
    }


_KEPT = {"batch_id", "project_id", "measurement_id", "verification_id"}
CASES = [
    (operation, title) for operation, examples in BODIES.items() for title in examples if operation != "replaceProject"
]


UPLOAD_CASES = [
    (operation, kind, title)
    for operation, body in UPLOADS.items()
    for kind, content in body["content"].items()
    for title in content["examples"]
]


@pytest.mark.parametrize(("operation", "kind", "title"), UPLOAD_CASES)
def test_example_uploads_work(client, operations, operation, kind, title):
    method, path, described = operations[operation]
    example = described["requestBody"]["content"][kind]["examples"][title]["value"]
    if kind == "multipart/form-data":
        files = [("data", ("data.csv", text)) for text in example["data"]]
        answer = client.request(method, path, data={"request": json.dumps(example["request"])}, files=files)
    else:
        content = example if isinstance(example, str) else json.dumps(example)
        answer = client.request(method, path, content=content, headers={"Content-Type": kind})
    assert answer.status_code == 202, answer.text
    assert answer.json().get("bad", 0) == 0
    assert client.delete(answer.headers["location"]).status_code == 204


@pytest.mark.parametrize(("operation", "title"), CASES)
def test_examples_work(client, operations, operation, title):
    method, path, described = operations[operation]
    example = described["requestBody"]["content"]["application/json"]["examples"][title]["value"]
    answer = client.request(method, path, json=example)
    assert answer.status_code in (200, 201), answer.text
    if operation == "recommend":
        assert answer.json()["picks"]


def test_parameter_examples_work(client, operations):
    for method, path, operation in operations.values():
        examples = {parameter["name"]: parameter["example"] for parameter in operation.get("parameters", ())}
        if method != "get" or not examples or _KEPT & examples.keys():
            continue
        query = {name: value for name, value in examples.items() if f"{{{name}}}" not in path}
        answer = client.get(path.format(**examples), params=query)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body.get("models") or body.get("hardware") or body.get("model") or body["offset"] == 0


def test_what_is_served_is_what_the_contract_tests_check(advisor, client):
    app = create_app(advisor, Settings(log_requests=False))
    answer = client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == json.loads(json.dumps(complete(app.openapi_schema.to_schema())))
