"""A camera that plays a script: real packets and real gray frames, as fast as they are read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial

import cv2
import numpy as np

from camera.errors import SourceLost
from camera.model import GrayFrame, Packet
from camera.supervisor import Supervisor
from tests.camera.footage import FPS, film, mover, packets

LONG_S = 60.0
Make = Callable[..., Supervisor]
"""The fixture's: of some `Cameras`, perhaps with a name and a clock."""


@cache
def _shot(seconds: int) -> tuple[Packet, ...]:
    return tuple(packets(seconds * FPS, first_mono_s=0.0))


def visit(
    seconds: int = 20, start_s: float = 7, end_s: float = 9, *, zero_mono_s: float = 0.0
) -> Iterator[Packet | GrayFrame]:
    """A quiet room with one mover, each packet followed by its gray frame; times count from `zero_mono_s`."""
    for packet, (luma, t_s) in zip(_shot(seconds), film(seconds, mover(start_s, end_s)), strict=True):
        mono_s = zero_mono_s + t_s
        yield Packet(packet.data, packet.pts, packet.dts, packet.is_keyframe, mono_s, packet.track)
        yield GrayFrame(luma, mono_s, partial(jpeg, round(t_s * FPS)))


def jpeg(number: int) -> bytes:
    """A picture that tells its frame number."""
    done, data = cv2.imencode(".jpg", np.full((90, 160), number % 256, np.uint8))
    assert done
    return data.tobytes()


class Script:
    """A `Source` that delivers its items and then does what it was told: fails, or hangs until it is let go."""

    def __init__(
        self, items: Iterator[Packet | GrayFrame], then: Exception | None = None, *, ignores_close: bool = False
    ) -> None:
        self._items = items
        self._then = then
        self._ignores_close = ignores_close
        self.let_go = threading.Event()
        self.closed = threading.Event()
        self.waits = threading.Event()

    def read(self) -> Packet | GrayFrame:
        for item in self._items:
            return item
        if self._then is not None:
            raise self._then
        self.waits.set()
        assert self.let_go.wait(LONG_S)
        raise SourceLost("The camera was let go.")

    def close(self) -> None:
        self.closed.set()


class Cameras:
    """Opens scripts one after the other, as a supervisor asks for them; the last one again and again."""

    def __init__(self, makes: Sequence[Callable[[], Script]]) -> None:
        self._makes = list(makes)
        self.opened: list[Script] = []

    def open(self, _config: object) -> Script:
        script = self._makes[min(len(self.opened), len(self._makes) - 1)]()
        self.opened.append(script)
        return script

    def let_go(self) -> None:
        for script in self.opened:
            script.let_go.set()
