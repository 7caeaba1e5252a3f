from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from bot.texts import notices as texts
from camera.model import State, Status
from mocam.notices import Notices
from mocam.spare import Spare
from mocam.store import Store
from storage.coverage import Coverage
from storage.errors import DiskFull
from storage.gaps import Gap, GapKind
from storage.model import Letter
from storage.outbox import Outbox

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Heard:
    """Notices over a real outbox; `wait` returns its texts once one more was written."""

    def __init__(self, store: Store, blind_for_s: float, sees_for_s: float = 0) -> None:
        self._store = store
        self._woken = asyncio.Event()
        zone = ZoneInfo("Europe/Berlin")
        self.notices = Notices(
            store.outbox, lambda: {7}, self._woken.set, zone, blind_for_s, sees_for_s, quiet=store.quiet
        )

    def texts(self) -> list[str]:
        return [letter.text for letter in self.letters()]

    def letters(self) -> list[Letter]:
        return list(self._store.outbox.due(datetime.now(UTC)))

    async def wait(self) -> list[str]:
        async with asyncio.timeout(60):
            await self._woken.wait()
        self._woken.clear()
        return self.texts()


def status(state: State, detail: str = "") -> Status:
    return Status("front", state, NOON, detail)


async def test_blind_is_told_once_with_its_reason_and_so_is_its_end(store: Store) -> None:
    heard = Heard(store, blind_for_s=0)
    for state in (State.BLIND, State.STARTING, State.BLIND):
        heard.notices.camera_state(status(state, "No route to <host>."))
    (told,) = await heard.wait()
    assert "front" in told
    assert "has been blind since" in told
    assert "&lt;host&gt;" in told
    heard.notices.camera_state(status(State.WATCHING))
    (told,) = await heard.wait()
    assert "sees again" in told, "it replaces what was not sent yet"


async def test_a_short_blindness_is_not_worth_a_message(store: Store) -> None:
    heard = Heard(store, blind_for_s=3600)
    heard.notices.camera_state(status(State.BLIND, "Gone."))
    heard.notices.camera_state(status(State.WATCHING))
    heard.notices.armed_again(["front"])
    (told,) = await heard.wait()
    assert "is over" in told


async def test_disarming_ends_a_blindness_without_a_word(store: Store) -> None:
    heard = Heard(store, blind_for_s=0)
    heard.notices.camera_state(status(State.BLIND, "Gone."))
    assert len(await heard.wait()) == 1
    heard.notices.camera_state(status(State.DISARMED))
    heard.notices.armed_again(["front"])
    assert len(await heard.wait()) == 2


async def test_a_camera_that_sees_for_a_moment_has_not_recovered(store: Store) -> None:
    heard = Heard(store, blind_for_s=0, sees_for_s=3600)
    heard.notices.camera_state(status(State.BLIND, "Gone."))
    assert len(await heard.wait()) == 1
    for _ in range(3):
        heard.notices.camera_state(status(State.WATCHING))
        heard.notices.camera_state(status(State.BLIND, "Gone."))
    heard.notices.armed_again(["front"])
    assert len(await heard.wait()) == 2, "one notice of being blind, and the other"


async def test_a_time_without_watch_names_who_should_have_seen(store: Store) -> None:
    heard = Heard(store, blind_for_s=0)
    gaps = [Gap(name, GapKind.OFF, NOON, NOON + timedelta(hours=2), "No power.") for name in ("front", "back")]
    heard.notices.was_off(gaps)
    (told,) = await heard.wait()
    assert "Nobody watched for 2 h" in told
    assert "No power." in told
    assert "back and front" in told


async def test_the_figure_of_the_week_makes_no_sound(store: Store) -> None:
    heard = Heard(store, blind_for_s=0)
    gap = Gap("front", GapKind.BLIND, NOON, NOON + timedelta(hours=1), "Gone.")
    heard.notices.covered(NOON - timedelta(days=7), NOON, [Coverage("front", 604_800, 601_200, gap)])
    (told,) = await heard.wait()
    assert "front</b> 99.4 %" in told
    assert "Longest gap: 1 h" in told
    assert heard.letters()[0].silent


async def test_a_disk_that_refuses_clips_is_told_once(store: Store) -> None:
    heard = Heard(store, blind_for_s=0)
    for _ in range(2):
        heard.notices.camera_state(status(State.RECORDING, "The disk is full."))
    (told,) = await heard.wait()
    assert "cannot record" in told
    heard.notices.camera_state(status(State.WATCHING))
    (told,) = await heard.wait()
    assert "records again" in told


async def test_trouble_of_the_archive_and_its_end(store: Store) -> None:
    heard = Heard(store, blind_for_s=0)
    heard.notices.archive_trouble("The password is wrong.")
    assert "password is wrong" in (await heard.wait())[0]
    heard.notices.archive_trouble(None)
    assert "works again" in (await heard.wait())[0]
    heard.notices.unarchived_deleted(["e1", "e2"])
    assert "#e1" in (await heard.wait())[1]


class Full(Outbox):
    """The disk takes nothing."""

    def notices(self, texts: Mapping[int, str], *, silent: bool = False, urgent: bool = False, key: str = "") -> None:
        raise DiskFull("The disk is full. Free some space.")


async def test_a_full_disk_is_told_even_though_it_takes_no_notice(store: Store) -> None:
    woken, asked, spare = asyncio.Event(), [], Spare()
    notices = Notices(
        Full(store.database),
        lambda: {7},
        woken.set,
        ZoneInfo("UTC"),
        disk_refuses=lambda: asked.append("room"),
        spare=spare,
    )
    for _ in range(2):
        notices.camera_state(status(State.RECORDING, "No space left on the disk."))
    async with asyncio.timeout(60):
        await woken.wait()
    (letter,) = spare.due()
    assert (letter.chat_id, "No space left" in letter.text) == (7, True)
    assert asked == ["room"], "once for each time that it begins"


async def test_what_is_over_meanwhile_is_not_told_after_its_end(store: Store) -> None:
    spare, asked, overtaken = Spare(), count(), threading.Event()

    def recipients() -> set[int]:
        """The first who asks is slower than the second, if that one does not wait for it."""
        overtaken.set() if next(asked) else overtaken.wait(0.3)
        return {7}

    notices = Notices(Full(store.database), recipients, lambda: None, ZoneInfo("UTC"), spare=spare)
    notices.camera_state(status(State.RECORDING, "No space left on the disk."))
    notices.camera_state(status(State.RECORDING))
    await asyncio.gather(*notices._writing)
    (letter,) = spare.due()
    assert "again" in letter.text


async def test_the_warning_of_a_loss_needs_no_row(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for before room is made: a full disk that refused it would stay full for ever."""
    woken = asyncio.Event()
    spare = Spare()
    notices = Notices(store.outbox, lambda: {7}, woken.set, ZoneInfo("Europe/Berlin"), spare=spare)

    def refuse(*_: object, **__: object) -> None:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(Outbox, "notices", refuse)
    for _ in range(3):
        assert await asyncio.to_thread(notices.warned_of_loss) is False
    async with asyncio.timeout(60):
        await woken.wait()
    assert len(spare.due()) == 1
    assert spare.due()[0].text == str(texts.LOSS_AHEAD)


@pytest.mark.parametrize("in_quiet_hours", [True, False])
async def test_a_camera_that_stays_blind_sounds_in_quiet_hours_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch, in_quiet_hours: bool
) -> None:
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    minute = now.hour * 60 + now.minute
    begin = minute - 60 if in_quiet_hours else minute + 60
    store.quiet.set_hours(7, (begin % 1440, (begin + 120) % 1440))
    monkeypatch.setattr("mocam.blindness.STILL_FOR_S", 0.0)
    heard = Heard(store, blind_for_s=0)
    for _ in range(2):
        heard.notices.camera_state(status(State.BLIND, "Gone."))
        await asyncio.gather(*heard.notices._writing)
    [letter] = heard.letters()
    assert letter.urgent is in_quiet_hours
    assert ("makes a sound in quiet hours too" in letter.text) is in_quiet_hours
