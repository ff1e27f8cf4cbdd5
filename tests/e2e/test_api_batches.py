"""Batches on a running service: every need is answered once, whatever happens to the server."""

import json
import signal
import subprocess
import sys
import time

import httpx
import psutil
import pytest

from advisor_api.security.keys import Scope, new_key
from tests import postgres

LINES = {"Content-Type": "application/x-ndjson"}
TASKS = ("retrieval", "reranking", "clustering", "chat", "code-generation", "text-classification")


def needs(number):
    """As many different needs."""
    return [
        {"name": f"need-{i}", "task": TASKS[i % len(TASKS)], "max_memory_gib": 1 + i / 10} for i in range(1, number + 1)
    ]


def as_lines(documents):
    """An upload of these."""
    return "".join(json.dumps(document) + "\n" for document in documents)


def ended(client, location, seconds=120):
    """The batch once it is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        batch = client.get(location).json()
        if batch["state"] not in ("queued", "running"):
            return batch
        time.sleep(0.1)
    pytest.fail(f"not over after {seconds} s: {batch}")


def results(client, location, **query):
    """The lines of the results."""
    answer = client.get(f"{location}/results", params=query)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.fixture
def store(tmp_path):
    """Settings for a store of its own."""
    return {"ADVISOR_API_STORE": f"sqlite:///{tmp_path / 'store.sqlite3'}", "ADVISOR_API_JOB_LEASE_S": "2"}


def test_every_line_is_answered_in_its_place(client, advisor):
    good = {"name": "german", "task": "retrieval", "languages": ["de"]}
    upload = f"{json.dumps(good)}\nnot json\n{json.dumps({'task': 'retrievl', 'name': 'typo'})}\n" + as_lines(
        [{"task": "chat", "hardware": "RTX 9999"}, {"task": "chat", "hardware": "this-machine"}, good]
    )
    made = client.post("/v1/batches", content=upload, headers=LINES)
    assert made.status_code == 202 and made.json()["total"] == 6
    location = made.headers["location"]
    batch = ended(client, location)
    assert (batch["state"], batch["done"], batch["found"], batch["bad"]) == ("succeeded", 6, 2, 4)
    assert batch["catalog_snapshots"] == [advisor.store.key]
    lines = results(client, location)
    assert [line["line"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert lines[0]["recommendation"] == json.loads(advisor.recommend(good).model_dump_json())
    assert lines[0]["name"] == "german" and lines[0]["errors"] == []
    assert [line["errors"][0]["field"] for line in lines[1:5]] == ["(document)", "task", "hardware", "hardware"]
    assert lines[2]["name"] == "typo" and lines[2]["recommendation"] is None
    assert [line["line"] for line in results(client, location, after=4)] == [5, 6]
    assert client.delete(location).status_code == 204
    assert client.get(location).status_code == 404


def test_blank_lines_are_no_needs(client):
    made = client.post("/v1/batches", content='\ufeff\n{"task":"chat"}\n \t\r\n\n{"task":"chatt"}\n\n', headers=LINES)
    batch = ended(client, made.headers["location"])
    assert (batch["total"], batch["done"], batch["found"], batch["bad"]) == (2, 2, 1, 1)
    assert [line["line"] for line in results(client, made.headers["location"])] == [2, 5]
    assert client.post("/v1/batches", content="\n \n", headers=LINES).status_code == 422


def test_uploads_that_hold_no_needs(client, start_server, store):
    for body in ("[]", "{}", "[", '"x"'):
        answer = client.post("/v1/batches", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "(document)"
    assert client.post("/v1/batches", content="", headers=LINES).status_code == 422
    assert client.post("/v1/batches", content="{}", headers={"Content-Type": "text/plain"}).status_code == 415
    small = start_server(**store, ADVISOR_API_MAX_BATCH_NEEDS="3", ADVISOR_API_MAX_UPLOAD_BYTES="2000")
    with httpx.Client(base_url=small.url) as other:
        many = other.post("/v1/batches", content="{}\n" * 4, headers=LINES)
        assert many.status_code == 422 and "1 to 3 needs" in many.text
        assert other.post("/v1/batches", content=" " * 3000, headers=LINES).status_code == 413


def test_the_same_post_sent_twice_makes_one_batch(client):
    headers = LINES | {"Idempotency-Key": f"twice-{time.time()}"}
    first = client.post("/v1/batches", content=as_lines(needs(1)), headers=headers)
    again = client.post("/v1/batches", content=as_lines(needs(1)), headers=headers)
    assert again.json()["id"] == first.json()["id"]
    assert "idempotent-replayed" not in first.headers and again.headers["idempotent-replayed"] == "true"
    other = client.post("/v1/batches", content=as_lines(needs(2)), headers=headers)
    assert other.status_code == 422 and other.json()["errors"][0]["field"] == "Idempotency-Key"
    bad = client.post("/v1/batches", content=as_lines(needs(1)), headers=LINES | {"Idempotency-Key": "x" * 201})
    assert bad.status_code == 422
    client.delete(first.headers["location"])


def test_a_batch_can_be_stopped(client):
    location = client.post("/v1/batches", json=needs(2000)).headers["location"]
    while not client.get(location).json()["done"]:
        time.sleep(0.05)
    stopped = client.post(f"{location}/cancel").json()
    assert stopped["state"] == "cancelled" and 0 < stopped["done"] < 2000
    time.sleep(1.5)
    assert client.get(location).json()["done"] == stopped["done"]
    assert len(results(client, location)) == stopped["done"]
    assert client.post(f"{location}/cancel").json() == client.get(location).json()
    client.delete(location)


@pytest.mark.parametrize("whom", ["server", "everything"])
def test_killed_in_a_batch_nothing_is_lost_and_nothing_doubled(start_server, store, whom):
    server = start_server(**store)
    with httpx.Client(base_url=server.url, timeout=30) as client:
        location = client.post("/v1/batches", json=needs(250)).headers["location"]
        while not client.get(location).json()["done"]:
            time.sleep(0.05)
        before = results(client, location)
    children = psutil.Process(server.process.pid).children(recursive=True) if whom == "everything" else []
    server.stop(signal.SIGKILL)
    for child in children:
        child.kill()
    assert 0 < len(before) < 250
    after = start_server(**store)
    with httpx.Client(base_url=after.url, timeout=30) as client:
        batch = ended(client, location)
        lines = results(client, location)
    assert (batch["state"], batch["done"]) == ("succeeded", 250)
    assert [line["line"] for line in lines] == list(range(1, 251))
    assert [line["name"] for line in lines] == [f"need-{i}" for i in range(1, 251)]
    assert lines[: len(before)] == before


@pytest.mark.skipif(postgres.binaries() is None, reason="PostgreSQL's server is not installed (package postgresql)")
def test_servers_that_share_a_postgresql_share_the_work(start_server):
    pytest.importorskip("psycopg", reason="psycopg is not installed (extra postgres)")
    with postgres.running() as url:
        front = start_server(ADVISOR_API_STORE=url, ADVISOR_API_JOB_PROCESSES="0")
        workers = [start_server(ADVISOR_API_STORE=url, ADVISOR_API_JOB_LEASE_S="2") for _ in range(2)]
        with httpx.Client(base_url=front.url, timeout=30) as client:
            made = [client.post("/v1/batches", json=needs(80)).headers["location"] for _ in range(2)]
            while not client.get(made[0]).json()["done"]:
                time.sleep(0.05)
            workers[0].stop(signal.SIGKILL)
            for location in made:
                assert ended(client, location)["state"] == "succeeded"
                assert [line["line"] for line in results(client, location)] == list(range(1, 81))
        for server in (front, workers[1]):
            server.stop(signal.SIGTERM)


def test_a_server_that_stops_gives_its_jobs_back(start_server, store):
    server = start_server(**store)
    with httpx.Client(base_url=server.url, timeout=30) as client:
        location = client.post("/v1/batches", json=needs(3000)).headers["location"]
        while not client.get(location).json()["done"]:
            time.sleep(0.05)
    server.stop(signal.SIGTERM)
    waiting = start_server(**store, ADVISOR_API_JOB_PROCESSES="0")
    with httpx.Client(base_url=waiting.url, timeout=30) as client:
        batch = client.get(location).json()
        assert batch["state"] == "queued" and 0 < batch["done"] < 3000
        client.delete(location)


def test_results_can_be_waited_for(client):
    location = client.post("/v1/batches", json=needs(40)).headers["location"]
    seen = []
    while len(seen) < 40:
        seen += [line["line"] for line in results(client, location, after=len(seen), wait_s=20)]
    assert seen == list(range(1, 41))
    client.delete(location)


def test_a_key_sees_what_it_made(start_server, store):
    keys = {name: new_key(name, scope) for name, scope in [("a", Scope.RUN), ("b", Scope.RUN), ("root", Scope.ADMIN)]}
    server = start_server(**store, ADVISOR_API_KEYS=",".join(entry for _, entry in keys.values()))
    clients = {
        name: httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {secret}"})
        for name, (secret, _) in keys.items()
    }
    location = clients["a"].post("/v1/batches", json=needs(1)).headers["location"]
    assert clients["a"].get(location).status_code == clients["root"].get(location).status_code == 200
    for method, path in [("GET", ""), ("GET", "/results"), ("POST", "/cancel"), ("DELETE", "")]:
        assert clients["b"].request(method, location + path).status_code == 404
    assert [len(one.get("/v1/batches").json()["batches"]) for one in clients.values()] == [1, 0, 1]
    for one in clients.values():
        one.close()


def test_kept_batches_are_limited(start_server, store):
    server = start_server(**store, ADVISOR_API_MAX_KEPT="2")
    with httpx.Client(base_url=server.url) as client:
        made = [client.post("/v1/batches", json=needs(1)) for _ in range(3)]
        assert [answer.status_code for answer in made] == [202, 202, 409]
        client.delete(made[0].headers["location"])
        assert client.post("/v1/batches", json=needs(1)).status_code == 202


def test_the_worker_process_writes_no_secret_to_its_command_line(start_server, store):
    server = start_server(**store)
    with httpx.Client(base_url=server.url) as client:
        client.post("/v1/batches", json=needs(500))
        until = time.monotonic() + 20
        while not (children := psutil.Process(server.process.pid).children()) and time.monotonic() < until:
            time.sleep(0.02)
        assert children and "sqlite" not in " ".join(children[0].cmdline())
    server.stop(signal.SIGTERM)


def test_a_worker_that_has_no_server_ends(advisor_home):
    order = json.dumps({"claim": ["none", "none"], "store": "", "lease_s": 5}) + "\n"
    command = [sys.executable, "-m", "advisor_api.jobs.child"]
    ended = subprocess.run(command, input=order, text=True, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
