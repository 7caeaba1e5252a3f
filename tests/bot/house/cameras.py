"""Cameras, what they are told, and what they tell."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.decisions import Decision
from bot.health import HealthView
from bot.ports import Armed, Begun, BlindView, CameraView, EventView, Unavailable
from bot.proposals import Answer, ProposalView
from bot.schedule import Schedule
from bot.sensitivity import Level, LevelView, Progress, Trial, Trials
from bot.zones import IGNORED, Board, Change, IgnoredView, ZonesView
from tests.bot.house.clips import Clips
from tests.bot.house.letters import Outbox


class Cameras:
    """`broken` cameras have no picture, with a sentence; `closed` ones say that they are disarmed."""

    def __init__(self, names: Sequence[str], picture: bytes) -> None:
        self.names = list(names)
        self.picture = picture
        self.broken: dict[str, str] = {}
        self.closed: set[str] = set()
        self.blind_views: list[BlindView] = []
        self.crash = False

    def views(self) -> Sequence[CameraView]:
        since_utc = datetime.now(UTC) - timedelta(minutes=5)
        return [CameraView(name, self._state(name), since_utc, self.broken.get(name, "")) for name in self.names]

    def _state(self, name: str) -> str:
        if name in self.closed:
            return "disarmed"
        return "blind" if name in self.broken else "watching"

    async def blind(self) -> Sequence[BlindView]:
        return self.blind_views

    async def snapshot(self, camera: str) -> bytes:
        if self.crash:
            raise ZeroDivisionError("a bug of the test's own")
        if camera in self.broken:
            raise Unavailable(self.broken[camera])
        return self.picture


class Arming:
    """`until_utc` holds the pause of each disarmed camera; `private`: they are closed for privacy."""

    private = False

    def __init__(self, cameras: Cameras) -> None:
        self._cameras = cameras
        self.until_utc: dict[str, datetime] = {}
        self.kept: dict[str, Schedule] = {}

    async def state(self) -> Armed:
        names = self._cameras.names
        return Armed(
            tuple(name for name in names if name not in self.until_utc), dict(self.until_utc), private=self.private
        )

    async def arm(self, cameras: Collection[str]) -> None:
        self.until_utc = {name: end for name, end in self.until_utc.items() if name not in cameras}

    async def disarm(self, cameras: Collection[str], until_utc: datetime) -> None:
        self.until_utc |= dict.fromkeys(cameras, until_utc)

    async def schedules(self) -> Mapping[str, Schedule]:
        return dict(self.kept)

    async def set_schedule(self, cameras: Collection[str], schedule: Schedule | None) -> None:
        for camera in cameras:
            self.kept.pop(camera, None)
            if schedule is not None:
                self.kept[camera] = schedule

    async def close(self, until_utc: datetime) -> None:
        self.until_utc = dict.fromkeys(self._cameras.names, until_utc)


class Recordings:
    """What was asked for, in order; an event goes on until it is stopped. `broken` cameras refuse with a sentence."""

    def __init__(self, clips: Clips, outbox: Outbox) -> None:
        self._clips = clips
        self._outbox = outbox
        self.begun: list[tuple[str, float]] = []
        self.broken: dict[str, str] = {}
        self._going: dict[str, str] = {}

    async def begin(self, camera: str, length_s: float, chat_id: int) -> Begun:
        if camera in self.broken:
            raise Unavailable(self.broken[camera])
        self.begun.append((camera, length_s))
        until_utc = datetime.now(UTC) + timedelta(seconds=length_s)
        if camera in self._going:
            return Begun(self._going[camera], until_utc, fresh=False)
        event_id = self._going[camera] = f"e{900 + len(self.begun)}"
        now_utc = datetime.now(UTC)
        self._clips.events[event_id] = EventView(
            event_id, camera, now_utc, None, 0.0, None, (), by_hand_until_utc=until_utc
        )
        self._outbox.put(chat_id, event_id)
        return Begun(event_id, until_utc, fresh=True)

    async def stop(self, event_id: str) -> bool:
        camera = next((name for name, going in self._going.items() if going == event_id), "")
        return bool(camera and self._going.pop(camera))


class ZonesBook:
    """Remembers what was changed; a place is whatever was typed."""

    def __init__(self, picture: bytes) -> None:
        self.picture = picture
        self.changes: list[tuple[str, Change]] = []
        self.views: dict[str, ZonesView] = {}
        self.reason = ""
        """Why there is no picture of now."""

    async def of(self, camera: str) -> ZonesView:
        return self.views.get(camera, ZonesView(camera))

    async def board(self, camera: str, *, fresh: bool) -> Board:
        return Board(self.picture, None, self.reason)

    async def change(self, camera: str, change: Change) -> ZonesView:
        before = await self.of(camera)
        ignored = {one.squares for one in before.ignored} ^ {change.place}
        self.changes.append((camera, change))
        self.views[camera] = replace(
            before,
            ignored=tuple(IgnoredView(place, change.hours) for place in sorted(ignored)),
            marks=dict.fromkeys(ignored, IGNORED),
            revision=before.revision + 1,
            can_undo=True,
        )
        return self.views[camera]

    async def undo(self, camera: str, revision: int) -> ZonesView | None:
        if (await self.of(camera)).revision != revision:
            return None
        self.views[camera] = ZonesView(camera, revision=revision + 1)
        return self.views[camera]


class Levels:
    """Every camera is at NORMAL; a trial takes `steps` and is always the same."""

    def __init__(self) -> None:
        self.views: dict[str, LevelView] = {}
        self.steps = 14

    async def of(self, camera: str) -> LevelView:
        return self.views.get(camera, LevelView(camera, Level.NORMAL, 0, can_undo=False))

    async def set(self, camera: str, level: Level) -> LevelView:
        self.views[camera] = LevelView(camera, level, (await self.of(camera)).revision + 1, can_undo=True)
        return self.views[camera]

    async def undo(self, camera: str, revision: int) -> LevelView | None:
        if (await self.of(camera)).revision != revision:
            return None
        self.views[camera] = LevelView(camera, Level.NORMAL, revision + 1, can_undo=False)
        return self.views[camera]

    async def trials(self, camera: str, progress: Progress) -> Trials:
        for step in range(self.steps):
            progress(step, self.steps)
            await asyncio.sleep(0)
        low, high = Trial(self.steps - 5, 2), Trial(self.steps, 0)
        return Trials(7, self.steps, 3, 0, 0, {Level.LOW: low, Level.NORMAL: high, Level.HIGH: high})


class Reasons:
    """What is put in comes out."""

    def __init__(self) -> None:
        self.all: list[Decision] = []

    async def newest(self, chat_id: int, camera: str, count: int) -> Sequence[Decision]:
        return [one for one in self.all if camera in {"", one.camera}][:count]


class Offers:
    """What is put in is answered."""

    def __init__(self) -> None:
        self.views: dict[tuple[str, int], ProposalView] = {}

    async def answer(self, camera: str, number: int, answer: Answer) -> ProposalView | None:
        view = self.views.get((camera, number))
        if view is None:
            return None
        self.views[camera, number] = replace(view, answer=answer)
        return self.views[camera, number]


@dataclass
class Health:
    """A machine that is well since yesterday."""

    view: HealthView = field(
        default_factory=lambda: HealthView(datetime.now(UTC) - timedelta(days=1), 48.0, trouble="", waiting=0)
    )

    async def now(self) -> HealthView:
        return self.view
