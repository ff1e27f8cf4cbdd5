"""`advisor batch` in a real process: order, bad lines, interrupts, kills."""

import json
import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TASKS = ["retrieval", "clustering", "text-classification", "chat", "image-classification"]


@pytest.fixture
def start(advisor, tmp_path):
    """Starts `advisor batch in.jsonl -o out.jsonl` in the folder of the test."""

    def call(*options):
        return subprocess.Popen(
            [sys.executable, "-m", "advisor", "batch", "in.jsonl", "-o", "out.jsonl", *map(str, options)],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )

    return call


def finish(process):
    out, err = process.communicate(timeout=90)
    assert "Traceback" not in err, err
    return process.returncode, out, err


def needs(count):
    return [json.dumps({"name": f"p{i}", "task": TASKS[i % len(TASKS)], "top_k": 1 + i % 3}) for i in range(count)]


def answers(folder):
    return [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("workers", [1, 2])
def test_one_line_out_for_each_line_in_that_holds_something_and_bad_lines_stop_nothing(start, tmp_path, workers):
    lines = needs(20)
    lines[0] = "not json"
    lines[3] = '{"name": "typo", "tsk": "chat"}'
    lines[4] = " \t\r"
    lines[7] = '{"task": "chat", "hardware": "RTX 4900"}'
    lines[11] = '{"name": "never", "task": "retrieval", "max_memory_gib": 0.01}'
    lines[19] = "[]"
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    status, out, _ = finish(start("--workers", workers, "--json"))
    assert status == 2
    assert json.loads(out)["bad"] == 4
    assert json.loads(out)["lines"] == 19
    found = {answer["line"]: answer for answer in answers(tmp_path)}
    assert list(found) == [line for line in range(1, 21) if line != 5]
    assert [line for line, answer in found.items() if "error" in answer] == [1, 4, 8, 20]
    assert found[4]["name"] == "typo"
    assert found[4]["error"]["problems"][0]["field"] == "tsk"
    assert "4090" in found[8]["error"]["problems"][0]["expected"]
    assert found[12]["recommendation"]["picks"] == []
    assert found[13]["name"] == "p12"
    assert found[13]["recommendation"]["requirements"]["task"] == TASKS[12 % 5]
    assert not (tmp_path / "out.jsonl.state").exists()


def test_it_goes_on_past_blank_lines(start, tmp_path):
    (tmp_path / "in.jsonl").write_text("\n" + "\n\n".join(needs(4)) + "\n\n")
    assert finish(start())[0] == 0
    whole = (tmp_path / "out.jsonl").read_text()
    assert [answer["line"] for answer in answers(tmp_path)] == [2, 4, 6, 8]
    digest = sha256((tmp_path / "in.jsonl").read_bytes()).hexdigest()
    (tmp_path / "out.jsonl").write_text("".join(whole.splitlines(keepends=True)[:2]))
    (tmp_path / "out.jsonl.state").write_text(json.dumps({"input_sha256": digest, "catalog": None}))
    status, _, said = finish(start())
    assert status == 0 and "going on after line 2 of 4" in said
    assert (tmp_path / "out.jsonl").read_text() == whole


def test_exit_status_1_where_some_find_nothing(start, tmp_path):
    (tmp_path / "in.jsonl").write_text('{"task": "chat"}\n{"task": "chat", "max_memory_gib": 0.01}\n')
    assert finish(start())[0] == 1


@pytest.mark.parametrize(
    ("workers", "kill"), [(1, signal.SIGINT), (2, signal.SIGINT), (1, signal.SIGKILL), (2, signal.SIGKILL)]
)
def test_an_interrupt_loses_nothing(start, tmp_path, workers, kill):
    (tmp_path / "in.jsonl").write_text("\n".join(needs(400)) + "\n")
    process = start("--workers", workers)
    output = tmp_path / "out.jsonl"
    end = time.monotonic() + 60
    while not output.exists() or output.read_bytes().count(b"\n") < 20:
        assert time.monotonic() < end
        time.sleep(0.01)
    os.killpg(process.pid, kill)
    process_status, _, said = finish(process)
    assert process_status == (130 if kill == signal.SIGINT else -signal.SIGKILL)
    kept = output.read_bytes().count(b"\n")
    assert 20 <= kept < 400
    if kill == signal.SIGINT:
        assert f"{kept} of 400 lines are kept" in said
    before = output.read_bytes()[: output.read_bytes().rfind(b"\n") + 1]
    with output.open("ab") as stream:
        stream.write(b'{"line": 99999, "na')
    status, _, said = finish(start())
    assert status == 0, said
    assert f"going on after line {kept} of 400" in said
    assert output.read_bytes().startswith(before)
    found = answers(tmp_path)
    assert [answer["line"] for answer in found] == list(range(1, 401))
    assert [answer["name"] for answer in found] == [f"p{i}" for i in range(400)]


def test_workers_answer_as_one_process_does(start, tmp_path):
    (tmp_path / "in.jsonl").write_text("\n".join(needs(12)))
    assert finish(start("--workers", 1))[0] == 0
    alone = answers(tmp_path)
    assert finish(start("--workers", 2, "--overwrite"))[0] == 0
    assert answers(tmp_path) == alone


def test_a_changed_input_is_refused_and_the_output_kept(start, tmp_path):
    (tmp_path / "in.jsonl").write_text("\n".join(needs(3)))
    assert finish(start())[0] == 0
    status, _, said = finish(start())
    assert status == 2
    assert "--overwrite" in said
    (tmp_path / "out.jsonl.state").write_text('{"input_sha256": "other", "catalog": null}')
    status, _, said = finish(start())
    assert status == 2
    assert "changed" in said
    assert len(answers(tmp_path)) == 3
