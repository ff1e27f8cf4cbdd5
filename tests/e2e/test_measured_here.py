"""Measurements made here: later answers of their project use them, all others do not."""

import datetime

import pytest

from advisor.catalog import overlay
from advisor.domain.measurement import Measurement
from advisor.domain.tasks import Task
from advisor.domain.verification import Interval

NEED = {"task": "text-classification", "languages": ["en"], "max_params": 500_000_000}


@pytest.fixture
def before(advisor):
    return advisor.recommend(NEED | {"name": "reviews"})


@pytest.fixture
def keep(advisor_home):
    kept = []

    def add(model_id, value, half=0.02, **changes):
        quality = Interval(value=value, low=value - half, high=value + half, unit="0 to 1", n=1000)
        document = {
            "model_id": model_id,
            "task": Task.TEXT_CLASSIFICATION,
            "measured_on": datetime.date(2026, 11, 25),
            "project": "reviews",
            "metric": "accuracy",
            "quality": quality,
        }
        kept.append(overlay.add(Measurement(**(document | changes))))

    yield add
    for measurement in kept:
        overlay.delete(measurement.measurement_id)


def test_the_measured_best_goes_first_and_tells_its_measurement(advisor, before, keep):
    first, _, third = before.picks
    keep(first.model_id, 0.60)
    keep(third.model_id, 0.91)
    after = advisor.recommend(NEED | {"name": "reviews"})
    assert after.picks[0].model_id == third.model_id
    assert [pick.rank for pick in after.picks] == [1, 2, 3]
    assert len(after.picks) == 3
    quality = after.picks[0].quality
    assert quality.low <= 91 <= quality.high + 1
    assert quality.high - quality.low < third.quality.high - third.quality.low
    assert "accuracy, measured here" in quality.unit
    assert after.picks[0].reasons[0].startswith("measured here on 2026-11-25: accuracy 0.910 (0.890 to 0.930)")
    assert after.id != before.id
    assert after.requirements == before.requirements
    assert any("measured for project 'reviews'" in warning for warning in after.warnings)
    assert first.model_id not in [pick.model_id for pick in after.picks[:1]]


def test_a_measured_model_beyond_the_picks_can_come_in(advisor, before, keep):
    more = advisor.recommend(NEED | {"name": "reviews", "top_k": 8})
    keep(before.picks[0].model_id, 0.55)
    keep(more.picks[7].model_id, 0.95)
    after = advisor.recommend(NEED | {"name": "reviews"})
    assert after.picks[0].model_id == more.picks[7].model_id


@pytest.mark.parametrize("change", [{"name": "another"}, {"name": None}, {"task": "clustering"}])
def test_other_projects_and_tasks_are_untouched(advisor, before, keep, change):
    need = {key: value for key, value in (NEED | {"name": "reviews"} | change).items() if value is not None}
    plain = advisor.recommend(need)
    keep(before.picks[2].model_id, 0.95)
    assert advisor.recommend(need) == plain


def test_only_the_latest_verification_counts(advisor, before, keep):
    third = before.picks[2].model_id
    keep(third, 0.95, measured_on=datetime.date(2026, 11, 1), verification="old")
    keep(third, 0.30, verification="new")
    keep(before.picks[0].model_id, 0.80, verification="new")
    after = advisor.recommend(NEED | {"name": "reviews"})
    assert after.picks[0].model_id == before.picks[0].model_id
    assert third not in [pick.model_id for pick in after.picks]


def test_stated_priorities_keep_their_order(advisor, keep):
    need = NEED | {"name": "reviews", "priorities": {"quality": 1, "memory": 3}}
    before = advisor.recommend(need)
    keep(before.picks[2].model_id, 0.95)
    after = advisor.recommend(need)
    assert [pick.model_id for pick in after.picks] == [pick.model_id for pick in before.picks]
    assert "measured here" in after.picks[2].reasons[0]
