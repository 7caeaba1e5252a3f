"""Supervisors with scripted cameras: states, disarming, failures, hanging drivers. Nothing here sleeps."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest

from camera.detection import Detection
from camera.errors import SourceError, SourceLost, SourceRefused, SourceStuck
from camera.grid import Zones
from camera.model import GrayFrame, Packet, State, Status
from camera.sensitivity import Sensitivity
from camera.supervisor import MOST_HUNG
from tests.camera.footage import FPS, decoded
from tests.camera.reports import TIMEOUT_S, Heard
from tests.camera.script import Cameras, Make, Script, visit
from tests.camera.test_silence import LateClock


def quiet(then: Exception | None = None) -> Script:
    return Script(visit(3, 90, 91), then)


def busy(then: Exception | None = None) -> Script:
    """Ends in mid-event."""
    return Script((item for item, _ in zip(visit(), range(2 * 8 * FPS), strict=False)), then)


def endless() -> Script:
    """A quiet camera that never stops delivering, for as long as a test may take."""
    return Script(item for _ in range(10_000) for item in visit(3, 90, 91))


@pytest.fixture
def hangs(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> Callable[[Cameras, int, LateClock], None]:
    """Once the camera that was opened as the `number`th hangs, it has done so for too long. A camera of a machine that
    has other work does not count as hanging."""
    monkeypatch.setattr("camera.supervisor.WATCH_S", 0.05)

    def hangs(cameras: Cameras, number: int, clock: LateClock) -> None:
        heard.wait_for(lambda _: len(cameras.opened) >= number)
        assert cameras.opened[number - 1].waits.wait(TIMEOUT_S)
        clock.later_s += 2 * TIMEOUT_S

    return hangs


def test_armed_it_watches_and_disarmed_the_device_is_closed(make: Make, heard: Heard) -> None:
    cameras = Cameras([endless])
    supervisor = make(cameras)
    supervisor.start(armed=True)
    heard.wait_for(lambda h: State.WATCHING in h.states)
    supervisor.disarm(TIMEOUT_S)
    assert cameras.opened[0].closed.is_set()
    assert supervisor.status().state is State.DISARMED
    assert heard.states == [State.STARTING, State.WATCHING, State.DISARMED]
    supervisor.arm()
    heard.wait_for(lambda h: h.states[-1] is State.WATCHING)
    assert len(cameras.opened) == 2


def test_started_disarmed_it_opens_nothing(make: Make, heard: Heard) -> None:
    cameras = Cameras([endless])
    supervisor = make(cameras)
    supervisor.start(armed=False)
    assert heard.states == [State.DISARMED]
    assert cameras.opened == []
    with pytest.raises(SourceError, match="disarmed"):
        supervisor.snapshot(1)


def test_arming_twice_and_disarming_twice_change_nothing(make: Make, heard: Heard) -> None:
    cameras = Cameras([endless])
    supervisor = make(cameras)
    supervisor.start(armed=True)
    supervisor.arm()
    heard.wait_for(lambda h: State.WATCHING in h.states)
    supervisor.disarm(TIMEOUT_S)
    supervisor.disarm(TIMEOUT_S)
    assert len(cameras.opened) == 1
    assert heard.states.count(State.DISARMED) == 1


def test_an_event_in_progress_is_finished_before_disarm_returns(make: Make, heard: Heard) -> None:
    played = threading.Event()

    def items() -> Iterator[object]:
        yield from (item for item, _ in zip(visit(), range(2 * 8 * FPS), strict=False))
        played.set()
        yield from (item for _ in range(10_000) for item in visit(1, 90, 91, zero_mono_s=8))

    supervisor = make(Cameras([lambda: Script(items())]))  # type: ignore[arg-type]  # items of both kinds
    supervisor.start(armed=True)
    heard.wait_for(lambda h: h.starts)
    assert supervisor.status().state is State.RECORDING
    assert played.wait(TIMEOUT_S)
    supervisor.disarm(TIMEOUT_S)
    assert heard.names == ["event_started", "part_finished", "event_ended"]
    assert decoded(heard.parts[0].path) > 5 * FPS
    assert heard.states[-1] is State.DISARMED


def test_what_is_not_looked_at_changes_while_the_camera_stays_open(make: Make, heard: Heard) -> None:
    hidden, shown = threading.Event(), threading.Event()

    def items() -> Iterator[object]:
        yield from visit(20)
        hidden.set()
        assert shown.wait(TIMEOUT_S)
        yield from visit(20, zero_mono_s=20)

    cameras = Cameras([lambda: Script(items())])  # type: ignore[arg-type]  # items of both kinds
    supervisor = make(cameras)
    supervisor.detect(Detection(Sensitivity.LOW, Zones.parse("A1-J6")))
    supervisor.start(armed=True)
    assert hidden.wait(TIMEOUT_S)
    assert heard.starts == []
    supervisor.detect(Detection())
    assert supervisor.detection == Detection()
    shown.set()
    heard.wait_for(lambda h: h.starts)
    assert len(cameras.opened) == 1


def test_a_source_lost_in_mid_event_finishes_the_clip_says_why_and_comes_back(make: Make, heard: Heard) -> None:
    cameras = Cameras([lambda: busy(SourceLost("The camera was unplugged.")), endless])
    supervisor = make(cameras)
    supervisor.start(armed=True)
    heard.wait_for(lambda h: State.BLIND in h.states)
    heard.wait_for(lambda h: h.ends)
    assert heard.names == ["event_started", "part_finished", "event_ended"]
    assert cameras.opened[0].closed.is_set()
    heard.wait_for(lambda h: h.states[-1] is State.WATCHING)
    assert heard.states == [State.STARTING, State.WATCHING, State.RECORDING, State.BLIND, State.WATCHING]
    assert heard.details == ["", "", "", "The camera was unplugged.", ""]


@pytest.mark.parametrize("error", [SourceRefused("Wrong password."), SourceLost("No network.")])
def test_a_camera_that_cannot_be_opened_is_blind_and_says_so_to_who_asks(
    make: Make, heard: Heard, error: Exception
) -> None:
    def refuse() -> Script:
        raise error

    supervisor = make(Cameras([refuse]))
    supervisor.start(armed=True)
    heard.wait_for(lambda h: State.BLIND in h.states)
    assert supervisor.status().detail == str(error)
    with pytest.raises(SourceError, match=str(error)):
        supervisor.snapshot(TIMEOUT_S)
    supervisor.disarm(TIMEOUT_S)
    assert supervisor.status().state is State.DISARMED
    assert supervisor.status().detail == ""


def test_a_fault_of_the_program_makes_a_camera_blind_but_not_dead(
    make: Make, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    cameras = Cameras([lambda: quiet(ZeroDivisionError("bug")), endless])
    supervisor = make(cameras)
    supervisor.start(armed=True)
    heard.wait_for(lambda h: State.BLIND in h.states)
    heard.wait_for(lambda h: h.states[-1] is State.WATCHING)
    assert "ZeroDivisionError" in caplog.text
    assert cameras.opened[0].closed.is_set()


def test_a_snapshot_is_taken_from_another_thread(make: Make) -> None:
    supervisor = make(Cameras([endless]))
    supervisor.start(armed=True)
    taken: list[bytes] = []
    asking = [threading.Thread(target=lambda: taken.append(supervisor.snapshot(TIMEOUT_S))) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(TIMEOUT_S)
    assert len(taken) == 4
    assert all(jpeg.startswith(b"\xff\xd8") for jpeg in taken)


def test_a_snapshot_shows_nothing_that_is_masked(make: Make) -> None:
    supervisor = make(Cameras([endless]))
    supervisor.start(armed=True)

    def brightest() -> int:
        picture = cv2.imdecode(np.frombuffer(supervisor.snapshot(TIMEOUT_S), np.uint8), cv2.IMREAD_GRAYSCALE)
        return int(np.asarray(picture).max())

    while not brightest():  # the first picture of the script is black
        pass
    supervisor._config.mask.zones = Zones.parse("A1-J6")
    assert brightest() == 0


def test_one_hanging_camera_leaves_the_others_alone(make: Make, heard: Heard) -> None:
    cameras = Cameras([quiet])
    hanging, working = make(cameras, "garden"), make(Cameras([endless]), "front")
    hanging.start(armed=True)
    working.start(armed=True)
    heard.wait_for(lambda h: h.states.count(State.WATCHING) == 2)
    assert cameras.opened[0].waits.wait(TIMEOUT_S)
    with pytest.raises(SourceError, match="garden does not answer"):
        hanging.disarm(timeout_s=0.1)
    assert hanging.status().state is State.BLIND  # not disarmed: the device is not closed
    assert working.snapshot(TIMEOUT_S)
    working.disarm(TIMEOUT_S)
    assert working.status().state is State.DISARMED
    cameras.let_go()
    heard.wait_for(lambda h: h.states[-1] is State.DISARMED and h.states.count(State.DISARMED) == 2)
    assert cameras.opened[0].closed.is_set()
    assert hanging.status().state is State.DISARMED


def test_stopping_what_was_never_started_is_no_fault(make: Make) -> None:
    make(Cameras([endless])).stop(TIMEOUT_S)


def test_a_hanging_driver_is_left_behind_its_event_finished_and_the_camera_opened_again(
    make: Make, heard: Heard, hangs: Callable[[Cameras, int, LateClock], None]
) -> None:
    cameras, clock = Cameras([busy, endless]), LateClock()
    supervisor = make(cameras, clock=clock)
    supervisor.start(armed=True)
    hangs(cameras, 1, clock)
    heard.wait_for(lambda h: h.ends)
    assert heard.names == ["event_started", "part_finished", "event_ended"]
    heard.wait_for(lambda h: h.states[-1] is State.WATCHING and State.BLIND in h.states)
    assert not supervisor.beyond_help
    cameras.opened[0].let_go.set()
    assert cameras.opened[0].closed.wait(TIMEOUT_S)
    assert supervisor.status().state is State.WATCHING  # what the lost thread does no longer counts


def test_too_many_hanging_threads_are_beyond_help_until_one_comes_back(
    make: Make, heard: Heard, hangs: Callable[[Cameras, int, LateClock], None]
) -> None:
    cameras, clock = Cameras([*[quiet] * MOST_HUNG, endless]), LateClock()
    supervisor = make(cameras, clock=clock)
    supervisor.start(armed=True)
    for number in range(1, MOST_HUNG + 1):
        hangs(cameras, number, clock)
    heard.wait_for(lambda h: any("restarted" in detail for detail in h.details))
    assert supervisor.beyond_help
    assert len(cameras.opened) == MOST_HUNG
    cameras.opened[0].let_go.set()
    heard.wait_for(lambda h: h.states[-1] is State.WATCHING)
    assert len(cameras.opened) == MOST_HUNG + 1


def test_a_source_that_only_a_new_process_can_open_is_beyond_help(make: Make, heard: Heard) -> None:
    def stuck() -> Script:
        raise SourceStuck("The camera does not stop.")

    supervisor = make(Cameras([stuck]))
    assert not supervisor.beyond_help
    supervisor.start(armed=True)
    heard.wait_for(lambda h: State.BLIND in h.states)
    assert supervisor.beyond_help
    supervisor.disarm(TIMEOUT_S)
    assert not supervisor.beyond_help


def frozen(seconds: int) -> Script:
    """Packets go on, the picture does not; two gray frames a second."""
    shot = list(itertools.islice(visit(3, 90, 91), 2))
    packet, frame = (item for item in shot)
    assert isinstance(packet, Packet)
    assert isinstance(frame, GrayFrame)
    return Script(
        item
        for half in range(2 * seconds)
        for item in (replace(packet, mono_s=half / 2), replace(frame, mono_s=half / 2))
    )


def test_a_frozen_picture_is_blind_with_its_reason_and_the_camera_is_opened_again(make: Make, heard: Heard) -> None:
    lively = (item for turn in range(10_000) for item in visit(3, 90, 91, zero_mono_s=200 + 3.0 * turn))
    cameras = Cameras([lambda: frozen(150), lambda: Script(lively)])
    supervisor = make(cameras)
    supervisor.start(armed=True)
    heard.wait_for(lambda h: len(cameras.opened) == 2 and h.states[-1] is State.WATCHING)
    assert heard.states == [State.STARTING, State.WATCHING, State.BLIND, State.WATCHING]
    assert "same picture" in heard.details[2]
    assert cameras.opened[0].closed.is_set()


def test_another_reason_for_being_blind_makes_it_no_younger(make: Make, heard: Heard) -> None:
    reasons = iter(["Unplugged.", "Busy."])

    def make_script() -> Script:
        if reason := next(reasons, ""):
            raise SourceLost(reason)
        return endless()

    make(Cameras([make_script])).start(armed=True)
    heard.wait_for(lambda h: h.states[-1] is State.WATCHING)
    blind = [item for _, item in heard.all if isinstance(item, Status) and item.state is State.BLIND]
    assert [status.detail for status in blind] == ["Unplugged.", "Busy."]
    assert blind[0].since_mono_s == blind[1].since_mono_s > 0
    assert blind[0].since_utc == blind[1].since_utc


def test_stop_finishes_the_event_and_is_final(make: Make, heard: Heard) -> None:
    cameras = Cameras([lambda: busy(SourceLost("gone")), endless])
    supervisor = make(cameras)
    supervisor.start(armed=True)
    heard.wait_for(lambda h: h.starts)
    supervisor.stop(TIMEOUT_S)
    assert heard.names == ["event_started", "part_finished", "event_ended"]
    assert all(script.closed.is_set() for script in cameras.opened)
    supervisor.arm()
    assert not any(thread.name == "camera-front" for thread in threading.enumerate())
    with pytest.raises(SourceError, match="stopping"):
        supervisor.snapshot(1)
