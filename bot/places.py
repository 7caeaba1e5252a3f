"""Understands what is said of places in the picture: `ignore D4 17:00-19:00`, `name porch B2-C4`. Pure."""

from __future__ import annotations

import re

from bot import parsing
from bot.parsing import NotUnderstood, Why
from bot.zones import Change, Hours, Verb

VERBS = {
    "ignore": Verb.IGNORE,
    "watch": Verb.WATCH,
    "mask": Verb.MASK,
    "hide": Verb.MASK,
    "unmask": Verb.UNMASK,
    "name": Verb.NAME,
    "call": Verb.NAME,
    "forget": Verb.UNNAME,
    "clear": Verb.CLEAR,
    "off": Verb.CLEAR,
}
_SQUARES = re.compile(r"[A-Za-z]\d{1,2}(-[A-Za-z]\d{1,2})?")
_FILLERS = frozenset({"as", "is", "at", "from", "between", "daily", "every", "day", "always"})


def parse(text: str) -> Change:
    """What follows the camera's name. Raises NotUnderstood."""
    words = text.replace(",", " ").replace(";", " ").split()
    verb = VERBS.get(words[0].lower()) if words else None
    if verb is None:
        raise NotUnderstood(Why.ZONES)
    place, hours = [word for word in words[1:] if word.lower() != "the"], None
    if verb is Verb.IGNORE:
        place, hours = _hours(place)
    if verb is Verb.NAME:
        return _named(place)
    if verb is Verb.UNNAME:
        return Change(verb, name=" ".join(place))
    if bool(place) is (verb is Verb.CLEAR):
        raise NotUnderstood(Why.ZONES)
    return Change(verb, " ".join(place), hours=hours)


def spelled(change: Change) -> str:
    """As it was meant, for the audit log."""
    words = [change.verb.value, change.name, change.place]
    if change.hours:
        words.append(f"{change.hours[0]:%H:%M}-{change.hours[1]:%H:%M}")
    return " ".join(filter(None, words))


def _hours(words: list[str]) -> tuple[list[str], Hours | None]:
    """The place and the hours that follow it; None: always."""
    for at in range(1, len(words)):
        tail = " ".join(words[at:]).replace(" and ", " to ").replace("between ", "from ")
        if hours := parsing.hours(tail):
            place = words[:at]
            while place and place[-1].lower() in _FILLERS:
                place.pop()
            return place, hours
    return [word for word in words if word.lower() != "always"], None


def _named(words: list[str]) -> Change:
    squares = [word for word in words if _SQUARES.fullmatch(word)]
    name = [word for word in words if word not in squares and word.lower() not in _FILLERS]
    if not squares or not name:
        raise NotUnderstood(Why.ZONES)
    return Change(Verb.NAME, " ".join(squares), " ".join(name))
