"""Intervals that cover, differences that are paired, races that keep the best."""

import numpy as np
import pytest

from advisor.verify.metrics import ACCURACY, MACRO_F1
from advisor.verify.statistics import Race, cost_of_all, difference, draws, interval
from advisor.verify.statistics.race import STAGES
from advisor.verify.statistics.replay import loss_rate

RNG = np.random.default_rng(1)


def answers(n, *accuracies, common=0.0):
    """Outputs that are 1 where right; a share of the items is answered alike by all."""
    alike, luck = RNG.random(n) < common, RNG.random(n)
    return [np.where(alike, luck, RNG.random(n)) < accuracy for accuracy in accuracies]


def test_intervals_cover():
    inside = 0
    for _ in range(200):
        (one,) = answers(150, 0.8)
        found = interval(ACCURACY, one.astype(int), np.ones(150, int).tolist())
        inside += found.low <= 0.8 <= found.high
    assert 0.9 <= inside / 200 <= 0.99


def test_all_right_is_not_certain():
    found = interval(ACCURACY, np.ones(50, int), [1] * 50)
    assert found.value == found.high == 1 and 0.9 < found.low < 0.95


def test_refits_widen_the_interval():
    (one,) = answers(1000, 0.8)
    steady = np.column_stack([one] * 5).astype(int)
    moving = np.column_stack([one, *answers(1000, 0.7, 0.78, 0.82, 0.9)]).astype(int)
    widths = [found.high - found.low for found in (interval(ACCURACY, x, [1] * 1000) for x in (steady, moving))]
    assert widths[1] > 1.5 * widths[0]


def test_pairs_tell_more_than_intervals():
    one, other = answers(1000, 0.80, 0.77, common=0.95)
    found = difference(ACCURACY, ("a", one.astype(int)), ("b", other.astype(int)), [1] * 1000)
    assert found.difference.low > 0 and found.p_value < 0.05
    apart = [interval(ACCURACY, x.astype(int), [1] * 1000) for x in (one, other)]
    assert apart[0].low < apart[1].high


def test_equal_candidates_do_not_differ():
    one, other = answers(1000, 0.8, 0.8)
    found = difference(ACCURACY, ("a", one.astype(int)), ("b", other.astype(int)), [1] * 1000)
    assert found.difference.low < 0 < found.difference.high and found.p_value > 0.05


def test_draws_are_paired_and_reproducible():
    (one,) = answers(300, 0.7)
    assert (draws(MACRO_F1, one.astype(int), [1] * 300, 50) == draws(MACRO_F1, one.astype(int), [1] * 300, 50)).all()


def test_a_race_drops_the_hopeless_and_keeps_the_best():
    n = 2000
    outputs = dict(zip("abcd", (x.astype(int) for x in answers(n, 0.9, 0.88, 0.6, 0.5)), strict=True))
    race = Race(ACCURACY, [1] * n, list(outputs), kept=frozenset({"d"}))
    for share in STAGES:
        race.judge({key: outputs[key][: round(share * n)] for key in race.remaining})
    assert "c" in {one.key for one in race.dropped} and {"a", "d"} <= set(race.remaining)
    assert "a" in race.can_win and "d" not in race.can_win
    first = next(one for one in race.dropped if one.key == "c")
    assert first.n_items <= 200 and "cannot win any more" in first.cause


@pytest.mark.parametrize("gap", [0.0, 0.03])
def test_the_error_rate_holds(gap):
    n = 1000
    outputs = {str(i): x.astype(int) for i, x in enumerate(answers(n, 0.8, 0.8 - gap, 0.8 - gap, 0.8 - gap))}
    assert loss_rate(ACCURACY, [1] * n, outputs, 0.05, 100) <= 0.05


def test_cost_of_all_is_told_by_their_own_pace():
    assert cost_of_all({"a": 10.0, "b": 3.0}, {"a": 100, "b": 30}, 100) == pytest.approx(20.0)
