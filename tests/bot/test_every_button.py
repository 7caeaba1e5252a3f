"""Every command and every button, over HTTP, in every language: answered, and in no other language."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import polib
import pytest

from bot import language
from bot.commands import BUTTONS, BY_NAME
from bot.markup import plain
from bot.parsing import Why
from bot.roles import GUEST_BUTTONS
from bot.texts import common
from bot.texts.menu import MENU
from demo.botapi import BotApi
from tests.bot.catalogue import sentences
from tests.bot.conftest import OWNER, running
from tests.bot.house import TestHouse
from tests.bot.walk import CAMERAS, GUEST, Walk, furnish, untold

EXAMPLE = re.compile(r"<code>(/[a-z]+ [^<{]+)</code>")
PSEUDO = "xx"
"""Every word of this language is the English one in ⟦ ⟧: what stands outside was said past the catalogue."""


def _marked(english: str) -> str:
    """What is put into a sentence stays outside: it must have been said itself."""
    pieces = re.split(r"(\{[^}]*\})", english)
    return "".join(f"⟦{piece}⟧" if piece and not piece.startswith("{") else piece for piece in pieces)


@pytest.fixture(scope="module")
def pseudo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where that language's catalogue lies."""
    book, folder = _pseudo_book(), tmp_path_factory.mktemp("languages")
    book.save(str(folder / f"{PSEUDO}.po"))
    return folder


def _pseudo_book() -> polib.POFile:
    book = polib.POFile()
    book.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=2; plural=(n != 1);"}
    for sentence in sentences():
        entry = polib.POEntry(msgid=sentence.one, msgstr=_marked(sentence.one))
        if sentence.many:
            forms = {0: _marked(sentence.one), 1: _marked(sentence.many)}
            entry = polib.POEntry(msgid=sentence.one, msgid_plural=sentence.many, msgstr_plural=forms)
        book.append(entry)
    return book


@pytest.fixture
def pseudo(pseudo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(language, "FOLDER", pseudo_folder)
    language.languages.cache_clear()
    yield
    language.languages.cache_clear()


@asynccontextmanager
async def visited(api: BotApi, house: TestHouse, snapshot: Path, owners: str, guests: str) -> AsyncIterator[Walk]:
    """A guest's walk through the chat of an owner who speaks another language."""
    furnish(house, snapshot)
    api.speaks(OWNER, owners)
    api.speaks(GUEST, guests)
    house.languages.told[OWNER] = owners
    async with running(api, house) as phone:
        link = await phone.shows_after("/guest 24h", lambda message: "?start=" in message.text)
        code = link.text.partition("?start=")[2].split()[0]
        api.say(GUEST, f"/start {code.strip('⟦⟧')}")
        await api.wait_for(lambda: phone.of_bot(GUEST))
        walk = Walk(phone, GUEST)
        await walk.all()
        yield walk


async def walked(api: BotApi, house: TestHouse, snapshot: Path, code: str) -> Walk:
    furnish(house, snapshot)
    api.speaks(OWNER, code)
    house.languages.told[OWNER] = code
    async with running(api, house) as phone:
        walk = Walk(phone)
        await walk.all()
    return walk


@pytest.mark.parametrize("code", language.languages())
async def test_every_command_and_every_button_is_answered(
    api: BotApi, house: TestHouse, snapshot_file: Path, code: str
) -> None:
    walk = await walked(api, house, snapshot_file, code)
    assert {kind for kind in BUTTONS if kind not in walk.pressed} == set()
    assert walk.unanswered == []
    with language.speaking(code):
        bad = {str(common.WRONG), str(common.BUTTON_UNKNOWN)}
    assert [text for text in walk.shown() if text in bad] == []


@pytest.mark.usefixtures("pseudo")
async def test_all_that_is_said_comes_from_the_catalogue(api: BotApi, house: TestHouse, snapshot_file: Path) -> None:
    walk = await walked(api, house, snapshot_file, PSEUDO)
    assert sorted({text for text in walk.shown() if untold(text)}) == []
    drawn = house.pictures.words()
    assert len(house.pictures.days) == 1
    assert sorted({text for text in drawn if untold(text)}) == []
    assert any("⟦" in text for text in drawn)


@pytest.mark.parametrize("code", language.languages())
async def test_every_command_and_button_of_a_guest_is_answered(
    api: BotApi, house: TestHouse, snapshot_file: Path, code: str
) -> None:
    async with visited(api, house, snapshot_file, "en", code) as walk:
        assert GUEST_BUTTONS - walk.pressed == set()
        assert walk.unanswered == []
        with language.speaking(code):
            bad = {str(common.WRONG), str(common.BUTTON_UNKNOWN)}
        assert [text for text in walk.shown() if text in bad] == []


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize(("owners", "guests"), [("en", PSEUDO), (PSEUDO, "en")])
async def test_owner_and_guest_are_each_spoken_to_in_their_own_language(
    api: BotApi, house: TestHouse, snapshot_file: Path, owners: str, guests: str
) -> None:
    async with visited(api, house, snapshot_file, owners, guests) as walk:
        await walk.phone.shows(lambda message: f"({GUEST})" in message.text)
        marked, plain_ones = (walk, Walk(walk.phone)) if guests == PSEUDO else (Walk(walk.phone), walk)
        assert sorted({text for text in marked.shown() if untold(text)}) == []
        own_name = "⟦English⟧"  # each language of the choice says its name itself
        assert [text for text in plain_ones.shown() if "⟦" in text and text != own_name] == []


@pytest.mark.parametrize("code", language.languages())
async def test_what_is_shown_as_an_example_is_understood(api: BotApi, house: TestHouse, code: str) -> None:
    house.cameras.names = list(CAMERAS)
    api.speaks(OWNER, code)
    with language.speaking(code):
        said = {language.t(sentence.one) for sentence in sentences() if not sentence.many}
        refusals = {plain(common.not_understood(why)) for why in Why}
    examples = sorted({found for text in said for found in EXAMPLE.findall(text.replace("{camera}", "front"))})
    assert len(examples) > 10
    async with running(api, house) as phone:
        answers = {example: (await phone.says(example)).text for example in examples}
    assert {example: answer for example, answer in answers.items() if answer in refusals} == {}


@pytest.mark.parametrize("code", language.languages())
async def test_help_and_the_menu_are_complete_in_every_language(api: BotApi, house: TestHouse, code: str) -> None:
    api.speaks(OWNER, code)
    async with running(api, house) as phone:
        lines = (await phone.says("/help")).text.splitlines()
        await phone.answered()
        menu = phone.api.office.menu(OWNER)
    with language.speaking(code):
        said = {name: (str(usage), str(summary)) for name, (usage, summary) in MENU.items()}
    assert [f"{usage} · {summary}" for usage, summary in said.values() if f"{usage} · {summary}" not in lines] == []
    assert {command.command: command.description for command in menu} == {
        name: summary for name, (_, summary) in said.items()
    }
    assert set(said) == set(BY_NAME)
