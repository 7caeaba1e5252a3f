"""Proposals from false alarms: worked out in the background when one is called so, told once, answered in the chat."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.proposals import Answer, ProposalView
from bot.zones import Change, Verb
from camera import retrial
from camera.config import CameraConfig
from camera.detection import Detection
from camera.errors import SourceError
from camera.grid import Zones
from camera.sensitivity import Sensitivity
from mocam.adapters.sensitivity import Trying
from mocam.adapters.wishes import asked
from mocam.adapters.zones import ZonesPort
from mocam.proposals import Case, Proposal, propose
from mocam.zoning import Hours, Zoning
from storage.catalogue import Catalogue
from storage.database import from_us, to_us
from storage.errors import StorageError
from storage.preferences import Preferences
from storage.reading import Labelled

log = logging.getLogger(__name__)

DAYS = 14
MOST_TRIED = 150
"""Events, the newest; trying them takes minutes on a small board, at low rank."""
SETTLE_S = 30.0
"""Who calls one false alarm mostly calls some."""
NOT_AGAIN = timedelta(days=60)
"""A proposal like one that was made before waits so long, whatever was answered."""
ALIKE = 0.5
"""Share of common squares from which on two are alike."""
MOST_KEPT = 12
"""Of each camera."""


@dataclass(frozen=True, slots=True)
class _Made:
    """As it is stored."""

    number: int
    squares: str
    hours: Hours | None
    spared: int
    false_alarms: int
    kept: int
    answer: str
    at_utc_us: int
    revision: int = 0
    """Of the camera's zones, right after it was accepted."""

    @property
    def zones(self) -> Zones:
        return Zones.parse(self.squares)


class ProposalsPort:
    """`consider` is told of each false alarm; `run` works. Loop only."""

    def __init__(
        self,
        zones: ZonesPort,
        catalogue: Catalogue,
        preferences: Preferences,
        trying: Trying,
        tell: Callable[[ProposalView], None],
        *,
        now_utc: Callable[[], datetime] = lambda: datetime.now(UTC),
        settle_s: float = SETTLE_S,
    ) -> None:
        """`tell` puts a new proposal into the owners' chats."""
        self._zones = zones
        self._catalogue = catalogue
        self._preferences = preferences
        self._trying = trying
        self._tell = tell
        self._now_utc = now_utc
        self._settle_s = settle_s
        self._called: set[str] = set()
        """Events that were called false alarms since the last look. Bounded by the owner's patience."""
        self._wake = asyncio.Event()

    def consider(self, event_id: str) -> None:
        """This one was a false alarm."""
        self._called.add(event_id)
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; survives a storage that fails."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(self._settle_s)
            self._wake.clear()
            called, self._called = self._called, set()
            try:
                for camera in await asyncio.to_thread(self._cameras, called):
                    await self.look(camera)
            except StorageError as exc:
                log.warning("no proposal could be worked out: %s", exc)

    async def look(self, camera: str) -> None:
        """Proposes what is worth it, if it was not proposed before. Raises StorageError."""
        since_utc = self._now_utc() - timedelta(days=DAYS)
        events = (await asyncio.to_thread(self._catalogue.labelled, camera, since_utc))[:MOST_TRIED]
        if not any(event.false_alarm for event in events):
            return
        work = _Work(self._zones.zoning(camera), self._zones.config(camera), self._trying)
        found = await self._trying.run(lambda: work.proposal(events))
        if found is None or self._trying.ended:
            return
        made = await asyncio.to_thread(self._made, camera)
        if any(self._is_alike(one, found) for one in made):
            return
        new = self._new(found, max((one.number for one in made), default=0) + 1)
        await asyncio.to_thread(self._store, camera, [*made, new])
        log.info("proposed for %s: ignore %s", camera, new.squares)
        self._tell(_view(camera, new))

    async def answer(self, camera: str, number: int, answer: Answer) -> ProposalView | None:
        """As the port says."""
        made = await asked(lambda: self._made(camera))
        one = next((one for one in made if one.number == number), None)
        if one is None:
            return None
        new = await self._answered(camera, one, answer)
        if new != one:
            await asked(lambda: self._store(camera, [new if other is one else other for other in made]))
        return _view(camera, new)

    async def _answered(self, camera: str, one: _Made, answer: Answer) -> _Made:
        now = Answer(one.answer)
        if answer is Answer.ACCEPTED and now is not Answer.ACCEPTED:
            change = Change(Verb.IGNORE, one.squares, hours=_view(camera, one).hours)
            view = await self._zones.change(camera, change)
            return replace(one, answer=answer.value, revision=view.revision)
        if answer is Answer.UNDONE and now is Answer.ACCEPTED:
            if await self._zones.undo(camera, one.revision) is None:  # something else was changed since
                await self._zones.change(camera, Change(Verb.WATCH, one.squares))
            return replace(one, answer=answer.value)
        if answer is Answer.DECLINED and now is Answer.OPEN:
            return replace(one, answer=answer.value)
        return one

    def _cameras(self, event_ids: set[str]) -> list[str]:
        found = (self._catalogue.event(event_id) for event_id in event_ids)
        return sorted({event.camera for event in found if event is not None and event.camera in self._zones.cameras})

    def _is_alike(self, made: _Made, found: Proposal) -> bool:
        if self._now_utc() - from_us(made.at_utc_us) > NOT_AGAIN:
            return False
        one, other = made.zones.squares, found.place.zones.squares
        return len(one & other) >= ALIKE * len(one | other)

    def _new(self, found: Proposal, number: int) -> _Made:
        return _Made(
            number,
            str(found.place.zones),
            found.place.hours,
            found.spared,
            found.false_alarms,
            found.kept,
            Answer.OPEN.value,
            to_us(self._now_utc()),
        )

    def _made(self, camera: str) -> list[_Made]:
        stored = self._preferences.noted(f"proposals:{camera}")
        try:
            return [_read(one) for one in stored] if isinstance(stored, list) else []
        except (TypeError, ValueError, KeyError):
            log.error("the kept proposals of %s cannot be read and are forgotten", camera)
            return []

    def _store(self, camera: str, made: Sequence[_Made]) -> None:
        self._preferences.note(f"proposals:{camera}", [asdict(one) for one in made[-MOST_KEPT:]])


@dataclass(frozen=True, slots=True)
class _Work:
    """One camera as it is watched now; used in the thread that tries."""

    zoning: Zoning
    config: CameraConfig
    trying: Trying

    def proposal(self, events: Sequence[Labelled]) -> Proposal | None:
        """Slow."""
        return propose([case for event in events if (case := self._case(event))], self._judge)

    def _case(self, event: Labelled) -> Case | None:
        """None: a false alarm that would not come any more, or of which nothing is left to try."""
        minute, moved = self.trying.minute(event), frozenset[retrial.Square]()
        if trace := self.trying.trace(event.event_id):
            with suppress(SourceError):
                moved = retrial.squares_moved(trace, self._detection(minute), self.config)
        if not moved and event.false_alarm:
            return None
        return Case(event.event_id, minute, event.false_alarm, moved or retrial.squares_of(event.box))

    def _judge(self, case: Case, zones: Zones) -> bool:
        """An event of which nothing is left to try counts as lost: nothing is proposed at its price."""
        detection = self._detection(case.minute)
        trace = self.trying.trace(case.event_id)
        try:
            return retrial.alerts(trace, replace(detection, ignore=detection.ignore | zones), self.config)
        except SourceError:
            return False

    def _detection(self, minute: int) -> Detection:
        return self.zoning.detection(minute, Sensitivity(self.config.sensitivity))


def _read(stored: Mapping[str, Any]) -> _Made:
    made = _Made(**stored)
    Zones.parse(made.squares)
    hours = made.hours
    return replace(made, answer=Answer(made.answer).value, hours=None if hours is None else (hours[0], hours[1]))


def _view(camera: str, made: _Made) -> ProposalView:
    hours = made.hours and (time(*divmod(made.hours[0], 60)), time(*divmod(made.hours[1], 60)))
    return ProposalView(
        camera,
        made.number,
        made.squares,
        hours,
        made.spared,
        made.false_alarms,
        made.kept,
        DAYS,
        Answer(made.answer),
    )
