"""A still that breaks or hangs costs its own picture and nothing else."""

from __future__ import annotations

import threading

import pytest

from camera.errors import SourceError
from camera.stills import MOST_AT_ONCE, Stills


def broken() -> bytes:
    raise ZeroDivisionError("a bug of the test's own")


def refused() -> bytes:
    raise SourceError("No light.")


def test_a_good_still_is_handed_through() -> None:
    assert Stills("front").guarded(lambda: b"jpeg")() == b"jpeg"


def test_a_broken_still_is_a_sentence_and_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SourceError, match="see the log"):
        Stills("front").guarded(broken)()
    assert "ZeroDivisionError" in caplog.text
    with pytest.raises(SourceError, match="No light"):
        Stills("front").guarded(refused)()


def test_stills_that_hang_are_given_up_and_bounded_and_room_comes_back() -> None:
    let_go = threading.Event()
    stills = Stills("front", longest_s=0.05)

    def hang() -> bytes:
        let_go.wait()
        return b"late"

    for _ in range(MOST_AT_ONCE):
        with pytest.raises(SourceError, match="in time"):
            stills.guarded(hang)()
    with pytest.raises(SourceError, match="owes"):
        stills.guarded(lambda: b"jpeg")()
    held = [thread for thread in threading.enumerate() if thread.name == "still-front"]
    assert len(held) == MOST_AT_ONCE
    let_go.set()
    for thread in held:
        thread.join(60)
    stills._longest_s = 60.0  # what does not hang may take as long as a busy machine needs for it
    assert stills.guarded(lambda: b"jpeg")() == b"jpeg"


def test_a_still_that_was_begun_is_made_before_anybody_asks_and_once() -> None:
    made = threading.Event()
    times = []

    def still() -> bytes:
        times.append(threading.current_thread().name)
        made.set()
        return b"jpeg"

    begun = Stills("front", veiled=lambda inner: lambda: inner() + b" veiled").begun(still)
    assert made.wait(60)
    assert [begun(), begun()] == [b"jpeg veiled"] * 2
    assert times == ["still-front"]


def test_a_still_that_was_begun_hangs_or_breaks_no_further_than_others() -> None:
    let_go = threading.Event()
    stills = Stills("front", longest_s=0.05)

    def hang() -> bytes:
        let_go.wait()
        return b"late"

    owed = [stills.begun(hang) for _ in range(MOST_AT_ONCE)]
    without_room = stills.begun(lambda: b"jpeg")
    for one in owed:
        with pytest.raises(SourceError, match="in time"):
            one()
    with pytest.raises(SourceError, match="owes"):
        without_room()
    held = [thread for thread in threading.enumerate() if thread.name == "still-front"]
    assert len(held) == MOST_AT_ONCE
    let_go.set()
    for thread in held:
        thread.join(60)
    stills._longest_s = 60.0
    assert [one() for one in owed] == [b"late"] * MOST_AT_ONCE, "what came late is not lost"
    assert without_room() == b"jpeg"
    with pytest.raises(SourceError, match="No light"):
        stills.begun(refused)()
