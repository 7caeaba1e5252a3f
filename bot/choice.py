"""Which cameras words mean: one, some, all of them, or none, with the names that were nearly typed. Pure."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.callback import ALL_CAMERAS, camera_key

ALL = "all"
_BETWEEN = frozenset({"and", "&", "+"})
"""Words that may stand between names."""
_FIRST_WORD = re.compile(r"([^\s,]+)[\s,]*")
_SOME = "~"
"""Begins what a button carries for some of several cameras: which, and of which household."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One camera, some, or all; `names` is empty when it is none that there is."""

    names: tuple[str, ...]
    key: str
    """What a button carries for it."""

    @property
    def one(self) -> str:
        """The name of the only one that was meant; empty: all."""
        return "" if self.key == ALL_CAMERAS else "".join(self.names[:1])

    @property
    def named(self) -> tuple[str, ...]:
        """The names that were meant; empty: all."""
        return () if self.key == ALL_CAMERAS else self.names


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
    if key.startswith(_SOME):
        marks = key.removeprefix(_household(names)) if key.startswith(_household(names)) else ""
        bits = int(marks, 16) if marks.isalnum() and set(marks) <= set("0123456789abcdef") else 0
        places = {name: place for place, name in enumerate(sorted(names))}
        return Choice(tuple(name for name in names if bits >> places[name] & 1), key)
    return Choice(tuple(name for name in names if camera_key(name) == key), key)


def some(chosen: Sequence[str], names: Sequence[str]) -> Choice:
    """Several of them, in the order of the settings; all of them are not the same as `everything`: more may come."""
    kept = tuple(name for name in names if name in chosen)
    if len(kept) == 1:
        return Choice(kept, camera_key(kept[0]))
    bits = sum(1 << place for place, name in enumerate(sorted(names)) if name in kept)
    return Choice(kept, f"{_household(names)}{bits:x}")


def split(argument: str, names: Sequence[str]) -> tuple[Choice | None, str]:
    """The camera that stands first or last in `back 3h`, and the rest; without one: None and the whole."""
    words = argument.split()
    for word, rest in ((words[0], words[1:]), (words[-1], words[:-1])) if words else ():
        if choice := of_word(word, names):
            return choice, " ".join(rest)
    return None, argument


def split_several(argument: str, names: Sequence[str]) -> tuple[Choice | None, str]:
    """The cameras that stand first or last in `front, back 3h`, and the rest; without one: None and the whole."""
    words = argument.replace(",", " ").split()
    found: list[str] = []
    for end in (0, -1):
        while words and (choice := _next(words, end, names, found)):
            found += choice.names
    if not found:
        return None, argument
    is_all = any(word.lower() == ALL for word in argument.replace(",", " ").split())
    return everything(names) if is_all else some(found, names), " ".join(words)


def split_leading(argument: str, names: Sequence[str]) -> tuple[Choice | None, str]:
    """The cameras at the beginning of `front, garden weekdays 8-17, nights`, or one at its end, and the rest as it was
    typed, commas and all; without one: None and the whole."""
    found: list[str] = []
    rest = argument
    while match := _FIRST_WORD.match(rest):
        choice, after = of_word(match[1], names), rest[match.end() :]
        if choice is not None:
            found, rest = [*found, *choice.names], after
        elif found and match[1].lower() in _BETWEEN and _begins_with_name(after, names):
            rest = after
        else:
            break
    if not found:
        return split(argument, names)
    is_all = set(found) == set(names) and argument.lower().startswith(ALL)
    return everything(names) if is_all else some(found, names), rest


def _begins_with_name(text: str, names: Sequence[str]) -> bool:
    match = _FIRST_WORD.match(text)
    return match is not None and of_word(match[1], names) is not None


def _next(words: list[str], end: int, names: Sequence[str], found: Sequence[str]) -> Choice | None:
    """Takes the name at this end of the words off them, with a word that stands between two names."""
    inner = 1 if end == 0 else -2
    if found and len(words) > 1 and words[end].lower() in _BETWEEN and of_word(words[inner], names):
        words.pop(end)
    choice = of_word(words[end], names)
    if choice is not None:
        words.pop(end)
    return choice


def _household(names: Sequence[str]) -> str:
    """What a button for some cameras begins with: it means nothing any more when there are others."""
    return _SOME + hashlib.blake2s("\n".join(sorted(names)).encode(), digest_size=4).hexdigest()


def is_nearly(word: str, names: Sequence[str]) -> bool:
    """It is no camera's name, and almost one."""
    return of_word(word, names) is None and bool(near(word, names))


def near(word: str, names: Sequence[str]) -> list[str]:
    """Names that may have been meant, the likeliest first."""
    by_lower = {name.lower(): name for name in names}
    found = difflib.get_close_matches(word.lower(), by_lower, n=3, cutoff=0.6)
    begun = [lower for lower in by_lower if len(word) > 1 and lower.startswith(word.lower()) and lower not in found]
    return [by_lower[lower] for lower in [*found, *begun]]
