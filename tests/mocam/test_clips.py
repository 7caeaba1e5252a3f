from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.ports import Unavailable
from bot.search import Search
from mocam.adapters.clips import Clips
from mocam.store import Store
from storage.archive import Archive
from storage.archive_queue import ArchiveQueue
from storage.model import Clip, NewClip
from tests.demo.media import jpeg, mp4

BERLIN = ZoneInfo("Europe/Berlin")
LATE = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)
"""After midnight in Berlin."""


@pytest.fixture
async def clips(store: Store) -> Clips:
    off = Archive(ArchiveQueue(store.database, store.catalogue), store.catalogue, store.files, None)
    return Clips(store.catalogue, store.files, store.preferences, off, BERLIN)


def recorded(store: Store, number: int, started_utc: datetime, tmp_path: Path, *, picture: bool = True) -> Clip:
    event_id = f"e{number}"
    snapshot = store.files.write_snapshot(event_id, jpeg()) if picture else None
    store.catalogue.open_event(event_id, "front", started_utc, snapshot, ())
    path = store.files.publish(mp4(tmp_path / f"{event_id}.mp4"), "front", event_id, 1, started_utc)
    clip = store.catalogue.add_clip(NewClip(event_id, 1, path, started_utc, 2.0, "h264", 640, 360), archive=False)
    store.catalogue.close_event(event_id, started_utc + timedelta(seconds=2), 2.0)
    return clip


async def test_a_day_is_the_owners_day(store: Store, clips: Clips, tmp_path: Path) -> None:
    recorded(store, 1, LATE, tmp_path)
    recorded(store, 2, LATE - timedelta(hours=2), tmp_path)
    page = await clips.page(Search(), 0, 10)
    assert page
    assert page.day == date(2026, 5, 2)
    assert [event.event_id for event in page.events] == ["e1"]
    assert page.older_day == date(2026, 5, 1)


async def test_media_is_the_file_itself_with_a_thumbnail(store: Store, clips: Clips, tmp_path: Path) -> None:
    clip = recorded(store, 1, LATE, tmp_path)
    async with clips.media(clip.clip_id, 50_000_000) as media:
        assert media.path == clip.path
        assert not media.smaller
        assert media.thumbnail.startswith(b"\xff\xd8")
        assert len(media.thumbnail) < 200_000


async def test_over_the_limit_a_smaller_copy_is_lent_and_gone_afterwards(
    store: Store, clips: Clips, tmp_path: Path
) -> None:
    clip = recorded(store, 1, LATE, tmp_path, picture=False)
    limit_bytes = clip.size_bytes - 1000
    async with clips.media(clip.clip_id, limit_bytes) as media:
        assert media.smaller
        assert media.path.stat().st_size <= limit_bytes
        assert media.thumbnail.startswith(b"\xff\xd8")
    assert list(store.files.scratch_dir.iterdir()) == []
    assert clip.path
    assert clip.path.stat().st_size == clip.size_bytes


async def test_what_is_gone_is_said(store: Store, clips: Clips, tmp_path: Path) -> None:
    clip = recorded(store, 1, LATE, tmp_path)
    assert clip.path
    clip.path.unlink()
    for clip_id in (clip.clip_id, 99):
        with pytest.raises(Unavailable, match="gone"):
            async with clips.media(clip_id, 50_000_000):
                pass
