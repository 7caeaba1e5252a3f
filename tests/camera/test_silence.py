"""What counts as a camera without sign of life, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from camera.clock import SystemClock
from camera.config import CameraConfig
from camera.errors import SourceLost
from camera.model import State
from camera.supervisor import Supervisor
from tests.camera.reports import TIMEOUT_S, Heard
from tests.camera.script import Cameras, Script, visit

NEVER_S = 1e9
"""No thread is ever replaced: as when the one that would do it has died."""


class LateClock(SystemClock):
    """The machine's, and so much later as a test says."""

    def __init__(self) -> None:
        self.later_s = 0.0

    def mono_s(self) -> float:
        return super().mono_s() + self.later_s

    def wall_utc(self) -> datetime:
        return super().wall_utc()


class Camera:
    """A supervisor over a script of its own, and its clock."""

    def __init__(self, script: Script, folder: Path) -> None:
        self.cameras = Cameras([lambda: script])
        self.clock = LateClock()
        self.heard = Heard()
        self.supervisor = Supervisor(
            CameraConfig("front", "script", folder),
            self.heard,
            lambda: "e1",
            self.clock,
            open_camera=self.cameras.open,
            jitter=lambda: 1.0,
            hang_s=NEVER_S,
        )


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[Camera]:
    yield from _started(Camera(Script(visit(3, 90, 91)), tmp_path))


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Camera]:
    yield from _started(Camera(Script(visit(3, 90, 91), SourceLost("It is away.")), tmp_path))


def _started(camera: Camera) -> Iterator[Camera]:
    yield camera
    camera.cameras.let_go()
    camera.supervisor.stop(TIMEOUT_S)


def test_what_was_never_started_or_is_disarmed_is_not_silent(hanging: Camera) -> None:
    assert hanging.supervisor.silent_s == 0.0
    hanging.supervisor.start(armed=False)
    assert hanging.supervisor.silent_s < TIMEOUT_S


def test_a_thread_that_hangs_in_its_driver_is(hanging: Camera) -> None:
    hanging.supervisor.start(armed=True)
    hanging.heard.wait_for(lambda h: h.states[-1] is State.WATCHING)
    assert hanging.cameras.opened[0].waits.wait(TIMEOUT_S)
    assert hanging.supervisor.silent_s < TIMEOUT_S
    hanging.clock.later_s = 1000.0
    assert hanging.supervisor.silent_s > 900.0


def test_a_camera_that_is_away_and_opened_again_is_not(away: Camera) -> None:
    away.supervisor.start(armed=True)
    away.heard.wait_for(lambda h: State.BLIND in h.states)
    assert away.supervisor.silent_s < TIMEOUT_S
