"""`make bench-cameras`: four different sources in one program, a visitor at each every twenty seconds, none lost.

The scene, a looped H.264 file, a real RTSP server and a faked MJPEG camera below FFmpeg's own V4L2 demuxer. Writes what
it saw into docs/reference/cameras.md; `--short` takes a minute and writes nothing. Fails when anything was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import platform
import re
import sqlite3
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2

from demo.botapi import BotApi
from tests.bench.page import write_between
from tests.bench.processes import cpu_s, memory_mb
from tests.camera.source_devices import DEVICE, fake_usb, rtsp_server
from tests.e2e.program import OWNER, TOKEN, Phone, Program, running, until
from tests.e2e.video import film, look, wall

PAGE = Path(__file__).parents[2] / "docs/reference/cameras.md"
SECONDS, SHORT_S = 600.0, 60.0
EVERY_S, MOVING, FPS = 20.0, (8.0, 12.0), 15
"""Each visitor is an event of its own: the pause is longer than the ten seconds that close one."""

CAMERAS = {
    "scene": "scene, 1280x720, encoded here",
    "film": "looped file, H.264",
    "network": "RTSP, H.264",
    "usb": "USB, MJPEG, encoded here",
}


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What a busy machine may do to time."""

    uneven_s: float = 3.0
    """How far two starts may be from twenty seconds apart: the scene's visitors come a little irregularly."""
    gap_s: float = 0.5
    """Between two pictures of a clip."""


CALM = Tolerance()


@dataclass(frozen=True, slots=True)
class Camera:
    """What became of one camera's visitors."""

    name: str
    events: int
    lost: int
    clips: int
    whole: int
    """Clips whose every picture decodes and follows the one before without a gap."""


@dataclass(frozen=True, slots=True)
class Result:
    """One run."""

    seconds: float
    cameras: tuple[Camera, ...]
    cpu_share: float
    """Of one core, the program alone."""
    early_mb: float
    peak_mb: float
    late_mb: float
    dropped: int
    """Lines of the log that tell of packets lost to a slow disk or a full queue."""

    @property
    def good(self) -> bool:
        found = all(camera.events and not camera.lost and camera.whole == camera.clips for camera in self.cameras)
        return found and not self.dropped


async def measure(seconds: float, tolerance: Tolerance = CALM, least_events: int = 0) -> Result:
    """Runs the program that long with all four, and looks at every event and clip. Needs gcc and the RTSP packages.

    It runs on until each camera has had `least_events`.
    """
    with tempfile.TemporaryDirectory() as name, _sources(Path(name), seconds) as settings:
        folder = Path(name)
        async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, folder, **settings) as program:
            phone = Phone(api)
            begun_s, begun_cpu_s = time.time(), cpu_s(program.pid)
            await asyncio.sleep(min(60.0, seconds / 2))
            early_mb = memory_mb(program.pid, "VmRSS")
            await asyncio.sleep(begun_s + seconds - time.time())
            await until(lambda: _fewest(_events(program)) >= least_events)
            ended_s, used_s = time.time(), cpu_s(program.pid) - begun_cpu_s
            late_mb, peak_mb = memory_mb(program.pid, "VmRSS"), memory_mb(program.pid, "VmHWM")
            await phone.press(await phone.ask("/disarm"), "yes")
            events = _events(program)
            await api.wait_for(lambda: _all_archived(phone, len(events)) or None)
            log = program.output.read_text()
        cameras = tuple(
            _judged(camera, events, folder / "data/clips", (begun_s, ended_s), tolerance) for camera in CAMERAS
        )
    dropped = len(re.findall(r"lost \d+ packets|too slow|reports dropped", log))
    return Result(ended_s - begun_s, cameras, used_s / (ended_s - begun_s), early_mb, peak_mb, late_mb, dropped)


@contextlib.contextmanager
def _sources(folder: Path, seconds: float) -> Iterator[dict[str, str]]:
    loop = film(folder / "loop.mp4", 2 * EVERY_S, MOVING, every_s=EVERY_S, fps=FPS)
    served = repeated(loop, folder / "served.mp4", int(seconds / (2 * EVERY_S)) + 3)
    usb = {key: value for key, value in fake_usb(folder, "MJPG").items() if os.environ.get(key) != value}
    _write_jpegs(Path(usb["FAKE_V4L2_FRAMES"]))
    with rtsp_server(served) as (port, _):
        yield usb | {
            "FAKE_V4L2_FPS": str(FPS),
            "ALERT_STORM_EVENTS": "0",  # each event is to be seen in the chat by itself
            "CAMERAS__SCENE__SOURCE": "scene",
            "CAMERAS__FILM__SOURCE": f"file://{loop}",
            "CAMERAS__NETWORK__SOURCE": f"rtsp://127.0.0.1:{port}/file",
            "CAMERAS__USB__SOURCE": DEVICE,
            "CAMERAS__FRONT__SOURCE": "",
        }


def repeated(source: Path, target: Path, times: int) -> Path:
    """The same packets again and again: the server plays a file once for each who connects."""
    with av.open(str(target), "w") as out:
        stream = None
        for turn in range(times):
            with av.open(str(source)) as container:
                video = container.streams.video[0]
                stream = stream or out.add_stream_from_template(video)
                for packet in container.demux(video):
                    if packet.pts is None or packet.dts is None:
                        continue
                    shift = turn * (video.duration or 0)
                    packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                    out.mux(packet)
    return target


def _write_jpegs(path: Path) -> None:
    with path.open("wb") as file:
        for picture in wall(EVERY_S, MOVING, fps=FPS):
            done, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))
            assert done
            file.write(struct.pack("<I", data.size) + data.tobytes())


def _judged(
    camera: str, events: list[tuple[str, str, float]], clips: Path, run_s: tuple[float, float], tolerance: Tolerance
) -> Camera:
    """Visitors come evenly: one that is missing leaves a gap of twice the usual between two starts, or at an end."""
    starts = [start_s for _, name, start_s in events if name == camera]
    marks = [run_s[0] + MOVING[0], *starts, run_s[1]]
    first, *gaps, last = (after - before for before, after in itertools.pairwise(marks))
    lost = sum(max(0, round(gap_s / EVERY_S) - 1) for gap_s in gaps)
    lost += sum(gap_s > EVERY_S + tolerance.uneven_s for gap_s in (first, last))
    surplus = sum(gap_s < EVERY_S - tolerance.uneven_s for gap_s in gaps)
    if surplus:
        raise RuntimeError(f"{camera}: {surplus} events that nobody caused")
    files = list((clips / camera).rglob("*.mp4"))
    return Camera(camera, len(starts), lost, len(files), sum(_is_whole(path, tolerance.gap_s) for path in files))


def _is_whole(path: Path, most_gap_s: float) -> bool:
    found = look(path)
    gaps = (after - before for before, after in itertools.pairwise(found.pts_s))
    return found.starts_with_key and found.decoded == len(found.pts_s) and max(gaps) < most_gap_s


def _fewest(events: list[tuple[str, str, float]]) -> int:
    """Events of the camera that has the fewest."""
    return min(sum(name == camera for _, name, _ in events) for camera in CAMERAS)


def _events(program: Program) -> list[tuple[str, str, float]]:
    with contextlib.closing(sqlite3.connect(program.data_dir / "mocam.sqlite3")) as rows:
        query = "SELECT event_id, camera, started_utc_us / 1e6 FROM event ORDER BY started_utc_us"
        return [(str(event_id), str(camera), float(start_s)) for event_id, camera, start_s in rows.execute(query)]


def _all_archived(phone: Phone, events: int) -> bool:
    alerts = phone.alerts
    return len(alerts) == events and all(one.kind == "video" and "verified" in one.text for one in alerts)


def told(result: Result) -> str:
    """Markdown."""
    rows = [
        f"| {CAMERAS[one.name]} | {one.events} | {one.lost} | {one.whole} of {one.clips} |" for one in result.cameras
    ]
    measured = (
        f"Measured on {platform.machine()}, {os.cpu_count()} cores shared with other work, Python"
        f" {platform.python_version()}, by `make bench-cameras`: {result.seconds:.0f} seconds."
    )
    summary = (
        "Every event came to the chat as a picture, became a clip there and was archived and verified. Processor:\n"
        f"{100 * result.cpu_share:.0f} % of one core for the whole program. Memory: {result.early_mb:.0f} MB after a"
        f" minute, {result.late_mb:.0f} MB at the end, {result.peak_mb:.0f} MB at most."
    )
    head = ["| camera | events | lost | clips without a gap |", "|---|---|---|---|"]
    return "\n".join([measured, "", *head, *rows, "", summary])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a minute, and nothing is written to the docs")
    short = parser.parse_args().short
    result = asyncio.run(measure(SHORT_S if short else SECONDS))
    text = told(result)
    sys.stdout.write(text + "\n")
    if not result.good:
        sys.exit(f"something was lost: {result}")
    if not short:
        write_between(PAGE, "four at once", text)


if __name__ == "__main__":
    main()
