"""Cameras in trouble beside one that works: it keeps every picture, its events and its answers."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from camera.brake import BURST, MOST_A_SECOND
from camera.clock import Clock, SystemClock
from camera.config import CameraConfig
from camera.errors import SourceError, SourceLost
from camera.model import GrayFrame, Packet, State
from camera.session import FLOOD
from camera.sources.base import Source
from camera.sources.timing import RealTime
from camera.supervisor import Supervisor
from tests.camera.footage import FPS, decoded
from tests.camera.reports import TIMEOUT_S, Heard
from tests.camera.script import visit

SECONDS = 8
"""Of the working camera; a mover comes from the second to the fourth."""
SHARE = 0.85
"""Of its frame rate that it keeps at least."""


@dataclass
class Steady:
    """A camera at its own rate, as from a device: it sleeps until each picture is due."""

    taken_mono_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._keeper = RealTime()
        turns = (visit(SECONDS, 2, 4, zero_mono_s=turn * SECONDS) for turn in itertools.count())
        self._items = itertools.chain.from_iterable(turns)

    def read(self) -> Packet | GrayFrame:
        item = next(self._items)
        self._keeper.release(item.mono_s)
        if isinstance(item, Packet):
            self.taken_mono_s.append(time.monotonic())
        return item

    def rate(self) -> float:
        """Pictures a second so far."""
        return (len(self.taken_mono_s) - 1) / (self.taken_mono_s[-1] - self.taken_mono_s[0])

    def close(self) -> None:
        """Nothing is held."""


class Standing(SystemClock):
    """Stands still until it is let go: within no time anything is too much, however slow the machine."""

    def __init__(self) -> None:
        self._stood_mono_s = super().mono_s()
        self._went_mono_s: float | None = None

    def go(self) -> None:
        self._went_mono_s = super().mono_s()

    def mono_s(self) -> float:
        went_mono_s = self._went_mono_s
        return self._stood_mono_s + (super().mono_s() - went_mono_s if went_mono_s is not None else 0.0)


class Flood:
    """Delivers as fast as it is asked, for ever."""

    def __init__(self) -> None:
        self.count = 0
        self.begun_mono_s = time.monotonic()

    def read(self) -> Packet | GrayFrame:
        if not self.count % (2 * 3 * FPS):
            self._items = visit(3, 90, 91, zero_mono_s=self.count / (2 * FPS))
        self.count += 1
        return next(self._items)

    def close(self) -> None:
        """Nothing is held."""


class Deaf:
    """Opens, and never answers; nor does it let itself be closed."""

    def __init__(self, let_go: threading.Event) -> None:
        self._let_go = let_go

    def read(self) -> Packet | GrayFrame:
        self._let_go.wait()
        raise SourceLost("The camera was let go.")

    def close(self) -> None:
        self._let_go.wait()


class BrokenStill(Steady):
    """Its pictures cannot be made into JPEGs, in a way that nobody foresaw."""

    def read(self) -> Packet | GrayFrame:
        item = super().read()
        return item if isinstance(item, Packet) else GrayFrame(item.luma, item.mono_s, self._still)

    @staticmethod
    def _still() -> bytes:
        raise ZeroDivisionError("a bug of the test's own")


def raises() -> Source:
    raise SourceLost("It fell off the wall.")


Trouble = Callable[[threading.Event], Source]


def deaf_at_opening(let_go: threading.Event) -> Source:
    let_go.wait()
    raise SourceLost("The camera was let go.")


@pytest.fixture
def let_go() -> threading.Event:
    return threading.Event()


@pytest.fixture
def make(tmp_path: Path, heard: Heard, let_go: threading.Event) -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []
    numbers = itertools.count(1)

    def supervisor(
        name: str, open_camera: Callable[[], Source], hang_s: float = 0.5, clock: Clock | None = None
    ) -> Supervisor:
        config = CameraConfig(name, "script", tmp_path, pre_roll_s=1, post_roll_s=1, gap_s=1)
        made.append(
            Supervisor(
                config,
                heard,
                lambda: f"e{next(numbers)}",
                clock,
                open_camera=lambda _: open_camera(),
                hang_s=hang_s,
            )
        )
        return made[-1]

    yield supervisor
    let_go.set()
    for one in made:
        one.stop(TIMEOUT_S)


@pytest.mark.parametrize(
    "trouble",
    [Deaf, deaf_at_opening, lambda _: Flood(), lambda _: raises(), lambda _: BrokenStill()],
    ids=["deaf", "deaf at opening", "flood", "raises", "broken still"],
)
def test_one_camera_in_trouble_takes_nothing_from_another(
    make: Callable[..., Supervisor], heard: Heard, let_go: threading.Event, trouble: Trouble
) -> None:
    steady = Steady()
    working, failing = make("front", lambda: steady, TIMEOUT_S), make("garden", lambda: trouble(let_go))
    failing.start(armed=True)
    working.start(armed=True)
    heard.wait_for(lambda h: any(end.camera == "front" for end in h.ends))
    assert working.snapshot(TIMEOUT_S).startswith(b"\xff\xd8")
    (part,) = [part for part in heard.parts if part.camera == "front"][:1]
    assert part.dropped_packets == 0
    assert decoded(part.path) == round(part.duration_s * FPS), "a picture is missing in the clip"
    beside = steady.rate()
    if beside <= SHARE * FPS:  # the machine has other work: alone it would be no quicker
        let_go.set()
        failing.stop(TIMEOUT_S)
        steady.taken_mono_s.clear()
        while len(steady.taken_mono_s) <= 4 * FPS:
            time.sleep(0.1)
        assert beside > SHARE * steady.rate(), "it lost its frame rate"
    working.disarm(TIMEOUT_S)
    assert working.status().state is State.DISARMED
    working.arm()
    assert working.snapshot(TIMEOUT_S)


def test_a_flood_is_slowed_and_said(
    make: Callable[..., Supervisor], heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    flood, clock = Flood(), Standing()
    supervisor = make("garden", lambda: flood, TIMEOUT_S, clock)
    supervisor.start(armed=True)
    heard.wait_for(lambda h: State.WATCHING in h.states)
    while supervisor.status().detail != FLOOD:
        assert time.monotonic() - flood.begun_mono_s < 3 * TIMEOUT_S
        time.sleep(0.02)
    clock.go()
    after_burst = flood.count, time.monotonic()
    while flood.count < after_burst[0] + MOST_A_SECOND:
        time.sleep(0.02)
    assert flood.count <= BURST + (time.monotonic() - flood.begun_mono_s) * MOST_A_SECOND + 2
    assert caplog.text.count(FLOOD) == 1
    assert supervisor.snapshot(TIMEOUT_S)
    supervisor.disarm(TIMEOUT_S)
    assert supervisor.status().detail == ""


def test_a_broken_still_is_a_sentence_to_who_asks_and_the_event_goes_on(
    make: Callable[..., Supervisor], heard: Heard
) -> None:
    supervisor = make("garden", BrokenStill, TIMEOUT_S)
    supervisor.start(armed=True)
    heard.wait_for(lambda h: h.ends)
    with pytest.raises(SourceError, match="see the log"):
        supervisor.snapshot(TIMEOUT_S)
    with pytest.raises(SourceError, match="see the log"):
        heard.starts[0].still()
    assert decoded(heard.parts[0].path) > 3 * FPS


def test_cameras_start_and_stop_without_each_other(make: Callable[..., Supervisor], heard: Heard) -> None:
    front, back = make("front", Steady), make("back", Steady)
    front.start(armed=True)
    back.start(armed=False)
    heard.wait_for(lambda h: State.WATCHING in h.states)
    assert back.status().state is State.DISARMED
    back.arm()
    heard.wait_for(lambda h: h.states.count(State.WATCHING) == 2)
    front.stop(TIMEOUT_S)
    assert back.snapshot(TIMEOUT_S)
    heard.wait_for(lambda h: any(end.camera == "back" for end in h.ends))
