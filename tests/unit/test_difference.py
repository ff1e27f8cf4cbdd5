"""What changed between two answers is said with its reason; both answers are real ones."""

import pytest

from advisor.domain.requirements import Requirements
from advisor.explain.difference import difference

NEED = {"task": "retrieval", "languages": ["de"], "hardware": "RTX 4090", "use": {"commercial": True}}


@pytest.fixture(scope="module")
def before(advisor):
    return advisor.recommend(NEED)


def test_the_same_answer(advisor, before):
    change = difference(before, before, advisor.recommend)
    assert change.picks == () and change.summary == "the same 3 models in the same order"
    assert change.before_snapshot == change.after_snapshot == advisor.store.key


def test_a_model_that_is_gone(advisor, before):
    gone = before.picks[0].model_id
    after = advisor.recommend({**NEED, "exclude": [gone]})
    change = difference(before, after, advisor.recommend)
    first = change.picks[0]
    assert (first.rank, first.before, first.after) == (1, gone, after.picks[0].model_id)
    assert first.because[0] == f"{gone} is not among the models that the catalog has for this need any more"
    assert change.summary.startswith(f"{first.after} replaces {gone} at place 1, because {gone} is not")


def test_a_model_that_no_longer_meets_a_limit(advisor, before):
    big = max(before.picks, key=lambda pick: pick.memory.total_gib)
    after = advisor.recommend({**NEED, "max_memory_gib": round(big.memory.total_gib * 0.4, 2)})
    change = difference(before, after, advisor.recommend)
    said = [reason for pick in change.picks if pick.before == big.model_id for reason in pick.because]
    assert any(f"{big.model_id} no longer meets max_memory_gib (needed" in reason for reason in said)


def test_a_model_that_now_meets_a_limit(advisor, before):
    big = max(before.picks, key=lambda pick: pick.memory.total_gib)
    small = advisor.recommend({**NEED, "max_memory_gib": round(big.memory.total_gib * 0.4, 2)})
    missed = {miss.model_id for miss in small.near_misses}
    change = difference(small, before, advisor.recommend)
    came = [pick for pick in change.picks if pick.after in missed]
    assert came and all("now meets every limit; before it failed max_memory_gib" in pick.because[0] for pick in came)


def test_models_that_changed_places(advisor, before):
    first, second, third = before.picks
    worse = first.quality.model_copy(update={"expected": first.quality.expected - 5, "n_results": 0})
    old = before.model_copy(
        update={"picks": (second, first.model_copy(update={"quality": worse}), third), "ranker": "older"}
    )
    change = difference(old, before, advisor.recommend)
    assert [(pick.rank, pick.before, pick.after) for pick in change.picks] == [
        (1, second.model_id, first.model_id),
        (2, first.model_id, second.model_id),
    ]
    said = " | ".join(change.picks[0].because)
    assert f"{first.model_id} is now expected at {first.quality.expected:.1f}, before {worse.expected:.1f}" in said
    assert f"the ranker is another one: {before.ranker}, before older" in said


def test_empty_answers(advisor, before):
    nothing = advisor.recommend({**NEED, "max_memory_gib": 0.001})
    lost = difference(before, nothing, advisor.recommend)
    assert lost.summary == f"{before.picks[0].model_id} left place 1, and nothing took it"
    won = difference(nothing, before, advisor.recommend)
    assert won.summary == f"{before.picks[0].model_id} is new at place 1"
    assert Requirements.model_validate(NEED) == before.requirements
