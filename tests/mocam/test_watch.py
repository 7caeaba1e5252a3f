"""Which cameras watch: pause before hand before schedule, and every disarmed one knows when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.schedule import parse
from mocam.watch import By, Standing, Wishes

ZONE = ZoneInfo("Europe/Berlin")
MONDAY_NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
"""12:00 in Berlin."""
HOUR = timedelta(hours=1)
WORK = parse("weekdays 8:00-17:30")
NIGHTS = parse("nights")


def standing(wishes: Wishes, now_utc: datetime = MONDAY_NOON, *, clock_good: bool = True) -> Standing:
    return wishes.standing("front", now_utc, ZONE, clock_good=clock_good)


def test_without_a_word_it_watches() -> None:
    assert standing(Wishes()) == Standing(armed=True, by=By.DEFAULT)


def test_a_pause_ends_by_itself() -> None:
    wishes = Wishes({"front": MONDAY_NOON + HOUR})
    assert standing(wishes) == Standing(armed=False, by=By.PAUSE, until_utc=MONDAY_NOON + HOUR)
    assert standing(wishes, MONDAY_NOON + HOUR).armed
    assert standing(Wishes({"front": MONDAY_NOON + timedelta(days=400)})).armed
    assert standing(Wishes({"back": MONDAY_NOON + HOUR})).armed


def test_a_schedule_arms_and_disarms() -> None:
    wishes = Wishes(schedules={"front": WORK})
    assert standing(wishes) == Standing(armed=True, by=By.SCHEDULE, until_utc=MONDAY_NOON + 5.5 * HOUR)
    evening = MONDAY_NOON + 6 * HOUR
    assert standing(wishes, evening) == Standing(armed=False, by=By.SCHEDULE, until_utc=MONDAY_NOON + 20 * HOUR)


def test_a_pause_into_the_time_off_lasts_until_that_is_over() -> None:
    wishes = Wishes({"front": MONDAY_NOON + 6 * HOUR}, schedules={"front": WORK})
    assert standing(wishes).until_utc == MONDAY_NOON + 20 * HOUR
    assert standing(Wishes({"front": MONDAY_NOON + HOUR}, schedules={"front": WORK})).until_utc == MONDAY_NOON + HOUR


def test_armed_by_hand_lasts_through_the_time_off() -> None:
    wishes = Wishes(holds_utc={"front": MONDAY_NOON + 10 * HOUR}, schedules={"front": NIGHTS})
    found = standing(wishes)
    assert (found.armed, found.by) == (True, By.HAND)
    assert found.until_utc == MONDAY_NOON + 19 * HOUR, "the hold ends when the night begins, and so goes on"
    assert not standing(Wishes(schedules={"front": NIGHTS})).armed


def test_a_wrong_clock_closes_nothing() -> None:
    assert standing(Wishes(schedules={"front": NIGHTS}), clock_good=False) == Standing(armed=True, by=By.DEFAULT)


ends = st.none() | st.integers(-100, 900).map(lambda hours: MONDAY_NOON + hours * HOUR)


@given(ends, ends, st.sampled_from([None, "weekdays 8-12", "nights", "daily", "sat 10-11"]), st.integers(0, 2000))
def test_whoever_is_disarmed_is_armed_again(
    pause: datetime | None, hold: datetime | None, words: str | None, hours: int
) -> None:
    wishes = Wishes(
        {"front": pause} if pause else {},
        {"front": hold} if hold else {},
        {"front": parse(words)} if words else {},
    )
    now_utc = MONDAY_NOON + hours * HOUR
    found = standing(wishes, now_utc)
    if not found.armed:
        assert found.until_utc is not None
        assert now_utc < found.until_utc
        assert standing(wishes, found.until_utc).armed
