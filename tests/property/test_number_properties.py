"""A written number is read as the number that was meant, or not at all."""

from hypothesis import given
from hypothesis import strategies as st

from advisor.domain.figures import plain_number


@given(st.integers(-(10**12), 10**12), st.integers(0, 99))
def test_groups_of_thousands_change_nothing(whole, cents):
    for written, plain in ((f"{whole:,}", str(whole)), (f"{whole:,}.{cents:02}", f"{whole}.{cents:02}")):
        assert plain_number(written) == plain


@given(st.integers(0, 10**9), st.text("0123456789", min_size=1, max_size=6))
def test_a_decimal_comma_is_a_point_unless_it_reads_as_thousands(whole, decimals):
    read = plain_number(f"{whole},{decimals}")
    thousands = len(decimals) == 3 and 0 < whole < 1000
    assert read == (f"{whole}{decimals}" if thousands else f"{whole}.{decimals}")


@given(st.text("0123456789,.-+", max_size=12))
def test_no_comma_is_left(text):
    read = plain_number(text)
    assert read is None or "," not in read
