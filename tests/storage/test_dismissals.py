"""What was dismissed, kept and bounded; and what became of each alert in each chat."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from storage.dismissals import MOST_KEPT, Dismissals, Dismissed
from storage.outbox import Outbox
from tests.storage.room import NOON, Room

SECOND = timedelta(seconds=1)


def stir(number: int, cause: str = "small") -> Dismissed:
    return Dismissed("front", cause, NOON + number * SECOND, NOON + (number + 1) * SECOND, number + 1)


def test_the_newest_come_back_first_and_the_oldest_go(tmp_path: Path) -> None:
    room = Room.at(tmp_path)
    dismissals = Dismissals(room.db)
    dismissals.add([])
    dismissals.add([stir(number) for number in range(MOST_KEPT + 30)])
    assert dismissals.newest(2) == [stir(MOST_KEPT + 29), stir(MOST_KEPT + 28)]
    assert len(dismissals.newest(10_000)) == MOST_KEPT


def test_what_became_of_an_alert(tmp_path: Path) -> None:
    room = Room.at(tmp_path)
    dismissals, outbox = Dismissals(room.db), Outbox(room.db)
    for number in range(1, 4):
        room.catalogue.open_event(f"e{number}", "front", NOON + number * timedelta(minutes=5), None, [7])
    letters = {letter.event_id: letter for letter in outbox.due(NOON + timedelta(hours=1), 50)}
    outbox.shown(letters["e1"].letter_id, 11, 1, holds_clip=False)
    outbox.hushed(letters["e2"].letter_id)
    outbox.shown(letters["e2"].letter_id, 12, 1, holds_clip=False)
    newest, muted, sent = dismissals.told(7, 10)
    assert (newest.event_id, newest.delivered, newest.given_up) == ("e3", False, False)
    assert (muted.event_id, muted.delivered, muted.hushed) == ("e2", True, True)
    assert (sent.event_id, sent.delivered, sent.hushed, sent.cause) == ("e1", True, False, "")
    outbox.give_up(letters["e3"].letter_id, "refused")
    assert dismissals.told(7, 1)[0].given_up
    assert not dismissals.told(8, 1)[0].has_letter
