"""`make bench-recovery`: how soon MoCam notices that a camera failed, and has it back; for each kind of fault.

A real supervisor against the cameras of `breakable`. Writes the table in docs/reference/cameras.md; `--short` tries
each fault once and writes nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from camera.config import CameraConfig
from camera.model import State, Status
from camera.supervisor import Supervisor
from tests.bench.breakable import FAULTS, Broken, usb_environment
from tests.bench.figure import figure
from tests.bench.page import write_between
from tests.camera.reports import Heard

PAGE = Path(__file__).parents[2] / "docs/reference/cameras.md"
TIMES = 3


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


def broken(camera: Broken, told: _Told, away_s: float) -> Recovery:
    """The camera fails, and is well again `away_s` later, or so long after that was noticed."""
    fault_s = time.monotonic()
    camera.breaks()
    noticed_s = told.when(State.BLIND, fault_s)
    time.sleep(away_s)
    camera.mends()
    back_s = time.monotonic()
    return Recovery(noticed_s - fault_s, told.when(State.WATCHING, back_s) - back_s)


@contextlib.contextmanager
def _watched(config: CameraConfig) -> Iterator[_Told]:
    told = _Told()
    numbers = itertools.count(1)
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
    for number, (title, away_s, _) in enumerate(FAULTS):
        title = title.format(away=away_s)  # noqa: PLW2901 - the same words, whole
        sys.stderr.write(f"{title} ..\n")
        seen = [_apart(number) for _ in range(times)]
        noticed = figure("", "s", [one.noticed_s for one in seen])
        back = figure("", "s", [one.back_s for one in seen])
        spread = f"{back.median:.1f} ({back.low:.1f} to {back.high:.1f})"
        lines.append(f"| {title} | {noticed.median:.1f} | {spread} | {times} |")
    return "\n".join(lines)


def _apart(number: int) -> Recovery:
    """One fault in a process of its own: a faked USB camera must be loaded before Python."""
    with tempfile.TemporaryDirectory() as name:
        environment = usb_environment(Path(name)) if "USB" in FAULTS[number][0] else None
        command = [sys.executable, "-m", "tests.bench.recover", "--one", str(number), "--folder", name]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    return Recovery(**json.loads(done.stdout))


def once(number: int, folder: Path) -> Recovery:
    """One fault, once, in this process."""
    _, away_s, make = FAULTS[number]
    with make(folder) as camera, _watched(camera.config) as told:
        return broken(camera, told, away_s)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="each fault once, and nothing is written to the docs")
    parser.add_argument("--one", type=int, help="the fault of that number, once, in this process")
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.one is not None:
        sys.stdout.write(json.dumps(asdict(once(chosen.one, chosen.folder))))
        return
    short = chosen.short
    rows = measure(1 if short else TIMES)
    sys.stdout.write(rows + "\n")
    if not short:
        machine = f"Measured on {platform.machine()}, Python {platform.python_version()}, by `make bench-recovery`:"
        write_between(PAGE, "recovery", f"{machine}\n\n{rows}")


if __name__ == "__main__":
    main()
