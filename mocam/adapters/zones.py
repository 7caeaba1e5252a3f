"""The chat's `ZonesPort` over the cameras: kept in the data folder, followed at once and at every full minute."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from bot import zones as ports
from bot.parsing import NotUnderstood, Why
from bot.ports import Unavailable
from bot.zones import Board, Change, IgnoredView, Verb, ZonesView
from camera.config import CameraConfig
from camera.detection import Detection
from camera.errors import SourceError
from camera.grid import ZoneError, Zones, square_name
from camera.mask import black_jpeg
from camera.sensitivity import Sensitivity
from camera.supervisor import Supervisor
from mocam import grid_picture
from mocam.adapters.wishes import asked
from mocam.zoning import BadNameError, Box, Hours, TooManyError, Zoning
from storage.catalogue import Catalogue
from storage.errors import StorageError
from storage.preferences import Preferences

log = logging.getLogger(__name__)

LOOK_S = 15.0
"""How late an hour may be followed."""
MOST_UNDONE = 20
"""Changes of one camera that can be taken back."""
ALL = "all"
"""Of UNMASK: wherever it is black."""
FRESH_S = 60.0
"""A picture of the last minute is good enough to tap on."""


def _now_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Kept:
    """What is known of one camera."""

    config: CameraConfig
    supervisor: Supervisor
    now: Zoning
    revision: int = 0
    before: list[Zoning] = field(default_factory=list)
    """What held before, the latest last."""
    picture: bytes = field(default=b"", repr=False)
    picture_mono_s: float = float("-inf")


class ZonesPort:
    """Made before the cameras start. `run` follows the hours."""

    def __init__(
        self,
        watched: Sequence[tuple[CameraConfig, Supervisor]],
        preferences: Preferences,
        catalogue: Catalogue,
        zone: tzinfo,
        now_utc: Callable[[], datetime] = _now_utc,
    ) -> None:
        """Reads what is kept, and watches so from the start. Raises StorageError."""
        self._preferences = preferences
        self._catalogue = catalogue
        self._zone = zone
        self._now_utc = now_utc
        self._changing = asyncio.Lock()
        self._cameras = {config.name: self._read(config, supervisor) for config, supervisor in watched}
        self.snapshot: Callable[[str], Awaitable[bytes]] = _no_picture
        """A picture of now; raises Unavailable. Set by the roof."""
        self.follow()

    # -- the port --------------------------------------------------------------------------------------------------

    async def of(self, camera: str) -> ZonesView:
        return _view(self._known(camera))

    async def board(self, camera: str, *, fresh: bool) -> Board:
        kept = self._known(camera)
        jpeg, taken_utc, reason = kept.picture, None, ""
        if fresh or not jpeg or time.monotonic() - kept.picture_mono_s > FRESH_S:
            try:
                jpeg = await self.snapshot(camera)
            except Unavailable as exc:
                reason = str(exc)
                jpeg, taken_utc = await asyncio.to_thread(self._last_picture, camera)
            else:
                kept.picture, kept.picture_mono_s = jpeg, time.monotonic()
        try:
            drawn = await asyncio.to_thread(_drawn, jpeg, kept.now)
        except SourceError as exc:
            raise Unavailable(str(exc)) from exc
        return Board(drawn, taken_utc, reason)

    async def change(self, camera: str, change: Change) -> ZonesView:
        kept = self._known(camera)
        async with self._changing:
            new = _changed(kept.now, change)
            if new != kept.now:
                await self._keep(kept, new, [*kept.before, kept.now][-MOST_UNDONE:])
        return _view(kept)

    async def undo(self, camera: str, revision: int) -> ZonesView | None:
        kept = self._known(camera)
        async with self._changing:
            if revision != kept.revision or not kept.before:
                return None
            await self._keep(kept, kept.before[-1], kept.before[:-1])
        return _view(kept)

    # -- for the rest of the roof ------------------------------------------------------------------------------------

    def place_of(self, camera: str, box: Box | None) -> str:
        """The named place of a camera in which the box lies; empty: none."""
        kept = self._cameras.get(camera)
        return kept.now.place_of(box) if kept else ""

    def mask_of(self, camera: str) -> Zones:
        """What nobody is to see of a camera's pictures, those of earlier included."""
        kept = self._cameras.get(camera)
        return kept.now.mask if kept else Zones()

    @property
    def cameras(self) -> Sequence[str]:
        """In the order of the settings."""
        return list(self._cameras)

    def config(self, camera: str) -> CameraConfig:
        """Raises Unavailable for an unknown camera."""
        return self._known(camera).config

    def sensitivity(self, camera: str) -> Sensitivity:
        """The level that holds now."""
        kept = self._known(camera)
        return kept.now.sensitivity or Sensitivity(kept.config.sensitivity)

    async def set_sensitivity(self, camera: str, level: Sensitivity) -> None:
        """Kept, followed at once, undone like any change of the zones."""
        kept = self._known(camera)
        async with self._changing:
            if level is not self.sensitivity(camera):
                await self._keep(kept, replace(kept.now, sensitivity=level), [*kept.before, kept.now][-MOST_UNDONE:])

    def detection(self, camera: str, minute: int, level: Sensitivity) -> Detection:
        """How it would watch at that level and minute of the owner's day, with the zones of now."""
        return replace(self._known(camera).now.detection(minute, level), sensitivity=level)

    def zoning(self, camera: str) -> Zoning:
        """What holds now. Raises Unavailable for an unknown camera."""
        return self._known(camera).now

    def follow(self) -> None:
        """Each camera watches as it should at this minute."""
        local = self._now_utc().astimezone(self._zone)
        for kept in self._cameras.values():
            kept.config.mask.zones = kept.now.mask
            wanted = kept.now.detection(local.hour * 60 + local.minute, Sensitivity(kept.config.sensitivity))
            if wanted != kept.supervisor.detection:
                kept.supervisor.detect(wanted)

    async def run(self) -> None:
        """Follows the hours until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.follow()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _known(self, camera: str) -> _Kept:
        if camera not in self._cameras:
            raise Unavailable(f"There is no camera {camera}. There is: {', '.join(self._cameras)}.")
        return self._cameras[camera]

    def _read(self, config: CameraConfig, supervisor: Supervisor) -> _Kept:
        kept = _Kept(config, supervisor, Zoning.of(config))
        stored = self._preferences.noted(_name(config.name))
        if stored is None:
            return kept
        try:
            return _of_stored(kept, stored)
        except (ValueError, KeyError, TypeError):
            log.error("the kept zones of %s cannot be read, so those of the settings hold", config.name)
            return _Kept(config, supervisor, Zoning.of(config))

    async def _keep(self, kept: _Kept, now: Zoning, before: list[Zoning]) -> None:
        """Written first: what holds is what is kept."""
        revision = kept.revision + 1
        stored = {"revision": revision, "now": now.stored(), "before": [one.stored() for one in before]}
        await asked(lambda: self._preferences.note(_name(kept.config.name), stored))
        kept.now, kept.before, kept.revision = now, before, revision
        self.follow()

    def _last_picture(self, camera: str) -> tuple[bytes, datetime | None]:
        """Of the newest event of the camera; empty: there is none."""
        try:
            event = self._catalogue.latest_picture(camera)
            if event is not None and event.snapshot is not None:
                return Path(event.snapshot).read_bytes(), event.started_utc
        except (StorageError, OSError) as exc:
            log.info("no earlier picture of %s: %s", camera, exc)
        return b"", None


def _drawn(jpeg: bytes, zoning: Zoning) -> bytes:
    """Also an earlier picture shows no place that is masked by now."""
    return grid_picture.draw(black_jpeg(jpeg, zoning.mask) if jpeg and zoning.mask else jpeg, zoning)


async def _no_picture(camera: str) -> bytes:
    raise Unavailable(f"The camera {camera} gives no picture now.")


def _name(camera: str) -> str:
    return f"zones:{camera}"


def _of_stored(kept: _Kept, stored: Any) -> _Kept:
    kept.now, kept.revision = Zoning.read(stored["now"]), int(stored["revision"])
    kept.before = [Zoning.read(one) for one in stored["before"]]
    return kept


def _changed(now: Zoning, change: Change) -> Zoning:
    """Raises NotUnderstood."""
    try:
        return _DONE[change.verb](now, change)
    except ZoneError as exc:
        raise NotUnderstood(Why.PLACE) from exc
    except BadNameError as exc:
        raise NotUnderstood(Why.NO_NAME if change.verb is Verb.UNNAME else Why.BAD_NAME) from exc
    except TooManyError as exc:
        raise NotUnderstood(Why.TOO_MANY_PLACES) from exc


def _revealed(now: Zoning, change: Change) -> Zoning:
    return now.reveal(now.mask if change.place.lower() == ALL else now.place(change.place))


_DONE: Mapping[Verb, Callable[[Zoning, Change], Zoning]] = {
    Verb.IGNORE: lambda now, change: now.ignore(now.place(change.place), _minutes(change.hours)),
    Verb.WATCH: lambda now, change: now.watch(now.place(change.place)),
    Verb.TOGGLE: lambda now, change: now.toggle(now.place(change.place)),
    Verb.MASK: lambda now, change: now.blacken(now.place(change.place)),
    Verb.UNMASK: _revealed,
    Verb.TOGGLE_MASK: lambda now, change: now.toggle_mask(now.place(change.place)),
    Verb.NAME: lambda now, change: now.name(change.name, now.place(change.place)),
    Verb.UNNAME: lambda now, change: now.unname(change.name),
    Verb.CLEAR: lambda now, _change: now.clear(),
}


def _view(kept: _Kept) -> ZonesView:
    now = kept.now
    marks = dict.fromkeys(_squares(now.at_times), ports.AT_TIMES) | dict.fromkeys(_squares(now.always), ports.IGNORED)
    marks |= dict.fromkeys(_squares(now.mask), ports.MASKED)
    return ZonesView(
        camera=kept.config.name,
        ignored=tuple(IgnoredView(str(one.zones), one.hours and _clocks(one.hours)) for one in now.ignored),
        names={name: str(zones) for name, zones in now.names.items()},
        marks=marks,
        mask=str(now.mask),
        encodes=kept.supervisor.encodes,
        revision=kept.revision,
        can_undo=bool(kept.before),
    )


def _squares(zones: Zones) -> list[str]:
    return [square_name(column, row) for column, row in sorted(zones.squares)]


def _clocks(hours: Hours) -> tuple[clock_time, clock_time]:
    return clock_time(*divmod(hours[0], 60)), clock_time(*divmod(hours[1], 60))


def _minutes(hours: ports.Hours | None) -> Hours | None:
    return None if hours is None else (hours[0].hour * 60 + hours[0].minute, hours[1].hour * 60 + hours[1].minute)
