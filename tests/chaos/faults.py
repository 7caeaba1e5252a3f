"""Makes the troubles of a plan happen, and ends them again."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from demo.botapi import BotApi
from tests.chaos.camera import Gate
from tests.chaos.cloud import Cloud
from tests.chaos.plan import CAMERA, CHAT, CLOCK, CLOUD, DISK, Fault, Trouble
from tests.support_clock import TestClock

DISK_BYTES = 96_000_000
SENDING = ("sendPhoto", "editMessageMedia", "editMessageCaption", "*")
HOURS = 3600.0

Way = Callable[[], Awaitable[None]]


class Disk:
    """The data folder's own disk, in memory; needs root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_mounted = False

    @staticmethod
    def possible() -> bool:
        return os.geteuid() == 0 and shutil.which("mount") is not None

    def mount(self) -> bool:
        """False when this machine does not allow it."""
        self.folder.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=700", "chaos", str(self.folder)]
        self.is_mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
        return self.is_mounted

    def unmount(self) -> None:
        if self.is_mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)

    def fill(self) -> None:
        """Somebody else's file takes all the room."""
        with (self.folder / "ballast").open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(65536))

    def make_read_only(self) -> bool:
        """Only while nobody writes: before the program starts."""
        return self._remount("ro")

    def heal(self) -> None:
        if self.is_mounted:
            self._remount("rw")
            (self.folder / "ballast").unlink(missing_ok=True)

    def _remount(self, how: str) -> bool:
        command = ["mount", "-o", f"remount,{how}", str(self.folder)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


@dataclass
class Outside:
    """All that can fail around the program."""

    api: BotApi
    cloud: Cloud
    disk: Disk
    clock: TestClock | None
    gate: Gate | None
    chance: random.Random
    camera_spoilt_s: list[tuple[float, float]] = field(default_factory=list)
    """From when to when the network camera was made to fail, monotonic; infinite while it lasts."""

    def possible(self) -> frozenset[Trouble]:
        """What can be made to fail on this machine."""
        missing = [*([] if self.disk.is_mounted else DISK), *([] if self.clock else CLOCK)]
        return frozenset(Trouble) - {*missing, *([] if self.gate else CAMERA)}

    async def happen(self, fault: Fault) -> None:
        """One trouble, from its beginning to its end; cancelled, it ends at once."""
        await asyncio.sleep(fault.after_s)
        begin, end = self._ways(fault)
        try:
            await begin()
            await asyncio.sleep(fault.lasts_s)
        finally:
            await asyncio.shield(end())

    async def heal(self) -> None:
        """All is well again."""
        self.api.faults.clear()
        self.cloud.heal()
        self.disk.heal()

    def _ways(self, fault: Fault) -> tuple[Way, Way]:
        """How it begins, and how it ends; calls that meet a fault meet it later too, up to `times`."""
        trouble, cloud, gate = fault.trouble, self.cloud, self.gate
        ways: dict[Trouble, tuple[Way, Way]] = {
            Trouble.CHAT_AWAY: (self.api.go_down, self.api.come_back),
            Trouble.CLOUD_AWAY: (cloud.disconnect, cloud.connect),
        }
        if gate:
            back = _now(lambda: self._camera_back(gate))
            ways[Trouble.CAMERA_KILLED] = _now(lambda: self._spoil_camera(gate, signal.SIGKILL)), back
            ways[Trouble.CAMERA_STALLS] = _now(lambda: self._spoil_camera(gate, signal.SIGSTOP)), back
        groups: tuple[tuple[Sequence[Trouble], Way, Way], ...] = (
            (CLOUD, _now(lambda: self._spoil_cloud(trouble)), _now(cloud.heal)),
            (DISK, _now(lambda: self._spoil_disk(trouble)), _now(self.disk.heal)),
            (CLOCK, _now(lambda: self._turn_clock(trouble)), _now(lambda: self._turn_clock(None))),
            (CHAT, _now(lambda: self._spoil_chat(fault)), _now(lambda: None)),
        )
        return ways.get(trouble) or next((begin, end) for group, begin, end in groups if trouble in group)

    def _spoil_camera(self, gate: Gate, how: signal.Signals) -> None:
        self.camera_spoilt_s.append((time.monotonic(), math.inf))
        gate.end(how)

    def _camera_back(self, gate: Gate) -> None:
        gate.begin()
        if self.camera_spoilt_s:
            self.camera_spoilt_s[-1] = self.camera_spoilt_s[-1][0], time.monotonic()

    def _spoil_chat(self, fault: Fault) -> None:
        faults, times, method = self.api.faults, fault.times, self.chance.choice(SENDING)
        match fault.trouble:
            case Trouble.CHAT_429:
                faults.status(method, 429, retry_after=self.chance.randint(1, 5), times=times)
            case Trouble.CHAT_502:
                faults.status(method, 502, times=times)
            case Trouble.CHAT_RESET_BEFORE:
                faults.reset(method, stored=False, times=times)
            case Trouble.CHAT_RESET_AFTER:
                faults.reset(method, stored=True, times=times)
            case Trouble.CHAT_HANGS:
                faults.silence(method, fault.lasts_s / 2, stored=self.chance.random() < 0.5, times=times)
            case Trouble.CHAT_PORTAL:
                faults.captive_portal(times=times)
            case Trouble.CHAT_401:
                faults.status(self.chance.choice((method, "getUpdates")), 401)
            case Trouble.CHAT_409:
                faults.status("getUpdates", 409)
            case _:
                self.api.malformed_update()

    def _spoil_cloud(self, trouble: Trouble) -> None:
        match trouble:
            case Trouble.CLOUD_SLOW:
                self.cloud.bytes_per_s = 200_000
            case Trouble.CLOUD_FULL:
                self.cloud.full = True
            case Trouble.CLOUD_401:
                self.cloud.refuses_login = True
            case Trouble.CLOUD_RESET:
                self.cloud.cut_after_bytes = self.chance.randrange(1_000_000)
            case _:
                self.cloud.stalled = True

    def _spoil_disk(self, trouble: Trouble) -> None:
        if trouble is Trouble.DISK_FULL:
            self.disk.fill()  # the other one can only begin before the program does

    def _turn_clock(self, trouble: Trouble | None) -> None:
        if self.clock:
            hours = self.chance.uniform(0.5, 6) * (-1 if trouble is Trouble.CLOCK_BACK else 1)
            self.clock.set_wall(0.0 if trouble is None else hours * HOURS)


def _now(step: Callable[[], object]) -> Way:
    async def run() -> None:
        step()

    return run
