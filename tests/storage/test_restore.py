"""Back from the archive with the kit alone: whole, and with every kind of harm told apart. Real rclone, real WebDAV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from storage.check import Probe
from storage.errors import ArchiveRefused, DiskFull, KitWrong, NotFound
from storage.keys import Keys, Passwords
from storage.listing import Contents, Item, State, contents
from storage.model import Clip
from storage.rclone import Rclone
from storage.rebuild import Rebuild
from storage.restore import Outcome, Restore, Verdict, by_verdict
from tests.storage.dav import Dav
from tests.storage.room import NOON, Room, drained
from tests.support_crypt import Reader

DAY = timedelta(days=1)
SIZE = 200_000
"""Four blocks of the encryption, so that a file can be cut between two."""


@dataclass
class Lost:
    """What is left of a device: its archive; and the clips that were in it."""

    folder: Path
    passwords: Passwords
    clips: list[Clip]
    content: dict[str, bytes]
    """Plain bytes by remote name."""

    def encrypted(self, clip: Clip) -> Path:
        return self.by_name(clip.remote_name)

    def by_name(self, name: str) -> Path:
        reader = Reader(self.passwords.password, self.passwords.password2)
        return next(path for found, path in reader.paths(self.folder) if found == name)

    def list_of(self, day: str) -> Path:
        reader = Reader(self.passwords.password, self.passwords.password2)
        return next(path for found, path in reader.paths(self.folder) if found.startswith(f"{day}/manifest"))


@pytest.fixture
async def lost(room: Room, remote: Path) -> Lost:
    clips = [
        room.with_clip(1, NOON, size=SIZE),
        room.with_clip(2, NOON + DAY, size=SIZE),
        room.with_clip(3, NOON + DAY + timedelta(hours=1), size=SIZE),
    ]
    clips.append(room.clip("e3", 2, NOON + DAY + timedelta(hours=1, minutes=1), size=1000))
    room.catalogue.keep("e2", kept=True)
    content = {clip.remote_name: clip.path.read_bytes() for clip in clips if clip.path}
    await drained(room.archive(remote), room)
    return Lost(remote, room.passwords, clips, content)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Room:
    """Another machine: an empty folder."""
    return Room.at(tmp_path / "elsewhere")


def plays(path: Path) -> Probe | None:
    return Probe(12.5, "h264", 640, 360) if path.stat().st_size in (SIZE, 1000) else None


def rclone_of(place: Path | str, passwords: Passwords, room: Room, config: Path | None = None) -> Rclone:
    return Rclone(str(place), passwords, room.files.data_dir, config or room.files.data_dir / "no.conf")


async def look(rclone: Rclone, tmp_path: Path) -> Contents:
    scratch = tmp_path / "lists"
    scratch.mkdir(parents=True)
    return await contents(rclone, scratch)


async def restored(rclone: Rclone, room: Room, tmp_path: Path) -> dict[str, Outcome]:
    """Everything, by remote name."""
    found = await look(rclone, tmp_path)
    restore = Restore(rclone, room.files, Rebuild(room.db, room.files), found, plays)
    restore.needed_bytes(found.items)
    restore.catalogue()
    return {item.entry.name: await restore.bring(item) for item in found.items}


async def test_everything_comes_back_and_mocam_goes_on_with_it(lost: Lost, elsewhere: Room, tmp_path: Path) -> None:
    outcomes = await restored(rclone_of(lost.folder, lost.passwords, elsewhere), elsewhere, tmp_path)
    assert by_verdict(outcomes.values()) == {Verdict.RESTORED: 4}
    for clip in lost.clips:
        event = elsewhere.catalogue.event(clip.event_id)
        assert event
        back = event.parts[clip.part - 1]
        assert back.path
        assert back.path.read_bytes() == lost.content[clip.remote_name]
        assert back.path.stat().st_mode & 0o077 == 0
        assert (back.started_utc, back.duration_s, back.sha256) == (clip.started_utc, clip.duration_s, clip.sha256)
        assert back.kept == (clip.event_id == "e2")
        assert event.ended_utc == clip.started_utc + timedelta(seconds=9) or clip.part == 2
    assert elsewhere.catalogue.next_event_number() == 4

    # The new device archives on: the day's list names old clips and new ones, and the old list goes.
    elsewhere.files.write_whole(Keys(elsewhere.files).path, b"")
    elsewhere.passwords = lost.passwords
    new = elsewhere.with_clip(4, NOON + DAY, size=500)
    await drained(elsewhere.archive(lost.folder), elsewhere)
    again = await look(rclone_of(lost.folder, lost.passwords, elsewhere), tmp_path / "new")
    assert {item.entry.name for item in again.items} == {*lost.content, new.remote_name}
    assert {item.state for item in again.items} == {State.THERE}


async def test_a_second_run_fetches_nothing_anew(lost: Lost, elsewhere: Room, tmp_path: Path) -> None:
    rclone = rclone_of(lost.folder, lost.passwords, elsewhere)
    await restored(rclone, elsewhere, tmp_path)
    again = await restored(rclone, elsewhere, tmp_path / "second")
    assert by_verdict(again.values()) == {Verdict.HERE: 4}


async def test_from_webdav(room: Room, dav: Dav, elsewhere: Room, tmp_path: Path) -> None:
    clip = room.with_clip(1, size=SIZE)
    assert clip.path
    plain = clip.path.read_bytes()
    await drained(room.archive("cloud:cameras", dav.config), room)
    outcomes = await restored(rclone_of("cloud:cameras", room.passwords, elsewhere, dav.config), elsewhere, tmp_path)
    assert [outcome.verdict for outcome in outcomes.values()] == [Verdict.RESTORED]
    assert elsewhere.now(1).path
    assert [path.read_bytes() for path in elsewhere.files.clip_files()] == [plain]


async def test_every_harm_is_told_apart(lost: Lost, elsewhere: Room, tmp_path: Path) -> None:
    first, second, third, tail = (lost.encrypted(clip) for clip in lost.clips)
    changed = bytearray(first.read_bytes())
    changed[1000] ^= 1
    first.write_bytes(changed)
    one, other = second.read_bytes(), third.read_bytes()
    second.write_bytes(other)
    third.write_bytes(one)
    tail.unlink()
    outcomes = await restored(rclone_of(lost.folder, lost.passwords, elsewhere), elsewhere, tmp_path)
    told = {clip.remote_name: outcomes[clip.remote_name] for clip in lost.clips}
    verdicts = [outcome.verdict for outcome in told.values()]
    assert verdicts == [Verdict.TAMPERED, Verdict.SWAPPED, Verdict.SWAPPED, Verdict.MISSING]
    assert "#e3" in told[lost.clips[1].remote_name].sentence
    assert list(elsewhere.files.clip_files()) == [], "nothing that is not proved is put among the clips"


@pytest.mark.parametrize(
    "left", [32 + 2 * (65536 + 16), 5000, 20, 0], ids=["at a block", "in a block", "header", "empty"]
)
async def test_a_cut_file_is_told(lost: Lost, elsewhere: Room, tmp_path: Path, left: int) -> None:
    path = lost.encrypted(lost.clips[0])
    path.write_bytes(path.read_bytes()[:left])
    outcomes = await restored(rclone_of(lost.folder, lost.passwords, elsewhere), elsewhere, tmp_path)
    assert outcomes[lost.clips[0].remote_name].verdict is Verdict.CUT
    assert by_verdict(outcomes.values())[Verdict.RESTORED] == 3


async def test_half_an_archive_gives_the_other_half(lost: Lost, elsewhere: Room, tmp_path: Path) -> None:
    for path in list(lost.encrypted(lost.clips[1]).parent.iterdir()):
        path.unlink()
    outcomes = await restored(rclone_of(lost.folder, lost.passwords, elsewhere), elsewhere, tmp_path)
    assert by_verdict(outcomes.values()) == {Verdict.RESTORED: 1}


async def test_without_its_list_a_clip_comes_back_unproved(lost: Lost, elsewhere: Room, tmp_path: Path) -> None:
    lost.list_of("2026/05/02").unlink()
    outcomes = await restored(rclone_of(lost.folder, lost.passwords, elsewhere), elsewhere, tmp_path)
    assert by_verdict(outcomes.values()) == {Verdict.RESTORED: 1, Verdict.UNPROVED: 3}
    assert len(list(elsewhere.files.clip_files())) == 4


async def test_lists_that_were_changed_or_swapped_are_told(lost: Lost, elsewhere: Room, tmp_path: Path) -> None:
    one, other = lost.list_of("2026/05/01"), lost.list_of("2026/05/02")
    damaged = bytearray(one.read_bytes())
    damaged[-1] ^= 1
    other.write_bytes(one.read_bytes())
    one.write_bytes(damaged)
    found = await look(rclone_of(lost.folder, lost.passwords, elsewhere), tmp_path)
    assert "damaged" in found.bad_lists["2026/05/01"]
    assert "swapped" in found.bad_lists["2026/05/02"]
    assert {item.state for item in found.items} == {State.UNLISTED}


async def test_a_file_of_somebody_else_is_left_alone(lost: Lost, elsewhere: Room, tmp_path: Path) -> None:
    (lost.folder / "holiday.jpg").write_bytes(b"mine")
    found = await look(rclone_of(lost.folder, lost.passwords, elsewhere), tmp_path)
    assert found.unreadable == 1
    assert len(found.items) == 4


async def test_a_wrong_kit_an_empty_place_and_no_place(lost: Lost, elsewhere: Room, tmp_path: Path) -> None:
    with pytest.raises(KitWrong, match="does not open it"):
        await look(rclone_of(lost.folder, elsewhere.passwords, elsewhere), tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(NotFound, match="nothing at this place"):
        await look(rclone_of(empty, lost.passwords, elsewhere), tmp_path / "a")
    with pytest.raises(ArchiveRefused, match="is gone"):
        await look(rclone_of(tmp_path / "nowhere", lost.passwords, elsewhere), tmp_path / "b")


async def test_a_wrong_kit_that_reads_a_name_to_nonsense_is_a_wrong_kit(elsewhere: Room, tmp_path: Path) -> None:
    """One name in 256 that other passwords made decrypts; here to one with a slash, which rclone leaves out."""
    archive = tmp_path / "archive"
    (archive / "7ho3anu89o050ostm1a12k1tbs").mkdir(parents=True)
    lucky = Passwords(
        "alpha-tilt-dragon-fiction-horn-renew-main-begin-remove-cradle-call-mail",
        "town-tuna-defense-final-lawsuit-track-good-lunar-ketchup-tuition-wear-urban",
    )
    with pytest.raises(KitWrong, match="does not open it"):
        await look(rclone_of(archive, lucky, elsewhere), tmp_path)


async def test_a_disk_too_small_is_said_first(
    lost: Lost, elsewhere: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rclone = rclone_of(lost.folder, lost.passwords, elsewhere)
    found = await look(rclone, tmp_path)
    monkeypatch.setattr(elsewhere.files, "disk_free_bytes", lambda: 1000)
    with pytest.raises(DiskFull, match="Choose fewer days"):
        Restore(rclone, elsewhere.files, Rebuild(elsewhere.db, elsewhere.files), found, plays).needed_bytes(found.items)


async def test_lists_of_the_first_version_are_read_too(lost: Lost, elsewhere: Room, tmp_path: Path) -> None:
    """They say less of each clip; what they do not say is found out from the file."""
    rclone = rclone_of(lost.folder, lost.passwords, elsewhere)
    found = await look(rclone, tmp_path)
    old = {"codec", "width", "height", "kept", "event_started_utc", "event_ended_utc", "motion_s"}
    entries = [
        type(item.entry)(**{name: getattr(item.entry, name) for name in _fields(item) - old}) for item in found.items
    ]
    Rebuild(elsewhere.db, elsewhere.files).add(entries, found.lists)
    event = elsewhere.catalogue.event("e3")
    assert event
    assert event.ended_utc == lost.clips[3].started_utc + timedelta(seconds=12.5)


def _fields(item: Item) -> set[str]:
    return set(type(item.entry).__slots__)


async def test_no_rule_deletes_what_was_just_saved(elsewhere: Room) -> None:
    Rebuild(elsewhere.db, elsewhere.files).keep_everything(elsewhere.preferences)
    rules = elsewhere.preferences.rules()
    assert (rules.local_days, rules.local_bytes, rules.remote_days, rules.remote_bytes) == (None, None, None, None)
    assert rules.least_free_bytes
