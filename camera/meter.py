"""What an open camera delivers, measured in passing: its rate and its light. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from camera.gate import Thrift
from camera.model import GrayFrame, Luma, Packet
from camera.sources.base import Source, Watcher, spare, thrift

WINDOW_S = 5.0
"""A rate over less than this says little of a camera that sends in bursts; light changes slower."""
STALE_S = 20.0
"""A camera that is silent for longer is measured no more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Of some seconds."""

    codec: str
    width: int
    height: int
    pictures_per_s: float
    luma: float
    """Mean of the last gray frame, 0 to 255."""
    spread: float
    """Its standard deviation."""
    decoding: str = ""
    """Why so much of it is decoded, a `Thrift`; empty: nothing to say."""


class Meter:
    """Of one camera, over all its openings. Written by the camera's thread, read by any."""

    def __init__(self) -> None:
        self._first_mono_s: float | None = None
        self._pictures = 0
        self._light: tuple[float, float] | None = None
        self._taken: tuple[Reading, float] | None = None
        self._thrift: Callable[[], Thrift | None] = lambda: None

    def reading(self, now_mono_s: float) -> Reading | None:
        """The newest; None: there is none yet, or it is old."""
        if self._taken is None or now_mono_s - self._taken[1] > WINDOW_S + STALE_S:
            return None
        return self._taken[0]

    def opened(self, thrift: Callable[[], Thrift | None] = lambda: None) -> None:
        """What was counted before tells nothing of the new beginning. `thrift` says why so much is decoded."""
        self._thrift = thrift
        self._first_mono_s, self._pictures, self._light = None, 0, None

    def take(self, item: Packet | GrayFrame) -> None:
        """What the source delivered. The light is looked at once in a window, since that costs a little."""
        if isinstance(item, GrayFrame):
            if self._light is None:
                self._light = light(item.luma)
            return
        if item.track.is_sound:
            return
        if self._first_mono_s is None:
            self._first_mono_s = item.mono_s
            return
        self._pictures += 1
        span_s = item.mono_s - self._first_mono_s
        if span_s >= WINDOW_S and self._light is not None:
            track = item.track
            reading = Reading(
                track.codec, track.width, track.height, self._pictures / span_s, *self._light, self._thrift() or ""
            )
            self._taken = reading, item.mono_s
            self._first_mono_s, self._pictures, self._light = item.mono_s, 0, None


def light(luma: Luma) -> tuple[float, float]:
    """Mean and spread of a gray frame."""
    return float(luma.mean()), float(luma.std())


class Metered:
    """A source whose deliveries are measured on their way."""

    def __init__(self, source: Source, meter: Meter) -> None:
        self._source = source
        self._meter = meter
        meter.opened(lambda: thrift(source))

    def read(self) -> Packet | GrayFrame:
        item = self._source.read()
        self._meter.take(item)
        return item

    def spare(self, watcher: Watcher) -> None:
        spare(self._source, watcher)

    @property
    def thrift(self) -> Thrift | None:
        return thrift(self._source)

    def close(self) -> None:
        self._source.close()
