"""One to eight 1080p15 cameras in one program: processor, memory, events lost, and how soon the chat answers meanwhile.

Each camera has a visitor every twenty seconds, each at another time, so that with eight cameras some are always being
recorded.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

import av

from demo.botapi import BotApi
from tests.bench.figure import Figure, Measured, figure
from tests.bench.processes import cpu_s, memory_mb
from tests.e2e.program import OWNER, TOKEN, Phone, Program, running
from tests.e2e.video import film

EVERY_S, MOVING, FPS, SIZE = 20.0, (8.0, 12.0), 15, (1920, 1080)
COUNTS, SECONDS = (1, 2, 4, 8), 55.0
SHORT, SHORT_S = (2,), 30.0
SETTLE_S = 10.0
ASK_EVERY_S = 3.0


async def measure(short: bool) -> Measured:
    """Raises RuntimeError when an event was lost."""
    counts, seconds, size = (SHORT, SHORT_S, (640, 360)) if short else (COUNTS, SECONDS, SIZE)
    figures: list[Figure] = []
    series: dict[str, list[float]] = {name: [] for name in ("cameras", "cpu", "memory", "answer", "lost")}
    with tempfile.TemporaryDirectory() as name:
        loop = film(Path(name) / "loop.mp4", EVERY_S, MOVING, fps=FPS, size=size)
        films = [
            _turned(loop, Path(name) / f"{number}.mp4", number * EVERY_S / max(counts)) for number in range(max(counts))
        ]
        for count in counts:
            folder = Path(name) / f"at-{count}"
            folder.mkdir()
            cpu, memory, answers, lost, events = await _run(folder, films[:count], seconds)
            series["cameras"].append(count)
            series["cpu"].append(cpu)
            series["memory"].append(memory)
            series["answer"].append(statistics.median(answers))
            series["lost"].append(lost)
            many = f"{count} cameras" if count > 1 else "1 camera"
            figures += [
                figure(f"{many}, share of a core", "%", [cpu]),
                figure(f"{many}, peak memory", "MB", [memory]),
                figure(f"{many}, events lost of {events}", "", [lost], "0"),
                figure(f"{many}, /status answered after", "s", answers, "under 1" if count == max(COUNTS) else ""),
            ]
    return Measured(figures, series)


async def _run(folder: Path, films: list[Path], seconds: float) -> tuple[float, float, list[float], int, int]:
    """Percent of a core, peak MB, seconds to each answer, events lost, events found."""
    cameras = {f"CAMERAS__C{number}__SOURCE": f"file://{path}" for number, path in enumerate(films)}
    settings = cameras | {"CAMERAS__FRONT__SOURCE": "", "ALERT_STORM_EVENTS": "0", "ARCHIVE_REMOTE": ""}
    async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, folder, **settings) as program:
        phone, begun_s = Phone(api), time.time()
        await asyncio.sleep(SETTLE_S)
        before_s, since_s = cpu_s(program.pid), time.monotonic()
        answers = []
        while time.time() - begun_s < seconds:
            asked_s = time.monotonic()
            await phone.ask("/status")
            answers.append(time.monotonic() - asked_s)
            await asyncio.sleep(max(0.0, ASK_EVERY_S - answers[-1]))
        cpu = (cpu_s(program.pid) - before_s) / (time.monotonic() - since_s) * 100
        memory, ended_s = memory_mb(program.pid), time.time()
        starts = _starts(program)
    lost = sum(_lost(starts.get(f"c{number}", []), begun_s, ended_s) for number in range(len(films)))
    return cpu, memory, answers, lost, sum(len(found) for found in starts.values())


def _lost(starts: list[float], begun_s: float, ended_s: float) -> int:
    """Visitors come evenly: one that is missing leaves a gap of twice the usual; the first and last may be cut off."""
    if not starts:
        return int((ended_s - begun_s) / EVERY_S)
    gaps = sum(max(0, round((after - before) / EVERY_S) - 1) for before, after in itertools.pairwise(starts))
    rims = max(0, int((starts[0] - begun_s - 5) / EVERY_S)) + max(0, int((ended_s - starts[-1] - 2) / EVERY_S))
    return gaps + rims


def _starts(program: Program) -> dict[str, list[float]]:
    with contextlib.closing(sqlite3.connect(program.data_dir / "mocam.sqlite3")) as rows:
        found: dict[str, list[float]] = {}
        for camera, us in rows.execute("SELECT camera, started_utc_us FROM event ORDER BY started_utc_us"):
            found.setdefault(str(camera), []).append(us / 1e6)
        return found


def _turned(loop: Path, target: Path, seconds: float) -> Path:
    """The same loop, begun so much later: its packets from there on, then those before."""
    with av.open(str(loop)) as container:
        video = container.streams.video[0]
        packets = [packet for packet in container.demux(video) if packet.pts is not None]
        first = next(
            place for place, packet in enumerate(packets) if packet.is_keyframe and place >= round(seconds * FPS)
        )
        times = [(packet.pts, packet.dts) for packet in packets]
        with av.open(str(target), "w") as out:
            stream = out.add_stream_from_template(video)
            for packet, (pts, dts) in zip(packets[first:] + packets[:first], times, strict=True):
                packet.pts, packet.dts, packet.stream = pts, dts, stream
                out.mux(packet)
    return target
