"""Every sentence in every language: translated, with the same places to fill and the same marks, from one place."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

import polib
import pytest

from bot.commands import BY_NAME
from bot.formatting import date_text, escaped, moment_text, size_text
from bot.language import ENGLISH, Text, known, languages, plural, speaking, t
from bot.parsing import Why
from bot.texts import common, counts
from bot.texts.foreign import told
from tests.bot.catalogue import _sides, catalogue, modules, renewed, sayings, sentences, unreadable
from tests.bot.house import ZONE
from tests.bot.test_texts import NOW, START

OTHERS = [language for language in languages() if language != ENGLISH]
_HOLES = re.compile(r"\{[^}]*\}")
_TAGS = re.compile(r"</?[a-z]+>")
_COMMANDS = re.compile(r"(?<![\w/<])/([a-z]+)")
_SIGNS = re.compile(r"[\u2190-\u2bff\U0001f300-\U0001faff]")
_WORDS = re.compile(r"[A-Za-z]{2,}")


def both(entry: polib.POEntry) -> list[tuple[str, str]]:
    """English and translation, for each form."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid_plural if form else entry.msgid, said) for form, said in entry.msgstr_plural.items()]


def pairs() -> Iterator[tuple[str, str, str]]:
    for language in OTHERS:
        for entry in catalogue(language):
            for english, said in both(entry):
                yield language, english, said


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language: str) -> None:
    book = catalogue(language)
    there = {(entry.msgid, entry.msgid_plural) for entry in book if entry.translated() and not entry.fuzzy}
    wanted = {sentence.key for sentence in sentences()}
    help_ = f"run `make texts` and translate what is empty in bot/languages/{language}.po"
    assert sorted(wanted - there) == [], help_
    assert sorted({(entry.msgid, entry.msgid_plural) for entry in book} - wanted) == [], help_


def test_a_translation_has_the_same_places_to_fill_and_the_same_marks() -> None:
    faults = [
        f"{language}: {said}"
        for language, english, said in pairs()
        for mark in (_HOLES, _TAGS, _SIGNS)
        if Counter(mark.findall(english)) != Counter(mark.findall(said))
    ]
    assert faults == []


def test_a_translation_names_the_same_commands_and_begins_and_ends_its_lines_alike() -> None:
    faults = [
        f"{language}: {said}"
        for language, english, said in pairs()
        if set(_COMMANDS.findall(_HOLES.sub("", english))) & set(BY_NAME)
        != set(_COMMANDS.findall(_HOLES.sub("", said))) & set(BY_NAME)
        or english.count("\n") != said.count("\n")
        or (english[0].isspace(), english[-1].isspace()) != (said[0].isspace(), said[-1].isspace())
    ]
    assert faults == []


def test_making_a_catalogue_anew_keeps_what_is_translated() -> None:
    old = catalogue("de")
    new = renewed(old, sentences())
    assert [(entry.msgid, entry.msgstr, entry.msgstr_plural) for entry in new] == [
        (entry.msgid, entry.msgstr, entry.msgstr_plural) for entry in old
    ]


def test_sentences_are_not_put_together_before_they_are_said() -> None:
    own = ("bot/texts/foreign.py", "bot/language.py")
    faults = [f"{place}:{line}" for place, tree in modules("bot") if place not in own for line in unreadable(tree)]
    assert faults == []


def unsaid(tree: ast.Module) -> list[tuple[int, str]]:
    """Words in a module of texts that nobody can translate: they are in no call that says them."""
    patterns = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
    ]
    inside = {id(part) for call in (*sayings(tree), *patterns) for part in ast.walk(call)}
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in inside | docs:
            continue
        text = _TAGS.sub("", node.value)
        if _WORDS.search(text) and (id(node) in parts or " " in text.strip() or text[:1].isupper()):
            found.append((node.lineno, node.value))
    return found


def test_the_texts_say_nothing_that_is_not_translated() -> None:
    console = {"invitation", "paired_console"}
    faults = []
    for place, tree in modules("bot/texts"):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name in console and place.endswith("pairing.py"):
                node.body = node.body[:1]
        faults += [f"{place}:{line} {words}" for line, words in unsaid(tree) if not ALIKE.fullmatch(words)]
    assert faults == []


ALIKE = re.compile(r"toggle mask|H\.265|/arm |/[a-z]+( \[[0-9][^]]*\])*")
"""The same in every language."""
_SAYING = {"say", "show", "question", "text", "edit", "edit_words", "acknowledge", "photo", "_button", "_put", "notice"}


def test_nothing_is_said_in_the_chat_that_does_not_come_from_the_texts() -> None:
    faults = []
    for place, tree in modules("bot", "mocam"):
        if place.startswith(("bot/texts/", "mocam/setup/", "mocam/cli")):
            continue
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in _SAYING:
                faults += [f"{place}:{call.lineno}" for argument in call.args if has_words(argument)]
    assert faults == []


def has_words(argument: ast.expr) -> bool:
    """A sentence, or a piece of one, stands there itself."""
    parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return any(" " in text.strip() and _WORDS.search(text) for text in texts)


def test_a_language_is_known_by_its_first_part() -> None:
    assert known("de-AT") == "de"
    assert known("DE") == "de"
    assert known("xx") == ""
    assert known("") == ""


def test_a_constant_is_worded_when_it_becomes_a_string() -> None:
    text = Text("Nothing changed.")
    with speaking("de"):
        assert str(text) == f"{text}" == t("Nothing changed.") == "Nichts geändert."
    with speaking("xx"):
        assert str(text) == "Nothing changed."


def test_numbers_and_dates_in_german() -> None:
    with speaking("de"):
        assert counts.clips(1) == "1 Clip"
        assert counts.clips(3) == "3 Clips"
        assert size_text(1_200_000_000) == "1,2 GB"
        assert date_text(START.date(), NOW.date()) == "Mo 23. Nov."
        assert moment_text(START, NOW, ZONE) == "13:30"
        assert plural("{count} hour", "{count} hours", 2) == "2 Stunden"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("why", Why)
def test_every_reason_has_a_sentence_in_every_language(language: str, why: Why) -> None:
    with speaking(language):
        assert common.not_understood(why).endswith((".", "</code>."))


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("MoCam was stopped.", "MoCam war angehalten."),
        ("The disk with /data is full. Free some space.", "Die Platte mit /data ist voll. Schaffe Platz."),
        (
            "It is in the archive, but cannot be fetched now: This clip is not in the archive.",
            "Er ist im Archiv, kann aber jetzt nicht geholt werden: Dieser Clip ist nicht im Archiv.",
        ),
        (
            "The camera front is being closed. The camera back is being closed.",
            "Die Kamera front wird gerade geschlossen. Die Kamera back wird gerade geschlossen.",
        ),
        (
            "power: too little voltage now, slowed down since the start",
            "Strom: jetzt zu wenig Spannung, seit dem Start verlangsamt",
        ),
        ("Nobody knows this sentence <b>.", "Nobody knows this sentence &lt;b&gt;."),
        ("", ""),
    ],
)
def test_what_other_rooms_say_is_told_in_german(english: str, german: str) -> None:
    with speaking("de"):
        assert told(english) == german
    with speaking("en"):
        assert told(english) == english.replace("<b>", "&lt;b&gt;")


def test_every_sentence_of_another_room_is_found_again_with_its_holes_filled() -> None:
    wrong = []
    for entry in catalogue("de"):
        if entry.occurrences[0][0].startswith("bot/"):
            continue
        with speaking("de"):
            said = told(_HOLES.sub("x7", entry.msgid))
        if said != escaped(_HOLES.sub("x7", entry.msgstr)):
            wrong.append((entry.msgid, said))
    assert wrong == []


def test_of_a_merge_conflict_both_sides_are_kept() -> None:
    text = 'msgid "a"\n<<<<<<< one\nmsgstr "A"\n=======\nmsgstr "Ä"\n>>>>>>> other\n'
    assert _sides(text) == ['msgid "a"\nmsgstr "A"\n', 'msgid "a"\nmsgstr "Ä"\n']
