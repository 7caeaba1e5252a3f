"""Alerts and notices that the disk does not take: kept in memory, pictures too, and delivered all the same.

Bounded; what does not fit is dropped, oldest first, and counted. When the disk takes rows again, each event is written
with the messages that it already has in the chat, so that these go on living.
"""

from __future__ import annotations

import errno
import itertools
import logging
import os
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.ports import EventView, Letter

log = logging.getLogger(__name__)

MOST_EVENTS = 40
"""With their pictures at most some tens of megabytes."""
MOST_NOTICES = 40
RESERVED = 4


@dataclass(slots=True)
class _Kept:
    """One letter in memory."""

    letter: Letter
    due_mono_s: float = 0.0
    on_its_way: bool = False
    given_up: bool = False

    @property
    def is_due(self) -> bool:
        return self.letter.message_id is None and not self.given_up


@dataclass(slots=True)
class _Event:
    view: EventView
    picture: int | None
    """Descriptor of the picture's memory."""
    letters: list[_Kept] = field(default_factory=list)
    held: bool = False
    """It is just being written to the disk: nothing of it may set out."""


class Spare:
    """Loop only. Its letters have numbers below zero."""

    def __init__(self, reserved: int = 0) -> None:
        """`reserved` descriptors are kept for pictures: when there are no others, an alert must still have its own."""
        self._numbers = itertools.count(-1, -1)
        self._events: OrderedDict[str, _Event] = OrderedDict()
        self._notices: OrderedDict[str, list[_Kept]] = OrderedDict()
        self._reserve = [os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC) for _ in range(reserved)]
        self.dropped = 0

    # -- what comes in -------------------------------------------------------------------------------------------

    def alert(
        self,
        event_id: str,
        camera: str,
        started_utc: datetime,
        box: tuple[float, float, float, float] | None,
        jpeg: bytes,
        chats: Collection[int],
        by_hand_until_utc: datetime | None = None,
    ) -> None:
        """An event that cannot be written down. A second call for the same one changes nothing."""
        if event_id in self._events:
            return
        picture = _in_memory(event_id, jpeg, self._reserve)
        # Readable as any file, and nowhere but in memory.
        path = None if picture is None else Path(f"/proc/self/fd/{picture}")
        view = EventView(event_id, camera, started_utc, None, 0.0, path, (), box, by_hand_until_utc=by_hand_until_utc)
        letters = [self._letter(chat_id, event_id, "", started_utc) for chat_id in chats]
        self._events[event_id] = _Event(view, picture, letters)
        while len(self._events) > MOST_EVENTS:
            self._close(self._events.popitem(last=False)[1], lost=True)

    def notice(self, texts: Mapping[int, str], key: str, *, silent: bool = False) -> None:
        """A sentence for each chat that cannot be written down; a later one of the same key takes its place."""
        now_utc = datetime.now(UTC)
        letters = [self._letter(chat_id, "", text, now_utc, silent=silent) for chat_id, text in texts.items()]
        self._notices[key or f"{letters[0].letter.letter_id if letters else 0}"] = letters
        while len(self._notices) > MOST_NOTICES:
            self._notices.popitem(last=False)
            self.dropped += 1

    def _letter(self, chat_id: int, event_id: str, text: str, created_utc: datetime, *, silent: bool = False) -> _Kept:
        return _Kept(
            Letter(
                letter_id=next(self._numbers),
                chat_id=chat_id,
                event_id=event_id,
                text=text,
                silent=silent,
                message_id=None,
                holds_clip=False,
                wanted=1,
                attempts=0,
                created_utc=created_utc,
                unknown=False,
            )
        )

    # -- back to the disk ----------------------------------------------------------------------------------------

    def hold(self, event_id: str) -> dict[int, tuple[int | None, bool]] | None:
        """What the chats have of this event, which is about to be written: the message (None: none is known), and
        whether one may be there of which no answer told. None: one is just on its way, ask later."""
        event = self._events.get(event_id)
        if event is None:
            return {}
        if any(kept.on_its_way for kept in event.letters):
            return None
        event.held = True
        return {
            kept.letter.chat_id: (kept.letter.message_id, kept.letter.unknown)
            for kept in event.letters
            if kept.letter.message_id is not None or kept.letter.unknown
        }

    def let_go(self, event_id: str) -> None:
        """It could not be written: its letters are ours again."""
        if event := self._events.get(event_id):
            event.held = False

    def forget(self, event_id: str) -> None:
        """It was written: the outbox on the disk has its letters now."""
        if event := self._events.pop(event_id, None):
            self._close(event, lost=False)

    def _close(self, event: _Event, *, lost: bool) -> None:
        if event.picture is not None:
            with suppress(OSError):
                os.close(event.picture)
        if lost and any(kept.is_due for kept in event.letters):
            self.dropped += 1
            log.error("event %s was neither written nor sent: too many wait for the disk", event.view.event_id)

    # -- the chat's side -----------------------------------------------------------------------------------------

    def event(self, event_id: str) -> EventView | None:
        """An event that only memory has."""
        event = self._events.get(event_id)
        return None if event is None else event.view

    def due(self) -> list[Letter]:
        now_mono_s = time.monotonic()
        return [kept.letter for kept in self._all() if kept.is_due and kept.due_mono_s <= now_mono_s]

    def current(self, letter_id: int) -> Letter | None:
        kept = self._find(letter_id)
        return kept.letter if kept is not None and kept.is_due else None

    def next_due_s(self) -> float | None:
        waits = [kept.due_mono_s - time.monotonic() for kept in self._all() if kept.is_due]
        return max(0.0, min(waits)) if waits else None

    def sending(self, letter_id: int) -> bool:
        """False: not now. It is being written down, or was: the chat would get it a second time from the disk."""
        kept = self._find(letter_id)
        if kept is not None:
            kept.on_its_way = True
        return kept is not None

    def shown(self, letter_id: int, message_id: int, wanted: int) -> None:
        if kept := self._find(letter_id):
            kept.on_its_way = False
            kept.letter = replace(kept.letter, message_id=message_id, wanted=wanted, unknown=False)

    def defer(self, letter_id: int, delay_s: float, *, unknown: bool) -> None:
        if kept := self._find(letter_id):
            kept.on_its_way = False
            kept.due_mono_s = time.monotonic() + delay_s
            kept.letter = replace(
                kept.letter, attempts=kept.letter.attempts + 1, unknown=kept.letter.unknown or unknown
            )

    def give_up(self, letter_id: int) -> None:
        if kept := self._find(letter_id):
            kept.on_its_way, kept.given_up = False, True

    def _all(self) -> list[_Kept]:
        alerts = [kept for event in self._events.values() if not event.held for kept in event.letters]
        return alerts + [kept for letters in self._notices.values() for kept in letters]

    def _find(self, letter_id: int) -> _Kept | None:
        return next((kept for kept in self._all() if kept.letter.letter_id == letter_id), None)


def _in_memory(name: str, content: bytes, reserve: list[int]) -> int | None:
    """A file that no disk knows; None when there is nothing, or no descriptor left."""
    if not content:
        return None
    try:
        try:
            descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
        except OSError as exc:
            if exc.errno != errno.EMFILE or not reserve:
                raise
            os.close(reserve.pop())
            descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
    except OSError as exc:
        log.error("no memory file for the picture of %s: %s", name, exc.strerror)
        return None
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as exc:
        log.error("the picture of %s has no room in memory: %s", name, exc.strerror)
        os.close(descriptor)
        return None
    return descriptor
