"""Which cameras a word means: one, all of them, or none, with the names that were nearly typed. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.callback import ALL_CAMERAS, camera_key

ALL = "all"


@dataclass(frozen=True, slots=True)
class Choice:
    """One camera or all; `names` is empty when it is none that there is."""

    names: tuple[str, ...]
    key: str
    """What a button carries for it."""

    @property
    def one(self) -> str:
        """The name of the only one that was meant; empty: all."""
        return "" if self.key == ALL_CAMERAS else "".join(self.names[:1])


def everything(names: Sequence[str]) -> Choice:
    """All cameras."""
    return Choice(tuple(names), ALL_CAMERAS)


def of_word(word: str, names: Sequence[str]) -> Choice | None:
    """`all` or a name, in any case; None: no camera is called that."""
    if word.lower() == ALL:
        return everything(names)
    found = next((name for name in names if name.lower() == word.lower()), None)
    return None if found is None else Choice((found,), camera_key(found))


def of_key(key: str, names: Sequence[str]) -> Choice:
    """What a button carries; empty, as older buttons have it: all."""
    if key in {"", ALL_CAMERAS}:
        return everything(names)
    return Choice(tuple(name for name in names if camera_key(name) == key), key)


def split(argument: str, names: Sequence[str]) -> tuple[Choice | None, str]:
    """The camera that stands first or last in `back 3h`, and the rest; without one: None and the whole."""
    words = argument.split()
    for word, rest in ((words[0], words[1:]), (words[-1], words[:-1])) if words else ():
        if choice := of_word(word, names):
            return choice, " ".join(rest)
    return None, argument


def near(word: str, names: Sequence[str]) -> list[str]:
    """Names that may have been meant, the likeliest first."""
    by_lower = {name.lower(): name for name in names}
    found = difflib.get_close_matches(word.lower(), by_lower, n=3, cutoff=0.6)
    begun = [lower for lower in by_lower if len(word) > 1 and lower.startswith(word.lower()) and lower not in found]
    return [by_lower[lower] for lower in [*found, *begun]]
