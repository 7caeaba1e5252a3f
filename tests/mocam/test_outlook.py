"""What /retention foretells over real rows, and the warning a week before there is no room."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import Outlook, RulesView
from bot.rules import Place
from bot.texts import notices, retention
from mocam.adapters.retention import RetentionPort
from mocam.outlook import Outlooks
from mocam.remote_room import GOOD_FOR_S, RemoteRoom
from mocam.room_warning import AGAIN, AHEAD, MUCH_SOONER, OVER, RoomWarning, verdict
from mocam.store import Store
from storage.archive import Archive
from storage.archive_queue import ArchiveQueue
from storage.files import Files
from storage.keys import Keys
from storage.model import NewClip, Rules
from storage.rclone import Rclone
from storage.retention import Retention
from tests.bot.house import ZONE

NOW = datetime(2027, 1, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MB, GB = 10**6, 10**9


def recorded(store: Store, number: int, started_utc: datetime, size_bytes: int, *, archived: bool = False) -> None:
    """A clip that says it is so large."""
    event_id = f"e{number}"
    store.catalogue.open_event(event_id, "front", started_utc, None, ())
    temp = store.files.recording_dir / f"{event_id}.done"
    temp.write_bytes(b"clip")
    path = store.files.publish(temp, "front", event_id, 1, started_utc)
    store.catalogue.add_clip(NewClip(event_id, 1, path, started_utc, 2.0, "h264", 64, 48), archive=archived)
    store.catalogue.close_event(event_id, started_utc + timedelta(seconds=2), 2.0)
    with store.database.transaction() as rows:
        state = "verified" if archived else "off"
        rows.execute("UPDATE clip SET size_bytes = ?, archive = ? WHERE event_id = ?", (size_bytes, state, event_id))


def days_of(store: Store, days: int, size_bytes: int, *, archived: bool = False) -> None:
    for day in range(days):
        recorded(store, day + 1, NOW - (days - day) * DAY, size_bytes, archived=archived)


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Files, "disk_free_bytes", lambda _self: 10 * GB)


class NoArchive(RemoteRoom):
    """Room at a provider, as a test says."""

    def __init__(self, free_bytes: int | None = None) -> None:
        self.bytes = free_bytes

    async def free_bytes(self) -> int | None:
        return self.bytes


def outlooks(store: Store, free_there: int | None = None, *, archive_on: bool = False) -> Outlooks:
    return Outlooks(store, NoArchive(free_there), archive_on=archive_on, now_utc=lambda: NOW)


def said(place: Place, rules: Rules, outlook: Outlook) -> str:
    view = RulesView(rules.local_days, rules.local_bytes, rules.remote_days, rules.remote_bytes)
    return retention.foreseen(place, view, outlook, NOW, ZONE)


@pytest.mark.usefixtures("roomy")
async def test_the_sentence_of_the_guide(store: Store) -> None:
    days_of(store, 10, 430 * MB, archived=True)
    rules = Rules(local_days=14, local_bytes=None, remote_days=30, remote_bytes=None, least_free_bytes=0)
    found = await outlooks(store, 15 * GB - 10 * 430 * MB, archive_on=True).of(rules)
    assert found.bytes_a_day == 430 * MB
    assert said(Place.ARCHIVE, rules, found) == (
        "30 days need 12.9 GB at 430 MB a day; the remote has 15 GB. The first deletion comes on Tue 9 Feb."
    )
    assert said(Place.HERE, rules, found) == (
        "14 days need 6 GB at 430 MB a day; the disk has 14.3 GB. The first deletion comes on Sun 24 Jan."
    )


@pytest.mark.usefixtures("roomy")
async def test_what_does_not_fit_is_said(store: Store) -> None:
    days_of(store, 10, 430 * MB, archived=True)
    rules = Rules(local_days=None, local_bytes=5 * GB, remote_days=90, remote_bytes=None, least_free_bytes=0)
    found = await outlooks(store, 2 * GB, archive_on=True).of(rules)
    assert said(Place.ARCHIVE, rules, found) == (
        "90 days need 38.7 GB at 430 MB a day; the remote has 6.3 GB. ⚠️ Full on Mon 25 Jan: then nothing more arrives"
        " there."
    )
    assert said(Place.HERE, rules, found) == (
        "5 GB hold about 11 days at 430 MB a day; the disk has 14.3 GB. The first deletion comes on Fri 22 Jan."
    )
    both = replace(rules, local_days=30)
    assert "30 days need 12.9 GB at 430 MB a day, and 5 GB hold about 11 days;" in said(
        Place.HERE, both, found_with(both, found)
    )


def found_with(rules: Rules, found: Outlook) -> Outlook:
    assert rules.local_days is not None
    return replace(found, here=replace(found.here, needs_bytes=round(rules.local_days * 430 * MB)))


@pytest.mark.usefixtures("roomy")
async def test_two_days_of_history_are_too_early_to_say(store: Store) -> None:
    days_of(store, 2, 430 * MB)
    rules = Rules()
    found = await outlooks(store).of(rules)
    assert found.bytes_a_day is None
    assert found.archive is None
    assert said(Place.HERE, rules, found) == ""
    assert retention.too_early(found) == "What that will need, it is too early to say: 2 days of history."


@pytest.mark.usefixtures("roomy")
async def test_what_was_deleted_since_counts_and_what_is_long_ago_does_not(store: Store) -> None:
    days_of(store, 5, 100 * MB)
    for clip in store.catalogue.local_clips()[:3]:
        store.catalogue.local_gone(clip.clip_id, NOW)
    recorded(store, 90, NOW - 40 * DAY, 50 * GB)
    found = await outlooks(store).of(Rules(least_free_bytes=0))
    assert found.history_days == pytest.approx(5)
    assert found.bytes_a_day == 100 * MB
    assert found.here.room_bytes == 50 * GB + 2 * 100 * MB + 10 * GB


@pytest.mark.usefixtures("roomy")
async def test_a_clock_that_was_not_set_spoils_nothing(store: Store) -> None:
    recorded(store, 90, datetime(1970, 1, 2, tzinfo=UTC), 3 * GB)
    days_of(store, 5, 100 * MB)
    found = await outlooks(store).of(Rules(local_days=5, local_bytes=None, least_free_bytes=0))
    assert found.here.first_utc == NOW
    assert found.here.room_bytes == 13 * GB + 500 * MB


async def test_the_port_foretells_without_changing_anything(store: Store) -> None:
    archive = Archive(ArchiveQueue(store.database, store.catalogue), store.catalogue, store.files, None)
    retains = Retention(store.catalogue, store.files, archive, store.preferences)
    days_of(store, 5, 100 * MB)
    port = RetentionPort(store, retains, archive, outlooks(store))
    rules = await port.rules()
    found = await port.outlook(replace(rules, local_days=30.0))
    assert found.here.needs_bytes == 3 * GB
    assert await port.rules() == rules


async def test_the_room_of_a_folder_is_asked_once_an_hour(store: Store, tmp_path: Path) -> None:
    passwords, now_s = Keys(store.files).load_or_make(), 0.0
    rclone = Rclone(str(tmp_path / "disk"), passwords, store.files.data_dir, tmp_path / "none.conf")
    rclone.make_folder()
    archive = Archive(ArchiveQueue(store.database, store.catalogue), store.catalogue, store.files, rclone)
    room = RemoteRoom(archive, lambda: now_s)
    first = await room.free_bytes()
    while first is None:  # a slow machine: the answer comes later than somebody waits
        first = await room.free_bytes()
    (tmp_path / "disk").rmdir()
    assert await room.free_bytes() == first
    now_s = GOOD_FOR_S + 1
    while await room.free_bytes() is not None:
        pass
    none = Archive(ArchiveQueue(store.database, store.catalogue), store.catalogue, store.files, None)
    assert await RemoteRoom(none).free_bytes() is None


# -- the warning -------------------------------------------------------------------------------------------------------


class Heard:
    def __init__(self) -> None:
        self.said: list[str] = []

    def archive_fills(self, full_utc: datetime, bytes_a_day: int) -> None:
        self.said.append(notices.archive_fills(full_utc, bytes_a_day, NOW, ZONE))

    def disk_fills(self, full_utc: datetime, bytes_a_day: int, *, archive_on: bool) -> None:
        self.said.append(notices.disk_fills(full_utc, bytes_a_day, NOW, ZONE, archive_on=archive_on))

    def only_copies_go(self, first_utc: datetime) -> None:
        self.said.append(notices.only_copies_go(first_utc, NOW, ZONE))


def warning(store: Store, heard: Heard, room: NoArchive, *, archive_on: bool = True) -> RoomWarning:
    found = Outlooks(store, room, archive_on=archive_on, now_utc=lambda: NOW)
    return RoomWarning(store, found, heard, lambda: {7}, str, archive_on=archive_on, now_utc=lambda: NOW)


@pytest.mark.usefixtures("roomy")
async def test_the_archive_is_warned_of_once_and_again_only_when_it_changed_much(store: Store) -> None:
    days_of(store, 10, 430 * MB, archived=True)
    store.preferences.set_rules(Rules(local_days=14, local_bytes=None, remote_days=90, least_free_bytes=0))
    heard, room = Heard(), NoArchive(12 * GB)
    await warning(store, heard, room).look()
    assert heard.said == []
    room.bytes = 2 * GB
    for _ in range(3):  # also after a restart
        await warning(store, heard, room).look()
    (told,) = heard.said
    assert "The archive will be full on Mon 25 Jan, at 430 MB a day." in told
    room.bytes = 1_900 * MB
    await warning(store, heard, room).look()
    assert len(heard.said) == 1
    room.bytes = 200 * MB
    await warning(store, heard, room).look()
    assert "The archive will be full tomorrow" in heard.said[1]
    room.bytes = 50 * GB
    await warning(store, heard, room).look()
    room.bytes = 2 * GB
    await warning(store, heard, room).look()
    assert len(heard.said) == 3


async def test_the_disk_is_warned_of_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    days_of(store, 10, 430 * MB)
    store.preferences.set_rules(Rules(local_days=60, local_bytes=None, least_free_bytes=GB))
    monkeypatch.setattr(Files, "disk_free_bytes", lambda _self: 3 * GB)
    heard = Heard()
    await warning(store, heard, NoArchive(), archive_on=False).look()
    (told,) = heard.said
    assert "The disk here will be full on Mon 25 Jan" in told
    assert "nowhere else" in told


@pytest.mark.usefixtures("roomy")
async def test_the_first_deletion_without_an_archive_is_told_once_in_a_life(store: Store) -> None:
    days_of(store, 9, 100 * MB)
    store.preferences.set_rules(Rules(local_days=14, local_bytes=None, least_free_bytes=0))
    heard = Heard()
    for _ in range(2):
        await warning(store, heard, NoArchive(), archive_on=False).look()
    (told,) = heard.said
    assert told.startswith("Your rule will delete the first clips here on Mon 25 Jan, and there is no archive")


@pytest.mark.usefixtures("roomy")
async def test_too_little_history_warns_of_nothing(store: Store) -> None:
    days_of(store, 2, 40 * GB)
    heard = Heard()
    await warning(store, heard, NoArchive(), archive_on=False).look()
    assert heard.said == []


moments = st.floats(-30, 60).map(lambda days: NOW + days * DAY)


@given(st.none() | moments, st.none() | moments)
def test_a_warning_is_remembered_and_not_said_twice(full_utc: datetime | None, told_utc: datetime | None) -> None:
    first = verdict(NOW, full_utc, told_utc)
    assert not verdict(NOW, full_utc, first.told_utc).tell or full_utc is None or full_utc < NOW - AGAIN
    if first.tell:
        assert full_utc is not None
        assert full_utc <= NOW + AHEAD
        assert first.told_utc == full_utc
        assert told_utc is None or full_utc < told_utc - MUCH_SOONER or told_utc + AGAIN < NOW
    if full_utc is None or full_utc > NOW + OVER:
        assert first.told_utc is None
