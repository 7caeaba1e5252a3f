"""What is late: by Telegram's clock for commands, by what could have waited for presses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.lateness import FULL_BATCH, Lateness, Poll

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATE_S = 300.0


class Clocks:
    """Ours may be wrong by `wrong_s`."""

    def __init__(self, wrong_s: float = 0.0) -> None:
        self.mono_s = 1000.0
        self.wrong_s = wrong_s
        self.lateness = Lateness(LATE_S, lambda: NOON + timedelta(seconds=self.mono_s + wrong_s), lambda: self.mono_s)

    @property
    def server_utc(self) -> datetime:
        return NOON + timedelta(seconds=self.mono_s)

    def polled(self, *update_ids: int, took_s: float = 0.1, told: bool = True) -> None:
        self.lateness.polled(Poll(took_s, self.server_utc if told else None, update_ids))

    def late(self, update_id: int) -> bool:
        return self.lateness.maybe_late(update_id, None)


def test_a_messages_age_is_told_by_telegrams_clock() -> None:
    clocks = Clocks(wrong_s=-7 * 3600)
    sent_utc = clocks.server_utc
    clocks.polled()
    clocks.mono_s += 400
    assert clocks.lateness.age_s(sent_utc) == 400


def test_without_telegrams_clock_ours_must_do() -> None:
    clocks = Clocks(wrong_s=60)
    clocks.polled(told=False)
    assert clocks.lateness.age_s(clocks.server_utc) == 60


def test_what_waited_for_the_first_poll_may_be_old() -> None:
    clocks = Clocks()
    clocks.polled(1, 2)
    clocks.polled(3)
    assert [clocks.late(number) for number in (1, 2, 3)] == [True, True, False]


def test_what_came_while_a_poll_waited_is_new() -> None:
    clocks = Clocks()
    clocks.polled(1, took_s=5)
    assert not clocks.late(1)


def test_after_an_outage_what_waited_may_be_old() -> None:
    clocks = Clocks()
    clocks.polled()
    clocks.mono_s += LATE_S - 1
    clocks.polled(1)
    clocks.mono_s += LATE_S + 1
    clocks.polled(2)
    assert [clocks.late(number) for number in (1, 2)] == [False, True]


def test_a_full_batch_is_not_the_end_of_what_waited() -> None:
    clocks = Clocks()
    clocks.polled(*range(FULL_BATCH))
    clocks.polled(FULL_BATCH)
    clocks.polled(FULL_BATCH + 1)
    assert clocks.late(FULL_BATCH)
    assert not clocks.late(FULL_BATCH + 1)


def test_a_press_is_no_older_than_what_was_pressed() -> None:
    clocks = Clocks()
    clocks.polled(1)
    old_utc, new_utc = (clocks.server_utc - timedelta(seconds=LATE_S + step) for step in (1, -1))
    assert clocks.lateness.maybe_late(1, old_utc)
    assert not clocks.lateness.maybe_late(1, new_utc)
