"""Which of the recorded events somebody wants to see: when, of which cameras, of which kind. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from bot import choice
from bot.choice import Choice
from bot.parsing import NotUnderstood, Why
from bot.when import When, understood

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
ALWAYS = When()


class Kind(StrEnum):
    """The letter stands on buttons."""

    ALL = ""
    KEPT = "k"
    FALSE_ALARM = "f"
    BY_HAND = "h"
    PERSON = "p"
    ANIMAL = "n"
    VEHICLE = "v"


_KINDS = {
    **dict.fromkeys(("kept", "keep", "starred"), Kind.KEPT),
    **dict.fromkeys(("false", "alarm", "alarms"), Kind.FALSE_ALARM),
    **dict.fromkeys(("hand", "recorded"), Kind.BY_HAND),
    **dict.fromkeys(("person", "persons", "people"), Kind.PERSON),
    **dict.fromkeys(("animal", "animals"), Kind.ANIMAL),
    **dict.fromkeys(("vehicle", "vehicles", "cars"), Kind.VEHICLE),
}


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for; of all three nothing: the newest day that has any."""

    when: When = ALWAYS
    cameras: Choice | None = None
    """None: all."""
    kind: Kind = Kind.ALL

    @property
    def is_newest(self) -> bool:
        return self == Search()

    @property
    def names(self) -> tuple[str, ...]:
        """Cameras that are meant; empty: all."""
        return self.cameras.named if self.cameras else ()

    @property
    def token(self) -> str:
        """Short enough for a button; no dot is in it."""
        key = self.cameras.key if self.cameras and self.cameras.named else ""
        return f"{_when_token(self.when)}_{self.kind}_{key}".rstrip("_")


def words(text: str, names: list[str], now_utc: datetime, zone: tzinfo) -> Search:
    """`front yesterday evening`, `kept`, `false friday`, `by hand`. Raises NotUnderstood."""
    cameras, rest = choice.split_several(text, names)
    kinds, left = [], []
    for word in rest.split():
        if kind := _KINDS.get(word.lower()):
            kinds.append(kind)
        elif word.lower() != "by":
            left.append(word)
    if len(set(kinds)) > 1:
        raise NotUnderstood(Why.WHEN)
    when = understood(" ".join(left), now_utc, zone)
    return Search(when, cameras if cameras and cameras.named else None, kinds[0] if kinds else Kind.ALL)


def of_token(token: str, names: list[str]) -> Search:
    """What a button carries. Raises NotUnderstood."""
    when, kind, key = [*token.split("_"), "", ""][:3]
    cameras = choice.of_key(key, names) if key else None
    if cameras is not None and not cameras.names:
        raise NotUnderstood(Why.WHEN)  # the camera is gone: not those of all others instead
    try:
        return Search(_when(when), cameras, Kind(kind))
    except (ValueError, OverflowError) as exc:
        raise NotUnderstood(Why.WHEN) from exc


def _when_token(when: When) -> str:
    if when.day is not None:
        return f"{when.day:%Y%m%d}"
    if when.span_utc is None:
        return "a"
    begin, end = (round(moment.timestamp()) for moment in when.span_utc)
    return f"{_base36(begin // 60)}-{_base36(-(-end // 60) - begin // 60)}"


def _when(text: str) -> When:
    if text == "a":
        return ALWAYS
    if "-" not in text:
        day = datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day in the owner's zone has no time
        return When(day=day)
    begin, length = (int(part, 36) for part in text.split("-"))
    if length <= 0:
        raise ValueError("no span")
    from_utc = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=begin)
    return When(span_utc=(from_utc, from_utc + timedelta(minutes=length)))


def _base36(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = _DIGITS[rest] + text
    return text or "0"
