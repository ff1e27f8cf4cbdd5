"""What is said for and against a pick."""


def test_a_model_of_unknown_size_is_not_said_to_fit(advisor):
    answer = advisor.recommend({"task": "time-series-forecasting", "hardware": "RTX 4090", "top_k": 5})
    unknown = [pick for pick in answer.picks if pick.params_total is None]
    assert unknown
    for pick in unknown:
        assert not any("GiB" in reason for reason in pick.reasons)
        told = "memory unknown (number of parameters not known): nothing says that it fits RTX 4090"
        assert told in pick.risks


def test_a_vector_of_every_token_is_told_as_a_risk(advisor):
    answer = advisor.recommend({"task": "retrieval", "candidates": ["lightonai/mLateOn", "BAAI/bge-m3"]})
    told = {pick.model_id: any("late interaction" in risk for risk in pick.risks) for pick in answer.picks}
    assert told == {"lightonai/mLateOn": True, "BAAI/bge-m3": False}


def test_a_pick_before_a_better_one_says_what_decided(advisor):
    answer = advisor.recommend({"task": "retrieval", "languages": ["en"], "hardware": "laptop"})
    first, *others = answer.picks
    better = [pick for pick in others if pick.quality.expected > first.quality.expected + 1]
    assert better
    for pick in better:
        assert any(
            reason.startswith(f"before {pick.model_id}, which is expected to do better") and "speed decided" in reason
            for reason in first.reasons
        )


def test_a_slow_reranker_says_how_long_a_search_waits(advisor):
    need = {"task": "reranking", "hardware": "T4"}
    told = [pick for pick in advisor.recommend(need).picks if pick.speed and pick.speed.value < 20]
    assert told
    assert all(any("to rerank 100 hits" in risk for risk in pick.risks) for pick in told)
    limited = advisor.recommend({**need, "min_items_per_s": 0.1})
    assert not any("to rerank" in risk for pick in limited.picks for risk in pick.risks)


def test_small_speeds_are_told_in_figures(advisor):
    answer = advisor.recommend({"task": "retrieval", "languages": ["en"], "hardware": "Raspberry Pi 5 8GB"})
    told = [reason for pick in answer.picks for reason in pick.reasons if "texts/s" in reason]
    assert told
    assert not any("about 0 " in reason or "(0 to" in reason for reason in told)
