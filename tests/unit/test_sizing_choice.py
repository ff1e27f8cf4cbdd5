"""Which variant to run, of those that fit."""

import numpy as np

from advisor.sizing.choice import passed_over, quickest_alike, whole

LOSSES = [0.0, 0.1, 0.4, 1.5, 4.5]


def first(totals: list[float], losses: list[float] = LOSSES, limit: float = 24.0) -> int:
    total = np.array(totals)[:, None]
    fits = total <= limit
    fits &= ~passed_over(fits, total <= 0.9 * limit, losses)
    return int(fits[:, 0].argmax())


def test_a_tight_fit_gives_way_to_one_with_room_that_loses_little() -> None:
    assert first([60, 34, 23.9, 20, 17]) == 3
    assert first([23.9, 23.5, 16, 12, 10]) == 2


def test_with_room_the_highest_precision_is_kept() -> None:
    assert first([20, 12, 9, 8, 7]) == 0


def test_a_tight_fit_is_kept_where_room_costs_much() -> None:
    assert first([90, 50, 40, 23, 18]) == 3
    assert first([90, 50, 40, 23, 22.5]) == 3


def test_a_loss_that_is_not_known_is_not_little() -> None:
    assert first([23, 12], [0.0, np.nan]) == 0


def test_one_rule_chooses_for_estimate_and_for_machines_to_rent() -> None:
    assert whole([False, False, True], [False, True, False], [0.0, 0.1, 0.4], generative=True) == 2
    assert whole([False, False, True], [False, True, False], [0.0, 0.1, 0.4], generative=False) == 1
    assert whole([False], [False], [0.0], generative=True) is None


def test_models_are_judged_one_by_one() -> None:
    fits, roomy = np.array([[True, True], [True, True]]), np.array([[False, True], [True, True]])
    assert passed_over(fits, roomy, [0.0, 0.1]).tolist() == [[True, False], [False, False]]


def test_what_runs_split_is_the_quickest_that_loses_little_more() -> None:
    speeds = [0.6, 0.9, 1.1, 1.6, 2.5]
    assert quickest_alike(np.array([0, 1, 2, 3, 4]), LOSSES, speeds) == 3
    assert quickest_alike(np.array([2, 4]), LOSSES, speeds) == 2
    assert quickest_alike(np.array([4]), LOSSES, speeds) == 4
    assert quickest_alike(np.array([0, 1]), [np.nan, np.nan], speeds) == 0


def test_precision_is_not_given_up_for_speed_that_nobody_notices() -> None:
    assert quickest_alike(np.array([0, 1, 2]), [0.0, 1.5, 4.5], [15.4, 15.6, 18.1]) == 0


def test_where_speed_is_not_known_the_smallest_is_the_quickest() -> None:
    assert quickest_alike(np.array([0, 1, 2, 3, 4]), LOSSES, [np.nan] * 5) == 3
