"""Points to plot: quality against memory and speed of the models that pass."""

import pytest

SPECS = [
    {"task": "retrieval", "languages": ["de"], "hardware": "RTX 4090", "use": {"commercial": True}},
    {"task": "chat", "hardware": "Apple M3 Max 36GB", "priorities": {"speed": 1}},
    {"task": "speech-recognition"},
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec["task"])
def test_points_say_what_the_picks_say(advisor, spec):
    answer = advisor.recommend(spec, with_tradeoffs=True)
    points = {point.model_id: point for point in answer.tradeoffs}
    assert len(points) == len(answer.tradeoffs) > len(answer.picks)
    assert set(answer.pareto) <= set(points)
    for pick in answer.picks:
        point = points[pick.model_id]
        assert point.expected_quality == pick.quality.expected
        assert point.memory_gib == pick.memory.total_gib
        assert point.speed == (pick.speed.value if pick.speed else None)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec["task"])
def test_points_come_best_first(advisor, spec):
    scores = [point.expected_quality for point in advisor.recommend(spec, with_tradeoffs=True).tradeoffs]
    assert scores == sorted(scores, reverse=spec["task"] != "speech-recognition")


def test_points_are_computed_on_demand_and_replayed(advisor, client):
    plain = advisor.recommend(SPECS[0])
    assert plain.tradeoffs == ()
    asked = client.post("/v1/recommendations", params={"tradeoffs": True}, json=SPECS[0]).json()
    assert len(asked["tradeoffs"]) >= 100
    assert {**asked, "tradeoffs": []} == plain.model_dump(mode="json")
    assert advisor.replay(advisor.recommend(SPECS[0], with_tradeoffs=True)).same
