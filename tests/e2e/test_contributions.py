"""What the place of a pick is made of sums to what it is ordered by."""

import pytest

SPECS = [
    {"task": "retrieval", "languages": ["de"], "hardware": "RTX 4090", "use": {"commercial": True}},
    {"task": "chat", "hardware": "RTX 3060", "priorities": {"quality": 1, "speed": 0.5, "memory": 0.2}},
    {"task": "image-classification", "max_params": 100_000_000},
    {"task": "clustering", "hardware": "laptop", "candidates": ["BAAI/bge-m3", "intfloat/multilingual-e5-small"]},
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec["task"])
def test_contributions_sum_to_the_utility(advisor, spec):
    for pick in advisor.recommend(spec, with_contributions=True).picks:
        parts = {one.part: one.value for one in pick.contributions}
        assert sum(parts.values()) == pytest.approx(pick.utility, abs=5e-3)
        assert "measured here" not in parts
        assert {"start", "evidence"} <= set(parts)
        assert parts["caution"] < 0


def test_a_stated_priority_is_a_part(advisor):
    parts = [
        {one.part for one in pick.contributions} for pick in advisor.recommend(SPECS[1], with_contributions=True).picks
    ]
    assert all("priorities" in found for found in parts)
    assert all({"precision", "trees"} & found for found in parts)


def test_they_are_computed_only_when_asked_for(advisor, client):
    plain = advisor.recommend(SPECS[0])
    assert all(pick.contributions == () for pick in plain.picks)
    asked = client.post("/v1/recommendations", params={"contributions": True}, json=SPECS[0]).json()
    assert all(pick["contributions"] for pick in asked["picks"])
    assert advisor.replay(advisor.recommend(SPECS[0], with_contributions=True)).same


def test_where_nothing_passes_there_is_nothing_to_tell(advisor):
    nothing = advisor.recommend(SPECS[0] | {"max_memory_gib": 0.001}, with_contributions=True)
    assert nothing.picks == () and nothing.near_misses
