"""The archive on real rclone: a folder and a WebDAV server, read back by an independent reader."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import signal
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage import rclone as rclone_module
from storage.archive import Archive
from storage.archive_queue import ArchiveQueue, DayList
from storage.errors import ArchiveCorrupt, ArchiveRefused, ArchiveUnreachable, NotFound
from storage.listing import foreign
from storage.model import ArchiveState
from storage.rclone import Rclone
from storage.rclone_arguments import REMOTE, fetch_arguments, upload_all_arguments, upload_arguments
from tests.storage.dav import Dav
from tests.storage.room import NOON, Room, children_of_ours, drained, idle, running, sha256, until
from tests.support_crypt import ENCRYPTED, Reader


def reader(room: Room) -> Reader:
    return Reader.from_file(room.files.keys_dir / "archive-passwords.txt")


def tree(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def files(folder: Path) -> list[Path]:
    return [path for path in tree(folder) if path.is_file()]


async def sent(room: Room, remote: Path, path: Path, name: str) -> None:
    """As an earlier try left it."""
    rclone = room.rclone(remote)
    rclone.make_folder()
    await rclone.upload(path, name, 1)


async def test_an_independent_reader_finds_the_same_bytes_and_names(room: Room, remote: Path) -> None:
    sizes = (1, 65_536, 65_537, 300_000)
    clips = [room.with_clip(number, size=size) for number, size in enumerate(sizes, 1)]
    verified: list[str] = []

    await drained(room.archive(remote, on_verified=verified.append), room)

    found = reader(room).files(remote)
    for clip in clips:
        assert clip.path is not None
        assert found[clip.remote_name] == clip.path.read_bytes()
        assert sha256(found[clip.remote_name]) == clip.sha256
        assert room.now(clip.clip_id).archive is ArchiveState.VERIFIED
    assert sorted(verified) == ["e1", "e2", "e3", "e4"]
    assert clips[0].remote_name == "2026/05/01/front-e1-1.mp4"


async def test_the_provider_sees_no_plain_name(room: Room, remote: Path) -> None:
    room.with_clip(1)
    await drained(room.archive(remote), room)
    assert len(tree(remote)) == 5
    for path in tree(remote):
        assert ENCRYPTED.fullmatch(path.name), path


async def test_what_a_trial_left_at_the_top_is_not_somebody_elses(room: Room, remote: Path) -> None:
    """A set-up or a check that was cut short does not shut its own archive out."""
    remote.mkdir()
    rclone = room.rclone(remote)
    assert not await foreign(rclone)
    await rclone.run(["mkdir", f"{REMOTE}:setup"], 60)
    assert not await foreign(rclone)
    await rclone.run(["mkdir", f"{REMOTE}:holiday"], 60)
    assert await foreign(rclone)


async def test_the_list_of_a_day_is_archived_and_follows_deletions(room: Room, remote: Path) -> None:
    clips = [room.with_clip(number) for number in (1, 2)]
    archive = room.archive(remote)
    await drained(archive, room)
    listed = listed_names(room, remote)
    assert listed == {clip.remote_name: clip.sha256 for clip in clips}

    await archive.delete(clips[0])
    await drained(archive, room)
    assert listed_names(room, remote) == {clips[1].remote_name: clips[1].sha256}

    await archive.delete(clips[1])
    await drained(archive, room)
    assert not tree(remote), "the last clip takes its list and its folders along"


async def test_a_list_that_was_cut_on_its_way_lies_nowhere_once_a_later_one_is_there(
    room: Room, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [room.with_clip(1)]
    tried: list[str] = []

    def ended(_queue: ArchiveQueue, written: DayList, _now_utc: datetime) -> None:
        tried.append(written.next_name)
        raise ArchiveUnreachable("Ended while the list was sent.")

    with monkeypatch.context() as patched:
        patched.setattr(ArchiveQueue, "listed", ended)
        await running(room.archive(remote), lambda: until(lambda: bool(tried)))
    assert [name for name in reader(room).files(remote) if "manifest" in name] == tried[:1]

    clips.append(room.with_clip(2))
    await drained(room.archive(remote), room)
    assert listed_names(room, remote) == {clip.remote_name: clip.sha256 for clip in clips}


def listed_names(room: Room, remote: Path) -> dict[str, str]:
    lists = {name: text for name, text in reader(room).files(remote).items() if "manifest" in name}
    assert len(lists) == 1, "an old list stays nowhere"
    entries = [json.loads(line) for line in next(iter(lists.values())).splitlines()]
    return {entry["name"]: entry["sha256"] for entry in entries}


async def test_hashes_prove_a_copy_where_the_backend_has_them(room: Room, remote: Path, dav: Dav) -> None:
    clip = room.with_clip(1)
    await drained(room.archive(remote), room)
    assert proof(room, clip.clip_id) == "hash"

    other = room.with_clip(2)
    await drained(room.archive("cloud:a/b", dav.config), room)
    assert proof(room, other.clip_id) == "size"


def proof(room: Room, clip_id: int) -> str:
    with room.db.read() as rows:
        return str(rows.execute("SELECT verified_by FROM clip WHERE clip_id = ?", (clip_id,)).fetchone()[0])


async def test_what_the_remote_changed_on_the_way_is_sent_again(room: Room, remote: Path) -> None:
    clip = room.with_clip(1, size=100_000)
    assert clip.path is not None
    await sent(room, remote, clip.path, clip.remote_name)
    place = next(path for name, path in reader(room).paths(remote) if name == clip.remote_name)
    times = place.stat()
    damaged = bytearray(place.read_bytes())
    damaged[5000] ^= 1
    place.write_bytes(damaged)
    os.utime(place, ns=(times.st_atime_ns, times.st_mtime_ns))

    await drained(room.archive(remote), room)

    assert reader(room).files(remote)[clip.remote_name] == clip.path.read_bytes()


async def test_a_truncated_file_under_the_final_name_is_replaced(room: Room, remote: Path) -> None:
    clip = room.with_clip(1, size=200_000)
    assert clip.path is not None
    await sent(room, remote, clip.path, clip.remote_name)
    place = next(path for name, path in reader(room).paths(remote) if name == clip.remote_name)
    os.truncate(place, 32 + 65_536 + 16)

    await drained(room.archive(remote), room)

    assert reader(room).files(remote)[clip.remote_name] == clip.path.read_bytes()


async def test_killed_in_mid_upload_it_arrives_whole_at_last(
    room: Room, dav: Dav, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    clip = room.with_clip(1, size=2_000_000)
    dav.bytes_per_s = 200_000

    async def kill_once() -> None:
        await until(lambda: dav.uploaded_bytes > 300_000)
        uploads = {pid: seen for pid, seen in children_of_ours().items() if "copyto" in seen[0]}
        assert len(uploads) == 1
        (pid, (arguments, environment)) = next(iter(uploads.items()))
        assert "RCLONE_CONFIG_MOCAMCRYPT_PASSWORD=" in environment.decode(), "this is the process with the secrets"
        secrets = secrets_of(room, environment)
        assert not [secret for secret in secrets if secret in arguments]
        os.kill(pid, signal.SIGKILL)
        dav.bytes_per_s = None
        await until(lambda: idle(room))
        assert not [secret for secret in secrets if secret in caplog.text]

    await running(room.archive("cloud:home", dav.config), kill_once)

    assert clip.path is not None
    assert reader(room).files(dav.folder / "home")[clip.remote_name] == clip.path.read_bytes()


def secrets_of(room: Room, environment: bytes) -> list[str]:
    variables = dict(entry.split("=", 1) for entry in environment.decode().split("\0") if "=" in entry)
    ours = [value for name, value in variables.items() if "MOCAMCRYPT_PASSWORD" in name]
    assert len(ours) == 2
    return [*ours, room.passwords.password, room.passwords.password2]


async def test_a_server_that_goes_and_comes_back(room: Room, dav: Dav) -> None:
    told: list[str | None] = []
    archive = room.archive("cloud:home", dav.config, on_trouble=told.append)
    await dav.disconnect()
    clip = room.with_clip(1)

    async def come_back() -> None:
        await until(lambda: told)
        assert archive.trouble == told[0]
        await dav.connect()
        await until(lambda: idle(room))

    await running(archive, come_back)

    assert told == ["The archive cannot be reached. MoCam tries again by itself.", None]
    assert archive.trouble == ""
    assert room.now(clip.clip_id).archive is ArchiveState.VERIFIED


async def test_a_short_outage_is_no_message_and_a_new_clip_ends_the_wait(room: Room, dav: Dav) -> None:
    told: list[str | None] = []
    waits: list[int] = []

    def very_long(failures: int, _: float, *, refused: bool) -> float:
        assert not refused
        waits.append(failures)
        return 3600

    archive = room.archive("cloud:home", dav.config, on_trouble=told.append, backoff=very_long)
    await dav.disconnect()
    room.with_clip(1)

    async def come_back() -> None:
        await until(lambda: waits)
        await dav.connect()
        room.with_clip(2)
        archive.wake()
        await until(lambda: idle(room))

    await running(archive, come_back)
    assert waits == [1]
    assert told == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [("password", "refused the sign-in"), ("remote", "not in your rclone configuration"), ("full", "archive is full")],
)
async def test_what_the_owner_must_mend_is_told_at_once_and_once(
    room: Room, dav: Dav, wrong: str, sentence: str
) -> None:
    told: list[str | None] = []
    if wrong == "password":
        dav.write_config("not-the-password")
    dav.full = wrong == "full"
    place = "nowhere:home" if wrong == "remote" else "cloud:home"
    waits: list[bool] = []

    def backoff(_: int, __: float, *, refused: bool) -> float:
        waits.append(refused)
        return 0.01

    archive = room.archive(place, dav.config, on_trouble=told.append, backoff=backoff)
    clip = room.with_clip(1)
    await running(archive, lambda: until(lambda: len(waits) >= 2))

    assert all(waits)
    assert len(told) == 1
    assert sentence in str(told[0])
    assert room.now(clip.clip_id).archive is ArchiveState.WAITING


async def test_a_read_only_cloud_is_named(room: Room, dav: Dav) -> None:
    await dav.end_server()
    await dav.serve("--read-only")
    clip = room.with_clip(1)
    assert clip.path is not None
    with pytest.raises(ArchiveRefused):
        await room.rclone("cloud:home", dav.config).upload(clip.path, clip.remote_name, clip.size_bytes)


async def test_one_clip_that_never_succeeds_holds_up_no_other(room: Room, remote: Path) -> None:
    poisoned = room.with_clip(1)
    assert poisoned.path is not None
    blocker = await occupied(room, remote, poisoned.remote_name)
    others = [room.with_clip(number) for number in (2, 3)]

    async def others_arrive() -> None:
        await until(lambda: all(room.now(clip.clip_id).archive is ArchiveState.VERIFIED for clip in others))

    await running(room.archive(remote, backoff=lambda *_, **__: 1.0), others_arrive)

    assert room.now(poisoned.clip_id).archive is ArchiveState.WAITING
    assert blocker.is_dir()


async def occupied(room: Room, remote: Path, name: str) -> Path:
    """A folder where the file should go: nothing can be written there."""
    beside = room.with_clip(99)
    assert beside.path is not None
    await sent(room, remote, beside.path, f"{name}/inside")
    place = next(path for plain, path in reader(room).paths(remote) if plain == f"{name}/inside")
    return place.parent


async def test_a_clip_deleted_here_before_it_could_be_sent_is_no_longer_waited_for(room: Room, remote: Path) -> None:
    clip = room.with_clip(1)
    assert clip.path is not None
    clip.path.unlink()
    await drained(room.archive(remote), room)
    assert room.now(clip.clip_id).archive is ArchiveState.DELETED
    assert room.now(clip.clip_id).path is None


async def test_a_stall_ends_by_the_clock_and_leaves_no_process(
    room: Room, dav: Dav, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rclone_module, "transfer_limit_s", lambda _: 1.5)
    dav.stalled = True
    clip = room.with_clip(1)
    assert clip.path is not None
    with pytest.raises(ArchiveUnreachable, match="did not answer in time"):
        await room.rclone("cloud:home", dav.config).upload(clip.path, clip.remote_name, clip.size_bytes)
    assert not [seen for seen in children_of_ours().values() if "copyto" in seen[0]]
    dav.stalled = False


async def test_cancelled_in_mid_upload_it_leaves_no_process(room: Room, dav: Dav) -> None:
    dav.bytes_per_s = 50_000
    clip = room.with_clip(1, size=1_000_000)
    assert clip.path is not None
    upload = asyncio.create_task(
        room.rclone("cloud:home", dav.config).upload(clip.path, clip.remote_name, clip.size_bytes)
    )
    await until(lambda: dav.uploaded_bytes > 50_000)
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert not [seen for seen in children_of_ours().values() if "copyto" in seen[0]]


# -- fetching and deleting -----------------------------------------------------------------------------------------


async def test_fetch_gives_the_same_bytes_and_tidies_up(room: Room, remote: Path) -> None:
    clip = room.with_clip(1, size=150_000)
    archive = room.archive(remote)
    await drained(archive, room)
    assert clip.path is not None
    async with archive.fetch(room.now(clip.clip_id)) as path:
        assert path.read_bytes() == clip.path.read_bytes()
        assert path.is_relative_to(room.files.scratch_dir)
    assert not list(room.files.scratch_dir.iterdir())


async def test_fetch_never_gives_what_was_not_sent(room: Room, remote: Path) -> None:
    bit, cut, swapped, gone = (room.with_clip(number, size=150_000) for number in range(1, 5))
    archive = room.archive(remote)
    await drained(archive, room)
    places = dict(reader(room).paths(remote))
    content = bytearray(places[bit.remote_name].read_bytes())
    content[70_000] ^= 1
    places[swapped.remote_name].write_bytes(places[bit.remote_name].read_bytes())
    places[bit.remote_name].write_bytes(content)
    # At the end of a block, which the encryption alone cannot notice.
    os.truncate(places[cut.remote_name], 32 + 65_536 + 16)
    places[gone.remote_name].unlink()
    for clip, error in ((bit, ArchiveCorrupt), (cut, ArchiveCorrupt), (swapped, ArchiveCorrupt), (gone, NotFound)):
        with pytest.raises(error):
            async with archive.fetch(room.now(clip.clip_id)):
                pass
    assert not list(room.files.scratch_dir.iterdir())


async def test_only_what_the_catalogue_names_is_deleted(room: Room, remote: Path) -> None:
    clip = room.with_clip(1)
    archive = room.archive(remote)
    await drained(archive, room)
    place = dict(reader(room).paths(remote))[clip.remote_name]
    foreign = [remote / "holiday.jpg", place.parent / "taxes.pdf"]
    for path in foreign:
        path.write_bytes(b"somebody else's")

    await archive.delete(clip)
    await drained(archive, room)

    assert files(remote) == sorted(foreign)
    with pytest.raises(NotFound):
        await archive.delete(clip)


async def test_an_upload_that_nobody_wants_any_more_is_taken_away(room: Room, remote: Path) -> None:
    clip = room.with_clip(1)
    assert clip.path is not None
    await sent(room, remote, clip.path, clip.remote_name)
    room.files.delete(clip.path)
    room.catalogue.local_gone(clip.clip_id, NOON)
    await drained(room.archive(remote), room)
    assert not files(remote)


async def test_without_an_archive_nothing_waits_and_nothing_can_be_fetched(room: Room) -> None:
    clip = room.with_clip(1)
    archive = room.archive(None)
    assert not archive.on

    async def called_off() -> None:
        await until(lambda: room.catalogue.totals().waiting == 0)

    await running(archive, called_off)
    assert room.now(clip.clip_id).archive is ArchiveState.OFF
    with pytest.raises(NotFound):
        async with archive.fetch(room.now(clip.clip_id)):
            pass


async def test_check_knows_version_and_remote(room: Room, dav: Dav, remote: Path) -> None:
    assert (await room.rclone("cloud:home", dav.config).check()).startswith("v1.")
    assert (await room.rclone(remote).check()).startswith("v1.")
    with pytest.raises(ArchiveRefused, match="not in your rclone configuration"):
        await room.rclone("nowhere:home", dav.config).check()


async def test_space_is_told_where_the_backend_knows(room: Room, tmp_path: Path, dav: Dav) -> None:
    space = await room.archive(tmp_path).space()
    assert space.free_bytes is not None
    assert 0 < space.free_bytes <= (space.total_bytes or 0)
    nothing = await room.archive("cloud:", dav.config).space()
    assert nothing.free_bytes is None


def unplug(remote: Path) -> None:
    remote.rename(remote.with_name("unplugged"))


async def test_a_folder_on_a_disk_that_is_not_mounted_is_left_alone(room: Room, remote: Path) -> None:
    told: list[str | None] = []
    clip = room.with_clip(1)
    archive = room.archive(remote, on_trouble=told.append)
    await drained(archive, room)
    unplug(remote)
    room.with_clip(2)
    await running(room.archive(remote, on_trouble=told.append), lambda: until(lambda: told))
    assert "Is its disk mounted?" in str(told[0])
    with pytest.raises(ArchiveRefused):
        await archive.delete(clip)
    assert room.now(clip.clip_id).archive is ArchiveState.VERIFIED
    assert not tree(remote)


@pytest.mark.parametrize("folder", [".", "clips", "scratch/archive"])
async def test_the_archive_may_not_lie_in_a_folder_of_our_own(room: Room, folder: str) -> None:
    with pytest.raises(ArchiveRefused, match="MoCam's own"):
        Rclone(str(room.files.data_dir / folder), room.passwords, room.files.data_dir)


async def test_an_archive_beside_our_folders_is_only_warned_of(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    Rclone(str(room.files.data_dir / "archive"), room.passwords, room.files.data_dir)
    assert "who deletes the one" in caplog.text


def calls(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The words that rclone was started with, one call each."""
    return [record.message.split()[1] for record in caplog.records if record.message.startswith("rclone ")]


@pytest.mark.parametrize("has_hashes", [True, False])
async def test_clips_that_wait_together_go_together(
    room: Room, remote: Path, dav: Dav, caplog: pytest.LogCaptureFixture, has_hashes: bool
) -> None:
    archive = room.archive(remote) if has_hashes else room.archive("cloud:home", dav.config)
    # The day's folder is there: this server answers 423 when two transfers make it at once.
    room.with_clip(10)
    await drained(archive, room)
    clips = [room.with_clip(number, size=number * 1000) for number in range(1, 9)]
    tomorrow = room.with_clip(9, NOON + timedelta(days=1))
    caplog.set_level(logging.DEBUG, "storage.rclone")

    await drained(archive, room)

    found = reader(room).files(remote if has_hashes else dav.folder / "home")
    for clip in (*clips, tomorrow):
        assert sha256(found[clip.remote_name]) == clip.sha256
        assert proof(room, clip.clip_id) == ("hash" if has_hashes else "size")
    assert calls(caplog).count("copy") == 1
    assert calls(caplog).count("copyto") == 1 + 2, "the clip that is alone on its day, and two lists"
    if has_hashes:
        assert len(calls(caplog)) == 1 + 1 + 2 + 1, (
            "an old list goes; rclone proves each as it sends it: no call is for that alone"
        )


async def test_what_was_proved_before_a_kill_is_not_sent_again(
    room: Room, remote: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [room.with_clip(number, size=100_000) for number in range(1, 9)]
    caplog.set_level(logging.DEBUG, "storage.rclone")
    monkeypatch.setenv("RCLONE_BWLIMIT", "100k")
    proved: list[str] = []

    async def kill_once() -> None:
        await until(lambda: len(proved) >= 2)
        [pid] = [pid for pid, (arguments, _) in children_of_ours().items() if " copy " in arguments]
        monkeypatch.delenv("RCLONE_BWLIMIT")
        os.kill(pid, signal.SIGKILL)
        await until(lambda: idle(room))

    await running(room.archive(remote, on_verified=proved.append), kill_once)

    assert sorted(proved) == [clip.event_id for clip in clips], "each once"
    found = reader(room).files(remote)
    assert all(sha256(found[clip.remote_name]) == clip.sha256 for clip in clips)
    assert not [path for path in files(remote) if path.name.endswith(".partial")]


async def test_a_batch_that_stands_still_is_cut_long_before_its_longest_time(
    room: Room, dav: Dav, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [room.with_clip(number) for number in (1, 2)]
    monkeypatch.setattr(rclone_module, "transfer_limit_s", lambda _: 1.5)
    monkeypatch.setattr(rclone_module, "FILE_LIMIT_S", 3600.0)
    dav.stalled = True
    with pytest.raises(ArchiveUnreachable, match="did not answer in time"):
        await room.rclone("cloud:home", dav.config).upload_all(
            room.files.scratch_dir, "2026/05/01", [clip.size_bytes for clip in clips], on_proved=lambda _: None
        )
    assert not [seen for seen in children_of_ours().values() if " copy " in seen[0]]
    dav.stalled = False


async def test_clips_of_an_outage_go_together_though_each_was_tried(
    room: Room, remote: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clips = [room.with_clip(number) for number in (1, 2, 3)]
    for clip in clips:
        room.queue.failed(clip.clip_id, "The archive cannot be reached.")
    caplog.set_level(logging.DEBUG, "storage.rclone")
    await drained(room.archive(remote), room)
    assert all(room.now(clip.clip_id).archive is ArchiveState.VERIFIED for clip in clips)
    assert calls(caplog) == ["copy", "copyto"]


async def test_a_clip_that_spoils_a_batch_is_found_and_holds_up_no_other(room: Room, remote: Path) -> None:
    clips = [room.with_clip(number) for number in range(1, 6)]
    blocker = await occupied(room, remote, clips[2].remote_name)
    others = [clip for clip in clips if clip is not clips[2]]

    async def others_arrive() -> None:
        await until(lambda: all(room.now(clip.clip_id).archive is ArchiveState.VERIFIED for clip in others))

    await running(room.archive(remote), others_arrive)

    assert room.now(clips[2].clip_id).archive is ArchiveState.WAITING
    assert blocker.is_dir()


async def test_what_the_remote_changed_of_a_batch_is_sent_again(room: Room, remote: Path) -> None:
    clips = [room.with_clip(number, size=100_000) for number in (1, 2, 3)]
    assert clips[1].path is not None
    await sent(room, remote, clips[1].path, clips[1].remote_name)
    place = next(path for name, path in reader(room).paths(remote) if name == clips[1].remote_name)
    times = place.stat()
    damaged = bytearray(place.read_bytes())
    damaged[5000] ^= 1
    place.write_bytes(damaged)
    os.utime(place, ns=(times.st_atime_ns, times.st_mtime_ns))

    await drained(room.archive(remote), room)

    for clip in clips:
        assert sha256(reader(room).files(remote)[clip.remote_name]) == clip.sha256


async def test_a_clip_of_a_batch_that_is_gone_here_holds_up_no_other(room: Room, remote: Path) -> None:
    gone, *others = (room.with_clip(number) for number in (1, 2, 3))
    assert gone.path is not None
    gone.path.unlink()
    await drained(room.archive(remote), room)
    assert room.now(gone.clip_id).archive is ArchiveState.DELETED
    assert all(room.now(clip.clip_id).archive is ArchiveState.VERIFIED for clip in others)


async def test_a_batch_is_bounded_and_the_first_goes_whatever_its_size(room: Room) -> None:
    clips = [room.with_clip(number, size=1000) for number in range(1, 7)]
    assert [clip.clip_id for clip in room.queue.next_batch(0, 50, 2500)] == [clip.clip_id for clip in clips[:2]]
    assert len(room.queue.next_batch(0, 50, 1)) == 1
    assert len(room.queue.next_batch(0, 4, 10**9)) == 4
    room.queue.failed(clips[0].clip_id, "it failed")
    assert room.queue.next_batch(0, 1, 10**9)[0].clip_id == clips[1].clip_id


async def test_without_hard_links_clips_go_one_by_one(
    room: Room, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    clips = [room.with_clip(number) for number in (1, 2, 3)]
    monkeypatch.setattr(os, "link", refuses)  # as FAT and exFAT do
    await drained(room.archive(remote), room)
    assert [proof(room, clip.clip_id) for clip in clips] == ["hash"] * 3


async def test_rclone_takes_the_timetable_of_the_owner(room: Room, remote: Path) -> None:
    clips = [room.with_clip(number) for number in (1, 2)]
    timetable = "Mon-08:00,512k 23:00,off"
    limited = Rclone(str(remote), room.passwords, room.files.data_dir, bandwidth=timetable)
    await drained(Archive(room.queue, room.catalogue, room.files, limited), room)
    assert set(reader(room).files(remote)) >= {clip.remote_name for clip in clips}
    for arguments in (upload_arguments, upload_all_arguments):
        given = arguments(Path("x"), "2026/05/01", anew=False, bandwidth=timetable)
        assert given[given.index("--bwlimit") + 1] == timetable
    assert "--bwlimit" not in fetch_arguments("2026/05/01/x.mp4", Path("x")), "the owner waits for it"
