"""The digest of a day over what is stored: events, gaps, and what was chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time, tzinfo

from bot import daily as ports
from mocam.adapters.wishes import asked
from mocam.store import Store
from storage.coverage import coverage
from storage.daily import NEVER, Happened
from storage.gaps import Gap, GapKind


class DayBookPort:
    """The chat's `DayBook`. `usual`: when a chat gets its digest that chose nothing; None: never."""

    def __init__(
        self,
        store: Store,
        cameras: Sequence[str],
        usual: time | None,
        zone: tzinfo,
        now_utc: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._cameras = list(cameras)
        self._usual = usual
        self._zone = zone
        self._now_utc = now_utc

    async def time_of(self, chat_id: int) -> time | None:
        return chosen((await asked(lambda: self._store.dailies.of(chat_id))).at_min, self._usual)

    async def set_time(self, chat_id: int, at: time | None) -> None:
        minutes = NEVER if at is None else at.hour * 60 + at.minute
        await asked(lambda: self._store.dailies.choose(chat_id, minutes, self._now_utc()))

    async def day(self, until_utc: datetime) -> ports.DayView:
        return await asked(lambda: self._day(until_utc))

    def _day(self, until_utc: datetime) -> ports.DayView:
        from_utc = ports.day_before(until_utc, self._zone)
        gaps, known = self._store.gaps.between(from_utc, until_utc, self._cameras), self._store.gaps.known()

        def camera(name: str) -> ports.DayCamera:
            own = [gap for gap in gaps if gap.camera == name]
            since_utc = max(from_utc, known[name].since_utc) if name in known else until_utc
            found = coverage(name, own, min(since_utc, until_utc), until_utc)
            return ports.DayCamera(
                name,
                found.armed_s,
                found.lost_s,
                _spans(gap for gap in own if gap.kind is not GapKind.DISARMED),
                _spans(gap for gap in own if gap.kind is GapKind.DISARMED),
            )

        events = [_view(one) for one in self._store.dailies.happened(from_utc, until_utc)]
        return ports.DayView(from_utc, until_utc, events, [camera(name) for name in self._cameras])


def chosen(at_min: int | None, usual: time | None) -> time | None:
    """When a chat's digest comes; None: never."""
    if at_min is None:
        return usual
    return None if at_min == NEVER else time(at_min // 60 % 24, at_min % 60)


def _spans(gaps: Iterable[Gap]) -> list[tuple[datetime, datetime]]:
    return [(gap.from_utc, gap.to_utc) for gap in gaps]


def _view(one: Happened) -> ports.DayEvent:
    return ports.DayEvent(
        event_id=one.event_id,
        camera=one.camera,
        started_utc=one.started_utc,
        motion_s=one.motion_s,
        snapshot=None if one.unwanted else one.snapshot,
        box=one.box,
        seen=one.seen,
        false_alarm=one.false_alarm,
        kept=one.kept,
    )
