"""/record from the phone to the file and back: real supervisor, journal, rows and messages; the film is scripted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.texts import alerts as texts
from camera.config import CameraConfig
from camera.model import GrayFrame, Packet, State
from camera.supervisor import Supervisor
from demo.conversation import Message
from mocam import recovery
from mocam.adapters.recordings import Recordings
from mocam.journal import Journal, Listeners
from mocam.store import Store
from tests.bot.conftest import OWNER
from tests.camera.footage import FPS, decoded
from tests.camera.script import Cameras, Script, visit
from tests.mocam.living import Living, living

TIMEOUT_S = 60.0


@dataclass
class Watched:
    """A household whose camera is real but for its film."""

    household: Living
    supervisor: Supervisor
    journal: Journal

    async def message(self, words: str) -> Message:
        return await self.household.api.wait_for(
            lambda: next((one for one in self.household.messages() if words in one.text), None)
        )


@asynccontextmanager
async def watched(
    store: Store, folder: Path, film: Iterator[Packet | GrayFrame], *, armed: bool
) -> AsyncIterator[Watched]:
    recording_dir = store.files.recording_dir / "front"
    recording_dir.mkdir(exist_ok=True)
    numbers = iter(range(1, 100))
    cameras = Cameras([lambda: Script(film)])
    async with living(store, folder) as household:
        listeners = Listeners(household.wake, lambda: None, lambda _status: None)
        journal = Journal(
            ["front"], store.catalogue, store.files, lambda: [OWNER], listeners, archive_on=False, retry_s=0.05
        )
        config = CameraConfig("front", "script", recording_dir)
        supervisor = Supervisor(config, journal, lambda: f"e{next(numbers)}", open_camera=cameras.open)
        supervisor.start(armed)
        drain = asyncio.create_task(journal.run())
        port = Recordings([supervisor], store.catalogue, household.wake)
        household.house = replace(household.house, recordings=port)
        await household.bot.stop()
        async with household.running():
            yield Watched(household, supervisor, journal)
        cameras.let_go()
        await asyncio.to_thread(supervisor.stop, TIMEOUT_S)
        drain.cancel()


async def test_what_was_asked_for_is_recorded_told_and_kept_as_any_event(store: Store, tmp_path: Path) -> None:
    async with watched(store, tmp_path, visit(40, 90, 91), armed=False) as house:
        house.household.api.say(OWNER, "/record 8s")
        message = await house.message("Recorded by hand · front")
        await house.household.api.wait_for(lambda: message.kind == "video" or None)
        await house.household.settled()
        assert house.household.messages() == [message]
        event = store.catalogue.latest()
        assert event is not None
        assert event.by_hand_until_utc is not None
        assert event.ended_utc is not None
        [clip] = event.parts
        assert clip.path is not None
        assert 8 <= clip.duration_s <= 9.2
        assert decoded(clip.path) == round(clip.duration_s * FPS)
        assert str(texts.KEEP) in message.labels
        assert house.supervisor.status().state is State.DISARMED


async def test_what_moves_meanwhile_has_a_message_of_its_own(store: Store, tmp_path: Path) -> None:
    async with watched(store, tmp_path, visit(40, 12, 14), armed=True) as house:
        house.household.api.say(OWNER, "/record 30s")
        by_hand = await house.message("Recorded by hand")
        alert = await house.message("Motion · front")
        await house.household.api.wait_for(lambda: (by_hand.kind, alert.kind) == ("video", "video") or None)
        assert not alert.silent


async def test_a_power_cut_leaves_the_clip_of_what_was_recorded_so_far(store: Store, tmp_path: Path) -> None:
    async with watched(store, tmp_path, visit(20, 90, 91), armed=False) as house:
        house.household.api.say(OWNER, "/record 10m")
        message = await house.message("recording until")
        growing = store.files.recording_dir / "front" / "e1.1.mp4.part"
        async with asyncio.timeout(TIMEOUT_S):
            while not growing.exists() or growing.stat().st_size < 2 * recovery.EMPTY_BYTES:  # noqa: ASYNC110 - a file
                await asyncio.sleep(0.02)
        # As the next start finds it: the file as it had grown, and an event without an end.
        recovery.take_in(store, [OWNER], archive_on=False)
        house.household.bot.wake()
        await house.household.api.wait_for(lambda: message.kind == "video" or None)
        event = store.catalogue.event("e1")
        assert event is not None
        assert event.ended_utc is not None
        assert event.by_hand_until_utc is not None
        assert event.parts[0].duration_s >= 1
        assert "Recorded by hand" in message.text
