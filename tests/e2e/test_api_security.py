"""What keeps the service safe on a network: limits on how often, how long and from where."""

import json
import signal
import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from advisor_api.security.keys import Scope, new_key

NEED = {"task": "retrieval", "languages": ["de"]}


@pytest.fixture(scope="module")
def keys():
    return {name: new_key(name, Scope.RUN) for name in ("one", "two")}


@pytest.fixture(scope="module")
def guarded(start_server, keys, tmp_path_factory):
    """A service with keys, a low rate limit, short times and one allowed origin."""
    return start_server(
        ADVISOR_API_KEYS=",".join(entry for _, entry in keys.values()),
        ADVISOR_API_REQUESTS_PER_MINUTE="40",
        ADVISOR_API_REQUEST_TIMEOUT_S="2",
        ADVISOR_API_CORS_ORIGINS="https://tools.example.com",
        ADVISOR_API_STORE=f"sqlite:///{tmp_path_factory.mktemp('guarded') / 'store.sqlite3'}",
    )


def bearer(keys, name):
    return {"Authorization": f"Bearer {keys[name][0]}"}


def test_cors_is_off_unless_an_origin_is_named(client, guarded, keys):
    asking = {"Origin": "https://tools.example.com", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in client.options("/v1/recommendations", headers=asking).headers
    with httpx.Client(base_url=guarded.url) as other:
        allowed = other.options("/v1/recommendations", headers=asking)
        assert allowed.headers["access-control-allow-origin"] == "https://tools.example.com"
        refused = other.options("/v1/recommendations", headers=asking | {"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in refused.headers
        answer = other.post("/v1/recommendations", json=NEED, headers=asking | bearer(keys, "one"))
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "https://tools.example.com"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_a_page_of_another_site_changes_nothing(client, origin):
    for path in ("/v1/catalog/reload", "/v1/batches/x/cancel", "/v1/recommendations"):
        answer = client.post(path, headers={"Origin": origin})
        assert answer.status_code == 403 and answer.headers["content-type"] == "application/problem+json"
    assert client.get("/v1/licenses", headers={"Origin": origin}).status_code == 200


def test_the_own_page_may_call(client, server):
    assert client.post("/v1/recommendations", json=NEED, headers={"Origin": server.url}).status_code == 200


def test_a_body_that_never_ends_is_cut_off(guarded, keys):
    address = urlsplit(guarded.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        head = f"POST /v1/recommendations HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        key = f"Authorization: {bearer(keys, 'two')['Authorization']}\r\nContent-Length: 100\r\n\r\n"
        connection.sendall((head + key + '{"task"').encode())
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408") and b"application/problem+json" in answer


def test_rates_are_counted_by_key_and_by_address(guarded, keys):
    if time.monotonic() % 60 > 45:  # minutes are counted by this clock
        time.sleep(60 - time.monotonic() % 60)
    with httpx.Client(base_url=guarded.url) as client:
        statuses = [client.get("/v1/licenses", headers=bearer(keys, "one")).status_code for _ in range(45)]
        limited = client.get("/v1/licenses", headers=bearer(keys, "one"))
        assert statuses == sorted(statuses) and set(statuses) == {200, 429}
        assert limited.status_code == 429 and 0 < int(limited.headers["retry-after"]) <= 60
        assert limited.json()["title"] == "Too many requests"
        assert client.get("/v1/licenses", headers=bearer(keys, "two")).status_code == 200
        guesses = [client.get("/v1/licenses", headers={"Authorization": "Bearer x"}).status_code for _ in range(45)]
        assert guesses == sorted(guesses) and set(guesses) == {401, 429}
        assert client.get("/health").status_code == 200


def test_logs_hold_no_text_and_no_secret(start_server, tmp_path):
    secret, entry = new_key("me", Scope.ADMIN)
    store = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    server = start_server(ADVISOR_API_KEYS=entry, ADVISOR_API_STORE=store)
    text = "zanzibar-42"
    lines = {"Content-Type": "application/jsonl"}
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {secret}"}, timeout=30) as client:
        upload = json.dumps(NEED | {"name": text, "description": text}) + f"\n{text}\n"
        batch = client.post("/v1/batches", content=upload, headers=lines | {"Idempotency-Key": text}).headers[
            "location"
        ]
        client.post("/v1/batches", content=text, headers={"Content-Type": "application/json"})
        client.post("/v1/projects", json={"name": text, "requirements": NEED | {"description": text}})
        client.post("/v1/projects", json={"name": text, text: 1})
        client.post("/v1/measurements", json={"model_id": text})
        client.get(f"/v1/batches/{text}")
        client.delete(f"/v1/projects/{text}")
        while client.get(batch).json()["state"] != "succeeded":
            time.sleep(0.1)
    _, log = server.stop(signal.SIGTERM)
    assert text not in log and secret not in log and str(tmp_path) not in log
    assert '"event": "job left"' in log
