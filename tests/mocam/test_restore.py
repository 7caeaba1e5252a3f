"""`mocam restore` as a person runs it: a child process, the kit as a file or typed into a real terminal."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pexpect
import pytest

from storage.kit import Kit
from storage.model import NewClip
from tests.demo.media import mp4
from tests.storage.room import NOON, Room, drained

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "RCLONE_CONFIG": "/dev/null", "COLUMNS": "120", "TERM": "dumb"}


@dataclass
class Lost:
    """A device that is gone; its archive and its kit are left."""

    folder: Path
    kit: Kit
    kit_file: Path
    plain: bytes


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    opened = Room.at(tmp_path / "lost")
    yield opened
    opened.db.close()


@pytest.fixture
async def lost(room: Room, tmp_path: Path) -> Lost:
    """Two days with one real clip each."""
    video = mp4(tmp_path / "clip.mp4")
    for number, started in ((1, NOON), (2, NOON + timedelta(days=1))):
        event_id = room.event(number, started)
        temp = room.files.recording_dir / f"{event_id}.1.mp4"
        shutil.copyfile(video, temp)
        path = room.files.publish(temp, "front", event_id, 1, started)
        room.catalogue.add_clip(NewClip(event_id, 1, path, started, 2.0, "h264", 64, 48), archive=True)
    await drained(room.archive(tmp_path / "disk"), room)
    kit = Kit(room.passwords)
    kit_file = tmp_path / "kit.txt"
    kit_file.write_text(kit.text())
    plain = video.read_bytes()
    room.db.close()
    shutil.rmtree(tmp_path / "lost")
    return Lost(tmp_path / "disk", kit, kit_file, plain)


async def restore(folder: Path, *arguments: str | Path) -> tuple[int, str]:
    """Exit code and what it said, both streams, in one line."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mocam", "restore", *map(str, arguments)), cwd=folder, env=os.environ | ENVIRONMENT,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(child.communicate(), 300)
    assert child.returncode is not None
    assert b"Traceback" not in said
    return child.returncode, " ".join(said.decode().split())


async def test_with_the_code_of_the_kit_as_a_file(lost: Lost, tmp_path: Path) -> None:
    code, said = await restore(tmp_path, "--remote", lost.folder, "--kit", lost.kit_file, "--into", "back", "--yes")
    assert code == 0, said
    assert "2 brought back, and proved by sha256" in said
    clips = sorted((tmp_path / "back/clips").rglob("*.mp4"))
    assert [path.relative_to(tmp_path / "back/clips").as_posix() for path in clips] == [
        "front/2026-05-01/e1-1.mp4",
        "front/2026-05-02/e2-1.mp4",
    ]
    assert {path.read_bytes() for path in clips} == {lost.plain}
    assert [path for path in (tmp_path / "back").rglob("*") if path.stat().st_mode & 0o077] == []


async def test_one_day_only_and_the_list_alone(lost: Lost, tmp_path: Path) -> None:
    base = ("--remote", lost.folder, "--kit", lost.kit_file)
    code, said = await restore(tmp_path, *base, "--list")
    assert code == 0, said
    assert "2026-05-01" in said
    assert "2026-05-02" in said
    assert not (tmp_path / "mocam-data").exists()
    code, said = await restore(tmp_path, *base, "--from", "2026-05-02", "--yes")
    assert code == 0, said
    assert [path.name for path in (tmp_path / "mocam-data/clips").rglob("*.mp4")] == ["e2-1.mp4"]
    code, said = await restore(tmp_path, *base, "--camera", "attic", "--yes")
    assert code == 1
    assert "no clip" in said
    code, said = await restore(tmp_path, *base, "--from", "May")
    assert code == 1
    assert "2026-05-01" in said


async def test_harm_is_said_and_is_no_success(lost: Lost, tmp_path: Path) -> None:
    largest = max(lost.folder.rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)
    damaged = bytearray(largest.read_bytes())
    damaged[-1] ^= 1
    largest.write_bytes(damaged)
    code, said = await restore(tmp_path, "--remote", lost.folder, "--kit", lost.kit_file, "--yes")
    assert code == 1
    assert "does not decrypt: it was changed in the archive" in said
    assert "1 brought back" in said
    assert "1 changed in the archive" in said


async def test_wrong_things_have_their_sentences(lost: Lost, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(Kit(Room.at(tmp_path / "elsewhere").passwords).text())
    code, said = await restore(tmp_path, "--remote", lost.folder, "--kit", other, "--yes")
    assert (code, "does not open it" in said) == (1, True), said
    code, said = await restore(tmp_path, "--remote", tmp_path / "nowhere", "--kit", lost.kit_file, "--yes")
    assert (code, "Is its disk mounted" in said) == (1, True), said
    code, said = await restore(tmp_path, "--remote", "cloud:x", "--kit", lost.kit_file, "--yes")
    assert (code, "not in your rclone configuration" in said) == (1, True), said
    code, said = await restore(tmp_path, "--remote", lost.folder, "--kit", tmp_path / "clip.mp4", "--yes")
    assert (code, "cannot be read as the text of a kit" in said) == (1, True), said
    code, said = await restore(
        tmp_path, "--remote", lost.folder, "--kit", lost.kit_file, "--into", tmp_path / "elsewhere", "--yes"
    )
    assert (code, "another archive" in said) == (1, True), said


def test_typed_into_a_terminal(lost: Lost, tmp_path: Path) -> None:
    words = [part.words for part in lost.kit.parts()]
    child = pexpect.spawn(
        sys.executable, ["-m", "mocam", "restore", "--remote", str(lost.folder)], cwd=str(tmp_path),
        env=os.environ | ENVIRONMENT, encoding="utf-8", timeout=300, dimensions=(40, 120),
    )  # fmt: skip
    child.expect("An empty line ends")
    child.expect("> ")
    child.sendline(" ".join(["garbige", *words[0][1:]]))
    child.expect("no word of a kit")
    child.expect("> ")
    child.sendline(" ".join(words[0]))
    child.expect("> ")
    child.sendline("")
    child.expect("These are 12 words")
    for line in words:
        child.expect("> ")
        child.sendline(" ".join(line))
    child.expect("> ")
    child.sendline("")
    child.expect(r"Bring back 2 clips.*\? \[Y/n\]")
    child.sendline("y")
    child.expect("2 brought back, and proved")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert len(list((tmp_path / "mocam-data/clips").rglob("*.mp4"))) == 2
