"""Clocks that a test can set: for one child process and its children, nothing of the program knows of it."""

from __future__ import annotations

import mmap
import shutil
import struct
import subprocess
import time
from pathlib import Path

SOURCE = Path(__file__).with_name("support_clock.c")


class TestClock:
    """`environment` makes a process live by these clocks. Needs gcc."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        """Real clocks at first. `folder` is for the library and the shared file."""
        library = folder / "clock.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE), "-ldl"], check=True)
        shared = folder / "clock"
        shared.write_bytes(bytes(16))
        self._offsets = Offsets(shared)
        self.environment = {"LD_PRELOAD": str(library), "MOCAM_TEST_CLOCK": str(shared)}

    @staticmethod
    def possible() -> bool:
        """Whether this machine can make the library."""
        return shutil.which("gcc") is not None

    @property
    def wall_s(self) -> float:
        """Seconds that are added to the time of day."""
        return self._offsets.get()[0]

    def set_wall(self, seconds: float) -> None:
        """The time of day is that far off from now on; the monotonic clock goes on."""
        self._offsets.set(seconds, self._offsets.get()[1])

    def jump(self, seconds: float) -> None:
        """Time passes at once, on both clocks."""
        self._offsets.jump(seconds)

    def wall_now_s(self) -> float:
        """Seconds since 1970 as the process sees them."""
        return time.time() + self._offsets.get()[0]


class Offsets:
    """The shared file: what is added to both clocks. One writer at a time."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._numbers = mmap.mmap(file.fileno(), 16)

    def get(self) -> tuple[float, float]:
        """Seconds for the time of day, and for the monotonic clock."""
        wall_ns, mono_ns = struct.unpack("=qq", self._numbers[:])
        return wall_ns / 1e9, mono_ns / 1e9

    def set(self, wall_s: float, mono_s: float) -> None:
        self._numbers[:] = struct.pack("=qq", round(wall_s * 1e9), round(mono_s * 1e9))

    def jump(self, seconds: float) -> None:
        """Time passes at once, on both clocks; never backwards."""
        wall_s, mono_s = self.get()
        self.set(wall_s + max(0.0, seconds), mono_s + max(0.0, seconds))
