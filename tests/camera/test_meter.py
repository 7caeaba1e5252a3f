"""Rate and light, measured in passing."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from camera.meter import STALE_S, WINDOW_S, Meter, Metered
from camera.model import GrayFrame, Packet, Track
from camera.sources.base import Watcher, spare
from camera.sources.microphone import Microphone, WithMicrophone

VIDEO = Track("h264", Fraction(1, 90_000), 1280, 720)
SOUND = Track("aac", Fraction(1, 48_000), sample_rate=48_000, channels=1)


def packet(mono_s: float, track: Track = VIDEO) -> Packet:
    return Packet(b"", 0, 0, is_keyframe=True, mono_s=mono_s, track=track)


def gray(mono_s: float, luma: int) -> GrayFrame:
    return GrayFrame(np.full((6, 8), luma, np.uint8), mono_s, lambda: b"")


def fed(meter: Meter, from_s: float, seconds: float, rate: float, luma: int) -> None:
    for number in range(round(seconds * rate) + 1):
        meter.take(packet(from_s + number / rate))
        meter.take(packet(from_s + number / rate, SOUND))
        meter.take(gray(from_s + number / rate, luma))


def test_a_rate_is_told_after_a_window_and_follows_the_camera() -> None:
    meter = Meter()
    assert meter.reading(0) is None
    fed(meter, 0, WINDOW_S, 15, 80)
    reading = meter.reading(WINDOW_S)
    assert reading
    assert (reading.codec, reading.width, reading.height) == ("h264", 1280, 720)
    assert reading.pictures_per_s == pytest.approx(15)
    assert (reading.luma, reading.spread) == (80, 0)
    fed(meter, WINDOW_S, 2 * WINDOW_S, 5, 10)
    later = meter.reading(3 * WINDOW_S)
    assert later
    assert later.pictures_per_s == pytest.approx(5, abs=0.5)
    assert later.luma == 10


def test_what_is_old_is_not_told() -> None:
    meter = Meter()
    fed(meter, 0, WINDOW_S, 15, 80)
    assert meter.reading(WINDOW_S + STALE_S)
    assert meter.reading(3 * WINDOW_S + STALE_S) is None


def test_a_pause_between_two_openings_is_no_low_rate() -> None:
    class Source:
        def __init__(self, from_s: float) -> None:
            self.items = iter([packet(from_s + n / 15) if n % 2 else gray(from_s + n / 15, 50) for n in range(400)])
            self.closed = False

        def read(self) -> Packet | GrayFrame:
            return next(self.items)

        def close(self) -> None:
            self.closed = True

    meter = Meter()
    for from_s in (0.0, 1000.0):
        source = Source(from_s)
        metered = Metered(source, meter)
        for _ in range(400):
            metered.read()
        metered.close()
        assert source.closed
        reading = meter.reading(from_s + 26)
        assert reading
        assert reading.pictures_per_s == pytest.approx(7.5, rel=0.1)


def test_who_stands_before_a_sparing_source_tells_it_who_watches() -> None:
    class Sparing:
        watcher: object = None

        def spare(self, watcher: Watcher) -> None:
            self.watcher = watcher

        def read(self) -> Packet | GrayFrame:
            raise AssertionError

        def close(self) -> None:
            """Nothing to close."""

    class Watching:
        wants_all = True
        follows = False
        in_event = False

        def glance(self, luma: object) -> bool:
            raise AssertionError(luma)

        def goes_on(self, shots: object) -> bool:
            raise AssertionError(shots)

    source, watcher = Sparing(), Watching()
    metered = Metered(WithMicrophone(source, Microphone("nowhere")), Meter())
    spare(metered, watcher)
    assert source.watcher is watcher
    metered.close()
