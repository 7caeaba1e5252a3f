"""Which events of a day deserve a look: those most likely to be somebody, of many hours and cameras. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.daily import DayEvent
from bot.pictures import MOST_MOMENTS

_FULL_GRIDS = (6, 4, 3, 2, 1, 0)
"""So many pictures leave no gap between them."""
_SEEN = {"person": 3.0, "vehicle": 2.0, "animal": 1.5}
_KEPT = 4.0
SAME_CAMERA, SAME_HALF_HOUR = 0.6, 2.0
"""What each moment chosen before takes from one of the same camera, and from one of the same camera and time."""


def best(events: Sequence[DayEvent]) -> list[DayEvent]:
    """In order of time; none of them a false alarm, each with a picture."""
    open_ = [event for event in events if event.snapshot is not None and not event.false_alarm]
    wanted = next(count for count in _FULL_GRIDS if count <= min(len(open_), MOST_MOMENTS))
    worth = {event.event_id: _worth(event) for event in open_}
    chosen: list[DayEvent] = []
    while len(chosen) < wanted:
        best_one = max(open_, key=lambda event: (worth[event.event_id], -event.started_utc.timestamp()))
        open_.remove(best_one)
        chosen.append(best_one)
        for event in open_:
            if event.camera == best_one.camera:
                apart_s = abs((event.started_utc - best_one.started_utc).total_seconds())
                worth[event.event_id] -= SAME_CAMERA + (SAME_HALF_HOUR if apart_s < 1800 else 0)
    return sorted(chosen, key=lambda event: event.started_utc)


def _worth(event: DayEvent) -> float:
    """What was kept and what a model named comes first; then what is large in the picture, and what stayed."""
    size = min(1.5, 12 * event.box[2] * event.box[3]) if event.box else 0.3
    stayed = min(event.motion_s, 30.0) / 30
    return _KEPT * event.kept + _SEEN.get(event.seen, 0.0) + size + stayed
