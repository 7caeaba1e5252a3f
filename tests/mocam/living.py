"""A chat over the durable store: real rows, files, letters and pictures, the stand-in over HTTP, scripted events.

Cameras are the only thing that is not there: a test says what they saw, and what time it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import proposal_keys
from bot.proposals import ProposalView
from bot.service import Bot, House
from bot.texts import proposals as proposal_texts
from camera.config import CameraConfig
from camera.supervisor import Supervisor
from demo.botapi import BotApi
from demo.conversation import Message
from mocam.adapters.clips import Clips
from mocam.adapters.daily import DayBookPort
from mocam.adapters.decisions import Ledger, Rows
from mocam.adapters.outbox import OutboxPort
from mocam.adapters.pictures import Pictures
from mocam.adapters.pins import PinsPort
from mocam.adapters.privacy import PrivacyPort
from mocam.adapters.proposals import ProposalsPort
from mocam.adapters.recordings import Recordings
from mocam.adapters.sensitivity import SensitivityPort, Trying
from mocam.adapters.wishes import QuietPort, WishesPort
from mocam.adapters.zones import ZonesPort
from mocam.store import Store
from storage.archive import Archive
from storage.archive_queue import ArchiveQueue
from storage.digests import Digests
from storage.model import Box, Clip, NewClip
from storage.outbox import Outbox
from tests.bot.conftest import OWNER, QUICK, TOKEN
from tests.bot.house import ZONE, Archiving, Arming, AuditLog, Cameras, Guests, Languages, Owners, Retention
from tests.camera.reports import Heard
from tests.demo.media import jpeg, mp4

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Living:
    """One household's evening; `now_utc` is moved by hand."""

    timing = replace(QUICK, idle_s=0.05, sweep_s=0.05)
    """The sender looks often: a clock that is moved by hand wakes nobody."""
    archives = False
    film_s = 2.0

    def __init__(self, api: BotApi, store: Store, clip: Path, cameras: tuple[str, ...]) -> None:
        self.api = api
        self.store = store
        self.now_utc = NOON
        self._clip = clip
        self._number = store.catalogue.next_event_number()
        self.outbox = Outbox(store.database, now_utc=lambda: self.now_utc)
        archive = Archive(ArchiveQueue(store.database, store.catalogue), store.catalogue, store.files, None)
        seen = self._cameras(cameras)
        watched = []
        for name in cameras:
            config = CameraConfig(name=name, source="scene", recording_dir=store.files.recording_dir)
            watched.append((config, Supervisor(config, Heard(), lambda: "e1")))
        self.supervisors = {config.name: supervisor for config, supervisor in watched}
        self.zones = ZonesPort(watched, store.preferences, store.catalogue, ZONE, lambda: self.now_utc)
        self.zones.snapshot = seen.snapshot
        self.trying = Trying(store.files, ZONE)
        self.proposals = ProposalsPort(
            *(self.zones, store.catalogue, store.preferences, self.trying, self._propose),
            now_utc=lambda: self.now_utc,
            settle_s=0.0,
        )
        self.wishes = WishesPort(
            *(store.wishes, store.catalogue, store.privacy, self.wake, lambda: self.now_utc),
            called_false=self.proposals.consider,
        )
        rows = Rows(store.dismissals, store.gaps, store.catalogue)
        self.ledger = Ledger(rows, self.zones.place_of, lambda: self.now_utc)
        self.house = House(
            cameras=seen,
            arming=Arming(seen),
            clips=Clips(
                *(store.catalogue, store.files, store.preferences, archive, ZONE),
                place_of=self.zones.place_of,
                mask_of=self.zones.mask_of,
            ),
            retention=Retention(),
            owners=Owners(OWNER),
            outbox=OutboxPort(self.outbox, Digests(store.database), lambda: self.now_utc),
            pictures=Pictures(self.zones.mask_of),
            archive=Archiving(),
            wishes=self.wishes,
            zones=self.zones,
            decisions=self.ledger,
            proposals=self.proposals,
            sensitivities=SensitivityPort(self.zones, store.catalogue, self.trying, lambda: self.now_utc),
            recordings=Recordings(list(self.supervisors.values()), store.catalogue, self.wake),
            privacy=PrivacyPort(store.privacy, self.outbox, lambda: self.now_utc),
            quiet=QuietPort(store.quiet, lambda: self.now_utc),
            guests=Guests(),
            audit=AuditLog(),
            languages=Languages(),
            days=DayBookPort(store, seen.names, None, ZONE, lambda: self.now_utc),
            pins=PinsPort(store.pins),
        )
        self.bot = self._bot()

    def _cameras(self, names: tuple[str, ...]) -> Cameras:
        return Cameras(names, jpeg(640, 360))

    def _propose(self, view: ProposalView) -> None:
        key = proposal_keys.notice_key(view.camera, view.number)
        self.outbox.notice([OWNER], proposal_texts.offer(view), silent=True, key=key)
        self.wake()

    def wake(self) -> None:
        self.bot.wake()

    def _bot(self) -> Bot:
        url, timing = self.api.base_url, self.timing
        return Bot(TOKEN, url, ZONE, self.house, lambda _: None, timing=timing, now_utc=lambda: self.now_utc)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The chat runs; a second time is a restart of the program."""
        self.bot = self._bot()
        life = asyncio.create_task(self.bot.run())
        try:
            yield
        finally:
            await self.bot.stop()
            with suppress(asyncio.CancelledError):
                await life

    @property
    def visitor(self) -> Box:
        """Where somebody stands in the picture of the next event."""
        head = 16
        left, top = 640 * (0.1 + 0.6 * self._walked()) - 1.8 * head, 360 * 0.42 - head
        return left / 640, top / 360, 3.6 * head / 640, 10 * head / 360

    def _walked(self) -> float:
        return (self._number + 1) % 10 / 10

    def passes(self, span: timedelta) -> None:
        self.now_utc += span

    def moves(self, camera: str = "front", *, with_clip: bool = True, box: Box | None = None) -> str:
        """Something moves now: the event, nine seconds long, with its picture and clip."""
        event_id, walked, self._number = f"e{self._number}", self._walked(), self._number + 1
        files, catalogue = self.store.files, self.store.catalogue
        snapshot = files.write_snapshot(event_id, self._picture(event_id, camera, walked))
        catalogue.open_event(event_id, camera, self.now_utc, snapshot, [OWNER], box)
        if with_clip:
            self.records(event_id, camera)
        self.bot.wake()
        return event_id

    def _picture(self, event_id: str, camera: str, walked: float) -> bytes:
        return jpeg(640, 360, at=walked)

    def _film(self, event_id: str, camera: str) -> bytes:
        return self._clip.read_bytes()

    def _published(self, clip: Clip) -> None:
        """Nothing fetches it."""

    def records(self, event_id: str, camera: str = "front", masked: str = "") -> None:
        """The event is over and its clip is there."""
        temp = self.store.files.recording_dir / f"{event_id}.1.done"
        temp.write_bytes(self._film(event_id, camera))
        path = self.store.files.publish(temp, camera, event_id, 1, self.now_utc)
        new = NewClip(event_id, 1, path, self.now_utc, self.film_s, "h264", 640, 360, masked)
        self._published(self.store.catalogue.add_clip(new, archive=self.archives))
        self.store.catalogue.close_event(event_id, self.now_utc + timedelta(seconds=9), 9.0)
        self.bot.wake()

    def messages(self) -> list[Message]:
        return [message for message in self.api.messages(OWNER) if message.from_bot]

    async def first_messages(self, timeout_s: float = 90) -> None:
        """Whatever has no message yet has one; clips and counts may still follow."""
        async with asyncio.timeout(timeout_s):
            while any(letter.message_id is None for letter in self.outbox.due(self.now_utc)):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.01)

    async def noted(self, message: Message, timeout_s: float = 90) -> None:
        """It is written down that this message shows a picture."""
        query = "SELECT 1 FROM media WHERE message_id = ?"
        async with asyncio.timeout(timeout_s):
            while True:
                with self.store.database.read() as rows:
                    if rows.execute(query, (message.message_id,)).fetchone():
                        return
                await asyncio.sleep(0.01)

    async def settled(self, timeout_s: float = 90) -> None:
        """Everything is in the chat that is due or becomes due within a minute of the household's time."""
        async with asyncio.timeout(timeout_s):
            while self.outbox.waiting():
                next_utc = self.outbox.next_due(self.now_utc)
                if next_utc is not None and next_utc > self.now_utc:
                    self.now_utc = next_utc
                self.bot.wake()
                await asyncio.sleep(0.02)

    async def press(self, message: Message, label: str) -> Message:
        """Presses; the bot's next message, or this one once it was edited."""
        edits, last = message.revision, self.messages()[-1].message_id
        self.api.press(OWNER, message.message_id, label)

        def answer() -> Message | None:
            new = next((one for one in self.messages() if one.message_id > last), None)
            return new or (message if message.revision > edits else None)

        return await self.api.wait_for(answer)


@asynccontextmanager
async def living(store: Store, folder: Path, *cameras: str, api: BotApi | None = None) -> AsyncIterator[Living]:
    """At the end nothing may have been asked of the stand-in that the Bot API forbids."""
    clip = mp4(folder / "seen.mp4")
    async with BotApi(TOKEN, owner_ids=[OWNER]) if api is None else api as server:
        household = Living(server, store, clip, cameras or ("front",))
        async with household.running():
            yield household
        assert server.violations == []
