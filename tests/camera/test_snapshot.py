"""The picture of now, asked for from other threads."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from camera.errors import SourceError
from camera.model import GrayFrame
from camera.snapshot import FRESH_S, Snapshots

LUMA = np.zeros((2, 2), np.uint8)


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


def frame(content: bytes) -> GrayFrame:
    return GrayFrame(LUMA, 0.0, lambda: content)


def test_a_fresh_picture_is_given_at_once() -> None:
    snapshots = Snapshots(Hand())
    snapshots.show(frame(b"one"))
    assert snapshots.take(0) == b"one"


def test_an_old_picture_is_not_now() -> None:
    hand = Hand()
    snapshots = Snapshots(hand)
    snapshots.show(frame(b"old"))
    hand.now_s += FRESH_S + 0.1
    with pytest.raises(SourceError, match="in time"):
        snapshots.take(0.01)


def test_it_is_known_that_somebody_waits() -> None:
    snapshots = Snapshots(Hand())
    snapshots.blank("")
    asking = threading.Thread(target=lambda: snapshots.take(60))
    asking.start()
    while not snapshots.awaited:
        asking.join(0.01)
    snapshots.show(frame(b"one"))
    asking.join(60)
    assert not asking.is_alive()
    assert not snapshots.awaited


def test_the_next_picture_is_waited_for() -> None:
    snapshots = Snapshots(Hand())
    snapshots.blank("")
    taken: list[bytes] = []
    asking = threading.Thread(target=lambda: taken.append(snapshots.take(60)))
    asking.start()
    snapshots.show(frame(b"next"))
    asking.join(60)
    assert taken == [b"next"]


def test_who_waits_hears_at_once_that_the_camera_is_blind() -> None:
    snapshots = Snapshots(Hand())
    snapshots.blank("")
    heard: list[str] = []

    def ask() -> None:
        with pytest.raises(SourceError) as failed:
            snapshots.take(60)
        heard.append(str(failed.value))

    asking = threading.Thread(target=ask)
    asking.start()
    snapshots.blank("Unplugged.")
    asking.join(60)
    assert heard == ["Unplugged."]


def test_before_the_start_it_says_so() -> None:
    with pytest.raises(SourceError, match="not been started"):
        Snapshots(Hand()).take(0)
