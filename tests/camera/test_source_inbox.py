"""What comes by callback and waits: in order, bounded, never a broken run of packets."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from camera.encoder import TIME_BASE
from camera.errors import SourceLost
from camera.model import GrayFrame, Packet, Track
from camera.sources import inbox
from camera.sources.inbox import Inbox

TRACK = Track("h264", TIME_BASE, 320, 180)


def packet(number: int, key_every: int = 10) -> Packet:
    return Packet(b"x", number, number, number % key_every == 0, float(number), TRACK)


def gray(number: int) -> GrayFrame:
    return GrayFrame(np.zeros((180, 320), np.uint8), float(number), lambda: b"")


def taken(box: Inbox) -> list[Packet | GrayFrame]:
    """All that waits; ends when the box has stayed silent."""
    items: list[Packet | GrayFrame] = []
    while True:
        try:
            items.append(box.take())
        except SourceLost:
            return items


def numbers(items: list[Packet | GrayFrame]) -> list[tuple[str, float]]:
    return [(type(item).__name__, item.mono_s) for item in items]


def test_a_gray_frame_waits_for_its_packet() -> None:
    box = Inbox("It", 0.05)
    box.put_gray(gray(0))
    box.put_gray(gray(1))
    box.put_packet(packet(0))
    assert numbers(taken(box)) == [("Packet", 0), ("GrayFrame", 0)]
    box.put_packet(packet(1))
    assert numbers(taken(box)) == [("Packet", 1), ("GrayFrame", 1)]


def test_a_stream_begins_with_a_key_frame_and_nothing_is_lost_by_that() -> None:
    box = Inbox("It", 0.05)
    for number in range(7, 14):
        box.put_packet(packet(number))
    assert [item.mono_s for item in taken(box)] == [10, 11, 12, 13]
    assert box.dropped_packets == 0


def test_after_a_loss_it_goes_on_with_a_key_frame_and_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(inbox, "MOST_PACKETS", 5)
    box = Inbox("It", 0.05)
    for number in range(13):
        box.put_packet(packet(number))
    assert [item.mono_s for item in taken(box)] == [0, 1, 2, 3, 4]
    for number in range(13, 23):
        box.put_packet(packet(number))
    assert [item.mono_s for item in taken(box)] == [20, 21, 22]
    assert box.dropped_packets == 15
    assert "15 packets and 0 gray frames" in caplog.text


def test_detection_gets_the_newest_gray_frames() -> None:
    box = Inbox("It", 0.05)
    for number in range(20):
        box.put_gray(gray(number))
    box.put_packet(Packet(b"x", 0, 0, True, 100.0, TRACK))
    assert [item.mono_s for item in taken(box)] == [100.0, *range(12, 20)]
    assert box.dropped_grays == 12


def test_gray_frames_alone_are_silence() -> None:
    box = Inbox("It", 0.3)
    box.put_packet(packet(0))
    box.take()
    stop = threading.Event()

    def feed() -> None:
        number = 1
        while not stop.wait(0.02):
            box.put_gray(gray(number))
            number += 1

    feeder = threading.Thread(target=feed)
    feeder.start()
    with pytest.raises(SourceLost, match="no picture"):
        box.take()
    stop.set()
    feeder.join()


def test_a_failure_goes_before_all_that_waits() -> None:
    box = Inbox("It", 0.05)
    box.put_packet(packet(0))
    box.fail(KeyError("SensorTimestamp"))
    with pytest.raises(SourceLost, match="failed") as lost:
        box.take()
    assert isinstance(lost.value.__cause__, KeyError)


def test_closing_wakes_the_reader() -> None:
    box = Inbox("It", 60.0)
    ends: list[SourceLost] = []

    def read() -> None:
        try:
            box.take()
        except SourceLost as exc:
            ends.append(exc)

    reader = threading.Thread(target=read)
    reader.start()
    box.close()
    reader.join(90)
    assert "closed" in str(ends[0])
