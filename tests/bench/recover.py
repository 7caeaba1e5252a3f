"""`make bench-rtsp`: how soon MoCam notices that a network camera failed, and has it back; for each kind of fault.

A real supervisor against a real RTSP server on loopback. Writes the table in docs/reference/cameras.md; `--short` tries
each fault once and writes nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from camera.config import CameraConfig
from camera.model import State, Status
from camera.supervisor import Supervisor
from tests.bench.figure import figure
from tests.bench.page import write_between
from tests.camera.reports import Heard
from tests.camera.source_devices import free_port, rtsp_server
from tests.e2e.video import film

PAGE = Path(__file__).parents[2] / "docs/reference/cameras.md"
TIMES = 3
SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds from the fault to `blind`, and from the camera's return to `watching`."""

    noticed_s: float
    back_s: float


class _Told(Heard):
    """When each state was told."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[tuple[float, State]] = []

    def state_changed(self, status: Status) -> None:
        self.moments.append((time.monotonic(), status.state))
        super().state_changed(status)

    def when(self, state: State, after_mono_s: float) -> float:
        """Waits for the state; its moment."""

        def found() -> list[float]:
            return [mono_s for mono_s, told in self.moments if told is state and mono_s > after_mono_s]

        self.wait_for(lambda _heard: found())
        return found()[0]


class _Camera:
    """A server that can be killed and started again on one port."""

    def __init__(self, video: Path) -> None:
        self._video = video
        self._port = free_port()
        self._open = contextlib.ExitStack()
        self.start()

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self._port}/file"

    def start(self) -> None:
        _, self.process = self._open.enter_context(rtsp_server(self._video, port=self._port))

    def kill(self) -> None:
        self._open.close()


def killed(camera: _Camera, told: _Told, away_s: float) -> Recovery:
    """The camera loses power and is back `away_s` later."""
    fault_s = time.monotonic()
    camera.kill()
    noticed_s = told.when(State.BLIND, fault_s)
    time.sleep(away_s)
    camera.start()
    back_s = time.monotonic()
    return Recovery(noticed_s - fault_s, told.when(State.WATCHING, back_s) - back_s)


def silent(camera: _Camera, told: _Told, away_s: float) -> Recovery:
    """The camera hangs with its connection open, and goes on `away_s` after that was noticed."""
    fault_s = time.monotonic()
    camera.process.send_signal(signal.SIGSTOP)
    noticed_s = told.when(State.BLIND, fault_s)
    time.sleep(away_s)
    camera.process.send_signal(signal.SIGCONT)
    back_s = time.monotonic()
    return Recovery(noticed_s - fault_s, told.when(State.WATCHING, back_s) - back_s)


Fault = Callable[[_Camera, _Told, float], Recovery]

FAULTS: list[tuple[str, Fault, str, float]] = [
    ("killed, back 2 s later, TCP", killed, "tcp", 2),
    ("killed, back 2 s later, UDP", killed, "udp", 2),
    ("killed, back 30 s later, TCP", killed, "tcp", 30),
    ("falls silent with its connection open, goes on 2 s after that was noticed, TCP", silent, "tcp", 2),
    ("the same, UDP", silent, "udp", 2),
]


@contextlib.contextmanager
def _watched(camera: _Camera, transport: str, folder: Path) -> Iterator[_Told]:
    told = _Told()
    numbers = itertools.count(1)
    config = CameraConfig("front", camera.url, folder, transport=transport)
    supervisor = Supervisor(config, told, lambda: f"e{next(numbers)}")
    supervisor.start(armed=True)
    try:
        told.when(State.WATCHING, 0)
        yield told
    finally:
        supervisor.stop()


def measure(times: int) -> str:
    """The table."""
    lines = ["| fault | noticed after, s | back after the camera's return, s | times |", "|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as name:
        video = film(Path(name) / "wall.mp4", SECONDS, (SECONDS, SECONDS))
        for title, fault, transport, away_s in FAULTS:
            sys.stderr.write(f"{title} ..\n")
            seen = [_once(video, fault, transport, away_s, Path(name)) for _ in range(times)]
            noticed = figure("", "s", [one.noticed_s for one in seen])
            back = figure("", "s", [one.back_s for one in seen])
            spread = f"{back.median:.1f} ({back.low:.1f} to {back.high:.1f})"
            lines.append(f"| {title} | {noticed.median:.1f} | {spread} | {times} |")
    return "\n".join(lines)


def _once(video: Path, fault: Fault, transport: str, away_s: float, folder: Path) -> Recovery:
    camera = _Camera(video)
    try:
        with _watched(camera, transport, folder) as told:
            return fault(camera, told, away_s)
    finally:
        camera.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="each fault once, and nothing is written to the docs")
    short = parser.parse_args().short
    rows = measure(1 if short else TIMES)
    sys.stdout.write(rows + "\n")
    if not short:
        machine = f"Measured on {platform.machine()}, Python {platform.python_version()}, by `make bench-rtsp`:"
        write_between(PAGE, "recovery", f"{machine}\n\n{rows}")


if __name__ == "__main__":
    main()
