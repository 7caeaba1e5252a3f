"""Which sentences the code has, and the catalogues of their translations: `make texts` brings these up to date.

A new sentence is added with an empty translation, one that is gone is removed, and nothing else changes.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

from bot.language import ENGLISH, FOLDER, languages

ROOT = Path(__file__).parent.parent.parent
_SAYERS = {"t": 1, "Text": 1, "plural": 2}
"""How many forms of the sentence come first in a call."""
_WIDTH = 78
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|CREATE|ALTER|WHERE) ")
_CONSOLE = (
    "mocam/setup/", "mocam/kit/", "mocam/doctor/", "mocam/cli", "mocam/settings", "mocam/pi_report.py",
    "mocam/running.py", "mocam/check.py", "mocam/cameras.py", "mocam/repair.py", "mocam/restore.py", "mocam/store.py",
    "storage/kit.py", "storage/listing.py", "storage/restore.py", "storage/check", "storage/repair", "storage/seal.py",
    "camera/trace.py", "camera/replay.py", "mocam/app.py", "mocam/service_manager.py",
)  # fmt: skip
"""Their sentences are read on a console only."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """As it stands in the code; `many` is empty without a number."""

    one: str
    many: str
    place: str

    @property
    def key(self) -> tuple[str, str]:
        return self.one, self.many


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Path from the root, and tree."""
    for folder in folders:
        for path in sorted(Path(ROOT, folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def sentences() -> list[Sentence]:
    """Each once, in the order of the code."""
    found: dict[tuple[str, str], Sentence] = {}
    for place, tree in modules("bot"):
        for call in sayings(tree):
            forms = [form.value for form in call.args if isinstance(form, ast.Constant) and isinstance(form.value, str)]
            if forms:
                sentence = Sentence(forms[0], "".join(forms[1:2]), place)
                found.setdefault(sentence.key, sentence)
    for place, tree in modules("camera", "storage", "mocam"):
        if not place.startswith(_CONSOLE):
            for text in told_elsewhere(tree):
                found.setdefault((text, ""), Sentence(text, "", place))
    return list(found.values())


def told_elsewhere(tree: ast.Module) -> list[str]:
    """Sentences of another room that may be told in the chat: whatever looks like one and is neither logged nor a
    comment. What is put in becomes `{0}`, `{1}`."""
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("log.", "_log.", "re.", "rows.")):
            aside |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.JoinedStr):
            aside |= {id(part) for part in node.values}
    pieces = [node for node in ast.walk(tree) if isinstance(node, ast.expr) and id(node) not in aside]
    texts = [(piece.lineno, _text(piece)) for piece in pieces]
    return [text for _, text in sorted(texts) if _looks_like_a_sentence(text)]


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    holes = iter(range(len(node.values)))
    return "".join(str(p.value) if isinstance(p, ast.Constant) else f"{{{next(holes)}}}" for p in node.values)


def _looks_like_a_sentence(text: str) -> bool:
    begins, ends = text[:1].isupper() or text[:1] == "{", text.endswith((".", "!", "?", ": {0}", ": {1}"))
    return begins and ends and text.count(" ") > 1 and "\n" not in text and not _SQL.search(text)


def sayings(tree: ast.Module) -> list[ast.Call]:
    """Calls that say a sentence, from top to bottom."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) in _SAYERS]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def unreadable(tree: ast.Module) -> list[int]:
    """Lines in which a sentence is put together before it is said, so that nobody can translate it."""
    return [
        call.lineno
        for call in sayings(tree)
        if not all(isinstance(form, ast.Constant) for form in call.args[: _SAYERS[_name(call)]])
    ]


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def catalogue(language: str) -> polib.POFile:
    """As it is in the folder; of two sides of a merge conflict it has both."""
    text = Path(FOLDER, f"{language}.po").read_text(encoding="utf-8")
    book, *other = (polib.pofile(side, wrapwidth=_WIDTH) for side in _sides(text))
    there = {(entry.msgid, entry.msgid_plural) for entry in book if entry.translated()}
    for entry in (entry for side in other for entry in side if (entry.msgid, entry.msgid_plural) not in there):
        book.append(entry)
    return book


def _sides(text: str) -> list[str]:
    """As one and as the other had it; the same where there is no conflict."""
    if "<<<<<<<" not in text:
        return [text]
    conflict = re.compile(r"^<{7} .*?\n(.*?)^={7}\n(.*?)^>{7} .*?\n", re.DOTALL | re.MULTILINE)
    return [conflict.sub(side, text) for side in (r"\1", r"\2")]


def renewed(old: polib.POFile, wanted: list[Sentence]) -> polib.POFile:
    """The same translations, for exactly these sentences."""
    known = {(entry.msgid, entry.msgid_plural): entry for entry in old if not entry.obsolete}
    new = polib.POFile(wrapwidth=_WIDTH)
    new.metadata = old.metadata
    for sentence in wanted:
        entry = known.get(sentence.key) or polib.POEntry(msgid=sentence.one, msgid_plural=sentence.many)
        if sentence.many and not entry.msgstr_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        entry.occurrences = [(sentence.place, "")]
        new.append(entry)
    return new


def main() -> int:
    """Renews every catalogue; says what is still to be translated."""
    missing = 0
    for language in languages():
        if language != ENGLISH:
            new = renewed(catalogue(language), sentences())
            new.save(str(FOLDER / f"{language}.po"))
            for entry in new.untranslated_entries():
                print(f"{language}: {entry.msgid}")  # noqa: T201 - a tool on a console
                missing += 1
    print(f"{missing} to be translated")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
