"""From an answer of `advisor recommend` to a verification of its picks."""

import json
import shlex
import subprocess
import sys

from advisor.domain.tasks import MEASURABLE
from advisor.verify.data.roles import ROLES
from advisor.verify.tasks.registry import CLASSES, class_of

MINILM = "sentence-transformers/all-MiniLM-L6-v2"


def test_measurable_tasks_are_those_that_can_be_read_and_that_a_class_evaluates():
    declared = [task for kind in {class_of(task) for task in CLASSES} for task in kind.task]
    assert set(ROLES) == set(declared) == MEASURABLE
    assert len(declared) == len(MEASURABLE), "two classes declare the same task"
    assert all(task in class_of(task).task and class_of(task).needs for task in MEASURABLE)


def test_the_plan_in_an_answer_is_a_command_that_works(advisor, cli, reviews):
    answer = advisor.recommend({"task": "text-classification", "languages": ["en"], "max_params": 10**9})
    words = shlex.split(answer.verify_plan[0])
    assert words[:2] == ["advisor", "verify"]
    command = [*cli[0], *(str(reviews) if word == "YOUR_DATA" else word for word in words[2:]), "--plan", "--offline"]
    done = subprocess.run([*command, "--json"], env=cli[1], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    plan = json.loads(done.stdout)
    names = [run["candidate"]["model_id"] for run in plan["runs"] if not run["candidate"]["baseline"]]
    assert names == [pick.model_id for pick in answer.picks]
    assert all("hf download" in run["refused"] for run in plan["runs"] if not run["candidate"]["baseline"])


def test_picks_with_files_of_the_user(advisor, cli, reviews, vectors, tmp_path):
    answer = advisor.recommend({"task": "text-classification", "languages": ["en"], "candidates": [MINILM]})
    path = tmp_path / "answer.json"
    path.write_text(answer.model_dump_json())
    command = [*cli[0], "--from", str(path), "--data", str(reviews), "--files", f"{MINILM}={vectors}", "--offline"]
    command += ["--probe-s", "0.3", "--threads", "1", "--json"]
    done = subprocess.run(command, env=cli[1], capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    first = next(outcome for outcome in found["outcomes"] if outcome["candidate"]["model_id"] == MINILM)
    assert first["candidate"]["prior"]["value"] == answer.picks[0].quality.expected
    assert first["quality"]["accuracy"]["n"] == found["data"]["n_test"]
    assert done.returncode == (0 if found["verdict"] == "confirmed" else 1)
    assert [row["prior"] is not None for row in found["posterior"] if row["key"] == first["candidate"]["key"]] == [True]


def test_files_for_a_model_that_is_no_pick(advisor, cli, reviews, tmp_path):
    path = tmp_path / "answer.json"
    path.write_text(advisor.recommend({"task": "text-classification", "candidates": [MINILM]}).model_dump_json())
    command = [*cli[0], "--from", str(path), "--data", str(reviews), "--files", "x=package:wordllama"]
    done = subprocess.run(command, env=cli[1], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"x is no pick (expected one of {MINILM})" in done.stderr


def test_the_library_verifies_too(advisor, reviews, vectors, tmp_path):
    found = advisor.verify(
        reviews,
        candidates=[vectors],
        task="text-classification",
        settings={"offline": True, "probe_s": 0.3, "threads": 1, "baselines": False},
        folder=tmp_path / "run",
    )
    assert found.outcomes[0].status == "done"
    assert found.machine.software["Python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}")
