"""Every kind of remote keeps the archive's contract, and brings every clip in whole through every failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.model import ArchiveState
from tests.storage.cloud_faults import FAULTS, NAME, PAGE, Fault, run
from tests.storage.clouds import KINDS, Cloud, cloud
from tests.storage.room import Room, drained, running, until
from tests.support_crypt import Reader

SHORT = ("unreachable",)
"""Met by every kind in every run of the tests; the others by WebDAV alone, and by all with `make remotes-table`."""
MET = [
    pytest.param(fault, kind, id=f"{kind}, {fault.name}")
    for fault in FAULTS
    for kind in fault.kinds
    if kind == "webdav" or fault.name in SHORT
]


@pytest.mark.parametrize("kind", KINDS)
async def test_contract(kind: str, room: Room, tmp_path: Path) -> None:
    async with cloud(kind, tmp_path / "provider") as remote:
        kept, gone = room.with_clip(1, size=150_000), room.with_clip(2, size=1)
        foreign = remote.folder / "holiday.jpg"
        foreign.write_bytes(b"somebody else's")
        archive = room.archive(remote.place, remote.config)
        await drained(archive, room)
        reader = Reader.from_file(room.files.keys_dir / "archive-passwords.txt")
        foreign.rename(tmp_path / "aside.jpg")
        assert kept.path is not None
        assert reader.files(remote.folder)[kept.remote_name] == kept.path.read_bytes()
        (tmp_path / "aside.jpg").rename(foreign)
        async with archive.fetch(room.now(kept.clip_id)) as path:
            assert path.read_bytes() == kept.path.read_bytes()
        await archive.delete(room.now(gone.clip_id))
        await drained(archive, room)
        assert room.now(gone.clip_id).archive is ArchiveState.DELETED
        foreign.rename(tmp_path / "aside.jpg")
        names = [name for name in reader.files(remote.folder) if "manifest" not in name]
        assert names == [kept.remote_name]


@pytest.mark.parametrize(("fault", "kind"), MET)
async def test_whole_in_the_end_and_told_once(fault: Fault, kind: str, tmp_path: Path) -> None:
    told = await run(fault, kind, tmp_path)
    assert bool(told) is fault.is_told
    if told:
        assert len(told) == 2, "once, and once more when it works again"
        assert str(told[0]).endswith(".")
        assert told[1] is None


async def fails(room: Room, remote: Cloud) -> None:
    """A life in which the remote stays away."""
    told: list[str | None] = []
    archive = room.archive(remote.place, remote.config, on_trouble=told.append)
    await running(archive, lambda: until(lambda: told))


async def test_the_queue_outlasts_restarts(tmp_path: Path) -> None:
    async with cloud("webdav", tmp_path / "provider") as remote:
        await remote.disconnect()
        for _ in range(2):
            room = Room.at(tmp_path / "data")
            clip = room.catalogue.clip(1) or room.with_clip(1, size=50_000)
            await fails(room, remote)
            assert room.now(clip.clip_id).archive is ArchiveState.WAITING
            room.db.close()
        await remote.connect()
        room = Room.at(tmp_path / "data")
        await drained(room.archive(remote.place, remote.config), room)
        assert room.now(clip.clip_id).archive is ArchiveState.VERIFIED
        room.db.close()


def test_every_failure_of_every_remote_has_a_row_in_the_docs() -> None:
    text = PAGE.read_text(encoding="utf-8").split(f"<!-- {NAME} -->")[1].split(f"<!-- end of {NAME} -->")[0]
    cells = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.startswith("|")][2:]
    assert [(row[1], row[2]) for row in cells] == [(fault.name, kind) for fault in FAULTS for kind in fault.kinds]
