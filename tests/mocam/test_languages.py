"""In which language each person is answered, kept over a restart."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.texts import notices
from mocam.adapters import languages
from mocam.adapters.languages import Languages
from mocam.notices import Notices
from mocam.store import open_store
from storage.errors import StorageError
from storage.preferences import Preferences
from tests.bot.house import ZONE

ANN, BOB = 7, 8


async def test_telegram_tells_and_a_choice_is_stronger(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        people = Languages(store.preferences)
        assert people.of(ANN) == "en"
        await people.heard(ANN, "de-AT")
        await people.heard(BOB, "xx")
        assert (people.of(ANN), people.of(BOB)) == ("de", "en")
        await people.choose(ANN, "en")
        await people.heard(ANN, "de")
        assert (people.of(ANN), people.chosen(ANN)) == ("en", "en")
    with open_store(tmp_path) as store:
        people = Languages(store.preferences)
        assert people.of(ANN) == "en"
        await people.choose(ANN, "")
        assert people.of(ANN) == "de"


async def test_people_are_bounded(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        people = Languages(store.preferences)
        for number in range(languages.MOST_PEOPLE + 5):
            await people.heard(number + 1, "de")
        assert (people.of(1), people.of(languages.MOST_PEOPLE + 5)) == ("en", "de")


async def test_what_the_disk_does_not_take_holds_until_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("The disk is full.")

    with open_store(tmp_path) as store:
        people = Languages(store.preferences)
        monkeypatch.setattr(Preferences, "note", full)
        await people.heard(ANN, "de")
        assert people.of(ANN) == "de"


async def test_a_notice_is_worded_for_each_chat(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        people = Languages(store.preferences)
        await people.heard(ANN, "de")
        told = Notices(store.outbox, lambda: [ANN, BOB], lambda: None, ZONE, language=people.of)
        told.disk_trouble("")
        for task in tuple(told._writing):
            await task
        texts = {letter.chat_id: letter.text for letter in store.outbox.due(datetime.now(UTC))}
    assert texts[BOB] == str(notices.DISK_TAKES_AGAIN)
    assert texts[ANN].startswith("🟢 Die Platte nimmt wieder Daten an.")
