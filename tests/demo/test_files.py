from __future__ import annotations

from pathlib import Path

import pytest

from demo.botapi import BotApi
from demo.changes import Changes
from demo.conversation import Chat, Content, Conversation
from demo.entities import plain
from demo.files import Files
from demo.panel import list_folder
from tests.demo.client import OWNER, TOKEN, Client
from tests.demo.media import jpeg


def put(files: Files, size_bytes: int) -> str:
    path = files.fresh_path("uploads", ".bin")
    path.write_bytes(bytes(size_bytes))
    return files.keep(path, "documents", "x.bin", ".bin").file_id


def test_the_oldest_files_go_when_all_are_too_many(tmp_path: Path) -> None:
    files = Files(tmp_path, keep_bytes=100)
    ids = [put(files, 40) for _ in range(4)]
    assert [files.find(file_id) is not None for file_id in ids] == [False, False, True, True]
    assert files.dropped == 2
    assert len(list((tmp_path / "documents").iterdir())) == 2


def test_a_single_file_over_the_bound_is_kept(tmp_path: Path) -> None:
    files = Files(tmp_path, keep_bytes=100)
    assert files.find(put(files, 1000))


def test_the_oldest_messages_are_forgotten() -> None:
    conversation = Conversation(Changes(), keep_messages=3)
    sender: dict[str, object] = {"id": 1, "is_bot": False, "first_name": "A"}
    for number in range(5):
        conversation.post(Chat(1, "private", "A"), sender, Content(plain(str(number))))
    assert [message.text for message in conversation.of_chat(1)] == ["2", "3", "4"]
    assert conversation.dropped == 2


async def test_nothing_stays_on_disk_after_the_stop() -> None:
    api = BotApi(TOKEN, owner_ids=[OWNER])
    await api.start()
    async with Client(api) as client:
        await client.call("sendPhoto", {"photo": ("a.jpg", jpeg(64, 36), "image/jpeg")}, chat_id=OWNER)
    path = api.messages(OWNER)[0].media
    assert path
    assert path.exists()
    await api.stop()
    assert not path.exists()
    await api.stop()


def test_a_folder_is_listed_with_sizes_and_times(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "cipher").write_bytes(bytes(7))
    [file] = list_folder(tmp_path)
    assert (file.path, file.size_bytes) == ("a/b/cipher", 7)
    assert file.modified_utc.timestamp() == pytest.approx((tmp_path / "a" / "b" / "cipher").stat().st_mtime)
    assert list_folder(tmp_path / "none") == []
