"""Changes to the retention rules as the owner words them, and back into words that fit on a button. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.formatting import plain_number
from bot.parsing import NotUnderstood, Why
from bot.ports import RulesView

LEAST_DAYS, MOST_DAYS = 1.0, 36_500.0
LEAST_BYTES, MOST_BYTES = 1_000_000, 10**15


class Place(StrEnum):
    """Where the clips lie."""

    HERE = "here"
    ARCHIVE = "archive"


class Kind(StrEnum):
    """What is limited."""

    DAYS = "days"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Change:
    """One limit set, or lifted (None)."""

    place: Place
    kind: Kind
    value: float | None


_PLACES = {"here": Place.HERE, "local": Place.HERE, "archive": Place.ARCHIVE, "remote": Place.ARCHIVE}
_PLACES |= {"cloud": Place.ARCHIVE, "h": Place.HERE, "a": Place.ARCHIVE}
_FILLERS = frozenset({"keep", "for", "and", "at", "most", "max", "in", "the", "to", "on"})
_DAY_UNITS = {"": 1, "d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7, "month": 30, "months": 30}
_DAY_UNITS |= {"y": 365, "year": 365, "years": 365}
_BYTE_UNITS = {"mb": 10**6, "gb": 10**9, "g": 10**9, "tb": 10**12, "t": 10**12}
_LIFTS = {
    "off": (Kind.DAYS, Kind.BYTES),
    "unlimited": (Kind.DAYS, Kind.BYTES),
    "forever": (Kind.DAYS,),
    "anysize": (Kind.BYTES,),
}
_ANY_UNIT = "|".join(sorted((unit for unit in _DAY_UNITS | _BYTE_UNITS if unit), key=len, reverse=True))
_WORD = re.compile(
    r"(?P<sign>[-+\u2212]?)(?P<number>[0-9]+(?:\.[0-9]+)?)(?:\s*(?P<unit>"
    + _ANY_UNIT
    + r")(?![^\s]))?|(?P<word>[a-z]+)"
)
"""A number with its unit, or a word. U+2212 is the minus that phones type."""


def parse(text: str) -> tuple[Change, ...]:
    """`30d`, `20GB`, `remote 90d 50GB`, `here 14d archive off`, `forever`; without a place, here.

    Raises NotUnderstood for anything else: a word it does not know, a negative, nothing, twice the same limit.
    """
    changes: list[Change] = []
    place = Place.HERE
    for match in _words(text):
        word = match["word"]
        if word in _PLACES:
            place = _PLACES[word]
        elif word in _LIFTS:
            changes += [Change(place, kind, None) for kind in _LIFTS[word]]
        elif word is None:
            changes.append(_limit(place, match))
        elif word not in _FILLERS:
            raise NotUnderstood(Why.RETENTION)
    _must_be_clear(changes)
    return tuple(changes)


def _words(text: str) -> list[re.Match[str]]:
    words, at = [], 0
    lowered = text.lower().replace(",", " ").strip()
    while at < len(lowered):
        match = _WORD.match(lowered, at)
        if match is None or not (match.end() == len(lowered) or lowered[match.end()].isspace()):
            raise NotUnderstood(Why.RETENTION)
        words.append(match)
        at = match.end()
        at += len(lowered[at:]) - len(lowered[at:].lstrip())
    return words


def _limit(place: Place, match: re.Match[str]) -> Change:
    if match["sign"] in {"-", "\u2212"}:
        raise NotUnderstood(Why.NEGATIVE)
    number, unit = float(match["number"]), match["unit"] or ""
    if unit in _DAY_UNITS:
        days = number * _DAY_UNITS[unit]
        return Change(place, Kind.DAYS, round(_within(days, LEAST_DAYS, MOST_DAYS), 2))
    size_bytes = _within(number * _BYTE_UNITS[unit], LEAST_BYTES, MOST_BYTES)
    # To 10 kB, so that what is shown and what a button carries is what holds.
    return Change(place, Kind.BYTES, round(size_bytes / 10_000) * 10_000)


def _within(value: float, least: float, most: float) -> float:
    if value < least:
        raise NotUnderstood(Why.TOO_LITTLE)
    if value > most:
        raise NotUnderstood(Why.TOO_MUCH)
    return value


def _must_be_clear(changes: list[Change]) -> None:
    if not changes:
        raise NotUnderstood(Why.RETENTION)
    if len({(change.place, change.kind) for change in changes}) < len(changes):
        raise NotUnderstood(Why.TWICE)


def applied(rules: RulesView, changes: tuple[Change, ...]) -> RulesView:
    """The rules as they would be."""
    for change in changes:
        rules = _with(rules, change)
    return rules


def _with(rules: RulesView, change: Change) -> RulesView:
    days = change.value
    size_bytes = None if change.value is None else int(change.value)
    match change.place, change.kind:
        case Place.HERE, Kind.DAYS:
            return replace(rules, local_days=days)
        case Place.HERE, Kind.BYTES:
            return replace(rules, local_bytes=size_bytes)
        case Place.ARCHIVE, Kind.DAYS:
            return replace(rules, remote_days=days)
        case _:
            return replace(rules, remote_bytes=size_bytes)


def spelled(changes: tuple[Change, ...]) -> str:
    """Words that `parse` reads back to the same changes; short enough for a button (at most 53 bytes)."""
    words = []
    for place in Place:
        here = [change for change in changes if change.place is place]
        if here:
            words += [place[0], *_spelled_limits(here)]
    return " ".join(words)


def _spelled_limits(changes: list[Change]) -> list[str]:
    if len(changes) == 2 and all(change.value is None for change in changes):
        return ["off"]
    return [_spelled_limit(change) for change in changes]


def _spelled_limit(change: Change) -> str:
    if change.value is None:
        return "forever" if change.kind is Kind.DAYS else "anysize"
    if change.kind is Kind.DAYS:
        return f"{plain_number(change.value)}d"
    return f"{plain_number(change.value / 10**6)}mb"
