"""In which language the chat speaks: English stands in the code, its translations in `languages/*.po`.

Who answers somebody says so once (`with speaking("de")`); every text that is made within it is in that language, in
tasks and threads that are started there too.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polib

ENGLISH = "en"
FOLDER = Path(__file__).with_name("languages")
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """`de`, `de-AT`, as Telegram tells it; English for what there is no translation of."""
    token = _spoken.set(known(language) or ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The language of this task."""
    return _spoken.get()


@cache
def languages() -> tuple[str, ...]:
    """All there are, English first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))


def known(language: str) -> str:
    """`de-AT` -> `de`; empty: there is no translation."""
    code = language.partition("-")[0].lower()
    return code if code in languages() else ""


def t(english: str, /, **values: object) -> str:
    """The sentence as it is spoken here, its `{names}` filled with the values, which must be escaped already."""
    sentence = _catalogue(spoken()).gettext(english)
    return sentence.format(**values) if values else sentence


def plural(one: str, many: str, number: int, /, **values: object) -> str:
    """As `t`, in the form that goes with the number, which is `{count}` in it."""
    sentence = _catalogue(spoken()).ngettext(one, many, number)
    return sentence.format(**{"count": number} | values)


class Text:
    """A sentence that is a constant: it is in the language of the task in which it becomes a string."""

    __slots__ = ("english",)

    def __init__(self, english: str) -> None:
        self.english = english

    def __str__(self) -> str:
        return t(self.english)

    def __repr__(self) -> str:
        return f"Text({self.english!r})"


Words = str | Text
"""What may be said."""


def patterns() -> Sequence[str]:
    """Sentences of other parts of the program with holes, `The disk with {0} is full.`, that have a translation here;
    the most words first, so that the most exact one is found first."""
    return _book(spoken())[1]


def _catalogue(language: str) -> gettext.NullTranslations:
    return _book(language)[0]


def _is_foreign(entry: polib.POEntry) -> bool:
    return not any(place.startswith("bot/") and not place.endswith("/foreign.py") for place, _ in entry.occurrences)


@cache
def _book(language: str) -> tuple[gettext.NullTranslations, Sequence[str]]:
    """Read when it is first spoken: who speaks English pays nothing."""
    if language == ENGLISH:
        return gettext.NullTranslations(), ()
    import polib  # noqa: PLC0415 - as the book

    book = polib.pofile(str(FOLDER / f"{language}.po"))
    open_ones = [entry.msgid for entry in book if _is_foreign(entry) and "{" in entry.msgid and entry.translated()]
    return gettext.GNUTranslations(io.BytesIO(book.to_binary())), sorted(open_ones, key=len, reverse=True)
