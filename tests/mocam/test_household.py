"""Each camera is armed by itself, with an end of its own, and what one does delays no other."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.ports import Unavailable
from bot.schedule import parse
from bot.texts import privacy as privacy_texts
from camera.config import CameraConfig
from camera.model import State
from camera.supervisor import Supervisor
from mocam.adapters import cameras
from mocam.adapters.cameras import SPARE_OTHERS_S, Household
from mocam.closing import Opened
from mocam.watch import LONGEST_PAUSE
from storage.preferences import Closed
from tests.camera.reports import TIMEOUT_S, Heard
from tests.camera.script import Cameras, Script, visit
from tests.storage.room import Room

HOUR = timedelta(hours=1)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    opened = Room.at(tmp_path / "data")
    yield opened
    opened.db.close()


def endless() -> Script:
    return Script(item for turn in range(10_000) for item in visit(3, 90, 91, zero_mono_s=turn * 3.0))


def hanging() -> Script:
    """Delivers for a second, then never answers until it is let go."""
    return Script(visit(1, 90, 91))


class Home:
    """A household of scripted cameras; `scripts` lets go of those that hang. `hang_s` is the patience with `deaf`
    alone: another camera may well give nothing for a moment on a busy machine."""

    def __init__(self, room: Room, folder: Path, hang_s: float = TIMEOUT_S, **makes: Callable[[], Script]) -> None:
        self.heard = Heard()
        self.scripts = {name: Cameras([make]) for name, make in makes.items()}
        self.rearmed: list[str] = []
        self.nudged: list[tuple[str, datetime]] = []
        numbers = itertools.count(1)
        supervisors = [
            Supervisor(
                CameraConfig(name, "script", folder),
                self.heard,
                lambda: f"e{next(numbers)}",
                open_camera=scripts.open,
                hang_s=hang_s if name == "deaf" else TIMEOUT_S,
            )
            for name, scripts in self.scripts.items()
        ]
        self.opened: list[Opened] = []
        self.household = Household(
            supervisors,
            room.preferences,
            self.rearmed.extend,
            opened=self.opened.append,
            nudge=lambda name, until: self.nudged.append((name, until)),
        )
        self.household.start()

    def states(self) -> dict[str, str]:
        return {view.name: view.state for view in self.household.views()}

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(TIMEOUT_S):
            while not condition():  # noqa: ASYNC110 - cameras' threads know no event of this loop
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        for scripts in self.scripts.values():
            scripts.let_go()
        await self.household.stop()


@pytest.fixture
async def home(room: Room, tmp_path: Path) -> AsyncIterator[Callable[..., Home]]:
    made: list[Home] = []

    def make(hang_s: float = TIMEOUT_S, **makes: Callable[[], Script]) -> Home:
        made.append(Home(room, tmp_path, hang_s, **makes))
        return made[-1]

    yield make
    for one in made:
        await one.close()


async def test_one_is_disarmed_the_other_goes_on_and_a_restart_changes_nothing(home: Callable[..., Home]) -> None:
    first = home(front=endless, back=endless)
    await first.until(lambda: list(first.states().values()) == ["watching"] * 2)
    until_utc = datetime.now(UTC) + HOUR
    await first.household.disarm(["back"], until_utc)
    assert first.states() == {"front": "watching", "back": "disarmed"}
    await first.close()

    second = home(front=endless, back=endless)
    assert second.states()["back"] == "disarmed"
    state = await second.household.state()
    assert state.cameras == ("front",)
    assert list(state.until_utc) == ["back"]
    assert abs(state.until_utc["back"] - until_utc) < timedelta(milliseconds=1)
    await second.until(lambda: second.states()["front"] == "watching")
    assert second.scripts["back"].opened == []
    await second.household.arm(["back"])
    await second.until(lambda: second.states()["back"] == "watching")
    assert (await second.household.state()).until_utc == {}


async def test_each_pause_ends_by_itself_and_is_told(
    home: Callable[..., Home], room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cameras, "CHECK_S", 0.01)
    now_utc = datetime.now(UTC)
    wrong_clock_utc = now_utc + LONGEST_PAUSE + HOUR
    room.preferences.set_pauses_utc({"front": now_utc + HOUR, "back": now_utc + HOUR, "attic": wrong_clock_utc})
    one = home(front=endless, back=endless, attic=endless)
    assert one.states()["attic"] != "disarmed"
    await one.household.disarm(["back"], now_utc)
    keeping = asyncio.create_task(one.household.keep_time())
    await one.until(lambda: len(one.rearmed) == 2)
    keeping.cancel()
    assert sorted(one.rearmed) == ["attic", "back"]
    assert list(room.preferences.pauses_utc(["front", "back", "attic"])) == ["front"]
    await one.until(lambda: one.states()["back"] == "watching")
    assert one.states()["front"] == "disarmed"


async def test_cameras_closed_for_privacy_read_nothing_and_say_so_when_they_open(
    home: Callable[..., Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cameras, "CHECK_S", 0.01)
    one = home(front=endless, back=endless)
    await one.until(lambda: list(one.states().values()) == ["watching"] * 2)
    await one.household.close(datetime.now(UTC) + timedelta(seconds=1))
    assert (await one.household.state()).private
    opened_before = {name: len(scripts.opened) for name, scripts in one.scripts.items()}
    keeping = asyncio.create_task(one.household.keep_time())
    await one.until(lambda: one.opened)
    keeping.cancel()
    [opened] = one.opened
    assert opened.frames_read == {"front": 0, "back": 0}
    assert not opened.restarted
    assert one.rearmed == [], "one message, not two"
    await one.until(lambda: list(one.states().values()) == ["watching"] * 2)
    assert {name: len(scripts.opened) for name, scripts in one.scripts.items()} != opened_before
    assert not (await one.household.state()).private
    await one.household.arm(["front"])
    assert len(one.opened) == 1


async def test_closed_survives_a_restart_and_arm_ends_it_earlier(home: Callable[..., Home]) -> None:
    first = home(front=endless)
    await first.until(lambda: first.states()["front"] == "watching")
    await first.household.close(datetime.now(UTC) + HOUR)
    await first.close()
    second = home(front=endless)
    assert (await second.household.state()).private
    assert second.states()["front"] == "disarmed"
    await second.household.close(datetime.now(UTC) + 2 * HOUR)
    await second.household.arm(["front"])
    [opened] = second.opened
    assert (dict(opened.frames_read), opened.restarted) == ({"front": 0}, True)
    assert first.opened == []


async def test_what_was_read_in_spite_of_it_is_counted(home: Callable[..., Home], room: Room) -> None:
    one = home(front=endless)
    await one.until(lambda: one.states()["front"] == "watching")
    room.preferences.set_closed(Closed(datetime.now(UTC), {"front": 0}, restarted=False))
    await one.household.arm(["front"])
    [opened] = one.opened
    assert opened.frames_read["front"] > 0
    text = privacy_texts.opened(
        opened.since_utc, opened.until_utc, opened.frames_read, opened.restarted, opened.armed, opened.until_utc, UTC
    )
    assert "frames were read: front" in text


async def test_a_camera_that_does_not_close_delays_no_other(home: Callable[..., Home]) -> None:
    one = home(front=endless, deaf=hanging)
    await one.until(lambda: one.scripts["deaf"].opened and one.scripts["deaf"].opened[0].waits.is_set())
    until_utc = datetime.now(UTC) + HOUR
    slow = asyncio.create_task(one.household.disarm(["deaf"], until_utc))
    await one.household.disarm(["front"], until_utc)
    assert one.states()["front"] == "disarmed"
    await one.household.arm(["front"])
    assert (await one.household.snapshot("front")).startswith(b"\xff\xd8")
    assert not slow.done()
    one.scripts["deaf"].let_go()
    await slow
    assert one.states()["deaf"] == "disarmed"


async def test_commands_that_cross_end_with_the_later_one(home: Callable[..., Home]) -> None:
    one = home(front=endless)
    await one.until(lambda: one.states()["front"] == "watching")
    await asyncio.gather(
        one.household.disarm(["front"], datetime.now(UTC) + HOUR),
        one.household.arm(["front"]),
    )
    await one.until(lambda: one.states()["front"] == "watching")
    assert (await one.household.state()).cameras == ("front",)


async def test_an_unknown_camera_is_unavailable(home: Callable[..., Home]) -> None:
    one = home(front=endless)
    with pytest.raises(Unavailable, match=r"no camera cellar. There is: front"):
        await one.household.snapshot("cellar")
    await one.household.disarm(["cellar"], datetime.now(UTC) + HOUR)
    assert (await one.household.state()).cameras == ("front",)


async def test_a_hanging_driver_asks_for_a_new_process_at_once_only_when_no_other_camera_sees(
    home: Callable[..., Home],
) -> None:
    one = home(hang_s=0.3, front=endless, deaf=hanging)
    supervisor_says = "must be restarted"
    await one.until(lambda: any(supervisor_says in view.detail for view in one.household.views()))
    await one.until(lambda: one.states()["front"] == State.WATCHING)
    assert one.household.beyond_help(time.monotonic()) == ""
    assert one.household.beyond_help(time.monotonic() + SPARE_OTHERS_S) == "deaf"
    await one.household.disarm(["front"], datetime.now(UTC) + HOUR)
    assert one.household.beyond_help(time.monotonic()) == "deaf"


async def test_a_schedule_closes_and_opens_and_arming_by_hand_wins_until_it_says_so_itself(
    home: Callable[..., Home], room: Room
) -> None:
    now_utc = datetime.now(UTC)
    off = parse(f"daily {now_utc + 2 * HOUR:%H:%M}-{now_utc + 4 * HOUR:%H:%M}")
    one = home(front=endless, back=endless)
    await one.household.set_schedule(["front"], off)
    assert one.states()["front"] == "disarmed"
    state = await one.household.state()
    assert (state.cameras, state.by_schedule) == (("back",), frozenset({"front"}))
    assert abs(state.until_utc["front"] - now_utc - 2 * HOUR) < timedelta(minutes=1)
    await one.household.arm(["front"])
    await one.until(lambda: one.states()["front"] == "watching")
    assert (await one.household.state()).until_utc == {}
    await one.household.disarm(["front"], now_utc + HOUR)
    state = await one.household.state()
    assert abs(state.until_utc["front"] - now_utc - 2 * HOUR) < timedelta(minutes=1), "a pause does not open it earlier"
    assert await one.household.schedules() == {"front": off}
    await one.household.set_schedule(["front"], None)
    assert (await one.household.state()).until_utc["front"] == now_utc + HOUR


async def test_the_time_of_a_schedule_comes(
    home: Callable[..., Home], room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cameras, "CHECK_S", 0.01)
    now_utc = datetime.now(UTC)
    room.preferences.set_schedules(
        {"front": f"daily {now_utc + HOUR:%H:%M}-{now_utc + 2 * HOUR:%H:%M}", "back": "daily"}
    )
    one = home(front=endless, back=endless)
    assert one.states()["front"] == "disarmed"
    room.preferences.set_schedules({"back": f"daily {now_utc + HOUR:%H:%M}-{now_utc + 2 * HOUR:%H:%M}"})
    keeping = asyncio.create_task(one.household.keep_time())
    await one.until(lambda: one.states()["front"] == "watching" and one.states()["back"] == "disarmed")
    keeping.cancel()
    assert one.rearmed == []


async def test_a_long_pause_is_brought_to_mind(home: Callable[..., Home], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras, "CHECK_S", 0.01)
    monkeypatch.setattr(cameras, "NUDGE_EVERY", timedelta(milliseconds=50))
    one = home(front=endless)
    until_utc = datetime.now(UTC) + 48 * HOUR
    await one.household.disarm(["front"], until_utc)
    keeping = asyncio.create_task(one.household.keep_time())
    await one.until(lambda: len(one.nudged) >= 2)
    keeping.cancel()
    assert one.nudged[0][0] == "front"


async def test_a_restart_does_not_begin_the_day_anew(
    home: Callable[..., Home], room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cameras, "CHECK_S", 0.01)
    now_utc = datetime.now(UTC)
    room.preferences.set_pauses_utc({"front": now_utc + 48 * HOUR})
    room.preferences.set_nudges_utc({"front": now_utc - HOUR, "gone": now_utc})
    one = home(front=endless)
    keeping = asyncio.create_task(one.household.keep_time())
    await one.until(lambda: one.nudged)
    await one.until(lambda: set(room.preferences.nudges_utc()) == {"front"})
    assert room.preferences.nudges_utc()["front"] > now_utc + 23 * HOUR
    await one.household.arm(["front"])
    await one.until(lambda: room.preferences.nudges_utc() == {})
    keeping.cancel()
    assert len(one.nudged) == 1
