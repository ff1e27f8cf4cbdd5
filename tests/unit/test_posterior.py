"""Expectation and measurement: what is believed after both."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.catalog.build import query
from advisor.domain.model import Basis, Estimate
from advisor.domain.verification import Artifact, Candidate, Difference, Interval, Origin, Outcome, Status, Verdict
from advisor.ranking.posterior import LEVEL_SHARE, SPREAD_VARIES, Belief, chances, expect, learn, unsure
from advisor.verify.after.conclusion import conclude, verdict_on
from advisor.verify.after.posterior import posterior
from advisor.verify.metrics.mean import mean_of
from advisor.verify.statistics import difference as compare
from advisor.verify.statistics import interval as measure

share = st.floats(0.05, 0.95)
width = st.floats(0.02, 0.3)


def estimate(value, half):
    return Estimate(
        value=value, low=value - half, high=value + half, unit="points of a typical benchmark", basis=Basis.ESTIMATED
    )


def interval(value, half, n=1000):
    return Interval(value=value, low=value - half, high=value + half, unit="0 to 1", n=n)


def outcome(key, value, half=0.03, prior=None, n=1000, **candidate):
    artifact = Artifact(origin=Origin.PACKAGE, location=key, format="safetensors")
    made = Candidate(**{"key": key, "model_id": key, "backend": "b", "artifact": artifact, "prior": prior} | candidate)
    return Outcome(candidate=made, status=Status.DONE, quality={"accuracy": interval(value, half, n)}, n_items=n)


def difference(first, second, value, half, n=1000):
    return Difference(first=first, second=second, difference=interval(value, half, n), p_value=0.5)


# --- belief ----------------------------------------------------------------------------------------------------------


def test_spreads_vary_as_in_the_shipped_facts(advisor):
    rows = advisor.store.rows(query("transfer"))
    assert len(rows) > 20
    assert np.median([row["spread_varies"] for row in rows]) == pytest.approx(SPREAD_VARIES, abs=0.02)


@given(st.lists(st.tuples(share, width), min_size=1, max_size=6))
def test_an_expectation_keeps_its_stated_doubt_at_least(stated):
    mean, deviation = np.array(stated).T
    belief = expect(mean, deviation)
    assert belief.mean == pytest.approx(mean)
    assert (belief.deviation() >= deviation * (1 - 1e-9)).all()


@given(share, width, share, st.floats(0.001, 0.2))
def test_more_data_is_nearer_to_the_measurement(expected, doubt, seen, error):
    def after(error):
        measured = Belief(np.array([seen]), np.array([[error**2]]))
        return learn(expect(np.array([expected]), np.array([doubt])), measured)

    coarse, fine = after(error), after(error / 2)
    assert abs(fine.mean[0] - seen) <= abs(coarse.mean[0] - seen) + 1e-9
    assert fine.deviation()[0] <= coarse.deviation()[0]
    assert coarse.deviation()[0] <= min(doubt, error)
    assert min(expected, seen) - 1e-9 <= coarse.mean[0] <= max(expected, seen) + 1e-9


def test_a_measured_model_corrects_the_level_of_the_others():
    belief = expect(np.array([0.6, 0.7]), np.array([0.15, 0.15]))
    after = learn(belief, Belief(np.array([0.8]), np.array([[0.0001]])), np.array([0]))
    assert after.mean[1] > 0.8
    assert after.deviation()[1] < 0.15


def test_nothing_is_presumed_of_a_model_without_expectation():
    belief = expect(np.array([0.6, np.nan]), np.array([0.1, np.nan]))
    after = learn(belief, Belief(np.array([0.6, 0.9]), np.eye(2) * 0.0004))
    assert after.mean[1] == pytest.approx(0.9, abs=0.001)


def test_chances_add_up_and_favour_none_among_equals():
    assert chances(Belief(np.array([0.5, 0.5]), np.eye(2) * 0.01)) == pytest.approx([0.5, 0.5], abs=0.02)
    assert chances(Belief(np.array([0.9, 0.5, 0.5]), np.eye(3) * 1e-6)).tolist() == [1, 0, 0]


# --- posterior of outcomes -------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(share, st.floats(2, 40)), min_size=2, max_size=5),
    st.floats(0.005, 0.04),
)
def test_an_expectation_never_overrules_a_clear_measurement(priors, half):
    """The measured best is 10 standard errors ahead and expectations are as vague as recommendations are."""
    ran = [
        outcome(f"m{i}", 0.9 - (0 if i == 0 else 10 * half / 2), half, estimate(100 * p, w + 5))
        for i, (p, w) in enumerate(priors)
    ]
    assert posterior(ran)[0].key == "m0"


def test_an_expectation_decides_where_the_measurement_cannot():
    ran = [outcome("a", 0.71, 0.06, estimate(60, 9)), outcome("b", 0.70, 0.06, estimate(72, 9))]
    found = {one.key: one for one in posterior(ran)}
    assert found["b"].probability_best > 0.6
    assert found["b"].prior.value == pytest.approx(0.72)
    assert found["b"].quality.high - found["b"].quality.low < 0.12


def test_without_expectations_the_measurement_stands():
    ran = [outcome("a", 0.7), outcome("tf-idf", 0.6, baseline=True)]
    for one in posterior(ran):
        seen = next(o for o in ran if o.candidate.key == one.key).quality["accuracy"]
        assert one.prior is None
        assert one.quality.value == pytest.approx(seen.value, abs=1e-3)
        assert (one.quality.low, one.quality.high) == pytest.approx((seen.low, seen.high), abs=2e-3)


def test_errors_in_common_make_small_differences_sure():
    ran = [outcome("a", 0.72), outcome("b", 0.70)]
    alone = posterior(ran)[0].probability_best
    paired = posterior(ran, [difference("a", "b", 0.02, 0.01)])[0].probability_best
    assert alone < 0.9
    assert paired > 0.99


def test_who_was_dropped_early_is_judged_on_the_items_it_shared_with_the_best():
    ran = [outcome("a", 0.70, 0.03, n=1000), outcome("b", 0.74, 0.09, n=100)]
    [first, second] = posterior(ran, [difference("a", "b", 0.10, 0.06, n=100)])
    assert (first.key, second.key) == ("a", "b")
    assert second.quality.value == pytest.approx(0.60, abs=0.01)


@given(st.lists(st.tuples(share, width, st.floats(-0.1, 0.3), st.floats(0, 0.2)), min_size=2, max_size=6))
def test_every_posterior_is_sound(rows):
    ran = [outcome(f"m{i}", value, half, estimate(50 + i, 10)) for i, (value, half, *_) in enumerate(rows)]
    apart = [difference("m0", f"m{i}", d, half) for i, (_, _, d, half) in enumerate(rows) if i]
    found = posterior(ran, apart)
    assert math.fsum(one.probability_best for one in found) == pytest.approx(1)
    for one in found:
        assert 0 <= one.quality.low <= one.quality.high <= 1
        assert one.quality.low - 1e-9 <= one.quality.value <= one.quality.high + 1e-9 or not 0 < one.quality.value < 1


def test_nothing_measured_nothing_believed():
    assert posterior([]) == ()


def run_on(draw, n_items, n_models=4):
    """A run on data whose difficulty and models miss their expectation as recommendations do: what is believed after
    it, and the true accuracy, by key."""
    deviation = 0.12
    level = draw.normal(0, deviation * LEVEL_SHARE**0.5)
    expected = 0.7 + draw.normal(0, 0.03, n_models)
    true = np.clip(expected + level + draw.normal(0, deviation * (1 - LEVEL_SHARE) ** 0.5, n_models), 0.03, 0.97)
    hard = draw.normal(size=n_items)  # to all models alike
    luck = np.sqrt(0.5) * (hard + draw.normal(size=(n_models, n_items)))
    answers = (luck < [[NormalDist().inv_cdf(p)] for p in true]).astype(int)
    accuracy = mean_of("accuracy", lambda outputs, references: np.asarray(outputs == references, float))
    right = np.ones(n_items, int)
    seen = [measure(accuracy, one, right) for one in answers]
    order = np.argsort([-one.value for one in seen], kind="stable")
    half = 100 * deviation * NormalDist().inv_cdf(0.9)
    ran = []
    for i in order:
        planned = outcome(str(i), 0.5, prior=estimate(100 * expected[i], half))
        ran.append(planned.model_copy(update={"quality": {"accuracy": seen[i]}}))
    first = (str(order[0]), answers[order[0]])
    apart = [compare(accuracy, first, (str(i), answers[i]), right) for i in order[1:]]
    return posterior(ran, apart), {str(i): (true[i], seen[i]) for i in range(n_models)}, str(order[0])


@pytest.mark.parametrize("n_items", [20, 60, 300])
def test_what_is_believed_covers_the_truth_however_few_the_items(n_items):
    draw = np.random.default_rng(n_items)
    inside, winner, winner_seen = [], [], []
    for _ in range(150):
        believed, truth, best = run_on(draw, n_items)
        for one in believed:
            true, seen = truth[one.key]
            inside.append(one.quality.low <= true <= one.quality.high)
            if one.key == best:
                winner.append(inside[-1])
                winner_seen.append(seen.low <= true <= seen.high)
    assert 0.905 < np.mean(inside) < 0.985
    assert np.mean(winner) > 0.89
    assert np.mean(winner) > np.mean(winner_seen) - 0.01


def test_few_items_leave_their_own_scatter_unsure():
    few, many = (unsure(np.array([0.02, 0.06]), np.array([n, n])) for n in (10.0, 10_000.0))
    assert many == pytest.approx([0.02, 0.06], rel=0.02)
    assert few[0] > 1.5 * 0.02
    assert few[0] < few[1]


# --- conclusion ------------------------------------------------------------------------------------------------------


def test_a_clear_winner_that_was_the_first_pick_is_confirmed():
    ran = [outcome("a", 0.8), outcome("b", 0.6)]
    apart = [difference("a", "b", 0.2, 0.04)]
    assert verdict_on("a", ran, apart) is Verdict.CONFIRMED
    said = conclude("accuracy", "a", ran, apart)
    assert said.startswith("a is the best of 2 on this data: accuracy 0.800 (0.770 to 0.830).")
    assert "b, is behind by 0.200 (0.160 to 0.240)" in said
    assert said.endswith("The first pick, a, is confirmed.")


def test_a_first_pick_that_is_clearly_worse_is_not_confirmed():
    ran = [outcome("tf-idf", 0.8, baseline=True), outcome("a", 0.6)]
    apart = [difference("tf-idf", "a", 0.2, 0.04)]
    assert verdict_on("a", ran, apart) is Verdict.NOT_CONFIRMED
    assert "not confirmed: it is worse beyond chance" in conclude("accuracy", "a", ran, apart)


def test_a_tie_confirms_and_says_how_many_items_would_decide():
    ran = [outcome("b", 0.71), outcome("a", 0.70)]
    apart = [difference("b", "a", 0.01, 0.02)]
    assert verdict_on("a", ran, apart) is Verdict.CONFIRMED
    said = conclude("accuracy", "a", ran, apart)
    assert "a may be as good" in said
    assert "About 4,000 items would tell the first two apart" in said


def test_another_form_of_the_first_pick_stands_for_it():
    forms = [outcome("a-int8", 0.8, model_id="a"), outcome("a-fp32", 0.7, model_id="a")]
    apart = [difference("a-int8", "a-fp32", 0.1, 0.02)]
    assert verdict_on("a-fp32", forms, apart) is Verdict.NOT_COMPARED
    assert verdict_on("a-fp32", [*forms, outcome("b", 0.5)], apart) is Verdict.CONFIRMED


def test_a_first_pick_that_did_not_run_is_neither():
    failed = outcome("a", 0.7).model_copy(update={"quality": {}, "status": Status.FAILED, "cause": "out of memory"})
    ran = [outcome("b", 0.7), failed]
    assert verdict_on("a", ran, []) is Verdict.NOT_MEASURED
    assert "was not measured: out of memory" in conclude("accuracy", "a", ran, [])
    assert conclude("accuracy", "a", [failed], []).startswith("Nothing could be measured: a: out of memory.")


def test_a_first_pick_alone_is_not_said_to_be_confirmed():
    alone = [outcome("a", 0.7)]
    assert verdict_on("a", alone, []) is Verdict.NOT_COMPARED
    assert conclude("accuracy", "a", alone, []) == (
        "a was measured alone: accuracy 0.700 (0.670 to 0.730). The first pick, a, is not compared: no other model was"
        " measured that it could be held against."
    )
