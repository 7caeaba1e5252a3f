"""The chat's clips: events by day, and files that Telegram takes."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from bot import ports
from bot.ports import ArchiveState, Around, ClipView, EventPage, EventView, Media, Unavailable
from bot.search import Kind, Search
from bot.when import When
from camera.errors import CameraError
from camera.grid import Zones
from camera.mask import black_jpeg
from camera.shrink import shrink
from camera.thumbnail import thumbnail_of_clip, thumbnail_of_jpeg
from mocam.spare import Spare
from storage.archive import Archive
from storage.catalogue import Catalogue
from storage.errors import ArchiveError, StorageError
from storage.files import Files
from storage.model import Box, Clip, Event
from storage.preferences import Preferences
from storage.reading import day_bounds
from storage.searching import Wanted

log = logging.getLogger(__name__)

_ALWAYS = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
_KINDS = {
    Kind.ALL: "",
    Kind.KEPT: "kept",
    Kind.FALSE_ALARM: "false",
    Kind.BY_HAND: "by hand",
    Kind.PERSON: "person",
    Kind.ANIMAL: "animal",
    Kind.VEHICLE: "vehicle",
}

PLAYS_ON_PHONES = "h264"


class Clips:
    """The chat's `Clips` over catalogue, files and archive; `zone` decides what a day is."""

    def __init__(
        self,
        catalogue: Catalogue,
        files: Files,
        preferences: Preferences,
        archive: Archive,
        zone: tzinfo,
        spare: Spare | None = None,
        place_of: Callable[[str, Box | None], str] = lambda _camera, _box: "",
        mask_of: Callable[[str], Zones] = lambda _camera: Zones(),
    ) -> None:
        """`spare` knows events that the disk did not take so far; `place_of` the named place of a camera in which
        something moved, `mask_of` what nobody is to see of a camera."""
        self._place_of = place_of
        self._mask_of = mask_of
        self._catalogue = catalogue
        self._files = files
        self._preferences = preferences
        self._archive = archive
        self._zone = zone
        self._spare = spare or Spare()
        self._shrinking = asyncio.Semaphore(1)
        """One smaller copy at a time: encoding takes all of a small board."""

    async def event(self, event_id: str) -> EventView | None:
        if view := self._spare.event(event_id):
            return replace(view, place=self._place_of(view.camera, view.box))
        event = await asyncio.to_thread(self._catalogue.event, event_id)
        return self._view(event) if event else None

    async def latest(self) -> EventView | None:
        event = await asyncio.to_thread(self._catalogue.latest)
        return self._view(event) if event else None

    async def page(self, search: Search, page: int, per_page: int) -> EventPage | None:
        return await asyncio.to_thread(self._page, search, page, per_page)

    async def around(self, event_id: str, search: Search) -> Around | None:
        found = await asyncio.to_thread(self._catalogue.around, event_id, self._span(search.when), _wanted(search))
        return None if found is None else Around(found.newer, found.older, found.number, found.count)

    def media(self, clip_id: int, limit_bytes: int) -> ports.MediaLoan:
        return _Loan(self._catalogue, self._files, self._archive, self._shrinking, clip_id, limit_bytes, self._mask_of)

    def _page(self, search: Search, page: int, per_page: int) -> EventPage | None:
        if search.is_newest:
            newest = self._catalogue.newest_day(self._zone)
            if newest is None:
                return None
            search = Search(When(day=newest))
        wanted, day = _wanted(search), search.when.day
        found = self._catalogue.page(*self._span(search.when), page, per_page, wanted)
        return EventPage(
            search=search,
            events=tuple(self._view(event) for event in found.events),
            page=found.page,
            pages=found.pages,
            older_day=self._catalogue.older_day(day, self._zone, wanted) if day else None,
            newer_day=self._catalogue.newer_day(day, self._zone, wanted) if day else None,
            count=found.count,
        )

    def _span(self, when: When) -> tuple[datetime, datetime]:
        if when.day is not None:
            return day_bounds(when.day, self._zone)
        return when.span_utc or _ALWAYS

    def _view(self, event: Event) -> EventView:
        return EventView(
            event_id=event.event_id,
            camera=event.camera,
            started_utc=event.started_utc,
            ended_utc=event.ended_utc,
            duration_s=sum(clip.duration_s for clip in event.parts),
            snapshot=event.snapshot,
            parts=tuple(self._clip_view(clip) for clip in event.parts),
            box=event.box,
            kept=any(clip.kept for clip in event.parts),
            false_alarm=event.false_alarm_utc is not None,
            delete_utc=event.delete_utc,
            seen=event.seen,
            by_hand_until_utc=event.by_hand_until_utc,
            place=self._place_of(event.camera, event.box),
        )

    def _clip_view(self, clip: Clip) -> ClipView:
        rules = self._preferences.rules()
        archived = clip.archive == "verified"
        lent = clip.path is None or self._files.lies_in_memory(clip.path)
        return ClipView(
            clip_id=clip.clip_id,
            part=clip.part,
            duration_s=clip.duration_s,
            width=clip.width,
            height=clip.height,
            size_bytes=clip.size_bytes,
            local=clip.path is not None,
            archive=ArchiveState(clip.archive.value),
            # What lies in memory gives way before any rule of age.
            local_until_utc=None if lent else _until(clip, rules.local_days),
            remote_until_utc=_until(clip, rules.remote_days) if archived else None,
            codec=clip.codec,
            sealed=clip.sealed and archived,
            veiled=_must_veil(clip, self._mask_of(clip.camera)),
        )


def _wanted(search: Search) -> Wanted:
    return Wanted(search.names, _KINDS[search.kind])


def _until(clip: Clip, days: float | None) -> datetime | None:
    return None if clip.kept or days is None else clip.started_utc + timedelta(days=days)


def _must_veil(clip: Clip, mask: Zones) -> bool:
    """Whether the file shows what nobody is to see."""
    return not mask.squares <= Zones.parse(clip.masked).squares


class _Loan:
    """One file on loan: from the disk or the archive, made smaller where it must be, gone again at the end."""

    def __init__(
        self,
        catalogue: Catalogue,
        files: Files,
        archive: Archive,
        shrinking: asyncio.Semaphore,
        clip_id: int,
        limit_bytes: int,
        mask_of: Callable[[str], Zones],
    ) -> None:
        self._mask_of = mask_of
        self._catalogue = catalogue
        self._files = files
        self._archive = archive
        self._shrinking = shrinking
        self._clip_id = clip_id
        self._limit_bytes = limit_bytes
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Media:
        try:
            return await self._borrow()
        except (CameraError, StorageError) as exc:
            await self._stack.aclose()
            raise Unavailable(str(exc)) from exc
        except BaseException:
            await self._stack.aclose()
            raise

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def _borrow(self) -> Media:
        clip = await asyncio.to_thread(self._catalogue.clip, self._clip_id)
        if clip is None:
            raise Unavailable("This clip is gone: retention deleted it.")
        path, from_archive = await self._whole(clip)
        smaller = clip.size_bytes > self._limit_bytes
        mask = self._mask_of(clip.camera)
        if smaller or clip.codec != PLAYS_ON_PHONES or _must_veil(clip, mask):
            path = await self._smaller(path, mask)
        event = await asyncio.to_thread(self._catalogue.event, clip.event_id)
        return Media(
            path=path,
            duration_s=clip.duration_s,
            width=clip.width,
            height=clip.height,
            thumbnail=await asyncio.to_thread(_thumbnail, event, path, mask),
            smaller=smaller,
            from_archive=from_archive,
        )

    async def _whole(self, clip: Clip) -> tuple[Path, bool]:
        if clip.path is not None and clip.path.exists():
            return clip.path, False
        if clip.archive != "verified":
            raise Unavailable("This clip is gone: retention deleted it.")
        try:
            return await self._stack.enter_async_context(self._archive.fetch(clip)), True
        except ArchiveError as exc:
            raise Unavailable(f"It is in the archive, but cannot be fetched now: {exc}") from exc

    async def _smaller(self, path: Path, mask: Zones) -> Path:
        target = self._files.scratch_dir / f"smaller-{self._clip_id}-{secrets.token_hex(4)}.mp4"
        self._stack.callback(target.unlink, missing_ok=True)
        async with self._shrinking:
            await asyncio.to_thread(shrink, path, target, self._limit_bytes, mask)
        return target


def _thumbnail(event: Event | None, path: Path, mask: Zones) -> bytes:
    try:
        if event and event.snapshot:
            jpeg = event.snapshot.read_bytes()
            return thumbnail_of_jpeg(black_jpeg(jpeg, mask) if mask else jpeg)
        return thumbnail_of_clip(path)
    except (CameraError, OSError) as exc:
        log.warning("no thumbnail for %s: %s", path.name, exc)
        return b""
