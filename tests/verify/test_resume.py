"""Killed at any point, a verification goes on where it stopped and does nothing twice."""

import json
import os
import signal
import subprocess
import time

import numpy as np
import psutil
import pytest

from advisor.domain.errors import InvalidInput
from advisor.verify.journal import Journal

START_S = 60


def entries(folder):
    path = folder / "journal.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines() if line] if path.exists() else []


def test_killed_and_run_again(cli, reviews, vectors, trouble, tmp_path):
    command, environment = cli
    folder = tmp_path / "run"
    command = [
        *command, "--data", str(reviews), "--task", "text-classification", "--out", str(folder), "--no-race",
        "--candidates", vectors, "--candidates", trouble("slow", after=3), "--json",
        "--threads", "1", "--probe-s", "0.3", "--offline",
    ]  # fmt: skip
    first = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    until = time.monotonic() + START_S
    while time.monotonic() < until and not any(e["event"] == "loaded" and e["key"] == "slow" for e in entries(folder)):
        time.sleep(0.05)
    runners = psutil.Process(first.pid).children(recursive=True)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    assert runners
    assert not psutil.wait_procs(runners, timeout=10)[1], "runners outlive their parent"
    before = entries(folder)
    assert any(entry["event"] == "outputs" and entry["key"] == "wordllama" for entry in before)
    assert not (folder / "verification.json").exists()

    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = json.loads(second.stdout)
    assert second.returncode in (0, 1), second.stderr
    assert {outcome["candidate"]["key"] for outcome in found["outcomes"] if outcome["status"] == "done"} == {
        "wordllama", "slow", "tfidf-linear", "majority",
    }  # fmt: skip
    after = entries(folder)
    assert after[: len(before)] == before
    done = [(e["event"], e["key"], e.get("stop")) for e in after if e["event"] in ("outputs", "performance")]
    assert len(done) == len(set(done)), "something was done twice"
    third = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert json.loads(third.stdout) == found
    assert entries(folder) == after


def test_ctrl_c_says_what_is_kept(cli, reviews, trouble, tmp_path):
    command, environment = cli
    folder = tmp_path / "run"
    command = [*command, "--data", str(reviews), "--task", "text-classification", "--out", str(folder)]
    command += ["--candidates", trouble("hang", after=1), "--offline"]
    running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + START_S
    while time.monotonic() < until and not any(entry["event"] == "loaded" for entry in entries(folder)):
        time.sleep(0.05)
    runners = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "run the same command again" in said
    assert not psutil.wait_procs(runners, timeout=10)[1]


def test_a_comparison_that_failed_is_made_again_and_nothing_else(verify, reviews, trouble, tmp_path):
    # The label in words is embedded by the comparison alone.
    candidate = trouble("killed_once", at="good", marker=tmp_path / "marker")
    asked = {"folder": tmp_path / "run", "adapt": True, "race": False, "baselines": False}
    first = verify(reviews, [candidate], **asked)
    assert first.outcomes[0].quality and first.adaptation is None
    assert any("adaptation was not compared: killed_once" in said and "SIGKILL" in said for said in first.warnings)
    before = entries(tmp_path / "run")
    second = verify(reviews, [candidate], **asked)
    assert second.adaptation.candidate == "killed_once"
    assert [option.name for option in second.adaptation.options][:1] == ["use as is"]
    assert second.warnings == ()
    after = entries(tmp_path / "run")
    assert [entry["event"] for entry in after[len(before) :]] == ["loaded", "compared", "done"]
    assert verify(reviews, [candidate], **asked) == second


def test_a_torn_line_is_not_believed(tmp_path):
    with Journal.open(tmp_path, "a") as journal:
        journal.write_outputs("x", 0, 3, np.arange(3), 0.1)
    path = tmp_path / "journal.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"event": "outputs", "key": "y", "start": 0, "st')
    with Journal.open(tmp_path, "a") as journal:
        assert journal.find("outputs", key="y") is None
        assert journal.outputs("x", 0, 3).tolist() == [0, 1, 2]
    assert path.read_bytes() == whole


def test_lost_outputs_are_made_again(tmp_path):
    with Journal.open(tmp_path, "a") as journal:
        journal.write_outputs("x", 0, 3, np.arange(3), 0.1)
        next((tmp_path / "outputs").iterdir()).write_bytes(b"torn")
        assert journal.outputs("x", 0, 3) is None


def test_another_verification_is_not_overwritten(tmp_path):
    Journal.open(tmp_path, "a").close()
    with pytest.raises(InvalidInput, match="another verification"):
        Journal.open(tmp_path, "b")
