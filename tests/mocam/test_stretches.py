from __future__ import annotations

from datetime import UTC, datetime

from camera.model import State, Status
from mocam.stretches import JOIN_S, MOST_WAITING, SHORTEST_S, Stretches
from storage.gaps import GapKind

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def status(state: State, since_mono_s: float, detail: str = "") -> Status:
    return Status("front", state, NOON, detail, since_mono_s)


def lived(*states: tuple[State, float, str]) -> Stretches:
    """What is kept of a camera that was started at 100."""
    stretches = Stretches(100.0)
    for state, mono_s, detail in states:
        stretches.follow(status(state, mono_s, detail), mono_s)
    return stretches


def spans(stretches: Stretches) -> list[tuple[str, float, float | None]]:
    return [(one.kind.value, one.from_mono_s, one.to_mono_s) for one in stretches.unwritten()]


def test_it_begins_with_the_first_picture_or_the_first_reason() -> None:
    assert lived((State.STARTING, 100, "")).begun_mono_s is None
    assert lived((State.STARTING, 100, ""), (State.WATCHING, 103, "")).begun_mono_s == 103
    refused = lived((State.STARTING, 100, ""), (State.BLIND, 101, "Wrong password."))
    assert refused.begun_mono_s == 101
    assert spans(refused) == [("blind", 101, None)]


def test_blind_from_the_first_reason_to_the_first_picture() -> None:
    stretches = lived(
        (State.WATCHING, 101, ""), (State.BLIND, 200, "Gone."), (State.BLIND, 210, "Busy."), (State.RECORDING, 300, "")
    )
    assert spans(stretches) == [("blind", 200, 300)]
    assert stretches.unwritten()[0].reason == "Gone."


def test_opening_a_camera_is_not_yet_seeing() -> None:
    stretches = lived((State.DISARMED, 100, ""), (State.STARTING, 500, ""), (State.WATCHING, 504, ""))
    assert spans(stretches) == [("disarmed", 100, 504)]


def test_a_camera_that_comes_and_goes_is_one_stretch() -> None:
    states = [(State.WATCHING, 101.0, "")]
    for turn in range(50):
        states += [(State.BLIND, 200.0 + 20 * turn, "Gone."), (State.WATCHING, 211.0 + 20 * turn, "")]
    assert 211 + JOIN_S >= 220
    assert spans(lived(*states)) == [("blind", 200, 211 + 20 * 49)]


def test_a_moment_is_not_worth_a_row() -> None:
    stretches = lived(
        (State.WATCHING, 101, ""), (State.BLIND, 200, "New size."), (State.WATCHING, 199 + SHORTEST_S, "")
    )
    assert spans(stretches) == []


def test_only_what_changed_is_written_again() -> None:
    stretches = lived((State.WATCHING, 101, ""), (State.BLIND, 200, "Gone."))
    (going_on,) = stretches.unwritten()
    stretches.wrote(going_on, 7, None)
    assert stretches.unwritten() == [going_on], "it goes on: its end moves with every line"
    stretches.follow(status(State.WATCHING, 300), 300)
    stretches.wrote(going_on, 7, None)
    assert stretches.unwritten() == [going_on], "it ended while it was being written"
    stretches.wrote(going_on, 7, 300)
    assert stretches.unwritten() == []
    stretches.follow(status(State.BLIND, 305, "Gone."), 305)
    assert [one.gap_id for one in stretches.unwritten()] == [7], "joined: the same row goes on"


def test_what_was_black_all_along_was_blind_from_its_beginning() -> None:
    stretches = Stretches(100.0)
    stretches.follow(status(State.WATCHING, 101), 101)
    stretches.follow(status(State.BLIND, 440, "Frozen."), 560)
    assert spans(stretches) == [("blind", 440, None)]


def test_what_waits_to_be_written_is_bounded() -> None:
    states = [(State.WATCHING, 101.0, "")]
    for turn in range(2 * MOST_WAITING):
        states += [(State.BLIND, 200.0 + 60 * turn, ""), (State.WATCHING, 230.0 + 60 * turn, "")]
    stretches = lived(*states)
    assert len(stretches.unwritten()) == MOST_WAITING + 1
    assert stretches.unwritten()[-1].kind is GapKind.BLIND
