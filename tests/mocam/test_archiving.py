"""The roof's side of /archive: what stands in rows and keys, and what may not be shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ports import Unavailable
from mocam.adapters.archiving import ArchivingPort, place
from mocam.reminder import AFTER, KitReminder
from mocam.store import open_store
from storage.archive import Archive
from storage.archive_queue import ArchiveQueue
from storage.drill import Drills
from storage.keys import Keys
from storage.model import NewClip
from storage.rclone import Rclone
from tests.storage.room import NOON, until


@pytest.mark.parametrize(
    ("remote", "shown"),
    [
        ("koofr:cameras", "koofr:cameras"),
        ("/mnt/usb/cameras", "/mnt/usb/cameras"),
        ("disk/odd:name", "disk/odd:name"),
        (":webdav,url=https://x,pass=secret:cameras", "a remote:…"),
        ("koofr,password=secret:cameras", "koofr:…"),
    ],
)
def test_a_password_in_a_remote_is_not_shown(remote: str, shown: str) -> None:
    assert place(remote) == shown


async def test_the_whole_of_it(tmp_path: Path) -> None:
    with open_store(tmp_path / "data") as store:
        passwords = Keys(store.files).load_or_make()
        rclone = Rclone(str(tmp_path / "disk"), passwords, store.files.data_dir, tmp_path / "none.conf")
        archive = Archive(ArchiveQueue(store.database, store.catalogue), store.catalogue, store.files, rclone)
        drills = Drills(archive, store.catalogue, store.preferences, lambda _: None)
        port = ArchivingPort(store, archive, drills, str(tmp_path / "disk"))
        empty = await port.state()
        assert (empty.on, empty.clips, empty.kit_proved, empty.last_drill) == (True, 0, False, None)
        with pytest.raises(Unavailable, match="Nothing is archived"):
            await port.drill()
        reminded: list[bool] = []
        reminder = KitReminder(store, lambda: reminded.append(True), lambda: {7})
        await reminder.remind()
        assert reminded == []

        store.catalogue.open_event("e1", "front", NOON, None, ())
        store.catalogue.close_event("e1", NOON, 1.0)
        temp = store.files.recording_dir / "e1.mp4"
        temp.write_bytes(b"clip" * 1000)
        path = store.files.publish(temp, "front", "e1", 1, NOON)
        clip = store.catalogue.add_clip(NewClip("e1", 1, path, NOON, 2.0, "h264", 64, 48), archive=True)
        rclone.make_folder()
        await rclone.upload(path, clip.remote_name, clip.size_bytes)
        ArchiveQueue(store.database, store.catalogue).verified([(clip.clip_id, "size")], datetime.now(UTC) - 2 * AFTER)

        done = await port.drill()
        assert done.passed
        Keys(store.files).confirm_kit()
        full = await port.state()
        assert (full.clips, full.kit_proved, full.last_drill, full.passed_utc) == (1, True, done, done.at_utc)
        await reminder.remind()
        assert reminded == [], "who has proved the kit is not reminded"
        (store.files.keys_dir / "kit.json").unlink()
        await KitReminder(store, lambda: reminded.append(True), set[int]).remind()
        assert reminded == [], "while nobody owns it nobody would hear"
        await reminder.remind()
        await reminder.remind()
        await KitReminder(store, lambda: reminded.append(True), lambda: {7}).remind()
        await until(lambda: reminded)
        assert reminded == [True], "once in the life of a data folder"


async def test_without_an_archive(tmp_path: Path) -> None:
    with open_store(tmp_path / "data") as store:
        archive = Archive(ArchiveQueue(store.database, store.catalogue), store.catalogue, store.files, None)
        port = ArchivingPort(store, archive, Drills(archive, store.catalogue, store.preferences, lambda _: None), "")
        assert not (await port.state()).on
        with pytest.raises(Unavailable, match="no archive"):
            await port.drill()
