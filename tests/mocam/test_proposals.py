"""What is proposed from false alarms: never at the price of another event, and no more than is worth it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from camera.grid import COLUMNS, ROWS, Zones
from mocam.proposals import LEAST_FALSE, MOST_SQUARES, Case, propose

D4, D5, B2 = (3, 3), (3, 4), (1, 1)
SQUARES = st.frozensets(st.tuples(st.integers(0, COLUMNS - 1), st.integers(0, ROWS - 1)), min_size=1, max_size=6)


def case(number: int, minute: int, squares: set[tuple[int, int]], *, false: bool) -> Case:
    return Case(f"e{number}", minute, false, frozenset(squares))


def by_squares(one: Case, zones: Zones) -> bool:
    """As if whatever moves only in ignored squares were not seen."""
    return bool(one.squares - zones.squares)


def test_the_lamp_of_the_evening() -> None:
    """Fifteen false alarms at D4, fourteen of them between 17 and 19, one in the morning; six real ones elsewhere."""
    cases = [case(number, 17 * 60 + number * 8, {D4}, false=True) for number in range(14)]
    cases.append(case(20, 9 * 60, {D4}, false=True))
    cases += [case(30 + number, 8 * 60 + number, {D4, B2}, false=False) for number in range(5)]
    cases.append(case(40, 9 * 60 + 10, {D4}, false=False))
    proposal = propose(cases, by_squares)
    assert proposal is not None
    assert str(proposal.place.zones) == "D4"
    assert proposal.place.hours == (17 * 60, 19 * 60)
    assert (proposal.spared, proposal.false_alarms, proposal.kept) == (14, 15, 6)


def test_hours_may_lead_over_midnight() -> None:
    cases = [case(number, minute, {D4}, false=True) for number, minute in enumerate((23 * 60 + 30, 10, 40))]
    cases.append(case(9, 12 * 60, {D4}, false=False))
    proposal = propose(cases, by_squares)
    assert proposal is not None
    assert proposal.place.hours == (23 * 60, 60)


def test_of_two_that_spare_as_much_the_smaller_is_proposed() -> None:
    cases = [case(number, 600 + number, {D4, D5} if number else {D4}, false=True) for number in range(4)]
    seen_at_d4 = propose(cases, lambda one, zones: D4 not in zones.squares)
    assert seen_at_d4 is not None
    assert str(seen_at_d4.place.zones) == "D4"


def test_nothing_is_proposed_that_costs_an_event() -> None:
    cases = [case(number, 600 + number, {D4}, false=True) for number in range(5)]
    cases.append(case(9, 602, {D4}, false=False))
    assert propose(cases, by_squares) is None


def test_too_few_or_too_scattered_false_alarms_are_no_reason() -> None:
    assert propose([case(number, 600, {D4}, false=True) for number in range(2)], by_squares) is None
    assert propose([case(number, 600, {(number, number)}, false=True) for number in range(5)], by_squares) is None
    assert propose([], by_squares) is None


CASES = st.lists(
    st.builds(
        Case,
        event_id=st.integers(1, 10**6).map(lambda number: f"e{number}"),
        minute=st.integers(0, 1439),
        false_alarm=st.booleans(),
        squares=SQUARES,
    ),
    max_size=30,
    unique_by=lambda one: one.event_id,
)


@given(cases=CASES)
def test_whatever_happened_a_proposal_keeps_every_other_event(cases: list[Case]) -> None:
    asked: list[tuple[str, Zones]] = []

    def judge(one: Case, zones: Zones) -> bool:
        asked.append((one.event_id, zones))
        return by_squares(one, zones)

    proposal = propose(cases, judge)
    assert len(asked) == len(set(asked)), "each case is tried once for each place"
    assert len(asked) <= 9 * len(cases)
    if proposal is None:
        return
    gone = [one for one in cases if proposal.place.holds(one.minute) and not by_squares(one, proposal.place.zones)]
    assert all(one.false_alarm for one in gone)
    assert proposal.spared == len(gone) >= LEAST_FALSE
    assert proposal.false_alarms == sum(one.false_alarm for one in cases)
    assert proposal.kept == len(cases) - proposal.false_alarms
    assert 1 <= len(proposal.place.zones.squares) <= MOST_SQUARES


@given(cases=CASES, order=st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(cases: list[Case], order: object) -> None:
    shuffled = list(cases)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert propose(shuffled, by_squares) == propose(cases, by_squares)


@given(cases=CASES)
def test_what_spares_nothing_is_never_proposed(cases: list[Case]) -> None:
    assert propose(cases, lambda _case, _zones: True) is None
