"""The book of gaps over several lives of the program, with clocks of its own and a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from camera.meter import Meter
from camera.model import State, Status
from mocam.store import Store
from mocam.watchbook import CUT_SHORT, STOPPED, TOLD_OFF_S, Watchbook
from storage import glimpse
from storage.coverage import Coverage
from storage.gaps import Gap
from tests.camera.test_meter import gray, packet

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVER = (NOON - 1000 * HOUR, NOON + 10_000 * HOUR)


class Told:
    def __init__(self) -> None:
        self.off: list[Gap] = []
        self.weeks: list[tuple[datetime, datetime, list[Coverage]]] = []

    def was_off(self, gaps: Sequence[Gap]) -> None:
        self.off += gaps

    def covered(self, from_utc: datetime, to_utc: datetime, found: Sequence[Coverage]) -> None:
        self.weeks.append((from_utc, to_utc, list(found)))


class Life:
    """One life of the program, from a monotonic 100 s on. Time passes only when a test says so."""

    def __init__(
        self, store: Store, wall_utc: datetime, *cameras: str, pauses_utc: dict[str, datetime] | None = None
    ) -> None:
        self.mono_s = 100.0
        self.wall_utc = wall_utc
        self.told = Told()
        self.meter = Meter()
        self.cameras = cameras or ("front",)
        self.store = store
        self.book = Watchbook(
            self.cameras,
            store.gaps,
            self.told,
            ZoneInfo("Europe/Berlin"),
            lambda: pauses_utc or {},
            {"front": self.meter},
            mono_s=lambda: self.mono_s,
            wall_utc=lambda: self.wall_utc,
            write_every_s=0,
            start_report_s=0,
        )

    def passes(self, span: timedelta) -> None:
        self.mono_s += span.total_seconds()
        self.wall_utc += span

    def says(self, state: State, detail: str = "", camera: str = "front") -> None:
        self.book.state_changed(Status(camera, state, self.wall_utc, detail, self.mono_s))

    def gaps(self, camera: str = "front") -> list[tuple[str, float, float, str]]:
        """Hours since noon."""
        found = self.store.gaps.between(*EVER, [camera])
        return [(one.kind.value, hours(one.from_utc), hours(one.to_utc), one.reason) for one in found]


def hours(moment: datetime) -> float:
    return round((moment - NOON) / HOUR, 2)


async def first_life(store: Store, *, ended: bool, state: State = State.WATCHING) -> None:
    """An hour from noon on."""
    life = Life(store, NOON)
    life.says(state)
    life.passes(HOUR)
    if ended:
        await life.book.close()
    await life.book.write()


async def test_a_gap_is_written_while_it_goes_on_and_when_it_ends(store: Store) -> None:
    life = Life(store, NOON)
    life.says(State.WATCHING)
    life.passes(HOUR)
    life.says(State.BLIND, "Gone.")
    life.passes(HOUR)
    await life.book.write()
    assert life.gaps() == [("blind", 1, 2, "Gone.")]
    life.passes(HOUR)
    life.says(State.WATCHING)
    life.passes(HOUR)
    await life.book.write()
    assert life.gaps() == [("blind", 1, 3, "Gone.")]
    (found,) = await life.book.covered(4 * HOUR)
    assert (found.armed_s, found.lost_s) == (4 * 3600, 2 * 3600)


@pytest.mark.parametrize(("ended", "reason"), [(True, STOPPED), (False, CUT_SHORT)])
async def test_between_two_lives_nobody_watched(store: Store, ended: bool, reason: str) -> None:
    await first_life(store, ended=ended)
    life = Life(store, NOON + 3 * HOUR)
    life.says(State.STARTING)
    await life.book.write()
    assert life.gaps() == [], "it may be that it sees at once, or never"
    life.passes(HOUR / 2)
    life.says(State.WATCHING)
    life.passes(HOUR)
    await life.book.write()
    assert life.gaps() == [("off", 1, 3.5, reason)]


async def test_a_pause_goes_on_while_the_program_is_off_and_no_longer_than_it_was_wished(store: Store) -> None:
    await first_life(store, ended=False, state=State.DISARMED)
    life = Life(store, NOON + 5 * HOUR, pauses_utc={"front": NOON + 3 * HOUR})
    life.says(State.WATCHING)
    await life.book.write()
    assert life.gaps() == [("disarmed", 0, 1, ""), ("disarmed", 1, 3, ""), ("off", 3, 5, CUT_SHORT)]


async def test_a_camera_still_disarmed_after_a_restart_was_not_missed(store: Store) -> None:
    await first_life(store, ended=True, state=State.DISARMED)
    life = Life(store, NOON + 2 * HOUR, pauses_utc={"front": NOON + 9 * HOUR})
    life.says(State.DISARMED)
    life.passes(HOUR)
    await life.book.write()
    assert [kind for kind, *_ in life.gaps()] == ["disarmed"] * 3
    (found,) = await life.book.covered(3 * HOUR)
    assert (found.armed_s, found.longest) == (0, None)


async def test_with_a_clock_that_cannot_be_right_nothing_is_written_and_nothing_is_lost(store: Store) -> None:
    await first_life(store, ended=False)
    life = Life(store, datetime(1970, 1, 1, tzinfo=UTC))
    life.says(State.WATCHING)
    life.passes(HOUR)
    life.says(State.BLIND, "Gone.")
    life.passes(HOUR)
    life.says(State.WATCHING)
    assert not await life.book.write()
    assert life.gaps() == []
    life.wall_utc = NOON + 10 * HOUR
    assert await life.book.write()
    assert life.gaps() == [("off", 1, 8, CUT_SHORT), ("blind", 9, 10, "Gone.")]


async def test_a_clock_that_is_set_later_puts_the_end_of_the_time_off_right(store: Store) -> None:
    await first_life(store, ended=False)
    life = Life(store, NOON + 1.01 * HOUR)  # a board without clock chip begins where it ended
    life.says(State.WATCHING)
    life.passes(HOUR)
    life.says(State.BLIND, "Gone.")
    life.passes(HOUR)
    life.says(State.WATCHING)
    await life.book.write()
    assert life.gaps() == [("off", 1, 1.01, CUT_SHORT), ("blind", 2.01, 3.01, "Gone.")]
    life.wall_utc += 6 * HOUR
    for _ in range(2):
        await life.book.write()
        assert life.gaps() == [("off", 1, 7.01, CUT_SHORT), ("blind", 8.01, 9.01, "Gone.")]


async def test_a_new_household_with_a_clock_from_the_factory_was_not_watched_since_then(store: Store) -> None:
    life = Life(store, NOON - 4000 * HOUR)
    life.says(State.WATCHING)
    await life.book.write()
    life.wall_utc = NOON
    life.passes(HOUR)
    (found,) = await life.book.covered(7 * 24 * HOUR)
    assert found.armed_s == 3600


async def test_a_clock_that_was_set_back_makes_no_gap_of_less_than_nothing(store: Store) -> None:
    await first_life(store, ended=False)
    life = Life(store, NOON - HOUR)
    life.says(State.WATCHING)
    life.passes(HOUR / 2)
    await life.book.write()
    assert life.gaps() == []
    assert store.gaps.known()["front"].until_utc == NOON - HOUR / 2


async def test_a_new_camera_was_never_missed(store: Store) -> None:
    await first_life(store, ended=False)
    life = Life(store, NOON + 3 * HOUR, "front", "back")
    for camera in life.cameras:
        life.says(State.WATCHING, camera=camera)
    life.passes(HOUR)
    await life.book.write()
    assert life.gaps("back") == []
    assert store.gaps.known()["back"].since_utc == NOON + 3 * HOUR
    back = (await life.book.covered(24 * HOUR))[1]
    assert (back.camera, back.armed_s, back.share) == ("back", 3600, 1)


async def test_a_long_time_off_is_told_once_when_every_camera_has_said_something(store: Store) -> None:
    await first_life(store, ended=False)
    life = Life(store, NOON + 3 * HOUR, "front", "back")
    running = asyncio.create_task(life.book.run())
    life.says(State.WATCHING)
    await _turns()
    assert life.told.off == []
    life.says(State.BLIND, "Wrong password.", camera="back")
    async with asyncio.timeout(60):
        while not life.told.off:  # noqa: ASYNC110 - the book tells nobody but its owner
            await asyncio.sleep(0)
    await _turns()
    running.cancel()
    assert [(gap.camera, gap.length_s) for gap in life.told.off] == [("front", 7200)]


async def test_a_restart_is_not_told(store: Store) -> None:
    await first_life(store, ended=False)
    life = Life(store, NOON + HOUR + timedelta(seconds=TOLD_OFF_S - 1))
    running = asyncio.create_task(life.book.run())
    life.says(State.WATCHING)
    async with asyncio.timeout(60):
        while not life.gaps():  # noqa: ASYNC110 - the book tells nobody but its owner
            await asyncio.sleep(0.005)
    await _turns()
    running.cancel()
    assert life.told.off == []
    assert len(life.gaps()) == 1


async def _turns() -> None:
    """Lets the book write several lines."""
    for _ in range(30):
        await asyncio.sleep(0.005)


async def test_the_week_is_told_once_with_each_camera(store: Store) -> None:
    life = Life(store, datetime(2026, 11, 16, 12, tzinfo=UTC), "front", "back")
    for camera in life.cameras:
        life.says(State.WATCHING, camera=camera)
    await life.book.tell_week()
    assert life.told.weeks == []
    life.passes(24 * HOUR)
    life.says(State.BLIND, "Gone.", camera="back")
    life.passes(HOUR)
    life.says(State.WATCHING, camera="back")
    life.passes(4 * 24 * HOUR)
    await life.book.write()
    await life.book.tell_week()
    assert life.told.weeks == [], "not yet Sunday at ten"
    life.passes(24 * HOUR)
    await life.book.write()
    for _ in range(3):
        await life.book.tell_week()
    ((from_utc, to_utc, found),) = life.told.weeks
    assert (from_utc, to_utc) == (datetime(2026, 11, 15, 9, tzinfo=UTC), datetime(2026, 11, 22, 9, tzinfo=UTC))
    assert [one.camera for one in found] == ["front", "back"]
    assert [one.lost_s for one in found] == [0, 3600]
    assert found[1].armed_s == 5.875 * 86_400, "since it was first watched"
    assert found[1].longest
    assert found[1].longest.reason == "Gone."


async def test_what_was_told_by_a_clock_from_the_future_does_not_silence_it(store: Store) -> None:
    life = Life(store, datetime(2026, 11, 1, 12, tzinfo=UTC))
    life.says(State.WATCHING)
    life.passes(24 * HOUR)
    await life.book.write()
    store.gaps.set_told_utc(datetime(2031, 1, 1, tzinfo=UTC))
    await life.book.tell_week()
    assert life.told.weeks == []
    life.passes(8 * 24 * HOUR)
    await life.book.write()
    await life.book.tell_week()
    assert len(life.told.weeks) == 1


async def test_whoever_looks_from_outside_learns_what_each_camera_gives(store: Store) -> None:
    life = Life(store, NOON, "front", "back")
    life.says(State.WATCHING)
    life.says(State.BLIND, "The camera is gone.", "back")
    for step in range(90):
        life.meter.take(packet(life.mono_s + step / 15))
        life.meter.take(gray(life.mono_s + step / 15, 90))
    life.passes(timedelta(seconds=10))
    await life.book.write()
    seen = glimpse.sights(store.files.database_path)
    assert seen["front"].until_s == pytest.approx(life.wall_utc.timestamp())
    assert seen["front"].seen["state"] == "watching"
    assert seen["front"].seen["pictures_per_s"] == pytest.approx(15)
    assert seen["front"].seen["luma"] == pytest.approx(90)
    assert seen["back"].seen == {"state": "blind", "detail": "The camera is gone."}
    await life.book.close()
    assert glimpse.sights(store.files.database_path) == {}, "what a program that is gone saw tells nothing of now"
