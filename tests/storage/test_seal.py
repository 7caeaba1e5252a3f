"""Sealed clips: the device cannot read its own past, the kit can, and the chat says so. Real rclone, real age."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.check import Probe
from storage.drill import Drills
from storage.errors import ArchiveCorrupt, ArchiveRefused, NotFound, StorageError
from storage.listing import contents
from storage.model import Clip
from storage.rclone import Rclone
from storage.rebuild import Rebuild
from storage.restore import Outcome, Restore, Verdict
from storage.seal import KeyPair, is_public, make_pair, opener, public_half, seal
from tests.storage.dav import Dav
from tests.storage.room import NOON, Room, drained
from tests.support_crypt import Reader

SIZE = 150_000
PAIR = make_pair()


def sealing(room: Room, remote: Path | str, config: Path | None = None, pair: KeyPair | None = PAIR) -> Archive:
    rclone = room.rclone(remote, config)
    return Archive(
        room.queue, room.catalogue, room.files, rclone,
        seal_to=pair.public if pair else "", backoff=lambda *_, **__: 0.05,
    )  # fmt: skip


async def archived(room: Room, remote: Path, count: int = 1) -> list[Clip]:
    clips = [room.with_clip(number, NOON + timedelta(minutes=number), size=SIZE) for number in range(1, count + 1)]
    await drained(sealing(room, remote), room)
    return clips


def plays(path: Path) -> Probe | None:
    return Probe(12.5, "h264", 640, 360) if path.stat().st_size == SIZE else None


async def restored(room: Room, remote: Path, elsewhere: Path, private: str) -> dict[str, Outcome]:
    other = Room.at(elsewhere)
    rclone = Rclone(str(remote), room.passwords, other.files.data_dir, elsewhere / "no.conf")
    scratch = elsewhere / "lists"
    scratch.mkdir()
    found = await contents(rclone, scratch)
    restore = Restore(rclone, other.files, Rebuild(other.db, other.files), found, plays, opener(private))
    restore.catalogue()
    outcomes = {item.entry.event_id: await restore.bring(item) for item in found.items}
    other.db.close()
    return outcomes


async def test_who_has_the_device_and_the_archive_reads_nothing(room: Room, remote: Path) -> None:
    (clip,) = await archived(room, remote)
    assert clip.path
    plain = clip.path.read_bytes()
    lying = {
        name: content
        for name, content in Reader(room.passwords.password, room.passwords.password2).files(remote).items()
        if not name.endswith(".jsonl")
    }
    assert list(lying) == [clip.remote_name + ".age"]
    assert plain[:1000] not in lying[clip.remote_name + ".age"]
    now = room.now(clip.clip_id)
    assert now.sealed
    assert now.sealed_bytes == len(lying[clip.remote_name + ".age"])
    everything = b"".join(path.read_bytes() for path in room.files.data_dir.rglob("*") if path.is_file())
    assert PAIR.private.encode() not in everything


async def test_the_device_says_that_it_cannot_show_it(room: Room, remote: Path) -> None:
    (clip,) = await archived(room, remote)
    with pytest.raises(NotFound, match="recovery kit opens it"):
        async with sealing(room, remote).fetch(room.now(clip.clip_id)):
            pass
    assert room.catalogue.shut_clips() == 0
    room.catalogue.local_gone(clip.clip_id, NOON)
    assert room.catalogue.shut_clips() == 1


async def test_the_kit_opens_it(room: Room, remote: Path, tmp_path: Path) -> None:
    clips = await archived(room, remote, 2)
    outcomes = await restored(room, remote, tmp_path / "other", PAIR.private)
    assert [outcome.verdict for outcome in outcomes.values()] == [Verdict.RESTORED] * 2
    for clip in clips:
        assert clip.path
        back = tmp_path / "other" / clip.path.relative_to(room.files.data_dir)
        assert back.read_bytes() == clip.path.read_bytes()


async def test_a_kit_without_the_key_and_one_with_another(room: Room, remote: Path, tmp_path: Path) -> None:
    await archived(room, remote)
    without = await restored(room, remote, tmp_path / "without", "")
    other = await restored(room, remote, tmp_path / "other", make_pair().private)
    assert without["e1"].verdict is Verdict.SEALED
    assert "no key of the seal" in without["e1"].sentence
    assert other["e1"].verdict is Verdict.SEALED
    assert "another key" in other["e1"].sentence


async def test_harm_to_sealed_clips_is_told_apart(room: Room, remote: Path, tmp_path: Path) -> None:
    await archived(room, remote, 3)
    reader = Reader(room.passwords.password, room.passwords.password2)
    places = {name: path for name, path in reader.paths(remote) if name.endswith(".age")}
    first, second, third = places.values()
    damaged = bytearray(first.read_bytes())
    damaged[-1] ^= 1
    first.write_bytes(damaged)
    one, other = second.read_bytes(), third.read_bytes()
    second.write_bytes(other)
    third.write_bytes(one)
    outcomes = await restored(room, remote, tmp_path / "other", "")
    assert [outcome.verdict for outcome in outcomes.values()] == [Verdict.TAMPERED, Verdict.SWAPPED, Verdict.SWAPPED]
    assert "#e3" in outcomes["e2"].sentence


async def test_without_its_list_a_sealed_clip_comes_back_unproved(room: Room, remote: Path, tmp_path: Path) -> None:
    await archived(room, remote)
    reader = Reader(room.passwords.password, room.passwords.password2)
    next(path for name, path in reader.paths(remote) if name.endswith(".jsonl")).unlink()
    outcomes = await restored(room, remote, tmp_path / "other", PAIR.private)
    assert outcomes["e1"].verdict is Verdict.UNPROVED
    reopened = Room.at(tmp_path / "other")
    event = reopened.catalogue.event("e1")
    assert event
    assert event.parts[0].sealed
    assert event.parts[0].size_bytes == SIZE


async def test_the_drill_compares_and_says_that_it_did_not_play(room: Room, remote: Path) -> None:
    await archived(room, remote)

    def never(_: Path) -> None:
        raise AssertionError("a sealed clip cannot be played here")

    done = await Drills(sealing(room, remote), room.catalogue, room.preferences, never).run()
    assert done.passed
    assert not done.played


@pytest.mark.parametrize("first", [PAIR, None], ids=["sealed first", "plain first"])
async def test_a_change_of_mind_between_two_tries_leaves_one_copy(room: Room, dav: Dav, first: KeyPair | None) -> None:
    """What the first try left on the remote, under the other name, goes."""
    clip = room.with_clip(1, size=SIZE)
    dav.full = True
    stubborn = sealing(room, "cloud:x", dav.config, first)
    with pytest.raises(ArchiveRefused):
        await stubborn._work_once()
    dav.full = False
    await drained(sealing(room, "cloud:x", dav.config, None if first else PAIR), room)
    lying = Reader(room.passwords.password, room.passwords.password2).files(dav.folder / "x")
    expected = clip.remote_name + ("" if first else ".age")
    assert [name for name in lying if not name.endswith(".jsonl")] == [expected]
    assert room.now(clip.clip_id).sealed is (first is None)


def test_any_age_program_opens_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"clip" * 50_000)
    seal(tmp_path / "a", tmp_path / "a.age", PAIR.public)
    (tmp_path / "key").write_text(PAIR.private + "\n")
    subprocess.run(
        ["age", "--decrypt", "-i", tmp_path / "key", "-o", tmp_path / "b", tmp_path / "a.age"], check=True, timeout=300
    )
    assert (tmp_path / "b").read_bytes() == (tmp_path / "a").read_bytes()


def test_keys_that_are_none(tmp_path: Path) -> None:
    assert is_public(PAIR.public)
    assert public_half(PAIR.private) == PAIR.public
    assert not is_public("age1nonsense")
    assert not is_public(PAIR.private)
    with pytest.raises(StorageError, match="no key of a seal"):
        public_half("AGE-SECRET-KEY-1X")
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(ArchiveRefused, match="ARCHIVE_SEAL_TO"):
        seal(tmp_path / "a", tmp_path / "b", "age1nonsense")
    with pytest.raises(StorageError, match="could not be sealed"):
        seal(tmp_path / "missing", tmp_path / "b", PAIR.public)
    unseal = opener(PAIR.private)
    assert unseal
    with pytest.raises(ArchiveCorrupt):
        unseal(tmp_path / "a", tmp_path / "b")
    assert opener("") is None
