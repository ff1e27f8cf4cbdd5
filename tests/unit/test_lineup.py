"""The first three places are shared out among series."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from advisor.ranking.lineup import FIRST, line_up

MODELS = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        hnp.arrays(np.float64, n, elements=st.floats(-5, 5)), hnp.arrays(np.int32, n, elements=st.integers(-1, 4))
    )
)


def test_a_sibling_gives_way_unless_it_is_better_by_the_margin() -> None:
    utility, series = np.array([2.0, 1.9, 1.8, 1.6, 1.0]), np.array([7, 7, 7, 3, 4], np.int32)
    assert line_up(utility, series, 0.5).tolist() == [0, 3, 1, 2, 4]
    assert line_up(utility, series, 1.0).tolist() == [0, 3, 4, 1, 2]
    assert line_up(utility, series, 0.2).tolist() == [0, 1, 2, 3, 4]


def test_models_of_no_known_series_are_no_siblings() -> None:
    assert line_up(np.array([3.0, 2.9, 2.8]), np.full(3, -1, np.int32), 9.0).tolist() == [0, 1, 2]


@given(MODELS, st.floats(0, 3))
def test_every_model_has_one_place_and_the_best_the_first(models: tuple, margin: float) -> None:
    utility, series = models
    order = line_up(utility, series, margin)
    assert sorted(order) == list(range(len(utility)))
    assert order[0] == utility.argmax()
    assert (np.diff(utility[order[FIRST:]]) <= 0).all()


@given(MODELS)
def test_without_a_margin_utility_alone_orders(models: tuple) -> None:
    utility, series = models
    assert (np.diff(utility[line_up(utility, series, 0.0)]) <= 0).all()
