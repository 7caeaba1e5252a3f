"""Keeps the book of when each camera saw and when not: writes it down, and tells what the owner should know of it.

Lengths come from the monotonic clock while the program lives. What lies between two lives of it is the time from the
last line in the book to the first picture, by the wall clock; so nothing is written before that clock can be believed,
and all of it is put right when the clock is set later on.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Protocol

from camera.meter import Meter
from camera.model import Status
from mocam.stretches import Stretch, Stretches
from storage.clock import clock_believed
from storage.coverage import Coverage, coverage, is_due, last_moment
from storage.errors import StorageError
from storage.gaps import Gap, GapKind, Gaps, Known

log = logging.getLogger(__name__)

WRITE_EVERY_S = 60.0
"""One small transaction, some megabytes a day: what a crash may cost the book, and what an SD card bears for years."""
START_REPORT_S = 15.0
"""By then cameras are open and the clock is mostly set."""
TOLD_OFF_S = 120.0
"""MoCam away for longer than this is worth a message: a restart is not."""
CLOCK_STEP = timedelta(seconds=30)
"""A wall clock that moved this much against the monotonic one was set: what this life wrote moves with it."""
WEEK = timedelta(days=7)

STOPPED = "MoCam was stopped."
CUT_SHORT = "MoCam was cut short: no power, a crash, or the machine hung."


class Tell(Protocol):
    """What the owner hears of it."""

    def was_off(self, gaps: Sequence[Gap]) -> None:
        """MoCam did not run for long, and these cameras should have seen meanwhile."""

    def covered(self, from_utc: datetime, to_utc: datetime, found: Sequence[Coverage]) -> None:
        """The figure of the week."""


@dataclass(slots=True)
class _Camera:
    """What is known of one camera."""

    stretches: Stretches
    before: Known | None
    """As the last life of the program left it; None: a new camera."""
    pause_end_utc: datetime | None
    """Of the pause in which it was left."""
    status: Status | None = None
    """The newest; None: it is just being opened for the first time."""
    between: dict[GapKind, Gap] = field(default_factory=dict)
    """The gaps between two lives, as they were written."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A gap to be written, and who must know its number."""

    gap: Gap
    wrote: Callable[[Gap], None]


class Watchbook:
    """Used on the loop; `write` runs its transaction in a worker thread."""

    def __init__(
        self,
        cameras: Sequence[str],
        gaps: Gaps,
        tell: Tell,
        zone: tzinfo,
        pauses_utc: Callable[[], dict[str, datetime]] = dict,
        meters: Mapping[str, Meter] = MappingProxyType({}),
        *,
        mono_s: Callable[[], float] = time.monotonic,
        wall_utc: Callable[[], datetime] = lambda: datetime.now(UTC),
        write_every_s: float = WRITE_EVERY_S,
        start_report_s: float = START_REPORT_S,
    ) -> None:
        """`pauses_utc`: when the pause of each camera that was left disarmed ends; asked once, now.
        `meters`: what each camera delivers."""
        self._meters = meters
        self._gaps = gaps
        self._tell = tell
        self._zone = zone
        self._mono_s, self._wall_utc = mono_s, wall_utc
        self._write_every_s, self._start_report_s = write_every_s, start_report_s
        before, pauses = gaps.known(), pauses_utc()
        self._begun_mono_s = mono_s()
        self._cameras = {
            name: _Camera(Stretches(self._begun_mono_s), before.get(name), pauses.get(name)) for name in cameras
        }
        self._writing = asyncio.Lock()
        self._ended = False
        self._last_gap_before = gaps.newest()
        """What has a higher number was written in this life."""
        self._offset_utc: datetime | None = None
        """The wall clock at monotonic zero, as the last line was written with."""

    def state_changed(self, status: Status) -> None:
        """Follows one camera; on the loop."""
        if camera := self._cameras.get(status.camera):
            camera.stretches.follow(status, self._mono_s())
            camera.status = status

    async def run(self) -> None:
        """Writes until cancelled, and tells once, soon after the start, how long nobody watched."""
        await asyncio.sleep(self._start_report_s)
        told = False
        while True:
            try:
                if await self.write() and not told:
                    told = self._tell_off()
            except StorageError as exc:
                log.error("the book of gaps could not be written: %s", exc)
            await asyncio.sleep(self._write_every_s)

    async def write(self) -> bool:
        """Brings the rows up to now; False when the clock cannot be believed. Raises StorageError."""
        async with self._writing:
            now_utc = self._wall_utc()
            offset_utc = now_utc - timedelta(seconds=self._mono_s())
            newest_utc = max(
                (camera.before.until_utc for camera in self._cameras.values() if camera.before), default=None
            )
            if not clock_believed(now_utc, newest_utc):
                return False
            if self._offset_utc is not None and abs(offset_utc - self._offset_utc) > CLOCK_STEP:
                await asyncio.to_thread(self._gaps.move, self._last_gap_before, offset_utc - self._offset_utc)
            self._offset_utc = offset_utc
            lines = [line for name in self._cameras for line in self._lines(name, now_utc, offset_utc)]
            written = await asyncio.to_thread(
                self._gaps.write, [line.gap for line in lines], self._known(now_utc, offset_utc)
            )
            for line, gap in zip(lines, written, strict=True):
                line.wrote(gap)
            return True

    async def close(self) -> None:
        """Stopped in order: the last line says so, and any that should follow."""
        self._ended = True
        try:
            await self.write()
        except StorageError as exc:
            log.error("the book of gaps could not be closed: %s", exc)

    async def tell_week(self) -> None:
        """Tells the figure of the week when its time has come; called every hour. Raises StorageError."""
        now_utc = self._wall_utc()
        found = await asyncio.to_thread(self._week, now_utc)
        if found:
            self._tell.covered(last_moment(now_utc, self._zone) - WEEK, last_moment(now_utc, self._zone), found)

    async def covered(self, span: timedelta) -> list[Coverage]:
        """Each camera in the last `span`, as far as it is known. Raises StorageError."""
        await self.write()
        now_utc = self._wall_utc()
        return await asyncio.to_thread(self._covered, now_utc - span, now_utc)

    # -- lines of the book -----------------------------------------------------------------------------------------

    def _lines(self, name: str, now_utc: datetime, offset_utc: datetime) -> list[_Line]:
        """What must be written of one camera; nothing before it first saw, or said why it does not."""
        camera = self._cameras[name]
        if camera.stretches.begun_mono_s is None:
            return []
        begun_utc = offset_utc + timedelta(seconds=camera.stretches.begun_mono_s)
        lines = []
        for gap in _between_lives(name, camera, begun_utc):
            written = camera.between.get(gap.kind)
            if written is None or written != replace(gap, gap_id=written.gap_id):
                lines.append(_Line(replace(gap, gap_id=written.gap_id if written else 0), _keeper(camera)))
        for stretch in camera.stretches.unwritten():
            gap = _gap(name, stretch, offset_utc, now_utc)
            lines.append(_Line(gap, _marker(camera.stretches, stretch)))
        return lines

    def _known(self, now_utc: datetime, offset_utc: datetime) -> dict[str, Known]:
        known = {}
        for name, camera in self._cameras.items():
            if camera.stretches.begun_mono_s is None:
                continue
            begun_utc = offset_utc + timedelta(seconds=camera.stretches.begun_mono_s)
            since_utc = camera.before.since_utc if camera.before else begun_utc
            known[name] = Known(
                *(min(since_utc, now_utc), now_utc, camera.stretches.is_disarmed),
                *(self._ended, self._seen(name, camera)),
            )
        return known

    def _seen(self, name: str, camera: _Camera) -> str:
        if camera.status is None:
            return ""
        reading = self._meters[name].reading(self._mono_s()) if name in self._meters else None
        found = {"state": camera.status.state.value, "detail": camera.status.detail}
        return json.dumps(found | (asdict(reading) if reading else {}))

    def _tell_off(self) -> bool:
        """Tells of the time between two lives; False while a camera is still being opened."""
        if any(camera.stretches.begun_mono_s is None for camera in self._cameras.values()):
            return False
        found = [camera.between[GapKind.OFF] for camera in self._cameras.values() if GapKind.OFF in camera.between]
        long = [gap for gap in found if gap.length_s >= TOLD_OFF_S]
        if long:
            self._tell.was_off(long)
        return True

    # -- in a worker thread ----------------------------------------------------------------------------------------

    def _covered(self, from_utc: datetime, to_utc: datetime) -> list[Coverage]:
        gaps, known = self._gaps.between(from_utc, to_utc, self._cameras), self._gaps.known()
        return [
            coverage(name, gaps, max(from_utc, known[name].since_utc), to_utc)
            for name in self._cameras
            if name in known and known[name].since_utc < to_utc
        ]

    def _week(self, now_utc: datetime) -> list[Coverage]:
        known = [one for name, one in self._gaps.known().items() if name in self._cameras]
        if not known or not clock_believed(now_utc, max(one.until_utc for one in known)):
            return []
        told_utc = self._gaps.told_utc() or min(one.since_utc for one in known)
        if told_utc <= now_utc and not is_due(now_utc, told_utc, self._zone):
            return []
        self._gaps.set_told_utc(now_utc)
        if told_utc > now_utc:
            return []  # told by a clock that has been set back since
        to_utc = last_moment(now_utc, self._zone)
        return self._covered(to_utc - WEEK, to_utc)


def _between_lives(name: str, camera: _Camera, begun_utc: datetime) -> list[Gap]:
    """From the last line in the book to the first picture: a pause goes on to its end, the rest nobody wished."""
    if camera.before is None or camera.before.until_utc >= begun_utc:
        return []
    from_utc, gaps = camera.before.until_utc, []
    if camera.before.disarmed:
        end_utc = begun_utc if camera.pause_end_utc is None else min(begun_utc, camera.pause_end_utc)
        if end_utc > from_utc:
            gaps.append(Gap(name, GapKind.DISARMED, from_utc, end_utc, ""))
            from_utc = end_utc
    if begun_utc > from_utc:
        gaps.append(Gap(name, GapKind.OFF, from_utc, begun_utc, STOPPED if camera.before.ended else CUT_SHORT))
    return gaps


def _gap(name: str, stretch: Stretch, offset_utc: datetime, now_utc: datetime) -> Gap:
    to_utc = now_utc if stretch.to_mono_s is None else offset_utc + timedelta(seconds=stretch.to_mono_s)
    from_utc = offset_utc + timedelta(seconds=stretch.from_mono_s)
    return Gap(name, stretch.kind, from_utc, max(from_utc, to_utc), stretch.reason, stretch.gap_id)


def _keeper(camera: _Camera) -> Callable[[Gap], None]:
    def keep(gap: Gap) -> None:
        camera.between[gap.kind] = gap

    return keep


def _marker(stretches: Stretches, stretch: Stretch) -> Callable[[Gap], None]:
    to_mono_s = stretch.to_mono_s
    return lambda gap: stretches.wrote(stretch, gap.gap_id, to_mono_s)
