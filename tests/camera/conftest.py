"""No thread of a camera outlives its test; supervisors of cameras that play a script."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from camera.clock import Clock
from camera.config import CameraConfig
from camera.supervisor import Supervisor
from tests import support_threads
from tests.camera.reports import TIMEOUT_S, Heard
from tests.camera.script import Cameras, Make

every_thread_ends = pytest.fixture(autouse=True)(support_threads.ending(("",)))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def make(tmp_path: Path, heard: Heard) -> Iterator[Make]:
    """Reports to `heard`; at the end every one is stopped."""
    made: list[tuple[Supervisor, Cameras]] = []
    numbers = itertools.count(1)

    def supervisor(cameras: Cameras, name: str = "front", clock: Clock | None = None) -> Supervisor:
        one = Supervisor(
            CameraConfig(name, "script", tmp_path),
            heard,
            lambda: f"e{next(numbers)}",
            clock,
            open_camera=cameras.open,
            jitter=lambda: 1.0,
            hang_s=TIMEOUT_S,
        )
        made.append((one, cameras))
        return one

    yield supervisor
    for one, cameras in made:
        cameras.let_go()
        one.stop(TIMEOUT_S)
