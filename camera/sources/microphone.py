"""The microphone of a camera whose pictures come without sound: an ALSA device, read beside it."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer

from camera.gate import Thrift
from camera.model import GrayFrame, Packet, Track
from camera.sources.base import Source, Watcher, spare, thrift

log = logging.getLogger(__name__)

RATE = 48_000
TRACK = Track("pcm_s16le", Fraction(1, RATE), sample_rate=RATE, channels=1)
_SAMPLE_BYTES = 2

STRETCH_S = 0.02
MOST_STRETCHES = 500
"""Ten seconds that nobody fetched; then the oldest go."""

WINDOW = 100
"""Stretches, two seconds of them, out of which the least delay is taken."""
LARGEST_SLIP_S = 0.05
"""A sound clock that is off by more is set anew: samples were lost, or its crystal runs differently."""

EARLIER_S = 0.2
"""Sound from before the first picture is kept this far."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 300.0
_CLOSE_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some hundredths of a second of sound, 16 bit, one channel."""

    data: bytes
    mono_s: float
    """When it began."""


class SampleClock:
    """Tells when each stretch began: by counting samples, tied to the clock by the least delay of late. Pure."""

    def __init__(self) -> None:
        self._counted_s = 0.0
        self._delays_s: deque[float] = deque(maxlen=WINDOW)
        self._offset_s: float | None = None

    def begun_mono_s(self, length_s: float, arrived_mono_s: float) -> float:
        """Of the next stretch, which arrived whole at that moment."""
        begun_s, self._counted_s = self._counted_s, self._counted_s + length_s
        self._delays_s.append(arrived_mono_s - self._counted_s)
        least_s = min(self._delays_s)
        if self._offset_s is None or abs(least_s - self._offset_s) > LARGEST_SLIP_S:
            self._offset_s = least_s
        return begun_s + self._offset_s


class Microphone:
    """Reads one ALSA device on a thread of its own, which opens it again when it fails. It never costs a picture.

    Note on locking: the deque is the only thing that both sides touch; its operations are atomic.
    """

    def __init__(self, device: str, open_device: Callable[[str], InputContainer] | None = None) -> None:
        self._device = device
        self._open_device = open_device or _opened
        self._stretches: deque[Stretch] = deque(maxlen=MOST_STRETCHES)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"microphone {device}", daemon=True)
        self._thread.start()

    def take(self) -> Iterator[Stretch]:
        """What came since it was last asked."""
        while self._stretches:
            yield self._stretches.popleft()

    def close(self) -> None:
        """Lets the device go, at the latest when it gives the next sound."""
        self._stopping.set()
        self._thread.join(_CLOSE_WITHIN_S)

    def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            begun_s = time.monotonic()
            try:
                self._listen()
            except (av.FFmpegError, OSError, IndexError) as exc:
                log.warning("The microphone %s cannot be read (%s); clips are silent until it can.", self._device, exc)
            if time.monotonic() - begun_s > LONGEST_PAUSE_S:
                pause_s = FIRST_PAUSE_S
            self._stopping.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _listen(self) -> None:
        """Until it is stopped, or the device ends or fails."""
        clock, waiting = SampleClock(), bytearray()
        enough = round(STRETCH_S * RATE) * _SAMPLE_BYTES
        with closing(self._open_device(self._device)) as container:
            for packet in container.demux(container.streams.audio[0]):
                waiting += bytes(packet)
                if len(waiting) >= enough:
                    length_s = len(waiting) / _SAMPLE_BYTES / RATE
                    begun_mono_s = clock.begun_mono_s(length_s, time.monotonic())
                    self._stretches.append(Stretch(bytes(waiting), begun_mono_s))
                    waiting.clear()
                if self._stopping.is_set():
                    return


class WithMicrophone:
    """A Source, and a microphone's sound on its line of time: between the pictures, never before the first."""

    def __init__(self, source: Source, microphone: Microphone) -> None:
        self._source = source
        self._microphone = microphone
        self._heard: deque[Packet] = deque()
        self._begun_mono_s: float | None = None
        self._last_pts = -1

    def read(self) -> Packet | GrayFrame:
        if self._heard:
            return self._heard.popleft()
        item = self._source.read()
        if isinstance(item, Packet) and not item.track.is_sound:
            self._place(item)
        return item

    def spare(self, watcher: Watcher) -> None:
        spare(self._source, watcher)

    @property
    def thrift(self) -> Thrift | None:
        return thrift(self._source)

    def close(self) -> None:
        self._source.close()
        self._microphone.close()

    def _place(self, picture: Packet) -> None:
        if self._begun_mono_s is None:
            self._begun_mono_s = picture.mono_s
        shift_s = float(picture.pts * picture.track.time_base) - picture.mono_s
        for stretch in self._microphone.take():
            pts = round((stretch.mono_s + shift_s) * RATE)
            if stretch.mono_s >= self._begun_mono_s - EARLIER_S and pts > self._last_pts:
                self._last_pts = pts
                self._heard.append(Packet(stretch.data, pts, pts, False, stretch.mono_s, TRACK))


def _opened(device: str) -> InputContainer:
    """Raises av.FFmpegError."""
    os.environ.setdefault("ALSA_CONFIG_PATH", str(Path(__file__).with_name("alsa.conf")))
    return av.open(device, "r", format="alsa", container_options={"sample_rate": str(RATE), "channels": "1"})
