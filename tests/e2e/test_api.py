"""The service as a client meets it: a real server on loopback, the shipped catalog."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

NEED = {"task": "retrieval", "languages": ["de"], "hardware": "RTX 4090", "use": {"commercial": True}}


def test_recommendation_is_that_of_the_library(client, advisor):
    answer = client.post("/v1/recommendations", json=NEED)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == json.loads(advisor.recommend(NEED).model_dump_json())
    assert [pick["rank"] for pick in answer.json()["picks"]] == [1, 2, 3]


def test_health_names_the_snapshot(client, advisor):
    assert client.get("/health").json() == {
        "live": True,
        "ready": True,
        "catalog_snapshot": advisor.store.key,
        "version": "0.1.0",
    }


def test_models_can_be_paged_through(client):
    seen, offset = [], 0
    while offset is not None and offset < 60:
        page = client.get("/v1/models", params={"q": "qwen2.5 instruct", "limit": 20, "offset": offset}).json()
        seen += [model["model_id"] for model in page["models"]]
        offset = page["next_offset"]
    assert len(seen) == len(set(seen)) == 60
    whole = client.get("/v1/models", params={"q": "qwen2.5 instruct", "limit": 60}).json()
    assert seen == [model["model_id"] for model in whole["models"]]


def test_models_of_a_kind(client):
    models = client.get("/v1/models", params={"kind": "speech-recognition"}).json()["models"]
    assert models and {model["kind"] for model in models} == {"speech-recognition"}


@pytest.mark.parametrize("name", ["Qwen/Qwen2.5-7B-Instruct", "Qwen%2FQwen2.5-7B-Instruct", "qwen/qwen2.5-7b-instruct"])
def test_one_model_by_id_with_a_slash(client, name):
    answer = client.get(f"/v1/models/{name}").json()
    assert answer["model"]["model_id"] == "Qwen/Qwen2.5-7B-Instruct"
    assert answer["results"] and all(row["source"] and row["measured_by"] for row in answer["results"])


def test_comparison_license_check_and_estimate(client):
    pair = ["meta-llama/Llama-2-7b-hf", "tiiuae/falcon-7b"]
    comparison = client.post("/v1/comparisons", json={"model_ids": pair}).json()
    assert [row["model"]["model_id"] for row in comparison["rows"]] == pair
    refused = client.post(
        "/v1/license-checks", json={"license_or_model": "cc-by-nc-4.0", "use": {"commercial": True}}
    ).json()
    assert refused["verdict"] == "needs_separate_license"
    sizing = client.post("/v1/estimates", json={"model_id": "Qwen/Qwen2.5-7B-Instruct", "hardware": "RTX 4090"}).json()
    assert sizing["hardware"]["memory_gib"] == 24
    assert sizing["variants"][0]["memory"]["total_gib"] > sizing["variants"][-1]["memory"]["total_gib"]


def test_inventory(client, advisor):
    licenses = [row["license_id"] for row in client.get("/v1/licenses").json()["licenses"]]
    assert licenses == sorted(licenses) and "apache-2.0" in licenses
    devices = client.get("/v1/hardware", params={"q": "RTX 4090"}).json()["hardware"]
    assert devices[0]["name"] == "RTX 4090"
    catalog = client.get("/v1/catalog").json()
    assert catalog["key"] == advisor.store.key
    assert catalog["rows"]["models"] == advisor.store.tuples("SELECT count(*) FROM models")[0][0]
    assert {device["source"] for device in devices} <= {source["source_id"] for source in catalog["sources"]}


def test_sixteen_at_once_answer_alike(client):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: client.post("/v1/recommendations", json=NEED), range(64)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_docs_page_refers_to_no_other_host(client):
    page = client.get("/docs")
    assert page.status_code == 200
    assert "//" not in page.text.lower().replace("<!doctype html>", "")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "http" not in policy and "*" not in policy
    for asset in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js", "favicon-32x32.png"):
        assert f"/docs/assets/{asset}" in page.text
        assert client.get(f"/docs/assets/{asset}").status_code == 200
    for outside in ("..%2Fdocs.html", "..%2F..%2Fapp.py", "%2Fetc%2Fpasswd", "README.md"):
        assert client.get(f"/docs/assets/{outside}").status_code == 404


def test_metrics_count_requests_by_route(client):
    client.get("/v1/models/Qwen/Qwen2.5-7B-Instruct")
    text = client.get("/metrics").text
    assert 'advisor_requests_total{method="GET",route="/v1/models/{model_id}",status="200"}' in text
    assert "Qwen" not in text


def test_security_headers_on_every_answer(client):
    for path in ("/health", "/v1/licenses", "/openapi.json", "/nothing/here"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers


def test_logs_carry_the_request_id_and_nothing_the_client_wrote(start_server):
    server = start_server()
    secret = "zanzibar-42"
    with httpx.Client(base_url=server.url) as client:
        client.post("/v1/recommendations", json=NEED | {"description": secret}, headers={"X-Request-ID": "walk-1"})
        client.post("/v1/recommendations", json=NEED | {secret: 1})
        client.get(f"/v1/models/{secret}", headers={"X-Request-ID": f"bad id {secret}"})
        client.get("/v1/models", params={"q": secret})
        client.get(f"/{secret}")
    code, log = server.stop(signal.SIGTERM)
    assert secret not in log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["event"] == "request" and line["route"] != "/health"]
    assert [line["status"] for line in requests] == [200, 422, 404, 200, 404]
    assert requests[0]["request_id"] == "walk-1"
    assert all(line["ms"] > 0 for line in requests)
    assert code in (0, -signal.SIGTERM)


def test_sigterm_lets_running_requests_end(start_server):
    server = start_server(ADVISOR_API_THREADS="1")
    with ThreadPoolExecutor(12) as pool, httpx.Client(base_url=server.url, timeout=30) as client:
        client.get("/health")
        running = [pool.submit(client.post, "/v1/recommendations", json=NEED) for _ in range(12)]
        while "advisor_requests_running 1.0" in client.get("/metrics").text:
            pass
        code, log = server.stop(signal.SIGTERM)
        answers = [future.result() for future in running]
    assert [answer.status_code for answer in answers] == [200] * 12
    assert '"event": "stopped"' in log
    assert code in (0, -signal.SIGTERM)
