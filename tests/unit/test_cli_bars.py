import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.cli.draw import bars, words
from advisor.cli.draw.bars import axis_of, range_bar, share_bar

sizes = st.floats(0, 1e6, allow_nan=False)


@pytest.mark.parametrize("module", [bars, words])
def test_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


@given(st.lists(sizes, min_size=1, max_size=4), st.floats(0.01, 1e6), st.integers(4, 60))
def test_a_share_bar_has_its_width_and_tells_an_excess(parts, whole, width):
    drawn = share_bar(list(zip(parts, "█▓▒░", strict=False)), whole, width)
    assert len(drawn) == width
    assert drawn.endswith("▶") == (sum(parts) > whole * 1.001)


@given(st.lists(sizes, min_size=3, max_size=3).map(sorted), st.integers(5, 60))
def test_a_range_bar_shows_its_value_once(numbers, width):
    low, value, high = numbers
    axis = axis_of(numbers)
    assert axis[0] <= low <= high <= axis[1] or axis[1] == pytest.approx(high)
    drawn = range_bar(low, value, high, axis, width)
    assert len(drawn) == width
    assert drawn.count("●") == 1


def test_a_part_too_small_for_a_cell_is_still_seen():
    assert share_bar([(0.01, "█")], 24, 10) == "█" + "·" * 9


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "?"),
        (7567295488, "7.57B"),
        (999_700_000, "1B"),
        (334e6, "334M"),
        (22.7e6, "22.7M"),
        (950, "950"),
        (1e12, "1T"),
    ],
)
def test_counts(number, text):
    assert words.count(number) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (0.001, "<1 %"), (0.5, "50 %"), (0.996, ">99 %"), (1, "100 %")]
)
def test_percent_is_never_rounded_to_certainty(share, text):
    assert words.percent(share) == text
