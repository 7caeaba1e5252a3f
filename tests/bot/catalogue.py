"""Which sentences the code has, and the catalogues of their translations: `make texts` brings these up to date.

A new sentence is added with an empty translation, one that is gone is removed, and nothing else changes.
"""

from __future__ import annotations

import ast
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
    return list(found.values())


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
    """As it is in the folder."""
    return polib.pofile(str(FOLDER / f"{language}.po"), wrapwidth=_WIDTH)


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
