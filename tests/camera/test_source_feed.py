"""The promises of an open source about errors, ends and being closed from elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from camera.encoder import TIME_BASE
from camera.errors import SourceLost
from camera.model import Packet, Track
from camera.sources import EndOfFile, feed
from camera.sources.feed import StreamSource

PACKET = Packet(b"x", 0, 0, True, 0.0, Track("h264", TIME_BASE))


class Device:
    """Counts how often it is let go; its second packet comes when it is told to."""

    def __init__(self) -> None:
        self.closed = 0
        self.reading = threading.Event()
        self.answer = threading.Event()

    def items(self) -> Iterator[Packet]:
        yield PACKET
        self.reading.set()
        assert self.answer.wait(90)
        yield PACKET

    def close(self) -> None:
        self.closed += 1


def lost(error: str) -> Iterator[Packet]:
    yield PACKET
    raise SourceLost(error)


def test_a_failure_is_told_again_and_never_looks_like_an_end() -> None:
    source = StreamSource(lost("gone"), lambda: None)
    source.read()
    for _ in range(2):
        with pytest.raises(SourceLost, match="gone"):
            source.read()


def test_the_end_is_told_again() -> None:
    source = StreamSource(iter([PACKET]), lambda: None)
    source.read()
    for _ in range(2):
        with pytest.raises(EndOfFile):
            source.read()


def test_a_closed_source_delivers_nothing() -> None:
    device = Device()
    source = StreamSource(device.items(), device.close)
    source.read()
    source.close()
    with pytest.raises(SourceLost, match="closed"):
        source.read()
    assert device.closed >= 1


def test_closing_while_another_thread_reads_neither_hangs_nor_pulls_the_device_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed, "CLOSE_WITHIN_S", 0.1)
    device = Device()
    source = StreamSource(device.items(), device.close)
    source.read()
    reader = threading.Thread(target=source.read)
    reader.start()
    assert device.reading.wait(90)
    source.close()
    assert device.closed == 0, "the device was closed under its reader"
    device.answer.set()
    reader.join(90)
    assert device.closed == 1
    with pytest.raises(SourceLost):
        source.read()
