"""A newer catalog under a running service: no request fails, and saved projects say what it changed."""

import json
import signal
import threading
import time

import duckdb
import httpx
import pytest

from advisor.catalog.snapshot import snapshot_path

NEED = {"task": "retrieval", "languages": ["de"], "hardware": "RTX 4090", "use": {"commercial": True}}
NEWER = "2026-12-24-newer"


@pytest.fixture(scope="module")
def catalogs(advisor, tmp_path_factory):
    """The bytes of the shipped snapshot, and of one that lacks every result of the first pick."""
    shipped = snapshot_path().read_bytes()
    path = tmp_path_factory.mktemp("newer") / "newer.duckdb"
    path.write_bytes(shipped)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE snapshot SET key = ?, date = '2026-12-24'", [NEWER])
        connection.execute("DELETE FROM results WHERE model_id = ?", [advisor.recommend(NEED).picks[0].model_id])
        connection.execute("CHECKPOINT")
    return shipped, path.read_bytes()


@pytest.fixture
def swap(catalogs, tmp_path):
    """Puts a catalog in place the way an operator does: written aside, then moved over the old one."""
    place = tmp_path / "catalog.duckdb"

    def put(number):
        aside = tmp_path / "aside.duckdb"
        aside.write_bytes(catalogs[number])
        aside.replace(place)
        return place

    put(0)
    return put


@pytest.fixture
def settings(swap, tmp_path):
    return {"ADVISOR_CATALOG": str(swap(0)), "ADVISOR_API_STORE": f"sqlite:///{tmp_path / 'store.sqlite3'}"}


def test_a_project_shows_what_a_newer_catalog_changed(start_server, settings, swap, advisor):
    server = start_server(**settings)
    with httpx.Client(base_url=server.url, timeout=60) as client:
        sent = {"headers": {"Idempotency-Key": "contracts-1"}, "json": {"name": "contracts", "requirements": NEED}}
        made = client.post("/v1/projects", **sent)
        assert made.status_code == 201 and made.json()["change"] is None
        named = NEED | {"name": "contracts"}
        assert made.json()["answer"] == json.loads(advisor.recommend(named).model_dump_json())
        assert client.post("/v1/projects", **sent).json()["id"] == made.json()["id"]
        location, first = made.headers["location"], made.json()["answer"]["picks"][0]["model_id"]
        swap(1)
        assert client.post("/v1/catalog/reload").json() == {"before": advisor.store.key, "after": NEWER}
        listed = client.get("/v1/projects").json()["projects"]
        assert [(one["current"], one["picks"][0], one["change"]) for one in listed] == [(False, first, None)]
        project = client.get(location).json()
        change = project["change"]
        assert (change["before_snapshot"], change["after_snapshot"]) == (advisor.store.key, NEWER)
        replaced = change["picks"][0]
        assert replaced["before"] == first and replaced["after"] == project["answer"]["picks"][0]["model_id"] != first
        better, preferred = (
            f"{replaced['after']} is {how} {first}" for how in ("expected to do better than", "preferred to")
        )
        assert any(better in reason or preferred in reason for reason in replaced["because"])
        assert any("results" in reason and f"{first} is now expected" in reason for reason in replaced["because"])
        assert change["summary"].startswith(f"{replaced['after']} replaces {first} at place 1, because")
        assert client.get(location).json() == project
        listed = client.get("/v1/projects").json()["projects"][0]
        assert listed["current"] and listed["change"] == change["summary"]
        other = client.put(location, json={"name": "chats", "requirements": {"task": "chat"}}).json()
        assert other["name"] == "chats" and other["change"] is None and other["answer"]["interpreted"]["task"]
        bad = client.put(location, json={"name": "", "requirements": {"task": "chatt", "hardware": "this-machine"}})
        wrong = {error["field"] for error in bad.json()["errors"]}
        assert wrong == {"name", "requirements.task", "requirements.hardware"}
        assert client.delete(location).status_code == 204 and client.get(location).status_code == 404


def test_twenty_swaps_under_load_fail_no_request(start_server, settings, swap, advisor):
    server = start_server(**settings)
    answers, ending = [], threading.Event()

    def ask():
        with httpx.Client(base_url=server.url, timeout=60) as client:
            while not ending.is_set():
                answer = client.post("/v1/recommendations", json=NEED)
                answers.append((answer.status_code, answer.json().get("catalog_snapshot")))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        keys = []
        for number in range(20):
            swap(1 - number % 2)
            if number % 5:
                keys.append(client.post("/v1/catalog/reload").json()["after"])
            else:
                keys.append(_hang_up(server, client))
    until = time.monotonic() + 60
    while len(answers) <= 40 and time.monotonic() < until:
        time.sleep(0.05)
    ending.set()
    for asker in askers:
        asker.join()
    assert keys == [NEWER, advisor.store.key] * 10
    assert {status for status, _ in answers} == {200} and len(answers) > 40
    assert {key for _, key in answers} == {NEWER, advisor.store.key}


def test_a_catalog_that_cannot_be_used_changes_nothing(start_server, settings, swap, advisor):
    server = start_server(**settings)
    place = swap(0)
    broken = place.with_name("broken")
    broken.write_bytes(b"no catalog")
    broken.replace(place)
    with httpx.Client(base_url=server.url) as client:
        refused = client.post("/v1/catalog/reload")
        assert refused.status_code == 503 and refused.headers["content-type"] == "application/problem+json"
        assert client.post("/v1/recommendations", json=NEED).json()["catalog_snapshot"] == advisor.store.key


def _hang_up(server, client):
    """Reload by signal; the key of the catalog that answers then."""
    before = client.get("/health").json()["catalog_snapshot"]
    server.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + 60
    while (key := client.get("/health").json()["catalog_snapshot"]) == before and time.monotonic() < until:
        time.sleep(0.02)
    return key
