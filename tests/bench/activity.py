"""Processor time over activity: MoCam and Debian's motion on the same 1080p15 stream at the same time, with what
reading the stream alone and decoding it alone cost. Once of a camera that keeps a bit rate, once of one that keeps a
quality."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypedDict

import av
import cv2
import numpy as np

from demo.botapi import BotApi
from tests.bench.figure import Figure, Measured, figure
from tests.bench.processes import child_cpu_s, shares
from tests.bench.together import repeated
from tests.camera.source_devices import rtsp_server
from tests.e2e.program import OWNER, TOKEN, running
from tests.e2e.video import wall

FPS, SIZE = 15, (1920, 1080)
KINDS = {
    "steady bit rate (4 Mbit/s)": {"b": "4M", "maxrate": "4M", "bufsize": "4M"},
    "steady quality": {"crf": "27"},
}
CYCLE_S = 20.0
LEVELS = (0.0, 0.2, 0.5, 1.0)
SETTLE_S, MEASURED_S = 42.0, 20.0
"""The gate learns for ten seconds, is sure of the small after forty, and takes it for calm after as long."""
READ = "reading the stream alone (ffmpeg, -c copy)"


class Kind(TypedDict):
    """What is drawn of one kind of camera."""

    decoding: float | None
    shares: dict[str, list[float]]
    """Percent of a core at each level, by who takes it."""


async def measure(short: bool) -> Measured:
    """`short`: one level, some seconds, a small picture."""
    levels, size = ((0.2,), (640, 360)) if short else (LEVELS, SIZE)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = {}
        for number, (kind, options) in enumerate(KINDS.items()):
            kinds[kind] = await _of_kind(folder / str(number), options, levels, size, short)
    missing = [f"{program} is not installed here." for program in ("motion", "ffmpeg") if not shutil.which(program)]
    figures = [one for kind, series in kinds.items() for one in _figures(kind, levels, series)]
    return Measured(figures, {"levels": list(levels), "kinds": kinds}, missing)


async def _of_kind(
    folder: Path, options: dict[str, str], levels: tuple[float, ...], size: tuple[int, int], short: bool
) -> Kind:
    folder.mkdir()
    films = {level: _film(folder / f"{level}.mp4", level, size, options) for level in levels}
    decoding = await _decoding(films[levels[0]])
    found = {level: await _level(folder / f"at-{level}", film, short) for level, film in films.items()}
    return {
        "decoding": decoding,
        "shares": {name: [found[level][name] for level in levels] for name in found[levels[0]]},
    }


def _figures(kind: str, levels: tuple[float, ...], series: Kind) -> list[Figure]:
    figures, shares = [], series["shares"]
    for place, level in enumerate(levels):
        when = f"{kind}, nothing moves" if not level else f"{kind}, something moves {level * 100:.0f} % of the time"
        figures += [figure(f"{when}: {name}, share of a core", "%", [values[place]]) for name, values in shares.items()]
        if "motion" in shares:
            aim = "0.1" if not level else "0.5" if level == 1 else ""
            ratio = shares["MoCam"][place] / shares["motion"][place]
            figures.append(figure(f"{when}: MoCam against motion", "times", [ratio], aim))
    if series["decoding"] is not None:
        name = f"{kind}: decoding every picture and nothing else (ffmpeg, one thread), share of a core"
        figures.append(figure(name, "%", [series["decoding"]]))
    return figures


async def _decoding(film: Path) -> float | None:
    """Percent of a core for real time; None without ffmpeg."""
    if not shutil.which("ffmpeg"):
        return None
    return await child_cpu_s("ffmpeg", "-threads", "1", "-i", str(film), "-f", "null", "-") / CYCLE_S * 100


async def _level(folder: Path, film: Path, short: bool) -> dict[str, float]:
    """Shares of all who watch one film at the same time."""
    folder.mkdir()
    settle_s, measured_s = (4.0, 4.0) if short else (SETTLE_S, MEASURED_S)
    served = repeated(film, folder / "served.mp4", int((settle_s + measured_s) / CYCLE_S) + 3)
    with rtsp_server(served) as (port, _):
        url = f"rtsp://127.0.0.1:{port}/file"
        settings = {"CAMERAS__FRONT__SOURCE": url, "ARCHIVE_REMOTE": "", "ALERT_STORM_EVENTS": "0"}
        async with (
            BotApi(TOKEN, owner_ids=[OWNER]) as api,
            running(api, folder, **settings) as program,
            _motion(folder / "motion", url) as motion,
            _reading(url) as reading,
        ):
            pids = {"MoCam": program.pid, "motion": motion, READ: reading}
            await asyncio.sleep(settle_s)
            return await shares({name: pid for name, pid in pids.items() if pid}, measured_s)


@contextlib.asynccontextmanager
async def _motion(folder: Path, url: str) -> AsyncIterator[int | None]:
    """Debian's motion, which keeps the camera's own packets as MoCam does; its pid, None when it is not installed."""
    if not shutil.which("motion"):
        yield None
        return
    folder.mkdir()
    config = folder / "motion.conf"
    config.write_text(
        f"daemon off\nlog_level 4\nnetcam_url {url}\nwidth {SIZE[0]}\nheight {SIZE[1]}\nframerate {FPS}\n"
        f"target_dir {folder}\nmovie_output on\nmovie_passthrough on\npicture_output off\nwebcontrol_port 0\n"
        "stream_port 0\nevent_gap 10\npre_capture 3\n",
        encoding="utf-8",
    )
    async with _child("motion", "-n", "-c", str(config)) as pid:
        yield pid


@contextlib.asynccontextmanager
async def _reading(url: str) -> AsyncIterator[int | None]:
    if not shutil.which("ffmpeg"):
        yield None
        return
    async with _child("ffmpeg", "-rtsp_transport", "tcp", "-i", url, "-c", "copy", "-f", "null", "-") as pid:
        yield pid


@contextlib.asynccontextmanager
async def _child(*command: str) -> AsyncIterator[int]:
    quiet = asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(*command, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        yield child.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signal.SIGINT)
        try:
            await asyncio.wait_for(child.wait(), 10)
        except TimeoutError:
            child.kill()
            await child.wait()


def _film(path: Path, level: float, size: tuple[int, int], options: dict[str, str]) -> Path:
    """One cycle: a wall with a sensor's grain, crossed during that share of it."""
    rng = np.random.default_rng(3)
    grain = [rng.integers(0, 6, size[::-1], dtype=np.uint8) for _ in range(5)]
    colour = np.full((size[1] // 2, size[0]), 128, np.uint8)
    with av.open(str(path), "w") as container:
        always = {"preset": "superfast", "g": str(FPS), "bf": "0"}
        stream = container.add_stream("libx264", rate=FPS, options=always | options)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.thread_count = 1
        moving = (0.0, level * CYCLE_S)
        for index, picture in enumerate(wall(CYCLE_S, moving, every_s=CYCLE_S, fps=FPS)):
            luma = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC) + grain[index % len(grain)]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.concatenate([luma, colour]), format="yuv420p")))
        container.mux(stream.encode(None))
    return path
