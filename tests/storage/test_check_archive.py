"""The archive against the rows, with real rclone: what it lost is sent again, what only it knows is learned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import check_archive, rescue
from storage.archive import Archive
from storage.check import Finding, Kind, Probe, findings
from storage.clock import Reading
from storage.errors import ArchiveRefused
from storage.listing import Contents, State
from storage.model import ArchiveState
from storage.rclone import Rclone
from storage.rebuild import Rebuild
from storage.repair import Repair
from storage.repair_archive import ArchiveRepair
from storage.timekeeping import Timekeeper
from tests.storage.room import NOON, Room, drained
from tests.support_crypt import Reader


async def compared(room: Room, remote: Path) -> tuple[list[Finding], Contents]:
    there = await check_archive.look(room.rclone(remote), room.files)
    return list(check_archive.compare(there, room.catalogue.archive_clips(), room.catalogue.garbage())), there


async def mended(room: Room, remote: Path) -> list[str]:
    found, there = await compared(room, remote)
    repair = ArchiveRepair(room.catalogue, room.queue, room.mending, Rebuild(room.db, room.files))
    return [one.sentence for one in repair.mend(found, there)]


def encrypted(room: Room, remote: Path, plain: str) -> Path:
    reader = Reader.from_file(room.files.keys_dir / "archive-passwords.txt")
    return next(remote / hidden for name, hidden in reader.paths(remote) if name == plain)


async def archived(room: Room, remote: Path, clips: int = 4) -> None:
    for number in range(1, clips + 1):
        room.with_clip(number, NOON + timedelta(minutes=number))
    await drained(room.archive(remote), room)


async def test_a_sound_archive_has_no_findings_and_an_empty_one_neither(room: Room, remote: Path) -> None:
    assert (await compared(room, remote_made(remote)))[0] == []
    await archived(room, remote)
    assert (await compared(room, remote))[0] == []


def remote_made(remote: Path) -> Path:
    remote.mkdir()
    return remote


async def test_what_it_lost_is_sent_again_while_it_is_here(room: Room, remote: Path) -> None:
    await archived(room, remote)
    clips = {clip.event_id: clip for clip in room.catalogue.local_clips()}
    encrypted(room, remote, clips["e1"].remote_name).unlink()
    cut = encrypted(room, remote, clips["e2"].remote_name)
    cut.write_bytes(cut.read_bytes()[:-100])
    found, _ = await compared(room, remote)
    assert {(one.kind, one.clip_id) for one in found} == {
        (Kind.NOT_IN_ARCHIVE, clips["e1"].clip_id),
        (Kind.WRONG_IN_ARCHIVE, clips["e2"].clip_id),
    }
    assert all("It is sent again." in sentence for sentence in await mended(room, remote))
    assert room.now(clips["e1"].clip_id).archive is ArchiveState.WAITING
    await drained(room.archive(remote), room)
    assert (await compared(room, remote))[0] == []


async def test_what_is_nowhere_any_more_is_said_and_what_is_cut_is_left(room: Room, remote: Path) -> None:
    await archived(room, remote)
    clips = {clip.event_id: clip for clip in room.catalogue.local_clips()}
    for event_id in ("e1", "e2"):
        path = clips[event_id].path
        assert path
        room.files.delete(path)
        room.catalogue.local_gone(clips[event_id].clip_id, NOON)
    encrypted(room, remote, clips["e1"].remote_name).unlink()
    cut = encrypted(room, remote, clips["e2"].remote_name)
    cut.write_bytes(cut.read_bytes()[:-100])
    said = " ".join(await mended(room, remote))
    assert "its row says so now" in said
    assert "it was left alone" in said
    assert room.now(clips["e1"].clip_id).archive is ArchiveState.DELETED
    assert room.now(clips["e2"].clip_id).archive is ArchiveState.VERIFIED
    assert cut.exists()


async def test_another_archive_is_refused_and_nothing_concluded(room: Room, remote: Path, tmp_path: Path) -> None:
    await archived(room, remote)
    elsewhere = Room.at(tmp_path / "other")
    elsewhere.with_clip(9)
    await drained(elsewhere.archive(tmp_path / "elsewhere"), elsewhere)
    elsewhere.db.close()
    with pytest.raises(ArchiveRefused, match="Is it the right one"):
        list(check_archive.compare(Contents((), {}), room.catalogue.archive_clips(), frozenset()))
    assert {clip.archive for clip in room.catalogue.local_clips()} == {ArchiveState.VERIFIED}


async def test_what_only_the_archive_knows_is_learned(room: Room, remote: Path) -> None:
    await archived(room, remote)
    old = room.catalogue.event("e3")
    assert old
    with room.db.transaction() as rows:
        rows.execute("DELETE FROM event WHERE event_id = 'e3'")
    room.files.delete(old.parts[0].path or Path())
    (sentence,) = await mended(room, remote)
    assert "It is in the catalogue now." in sentence
    new = room.catalogue.event("e3")
    assert new
    assert (new.started_utc, new.camera) == (old.started_utc, old.camera)
    assert (new.parts[0].sha256, new.parts[0].archive) == (old.parts[0].sha256, ArchiveState.VERIFIED)
    assert (await compared(room, remote))[0] == []


async def test_a_catalogue_lost_with_everything_comes_back_without_sending_a_byte_again(
    room: Room, remote: Path
) -> None:
    await archived(room, remote)
    gone = room.catalogue.event("e1")
    assert gone
    room.files.delete(gone.parts[0].path or Path())
    sent = [encrypted(room, remote, clip.remote_name) for clip in room.catalogue.archive_clips()]
    assert len(sent) == 4
    clips = {path: path.stat().st_mtime_ns for path in sent}
    lists = (await check_archive.look(room.rclone(remote), room.files)).lists
    room.db.close()
    for path in room.files.data_dir.glob("mocam.sqlite3*"):
        path.unlink()
    rescue.rebuild(room.files, rescue.trouble(room.files))
    new = Room.at(room.files.data_dir)
    repair = Repair(new.catalogue, new.files, new.mending, lambda _: Probe(12.5, "h264", 640, 360), archive=True)
    repair.mend(findings(new.catalogue, new.files))
    assert new.catalogue.event("e1") is None

    async def learn(rclone: Rclone) -> None:
        there = await check_archive.look(rclone, new.files)
        found = list(check_archive.compare(there, new.catalogue.archive_clips(), new.catalogue.garbage()))
        ArchiveRepair(new.catalogue, new.queue, new.mending, Rebuild(new.db, new.files)).mend(found, there)

    archive = Archive(new.queue, new.catalogue, new.files, new.rclone(remote), before_work=learn)
    await drained(archive, new)
    for number in range(1, 5):
        event = new.catalogue.event(f"e{number}")
        assert event
        assert event.parts[0].archive is ArchiveState.VERIFIED
    assert clips == {path: path.stat().st_mtime_ns for path in clips}, "nothing was sent again"
    after = await check_archive.look(new.rclone(remote), new.files)
    assert {day: number > lists[day] for day, number in after.lists.items()} == dict.fromkeys(lists, True)
    assert {item.state for item in after.items} == {State.THERE}
    new.db.close()


async def test_a_clip_whose_time_was_set_right_stays_in_the_list_of_its_name(room: Room, remote: Path) -> None:
    boot = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    clock = [boot]
    keeper = Timekeeper(room.db, room.catalogue, lambda: Reading(clock[0], 100.0, None), lambda: "boot")
    keeper.look()
    room.with_clip(1, boot)
    await drained(room.archive(remote), room)
    clock[0] = NOON
    assert keeper.look().moved == 1
    await drained(room.archive(remote), room)
    found, there = await compared(room, remote)
    assert found == []
    assert [(item.entry.name[:10], item.entry.started_utc) for item in there.items] == [("1970/01/01", NOON)]
    assert there.bad_lists == {}
