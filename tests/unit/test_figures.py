"""Numbers as people read and write them."""

import pytest

from advisor.domain.amounts import number
from advisor.domain.errors import InvalidInput
from advisor.domain.figures import duration, percent, standing
from advisor.domain.requirements import Requirements


@pytest.mark.parametrize(
    ("ms", "told"),
    [(41.8, "41.8 ms"), (3_680, "3,680 ms"), (71_000, "71 s"), (600_000, "10 min"), (12_800_000, "3.56 h"),
     (400_000_000, "4.63 days")],
)  # fmt: skip
def test_times_in_the_unit_that_people_use(ms, told):
    assert duration(ms) == told


@pytest.mark.parametrize(
    ("percentile", "n", "told"),
    [(1.0, 6, "best of 6"), (0.833, 6, "top 33 % of 6"), (0.993, 142, "top 1 % of 142"),
     (0.999, 1828, "top <1 % of 1,828")],
)  # fmt: skip
def test_standings(percentile, n, told):
    assert standing(percentile, n) == told


def test_shares_are_never_exact_by_rounding():
    assert [percent(share) for share in (0, 0.004, 0.5, 0.996, 1)] == ["0 %", "<1 %", "50 %", ">99 %", "100 %"]


@pytest.mark.parametrize("given", ["7B", "7b", "7,000M", "7000000000", 7_000_000_000])
def test_parameters_are_written_alike_everywhere(given):
    assert Requirements.parse({"task": "chat", "max_params": given}).max_params == number("7B")


@pytest.mark.parametrize(
    ("field", "given", "hint"),
    [("max_params", "seven", 'such as 7000000000 or "7B"'), ("context_tokens", "8k", "a number without quotes, 8000")],
)
def test_a_number_in_words_is_told_how_to_be_written(field, given, hint):
    with pytest.raises(InvalidInput) as raised:
        Requirements.parse({"task": "chat", field: given})
    (problem,) = raised.value.problems
    assert problem.field == field
    assert hint in problem.message + problem.expected
