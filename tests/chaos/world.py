"""Runs the whole program among failing neighbours, ends it again and again, and brings back what there is to judge."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from demo.botapi import BotApi
from demo.conversation import Message
from tests.chaos.camera import EVERY_S as GATE_EVERY_S
from tests.chaos.camera import MOVING, Gate
from tests.chaos.cloud import Cloud
from tests.chaos.faults import Disk, Outside
from tests.chaos.pages import leafed
from tests.chaos.plan import DISK, Fault, Life, Trouble, lives
from tests.chaos.truth import Film, Visit, gate_visits, visits
from tests.e2e.program import OWNER, TOKEN, Phone, Program, settings_for, spawn
from tests.support_clock import TestClock

T = TypeVar("T")

EVERY_S = 8
PRE_ROLL_S, POST_ROLL_S, GAP_S = 2.0, 2.0, 3.0
PICTURE_S = 40.0
"""A loaded machine may take so long to its first picture."""
STOP_S = 10.0
"""SIGTERM has to be obeyed within this time."""
FOREIGN = ("holiday.jpg", "a folder/of somebody else.txt", "0a1b2c3d4e5f6g7h8i9jkl")
FLOOR_GB = 0.02
CHECKED = ("catalogue", "archive")
"""Subjects of `mocam check`."""
FILM = Film(MOVING[0], MOVING[1] - MOVING[0], GATE_EVERY_S)

WAITS = (
    "SELECT count(*) FROM letter WHERE wanted <> shown",
    "SELECT count(*) FROM archive_job",
    "SELECT count(*) FROM manifest WHERE wanted <> uploaded",
    "SELECT count(*) FROM remote_garbage",
    "SELECT count(*) FROM event WHERE ended_utc_us IS NULL",
)
_PICTURE = re.compile(r"first picture at")


@dataclass(slots=True)
class Lived:
    """One life of the program as it went."""

    life: Life
    ended_s: float
    """Monotonic."""
    started_s: float
    wall_steps_s: tuple[float, ...]
    """By how much the program's wall clock was wrong in this life, in turn."""
    visits: list[Visit]
    at_gate: list[Visit]
    stop_s: float = 0.0
    """What SIGTERM took; 0 for other endings."""
    code: int | None = None
    tracebacks: int = 0
    disk_failed: bool = False


@dataclass(slots=True)
class Outcome:
    """All that is left when everything is over and the program has stopped."""

    folder: Path
    data_dir: Path
    lives: list[Lived]
    messages: list[Message]
    cloud: Cloud
    foreign: dict[Path, bytes]
    drained: bool
    waiting: dict[str, int]
    check_said: list[str]
    """What `mocam check` finds wrong with catalogue and archive."""
    violations: list[str]
    leafed: set[str]
    """Events that some page of some message names."""
    troubles: list[Fault] = field(default_factory=list)
    wall_offset_s: float = 0.0
    """Time of day less monotonic clock, of this machine."""


class World:
    """The program and its neighbours in one folder."""

    def __init__(self, folder: Path, api: BotApi, cloud: Cloud, seed: int) -> None:
        self.folder, self.api, self.cloud = folder, api, cloud
        self.disk = Disk(folder / "data")
        if Disk.possible():
            self.disk.mount()
        self.clock = TestClock(folder) if TestClock.possible() else None
        self.gate = Gate(folder) if Gate.possible() else None
        self.outside = Outside(api, cloud, self.disk, self.clock, self.gate, random.Random(f"faults-{seed}"))
        self.seed = seed
        self.program = Program(folder, {})
        self.foreign: dict[Path, bytes] = {}
        self.offset_s = time.time() - time.monotonic()
        self._plant(cloud.folder)

    def _settings(self, source: str) -> dict[str, str]:
        timing = {"PRE_ROLL_S": PRE_ROLL_S, "POST_ROLL_S": POST_ROLL_S, "GAP_S": GAP_S}
        cameras = {"FRONT": source} | ({"GATE": self.gate.url} if self.gate else {})
        settings = settings_for(self.api, self.folder) | {
            "ARCHIVE_REMOTE": "cloud:cameras",
            "ARCHIVE_RCLONE_CONFIG": str(self.cloud.config),
            "LEAST_FREE_GB": str(FLOOR_GB if self.disk.is_mounted else 0.001),
            "LOG_LEVEL": "DEBUG",
            "ALERT_STORM_EVENTS": "0",
        }
        for name, address in cameras.items():
            settings |= {f"CAMERAS__{name}__SOURCE": address}
            settings |= {f"CAMERAS__{name}__{key}": str(value) for key, value in timing.items()}
        return settings | (self.clock.environment if self.clock else {})

    def _plant(self, folder: Path) -> None:
        """Files of somebody else, in the cloud's root and between our own."""
        for name in FOREIGN:
            path = folder / "cameras" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode() * 10)
            self.foreign[path] = path.read_bytes()

    def _plant_between(self) -> None:
        for number, place in enumerate(sorted(self.cloud.folder.glob("cameras/*/*/*"))):
            path = place / "somebody-elses.mp4"
            if place.is_dir() and path not in self.foreign:
                path.write_bytes(b"not ours %d" % number)
                self.foreign[path] = path.read_bytes()

    # -- one life ------------------------------------------------------------------------------------------------

    async def live(self, life: Life) -> Lived:
        """From the start to the end that was planned, with its troubles on the way."""
        faults = list(life.faults)
        read_only = next((fault for fault in faults if fault.trouble is Trouble.DISK_READ_ONLY), None)
        if read_only:
            self.disk.make_read_only()
        self.program.output = self.folder / f"life-{life.number:04}.txt"
        self.program.settings = self._settings(f"scene:{self.seed * 1000 + life.number}@{EVERY_S}")
        started_s = time.monotonic()
        await self.program.start()
        going_on = [asyncio.create_task(self.outside.happen(fault)) for fault in faults]
        steps = asyncio.create_task(self._watch_clock())
        try:
            await self._wait_for_the_end(life)
            lived = await self._end(life, started_s)
        finally:
            for task in (*going_on, steps):
                task.cancel()
            ends = await asyncio.gather(*going_on, steps, return_exceptions=True)
            await self.outside.heal()
        for end in ends:
            if isinstance(end, Exception):
                raise end
        lived.wall_steps_s = tuple(steps.result() if not steps.cancelled() else self._steps)
        lived.disk_failed = any(fault.trouble in DISK for fault in faults)
        self._plant_between()
        return lived

    async def _watch_clock(self) -> list[float]:
        self._steps = [0.0]
        while True:
            if self.clock and self.clock.wall_s != self._steps[-1]:
                self._steps.append(self.clock.wall_s)
            await asyncio.sleep(0.05)

    async def _wait_for_the_end(self, life: Life) -> None:
        process = self.program.process
        assert process
        if not life.early:
            deadline_s = time.monotonic() + PICTURE_S
            while process.returncode is None and time.monotonic() < deadline_s:
                if _PICTURE.search(self._log()):
                    break
                await asyncio.sleep(0.1)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), life.after_s)  # it may end by itself: a disk that is read-only

    async def _end(self, life: Life, started_s: float) -> Lived:
        process = self.program.process
        assert process
        children = _descendants(process.pid)
        ended_s = time.monotonic()
        if process.returncode is None:
            process.send_signal(signal.Signals[life.ending])
        if life.takes_children and life.ending != "SIGTERM":
            for pid in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 4 * STOP_S)
        if process.returncode is None:
            process.kill()
            await process.wait()
        stop_s = time.monotonic() - ended_s if life.ending == "SIGTERM" else 0.0
        log = self._log()
        found = visits(life.number, log, ended_s, POST_ROLL_S + GAP_S)
        spoilt_s, plays_s = self.outside.camera_spoilt_s, self.gate.plays_s() if self.gate else []
        at_gate = gate_visits(life.number, log, ended_s, POST_ROLL_S + GAP_S, spoilt_s, FILM, plays_s)
        return Lived(
            life,
            ended_s,
            started_s,
            (),
            found,
            at_gate,
            stop_s,
            process.returncode,
            log.count("Traceback (most recent call"),
        )

    def _log(self) -> str:
        return self.program.output.read_text(errors="replace") if self.program.output.exists() else ""

    def save_data(self) -> None:
        """The data folder's disk goes; what lies on it is kept for whoever wants to look."""
        self.disk.heal()
        if self.disk.is_mounted:
            shutil.copytree(self.program.data_dir, self.folder / "data-kept", dirs_exist_ok=True)

    # -- afterwards ------------------------------------------------------------------------------------------------

    async def drain(self, limit_s: float, tell: Callable[[str], None]) -> tuple[bool, dict[str, int], set[str]]:
        """Everything is healed and nobody comes by any more: what waits gets its time, bounded. Then SIGTERM.

        Whether all was done; what was not; the events that the chat leads to.
        """
        await self.outside.heal()
        if self.clock:
            self.clock.set_wall(0.0)
        self.program.settings = self._settings("scene:1@900000") | (
            {"CAMERAS__GATE__SOURCE": "scene:2@900000"} if self.gate else {}
        )
        self.program.output = self.folder / "drain.txt"
        await self.program.start()
        deadline_s, left, quiet = time.monotonic() + limit_s, {"": 1}, 0
        while time.monotonic() < deadline_s and quiet < 3:
            await asyncio.sleep(1)
            left = waiting(self.program.data_dir)
            quiet = 0 if any(left.values()) else quiet + 1
            if round(deadline_s - time.monotonic()) % 30 == 0:
                tell(f"draining: {left}")
        found = await leafed(Phone(self.api))
        await self.program.stop()
        return quiet >= 3, left, found

    async def check(self) -> list[str]:
        """What `mocam check` finds wrong with catalogue and archive; the machine is not what is tested here."""
        output = self.folder / "check.txt"
        process = await spawn(self.folder, self.program.settings, "check", "--json", output=output)
        await asyncio.wait_for(process.wait(), 300)
        lines = [line for line in output.read_text().splitlines() if line.startswith('{"findings"')]
        found = json.loads(lines[0])["findings"] if lines else []
        ours = [one for one in found if one["subject"].startswith(CHECKED)]
        if not ours:
            return [f"`mocam check` said nothing of them: {output.read_text()[-600:]}"]
        return [f"{one['subject']}: {one['said']}" for one in ours if one["level"] == "fail"]


def waiting(data_dir: Path) -> dict[str, int]:
    """What still has to be done, by its query; a database that cannot be read counts as one thing."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{data_dir / 'mocam.sqlite3'}?mode=ro", uri=True)) as rows:
            return {query.split(" FROM ")[1]: int(rows.execute(query).fetchone()[0]) for query in WAITS}
    except sqlite3.Error as exc:
        return {str(exc): 1}


def _descendants(pid: int) -> list[int]:
    found, parents = [], {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    for child in parents:
        above = child
        while above in parents and above != pid:
            above = parents[above]
        if above == pid and child != pid:
            found.append(child)
    return found


@asynccontextmanager
async def world(folder: Path, seed: int) -> AsyncIterator[World]:
    """A world that is taken down again, whatever happens."""
    folder.mkdir(exist_ok=True)
    cloud = Cloud(folder / "cloud")
    async with BotApi(TOKEN, owner_ids=[OWNER]) as api:
        await cloud.start()
        made = World(folder, api, cloud, seed)
        try:
            if made.gate:
                made.gate.begin()
            yield made
        finally:
            if made.program.process and made.program.process.returncode is None:
                made.program.process.kill()
                await made.program.process.wait()
            if made.gate:
                made.gate.begin()
                made.gate.end()
            made.save_data()
            made.disk.unmount()
            await cloud.stop()


async def run(
    folder: Path, seed: int, count: int, drain_s: float, tell: Callable[[str], None], judge: Callable[[Outcome], T]
) -> T:
    """`count` lives one after the other, then time to drain; `judge` looks at all of it before it is taken down."""
    async with world(folder, seed) as made:
        plan = lives(seed, count, made.outside.possible())
        lived = []
        for life in plan:
            one = await made.live(life)
            lived.append(one)
            tell(_line(one))
        drained, left, found = await made.drain(drain_s, tell)
        said = await made.check()
        outcome = Outcome(
            folder, made.program.data_dir, lived, made.api.messages(OWNER, deleted=True), made.cloud, made.foreign,
            drained, left, said, made.api.violations, found,
            [fault for life in plan for fault in life.faults], made.offset_s,
        )  # fmt: skip
        return await asyncio.to_thread(judge, outcome)


def _line(one: Lived) -> str:
    life = one.life
    early, wrong = " early" if life.early else "", " TRACEBACK" if one.tracebacks else ""
    troubles = ", ".join(fault.trouble.value for fault in life.faults)
    visits = [*one.visits, *one.at_gate]
    promised = sum(visit.promised for visit in visits)
    end = f"{life.number:4} {life.ending}{early} after {life.after_s:.1f} s, code {one.code}"
    return f"{end}, {promised} of {len(visits)} visitors promised, {troubles}{wrong}"


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
