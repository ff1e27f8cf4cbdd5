"""After a real verification: its report in every form, exit codes, and what later answers make of it."""

import json
import subprocess

import pytest

from advisor.catalog import overlay
from advisor.domain.verification import Status, Verdict, Verification
from advisor.verify.report.write import FORMS, write
from tests import packages

NEED = {"name": "after", "task": "text-classification", "languages": ["en"], "max_params": 500_000_000}
SMALL = {
    "data_options": {"max_train": 200, "max_test": 200},
    "settings": {"probe_s": 0.3, "threads": 1, "offline": True, "device": "cpu"},
}


@pytest.fixture(scope="module")
def topics(tmp_path_factory):
    """News by topic, which few dimensions do not tell apart."""
    return packages.news(tmp_path_factory.mktemp("news"))


@pytest.fixture
def nothing_kept(advisor_home):
    yield
    for one in overlay.list(project="after"):
        overlay.delete(one.measurement_id)


def test_what_is_measured_moves_the_next_answer_of_the_project(advisor, nothing_kept, vectors, topics, tmp_path):
    before = advisor.recommend(NEED)
    named = [pick.model_id for pick in before.picks]
    # Two dimensions of the same vectors tell little: a first pick that disappoints.
    files = {named[0]: f"{vectors}?dims=2", named[1]: vectors, named[2]: f"{vectors}?dims=64"}
    found = advisor.verify(topics, picks=before, files=files, folder=tmp_path / "run", **SMALL)
    assert found.verdict is Verdict.NOT_CONFIRMED
    assert {one.key for one in found.posterior} >= {
        outcome.candidate.key for outcome in found.outcomes if outcome.quality
    }
    assert all(one.prior for one in found.posterior if not _candidate(found, one.key).baseline)
    kept = overlay.list(project="after")
    assert {one.model_id for one in kept} == set(named)
    after = advisor.recommend(NEED)
    assert after.picks[0].model_id != named[0]
    assert any(reason.startswith("measured here") for pick in after.picks for reason in pick.reasons)
    again = advisor.verify(topics, picks=before, files=files, folder=tmp_path / "run", **SMALL)
    assert again == found
    assert overlay.list(project="after") == kept
    for ending in FORMS:
        write(found, tmp_path / f"report{ending}")
        text = (tmp_path / f"report{ending}").read_text()
        assert all(outcome.candidate.key in text for outcome in found.outcomes)


def test_it_stops_when_the_winner_is_clear(verify, vectors, topics):
    asked = {"options": {"max_train": 200, "max_test": 600}, "baselines": False, "stop_early": True}
    found = verify(topics, [vectors, f"{vectors}?dims=2"], **asked)
    best, other = found.outcomes
    assert best.n_items == other.n_items < found.data.n_test
    assert (best.status, other.status) == (Status.DONE, Status.DROPPED)
    assert found.differences[0].difference.low > 0
    assert found.racing.compute_s < 0.9 * found.racing.full_s


@pytest.mark.parametrize(
    ("asked", "status", "verdict", "told"),
    [
        (["--candidates", "builtin:majority", "--no-baselines"], 0, Verdict.CONFIRMED, "First pick confirmed"),
        ([], 1, Verdict.NOT_CONFIRMED, "First pick not confirmed"),
        (["--no-baselines"], 1, Verdict.NOT_COMPARED, "First pick measured, not compared"),
    ],
)
def test_the_exit_status_says_whether_the_first_pick_stands(
    cli, vectors, topics, tmp_path, asked, status, verdict, told
):
    command, environment = cli
    report = tmp_path / "report.json"
    done = subprocess.run(
        [
            *command, "--task", "text-classification", "--data", str(topics), "--candidates", f"{vectors}?dims=2",
            "--offline", "--probe-s", "0.3", "--max-train", "200", "--max-test", "200", "--report", str(report), *asked,
        ],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == (0 if verdict is Verdict.CONFIRMED else 1), done.stderr
    found = Verification.model_validate(json.loads(report.read_text()))
    assert found.verdict is verdict
    assert told in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def _candidate(report, key):
    return next(outcome.candidate for outcome in report.outcomes if outcome.candidate.key == key)
