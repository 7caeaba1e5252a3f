"""Recordings that somebody asked for: beside motion, of a closed camera, ended by time, by hand and by a failure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camera.by_hand import ByHand, Wanted
from camera.config import CameraConfig
from camera.errors import SourceError, SourceLost
from camera.model import GrayFrame, Packet, State
from tests.camera.footage import FPS, decoded
from tests.camera.reports import TIMEOUT_S, Heard
from tests.camera.script import Cameras, Make, Script, visit
from tests.camera.watched import Watched

ASKER = 4242
GOP_S = 1.0
"""Key frames of the footage are no further apart."""


@dataclass
class HandClock:
    """The footage's own time."""

    now_s: float = 0.0

    def mono_s(self) -> float:
        return self.now_s

    def wall_utc(self) -> datetime:
        return datetime(2026, 5, 1, 12, tzinfo=UTC)


class Rig(Watched):
    """A pipeline with the recordings by hand beside it."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.watches = HandClock(), True
        super().__init__(CameraConfig("front", "scene", folder), self.clock)
        self.by_hand = ByHand(self.config, self.heard, self.new_id, self.clock)
        self.pipeline = self.made(self.clock, by_hand=self.by_hand, watches=lambda: self.watches)

    def play(self, items: Iterable[Packet | GrayFrame], until_s: float = 1e9) -> None:
        for item in items:
            self.clock.now_s = item.mono_s
            self.pipeline.take(item)
            if item.mono_s >= until_s:
                return

    def close(self) -> None:
        super().close()
        assert self.by_hand.close(TIMEOUT_S)

    def settle(self) -> None:
        assert self.recorder.flush(TIMEOUT_S)
        assert self.by_hand.flush(TIMEOUT_S)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.close()


def quiet(seconds: int = 20) -> Iterator[Packet | GrayFrame]:
    return visit(seconds, 90, 91)


def test_a_quiet_room_is_recorded_for_as_long_as_was_asked(rig: Rig) -> None:
    footage = quiet()
    rig.play(footage, 3.0)
    rig.by_hand.want(6.0, ASKER)
    rig.play(footage)
    rig.settle()
    assert rig.heard.names == ["event_started", "part_finished", "event_ended"]
    [start], [part], [end] = rig.heard.starts, rig.heard.parts, rig.heard.ends
    assert start.asked_by == ASKER
    assert start.still()
    assert 6.0 <= part.duration_s <= 6.0 + GOP_S + 0.1
    assert decoded(part.path) == round(part.duration_s * FPS)
    assert end.motion_s == pytest.approx(6.0, abs=0.1)
    assert rig.states == [State.WATCHING, State.RECORDING, State.WATCHING]


def test_what_moves_meanwhile_is_an_event_of_its_own_and_loses_nothing(rig: Rig) -> None:
    footage = visit(30, 8, 10)
    rig.play(footage, 3.0)
    rig.by_hand.want(15.0, ASKER)
    rig.play(footage)
    rig.settle()
    asked = {start.event_id: start.asked_by for start in rig.heard.starts}
    assert sorted(asked.values(), key=str) == [ASKER, None]
    moved = next(event_id for event_id, by in asked.items() if by is None)
    lengths = {part.event_id: part.duration_s for part in rig.heard.parts}
    assert lengths[moved] >= 5 + 2 + 5 - 0.2
    for part in rig.heard.parts:
        assert decoded(part.path) == round(part.duration_s * FPS)


def test_stop_ends_it_and_a_second_stop_says_that_there_is_none(rig: Rig) -> None:
    footage = quiet()
    wanted = rig.by_hand.want(300.0, ASKER)
    rig.play(footage, 4.0)
    assert isinstance(wanted, Wanted)
    assert rig.by_hand.begun(wanted, 0) == "e1"
    assert not rig.by_hand.stop("e7")
    assert rig.by_hand.stop("e1")
    rig.play(footage)
    rig.settle()
    assert not rig.by_hand.stop("e1")
    assert rig.heard.parts[0].duration_s == pytest.approx(4.0, abs=0.2)


def test_asked_for_again_it_goes_on_for_longer(rig: Rig) -> None:
    footage = quiet()
    rig.by_hand.want(5.0, ASKER)
    rig.play(footage, 3.0)
    assert rig.by_hand.want(6.0, ASKER) == "e1"
    assert rig.by_hand.want(1.0, ASKER) == "e1"
    rig.play(footage)
    rig.settle()
    assert len(rig.heard.starts) == 1
    assert rig.heard.parts[0].duration_s == pytest.approx(9.0, abs=0.2)


def test_a_camera_that_fails_leaves_what_was_recorded(rig: Rig) -> None:
    footage = quiet()
    rig.by_hand.want(60.0, ASKER)
    rig.play(footage, 5.0)
    rig.pipeline.finish()
    rig.settle()
    assert rig.heard.names == ["event_started", "part_finished", "event_ended"]
    assert rig.heard.parts[0].duration_s == pytest.approx(5.0, abs=0.2)
    assert not rig.by_hand.is_busy


def test_open_for_a_recording_alone_nothing_is_detected(rig: Rig) -> None:
    rig.watches = False
    rig.by_hand.want(15.0, ASKER)
    rig.play(visit(20, 7, 9))
    rig.settle()
    assert [start.asked_by for start in rig.heard.starts] == [ASKER]


def test_an_event_ends_when_watching_does(rig: Rig) -> None:
    footage = visit(20, 7, 12)
    rig.play(footage, 9.0)
    assert len(rig.heard.starts) == 1
    rig.watches = False
    rig.play(footage)
    rig.settle()
    assert rig.heard.names == ["event_started", "part_finished", "event_ended"]


# -- with a camera that is opened and closed --------------------------------------------------------------------------


def calm() -> Script:
    return Script(quiet(30))


def moving() -> Script:
    return Script(visit(30, 7, 9))


def test_a_disarmed_camera_opens_records_and_closes_again(make: Make, heard: Heard) -> None:
    cameras = Cameras([moving])
    supervisor = make(cameras)
    supervisor.start(armed=False)
    assert supervisor.record(12, ASKER, TIMEOUT_S) == ("e1", True)
    heard.wait_for(lambda h: h.states[-1] is State.DISARMED and h.ends)
    assert heard.states == [State.DISARMED, State.STARTING, State.RECORDING, State.DISARMED]
    assert [start.asked_by for start in heard.starts] == [ASKER]
    assert cameras.opened[0].closed.is_set()
    with pytest.raises(SourceError, match="disarmed"):
        supervisor.snapshot(1)


def test_armed_meanwhile_it_watches_on_without_being_opened_anew(make: Make, heard: Heard) -> None:
    cameras = Cameras([moving])
    supervisor = make(cameras)
    supervisor.start(armed=False)
    supervisor.record(1000, ASKER, TIMEOUT_S)
    supervisor.arm()
    assert len(cameras.opened) == 1
    supervisor.disarm(TIMEOUT_S)
    assert cameras.opened[0].closed.is_set()
    assert heard.states[-1] is State.DISARMED
    heard.wait_for(lambda h: h.ends)


def test_a_schedule_lets_it_end_and_disarm_does_not(make: Make, heard: Heard) -> None:
    cameras = Cameras([calm])
    supervisor = make(cameras)
    supervisor.start(armed=True)
    assert supervisor.record(20, ASKER, TIMEOUT_S)
    supervisor.rest(TIMEOUT_S)
    heard.wait_for(lambda h: h.states[-1] is State.DISARMED and h.ends)
    assert heard.parts[0].duration_s == pytest.approx(20, abs=GOP_S + 0.2)
    assert supervisor.record(1000, ASKER, TIMEOUT_S)
    supervisor.disarm(TIMEOUT_S)
    heard.wait_for(lambda h: len(h.ends) == 2)
    assert not supervisor.by_hand.is_busy
    assert supervisor.status().state is State.DISARMED


def test_a_camera_that_cannot_be_opened_says_why_and_stays_closed(make: Make, heard: Heard) -> None:
    def broken() -> Script:
        raise SourceLost("The camera is unplugged.")

    supervisor = make(Cameras([broken]))
    supervisor.start(armed=False)
    with pytest.raises(SourceError, match="unplugged"):
        supervisor.record(10, ASKER, TIMEOUT_S)
    heard.wait_for(lambda h: h.states[-1] is State.DISARMED)
    assert State.BLIND not in heard.states
    assert not heard.starts


def test_a_blind_camera_says_why_at_once(make: Make, heard: Heard) -> None:
    def broken() -> Script:
        raise SourceLost("The camera is unplugged.")

    supervisor = make(Cameras([broken]))
    supervisor.start(armed=True)
    heard.wait_for(lambda h: State.BLIND in h.states)
    with pytest.raises(SourceError, match="unplugged"):
        supervisor.record(10, ASKER, TIMEOUT_S)
