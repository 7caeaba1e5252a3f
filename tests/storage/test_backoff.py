"""The waits after failures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.backoff import FIRST_REFUSED_S, FIRST_S, LONGEST_S, delay_s


@given(st.integers(1, 10_000), st.floats(0, 1), st.booleans())
def test_never_too_short_nor_too_long(failures: int, jitter: float, refused: bool) -> None:
    first = FIRST_REFUSED_S if refused else FIRST_S
    assert 0.75 * first <= delay_s(failures, jitter, refused=refused) <= 1.25 * LONGEST_S


@given(st.integers(1, 100), st.booleans())
def test_it_never_shrinks(failures: int, refused: bool) -> None:
    assert delay_s(failures + 1, 0.5, refused=refused) >= delay_s(failures, 0.5, refused=refused)


def test_it_doubles() -> None:
    assert [delay_s(failures, 0.5) for failures in (1, 2, 3, 4)] == [10, 20, 40, 80]
