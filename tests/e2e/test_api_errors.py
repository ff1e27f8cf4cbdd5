"""Every refusal is problem+json, has the right status and names every bad field."""

import json
import signal
import subprocess
import sys

import httpx
import pytest

from advisor_api.security.keys import Scope, new_key

PROBLEM = "application/problem+json"
JSON = {"Content-Type": "application/json"}
NEED = {"task": "retrieval", "languages": ["de"]}


def refused(answer, status):
    """The body of a refusal, after what holds for all of them is checked."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    body = answer.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:model-advisor:problem:") and body["title"] and body["detail"]
    assert body["request_id"] == answer.headers["x-request-id"]
    assert all(error["field"] and error["message"] for error in body["errors"])
    return body


def fields(body):
    """The fields that a refusal names."""
    return {error["field"] for error in body["errors"]}


BAD = [
    ({}, {"(document)"}),
    (
        {"task": "retrievl", "top_k": 0, "languages": ["xx1"], "use": {"commercal": True}},
        {"task", "top_k", "languages", "use.commercal"},
    ),
    ({**NEED, "max_memory_gib": True, "context_tokens": "8000"}, {"max_memory_gib", "context_tokens"}),
    ({**NEED, "hardware": {"kind": "gpu", "memory_gib": -1}}, {"hardware.memory_gib"}),
    ({**NEED, "hardware": "RTX 9999"}, {"hardware"}),
    ({**NEED, "hardware": "this-machine"}, {"hardware"}),
    ({**NEED, "hardware": "This machine"}, {"hardware"}),
    ({**NEED, "licenses_allow": ["apache", "gpl"], "licenses_deny": ["mitt"]}, {"licenses_allow", "licenses_deny"}),
    ({**NEED, "licenses_allow": ["mit"], "licenses_deny": ["MIT License"]}, {"licenses_deny"}),
    ({"description": "sort mails on this laptop"}, {"description"}),
    ({**NEED, "data": {"sample": "one text"}, "priorities": {"quality": 0}}, {"data.sample", "priorities"}),
    ([NEED], {"(document)"}),
    (None, {"(document)"}),
    ("retrieval", {"(document)"}),
]  # fmt: skip


@pytest.mark.parametrize(("need", "expected"), BAD)
def test_every_bad_field_is_named(client, need, expected):
    answer = client.post("/v1/recommendations", content=json.dumps(need), headers=JSON)
    assert fields(refused(answer, 422)) == expected


def test_unknown_names_come_with_suggestions(client):
    device = refused(client.post("/v1/recommendations", json=NEED | {"hardware": "RTX 49000"}), 422)
    assert device["suggestions"][0] == "RTX 4090"
    body = {"model_id": "Qwen/Qwen3-8B", "hardware": "RTX 49000"}
    assert refused(client.post("/v1/estimates", json=body), 422)["suggestions"] == device["suggestions"]
    model = refused(client.get("/v1/models/qwen/qwen2.5-7b-instrukt"), 404)
    assert any("Qwen2.5-7B-Instruct" in name for name in model["suggestions"])
    body = {"model_ids": ["tiiuae/falcon-7b", "falcn-41b"]}
    assert refused(client.post("/v1/comparisons", json=body), 422)["suggestions"]


def test_a_comparison_names_every_unknown_model(client):
    body = {"model_ids": ["BAAI/bge-m2", "BAAI/bge-m3", "BAAI/bge-m4"]}
    assert fields(refused(client.post("/v1/comparisons", json=body), 422)) == {"model_ids.0", "model_ids.2"}


@pytest.mark.parametrize(
    "body",
    [b'{"task":', b"\xff\xfe", b"[" * 100_000, b'{"task": NaN}', b'{"task": "chat"} x', b"\x00", b'{"task": "\xff"}'],
)
def test_what_is_not_json_is_malformed(client, body):
    answer = client.post("/v1/recommendations", content=body, headers=JSON)
    assert fields(refused(answer, 400)) == {"(document)"}


@pytest.mark.parametrize(
    "route",
    ["estimates", "comparisons", "license-checks", "license-compatibilities", "projects", "measurements"],
)
def test_text_that_is_not_utf_8_is_malformed_everywhere(client, route):
    assert fields(refused(client.post(f"/v1/{route}", content=b'{"a": "\xff"}', headers=JSON), 400)) == {"(document)"}


TOGETHER = [
    ("estimates", {"hardware": "iphone 15", "context_tokens": -3, "foo": 1},
     {"model_id", "hardware", "context_tokens", "foo"}),
    ("estimates", {"model_id": "qwn3-8b", "hardware": "nonsense", "compare_to": "0x RTX 4090"},
     {"model_id", "hardware", "compare_to"}),
    ("estimates", {"model_id": "qwn3-8b", "hardware": "this-machine"}, {"model_id", "hardware"}),
    ("recommendations", {"task": "chatt", "hardware": "nonsense", "candidates": ["no/such"], "exclude": ["no/*"],
                         "licenses_allow": ["apach"], "licenses_deny": ["qqqq"]},
     {"task", "hardware", "candidates", "exclude", "licenses_allow", "licenses_deny"}),
    ("recommendations", {"task": "chat", "hardware": "nonsense", "licenses_allow": ["apach"]},
     {"hardware", "licenses_allow"}),
    ("comparisons", {"model_ids": ["BAAI/bge-m3", "nope1"], "requirements": {"task": "chatt"}},
     {"model_ids.1", "requirements.task"}),
    ("license-checks", {"license_or_model": "zzqq", "use": {"territory": "Germany"}},
     {"license_or_model", "use.territory"}),
    ("license-compatibilities", {"licenses_or_models": ["zzqq", "mit", "yyqq"], "product": "weights"},
     {"licenses_or_models.0", "licenses_or_models.2"}),
    ("projects", {"requirements": {"task": "chat", "hardware": "nonsense"}}, {"name", "requirements.hardware"}),
    ("projects", {"name": "p", "requirements": {"task": "chat", "hardware": "nonsense"}}, {"requirements.hardware"}),
]  # fmt: skip


@pytest.mark.parametrize(("route", "body", "expected"), TOGETHER)
def test_names_that_are_not_known_are_told_beside_all_else(client, route, body, expected):
    found = refused(client.post(f"/v1/{route}", json=body), 422)
    assert fields(found) == expected
    assert all(error["expected"] for error in found["errors"])


def test_a_name_that_nothing_resembles_comes_with_examples_and_the_list(client):
    (error,) = refused(client.post("/v1/recommendations", json=NEED | {"hardware": "nonsense"}), 422)["errors"]
    assert "RTX 4090" in error["expected"] and error["expected"].endswith("all: GET /v1/hardware")
    (error,) = refused(client.post("/v1/recommendations", json=NEED | {"hardware": "RTX 49000"}), 422)["errors"]
    assert error["suggestions"][0] == "RTX 4090"


def test_missing_body(client):
    answer = client.post("/v1/recommendations", headers=JSON)
    assert fields(refused(answer, 422)) == {"(document)"}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_other_media_types(client, kind):
    refused(client.post("/v1/recommendations", content=b"{}", headers={"Content-Type": kind}), 415)


def test_large_bodies_are_cut_off(client):
    big = b'{"task": "chat", "description": "' + b"x" * 2_000_000 + b'"}'
    refused(client.post("/v1/recommendations", content=big, headers=JSON), 413)

    def chunks():
        for _ in range(40):
            yield b" " * 100_000

    streamed = client.post("/v1/recommendations", content=chunks(), headers=JSON)
    refused(streamed, 413)


def test_queries(client):
    bad = client.get("/v1/models", params={"limit": 500, "offset": -1, "kind": "robot"})
    expected = {error["field"]: error["expected"] for error in refused(bad, 422)["errors"]}
    assert expected == {
        "limit": "a whole number from 1 to 200",
        "offset": "a whole number from 0 to 1,000,000",
        "kind": "one of embedding, reranker, generative, encoder, vision, speech-recognition, forecaster, other",
    }
    asked = client.post("/v1/recommendations", params={"what_if": "maybe"}, json=NEED)
    assert [error["expected"] for error in refused(asked, 422)["errors"]] == ["true or false"]
    named = client.post("/v1/batches", json=[NEED], headers={"Idempotency-Key": "two words"})
    assert fields(refused(named, 422)) == {"Idempotency-Key"}
    assert fields(refused(client.get("/v1/models", params={"limt": 5}), 422)) == {"limt"}
    assert fields(refused(client.get("/v1/licenses", params={"q": "mit"}), 422)) == {"q"}


@pytest.mark.parametrize("name", ["data", "request", "advisor", "settings", "idempotency_key", "project_id"])
def test_what_a_route_takes_otherwise_is_no_query_parameter(client, name):
    for answer in (
        client.post("/v1/recommendations", params={name: 1}, json=NEED),
        client.post("/v1/projects", params={name: 1}, json={"name": "p", "requirements": NEED}),
        client.put("/v1/projects/none", params={name: 1}, json={"name": "p", "requirements": NEED}),
    ):
        (error,) = refused(answer, 422)["errors"]
        assert error["field"] == name and name not in error["expected"]


def test_unknown_routes_and_methods(client):
    refused(client.get("/v1/nothing"), 404)
    answer = client.delete("/v1/models")
    refused(answer, 405)
    assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize(
    "path", ["/", "/health", "/health/live", "/v1/models?limit=3", "/v1/models/bge-m3", "/metrics"]
)
def test_head_is_get_without_the_body(client, path):
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers.get("content-type") == got.headers.get("content-type")
    if path != "/metrics":
        assert head.headers.get("content-length") == got.headers.get("content-length")


def test_head_is_refused_as_get_is(client):
    assert client.head("/v1/nothing").status_code == 404
    assert client.head("/v1/models", params={"limt": 1}).status_code == 422
    post_only = client.head("/v1/estimates")
    assert post_only.status_code == 405 and "HEAD" not in post_only.headers["allow"]


def test_machines_for_rent_need_no_device(client):
    body = {"model_id": "qwen3-8b", "cheapest": True, "min_tokens_per_s": 20}
    alone = client.post("/v1/estimates", json=body).json()
    beside = client.post("/v1/estimates", json=body | {"hardware": "RTX 4090"}).json()
    assert alone["offers"] == beside["offers"] != []
    assert (alone["hardware"], alone["variants"], alone["recommended"]) == (None, [], None)
    assert beside["hardware"]["name"] == "RTX 4090" and beside["variants"]
    for missing in ({}, {"cheapest": False}, {"hardware": None}):
        found = refused(client.post("/v1/estimates", json={"model_id": "qwen3-8b"} | missing), 422)
        (error,) = found["errors"]
        assert error["field"] == "hardware" and "cheapest" in error["expected"]
    closed = client.post("/v1/estimates", json={"model_id": "gpt-4o", "cheapest": True}).json()
    assert closed["offers"] == [] and "not published" in closed["warnings"][0]


def test_without_keys_only_local_names_are_answered(client):
    refused(client.get("/health", headers={"Host": "evil.example"}), 403)
    assert client.get("/health", headers={"Host": "localhost:1"}).status_code == 200
    assert client.get("/health", headers={"Host": "[::1]:80"}).status_code == 200


def test_keys_and_their_scopes(start_server):
    keys = {scope: new_key(scope.value, scope) for scope in (Scope.READ, Scope.RUN)}
    server = start_server(ADVISOR_API_KEYS=",".join(entry for _, entry in keys.values()))

    def status(method, path, secret=None, **extra):
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        with httpx.Client(base_url=server.url, headers=headers, timeout=30) as client:
            return client.request(method, path, **extra)

    assert status("GET", "/health").status_code == 200
    nobody = status("GET", "/v1/licenses")
    refused(nobody, 401)
    assert nobody.headers["www-authenticate"] == "Bearer"
    refused(status("GET", "/v1/licenses", "guess"), 401)
    refused(status("GET", "/metrics"), 401)
    assert status("GET", "/v1/licenses", keys[Scope.READ][0]).status_code == 200
    refused(status("POST", "/v1/recommendations", keys[Scope.READ][0], json=NEED), 403)
    assert status("POST", "/v1/recommendations", keys[Scope.RUN][0], json=NEED).status_code == 200
    assert status("GET", "/v1/licenses", keys[Scope.RUN][0]).status_code == 200
    _, log = server.stop(signal.SIGTERM)
    assert not any(secret in log for secret, _ in keys.values())


def test_off_loopback_without_keys_the_service_refuses_to_start(advisor_home):
    code = "from advisor_api.server import serve; serve(host='0.0.0.0', port=0)"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert process.returncode != 0
    assert "not loopback and there are no API keys" in process.stderr
