"""The private overlay: what is kept, found and removed."""

import datetime
import json
import logging
import os

import pytest

from advisor.catalog import overlay
from advisor.cli.app import run
from advisor.domain.errors import InvalidInput
from advisor.domain.measurement import Measurement
from advisor.domain.tasks import Task
from advisor.domain.verification import Interval, Performance

ACCURACY = Interval(value=0.72, low=0.69, high=0.75, unit="0 to 1", n=1000, method="bootstrap over items")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path))
    return tmp_path


def measured(**changes):
    document = {
        "model_id": "intfloat/e5-small",
        "task": Task.TEXT_CLASSIFICATION,
        "measured_on": datetime.date(2026, 11, 25),
        "metric": "accuracy",
        "quality": ACCURACY,
    }
    return Measurement(**(document | changes))


def test_what_is_added_is_found_by_model_task_and_project():
    first = overlay.add(measured())
    second = overlay.add(measured(model_id="BAAI/bge-m3", project="reviews", task=Task.RETRIEVAL))
    assert {one.measurement_id for one in overlay.list()} == {first.measurement_id, second.measurement_id}
    assert overlay.list(model_id="BAAI/bge-m3") == overlay.list(project="reviews") == (second,)
    assert overlay.list(task=Task.TEXT_CLASSIFICATION) == (first,)
    assert overlay.list(project="other") == ()


def test_the_same_measurement_is_kept_once():
    assert overlay.add(measured()) == overlay.add(measured()) == overlay.add(overlay.add(measured()))
    assert len(overlay.list()) == 1


def test_only_the_user_can_read_it(home):
    kept = overlay.add(measured())
    assert (home / "measurements" / f"{kept.measurement_id}.json").stat().st_mode & 0o077 == 0


def test_delete_removes_one_and_nothing_outside(home):
    kept = overlay.add(measured())
    outside = home / "spec.json"
    outside.write_text("{}")
    assert not overlay.delete("../spec")
    assert outside.exists()
    assert overlay.delete(kept.measurement_id)
    assert not overlay.delete(kept.measurement_id)
    assert overlay.list() == ()


def test_a_damaged_file_costs_only_itself(home, caplog):
    kept = overlay.add(measured())
    (home / "measurements" / "0123.json").write_text("{half")
    with caplog.at_level(logging.WARNING):
        assert overlay.list() == (kept,)
    assert "0123.json" in caplog.text


def test_a_write_that_fails_leaves_nothing(home, monkeypatch):
    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        overlay.add(measured())
    assert list((home / "measurements").iterdir()) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quality": None}, "quality or performance"),
        ({"metric": ""}, "metric: required"),
        ({"quality": ACCURACY.model_copy(update={"low": 0.9})}, "low <= value <= high"),
        ({"scale": 1}, "unknown field"),
    ],
)
def test_what_is_no_measurement_is_refused(change, field):
    document = measured().model_dump(mode="json") | {
        name: value.model_dump() if isinstance(value, Interval) else value for name, value in change.items()
    }
    with pytest.raises(InvalidInput, match=field):
        Measurement.parse(document)


def test_the_command_adds_lists_and_deletes(capsys, tmp_path):
    assert run(["catalog", "measurements"]) == 1
    file = tmp_path / "measurement.json"
    document = measured(performance=Performance(throughput=Interval(value=54, low=50, high=58, unit="texts/s")))
    file.write_text(document.model_dump_json())
    assert run(["catalog", "measurements", "--add", str(file)]) == 0
    assert "54 texts/s" in capsys.readouterr().out
    assert run(["catalog", "measurements", "--json"]) == 0
    [kept] = json.loads(capsys.readouterr().out)["measurements"]
    assert run(["catalog", "measurements", "--delete", "zz"]) == 2
    assert "no measurement" in capsys.readouterr().err
    assert run(["catalog", "measurements", "--delete", kept["measurement_id"][:6]]) == 0
    assert run(["catalog", "measurements"]) == 1
