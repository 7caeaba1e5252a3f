"""A data folder that cannot be used: the owners hear of it, once, and the program ends with the same sentence."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from demo.botapi import BotApi
from mocam import last_words
from mocam.adapters import languages
from mocam.settings import Settings
from mocam.store import open_store
from storage import glimpse
from tests.e2e.program import OWNER, TOKEN, Phone, Program, settings_for

NOWHERE = "/proc/mocam"
"""A folder that nobody can make, root neither."""


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(TOKEN, owner_ids=[OWNER]) as server:
        yield server
        assert server.violations == []


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(last_words, "MEMORY", tmp_path)
    return tmp_path


def settings(api: BotApi, folder: Path) -> Settings:
    given = {"telegram_bot_token": TOKEN, "telegram_owner_ids": str(OWNER), "telegram_base_url": api.base_url}
    return Settings(**given, cameras={"front": {"source": "scene"}}, data_dir=folder, _env_file=None)  # type: ignore[arg-type]


async def test_each_owner_hears_it_once_an_hour(api: BotApi, memory: Path) -> None:
    given = settings(api, memory / "data")
    assert await last_words.tell(given, "The disk is <read-only>.") == 1
    assert await last_words.tell(given, "The disk is <read-only>.") == 0
    told = next(memory.glob("mocam-*"))
    os.utime(told, (0, 0))
    assert await last_words.tell(given, "The disk is <read-only>.") == 1
    texts = [message.text for message in Phone(api).messages]
    assert len(texts) == 2
    assert "no camera watches: The disk is <read-only>." in texts[0]


async def test_each_owner_hears_it_in_their_language(api: BotApi, memory: Path) -> None:
    given = settings(api, memory / "data")
    with open_store(given.data_dir) as store:
        store.preferences.note(languages.NAME, {str(OWNER): ["de-AT", ""]})
    assert await last_words.tell(given, "The disk with /data is full. Free some space.") == 1
    (message,) = Phone(api).messages
    assert "passt keine Kamera auf: Die Platte mit /data ist voll." in message.text


async def test_without_a_network_it_is_told_at_the_next_start(api: BotApi, memory: Path) -> None:
    given = settings(api, memory / "data")
    api.block(OWNER)
    assert await last_words.tell(given, "No disk.") == 0
    api.unblock(OWNER)
    assert await last_words.tell(given, "No disk.") == 1


def test_a_catalogue_that_is_none_has_no_owners(tmp_path: Path) -> None:
    assert glimpse.owners(tmp_path / "none.sqlite3") == frozenset()
    (tmp_path / "odd.sqlite3").write_text("no catalogue" * 100)
    assert glimpse.owners(tmp_path / "odd.sqlite3") == frozenset()


async def test_the_program_ends_and_the_phone_says_why(api: BotApi, tmp_path: Path) -> None:
    program = Program(tmp_path, settings_for(api, tmp_path, DATA_DIR=NOWHERE))
    marker = Path("/dev/shm", last_words._marker(Path(NOWHERE)))  # noqa: S108 - the program's own
    marker.unlink(missing_ok=True)
    try:
        await program.start()
        assert program.process
        assert await program.process.wait() == 1
        program.process = None
    finally:
        marker.unlink(missing_ok=True)
    (message,) = Phone(api).messages
    assert "no camera watches" in message.text
    assert NOWHERE in message.text
    assert NOWHERE in program.output.read_text()
    assert "Traceback" not in program.output.read_text()
