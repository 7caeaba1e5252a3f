"""Processor time while nothing moves: MoCam decoding all and as little as it may, beside Motion and beside the limits.

All watch the same file at its own speed at the same time. Two streams: of a camera that keeps a quality, and of one
that keeps a bit rate, whose packets tell nothing; the first once more over RTSP, where nothing is known of a packet
before it comes.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream

from demo.botapi import BotApi
from tests.bench.figure import Figure, figure
from tests.bench.processes import threads_s
from tests.bench.together import repeated
from tests.camera.source_devices import rtsp_server
from tests.e2e.program import OWNER, TOKEN, running
from tests.e2e.video import wall

SECONDS, FPS, SIZE = 84.0, 15, (1920, 1080)
SETTLE_S, MEASURED_S, STRETCHES = 45.0, 5.0, 4
"""The gate learns for ten seconds, sleeps after fifteen, and is sure of the small in this film after forty."""

KINDS = {
    "of a steady quality": {"crf": "27"},
    "of a steady bit rate (4 Mbit/s)": {"b": "4M", "maxrate": "4M", "bufsize": "4M"},
}
LIVE = "of a steady quality"
PARTS = """
import sys, time
import av
from camera.motion import CellDetector
from camera.sources.picture import gray
took = {"demux": 0.0, "decode": 0.0, "detect": 0.0}
detector = CellDetector()
with av.open(sys.argv[1]) as container:
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 1
    packets = container.demux(stream)
    while True:
        a = time.process_time()
        packet = next(packets)
        if not packet.size:
            break
        bytes(packet)
        b = time.process_time()
        pictures = stream.codec_context.decode(packet)
        c = time.process_time()
        for picture in pictures:
            detector.look(gray(picture), float(picture.time))
        took["demux"] += b - a
        took["decode"] += c - b
        took["detect"] += time.process_time() - c
print(*took.values())
"""


async def measure(short: bool) -> list[Figure]:
    figures, stretches = [], 1 if short else STRETCHES
    with tempfile.TemporaryDirectory() as name:
        for number, (kind, options) in enumerate(KINDS.items()):
            folder = Path(name) / str(number)
            folder.mkdir()
            film = _film(folder / "film.mp4", options)
            figures += await _of_kind(kind, film, folder, stretches)
            if kind == LIVE and not short:
                figures += await _live(film, folder / "live", stretches)
    return figures


async def _live(film: Path, folder: Path, stretches: int) -> list[Figure]:
    """Over RTSP, as real cameras come; the server hands the film out once to each."""
    folder.mkdir()
    with rtsp_server(repeated(film, folder / "film.mp4", 2)) as (port, _):
        shares = await _shares(f"rtsp://127.0.0.1:{port}/file", ("auto",), folder, stretches)
    figures = [figure(f"idle, the first over RTSP: {name}", "ms a second", values) for name, values in shares.items()]
    return [*figures, *_by_motion("idle, the first over RTSP", shares)]


async def _shares(url: str, decodes: tuple[str, ...], folder: Path, stretches: int) -> dict[str, list[float]]:
    """Milliseconds a second of all who watch it at the same time."""
    async with contextlib.AsyncExitStack() as stack:
        pids = {
            f"MoCam, DECODE={decode}": await stack.enter_async_context(_mocam(url, folder / decode, decode))
            for decode in decodes
        }
        if shutil.which("motion"):  # after the others, since it plays the film only once
            pids["Motion, movie_passthrough"] = await stack.enter_async_context(_motion(url, folder / "motion"))
        await asyncio.sleep(SETTLE_S)
        shares: dict[str, list[float]] = {name: [] for name in pids}
        for _ in range(stretches):
            before_s = {name: threads_s(pid) for name, pid in pids.items()}
            await asyncio.sleep(MEASURED_S)
            for name, pid in pids.items():
                shares[name].append((threads_s(pid) - before_s[name]) / MEASURED_S * 1000)
    return shares


def _by_motion(what: str, shares: dict[str, list[float]]) -> list[Figure]:
    if "Motion, movie_passthrough" not in shares:
        return []
    ratio = statistics.median(shares["MoCam, DECODE=auto"]) / statistics.median(shares["Motion, movie_passthrough"])
    return [figure(f"{what}: MoCam by Motion", "times", [ratio], "at most 0.1")]


async def _of_kind(kind: str, film: Path, folder: Path, stretches: int) -> list[Figure]:
    shares = await _shares(f"file://{film}", ("all", "auto", "keys"), folder, stretches)
    demux, decode, detect = await _parts(film)
    figures = [figure(f"idle, 1080p15 {kind}: {name}", "ms a second", values) for name, values in shares.items()]
    figures.append(figure(f"idle, 1080p15 {kind}: demuxing alone", "ms a second", [demux]))
    figures.append(
        figure(f"idle, 1080p15 {kind}: demuxing and detection on all pictures", "ms a second", [demux + detect])
    )
    figures.append(figure(f"idle, 1080p15 {kind}: decoding all, PyAV", "ms a second", [decode]))
    auto = statistics.median(shares["MoCam, DECODE=auto"])
    ratio = auto / (demux + detect)
    figures.append(figure(f"idle, 1080p15 {kind}: MoCam by demuxing and detection", "times", [ratio], "at most 3"))
    return [*figures, *_by_motion(f"idle, 1080p15 {kind}", shares)]


@contextlib.asynccontextmanager
async def _mocam(url: str, folder: Path, decode: str) -> AsyncIterator[int]:
    folder.mkdir()
    camera = {"CAMERAS__FRONT__SOURCE": url, "CAMERAS__FRONT__DECODE": decode}
    async with BotApi(TOKEN, owner_ids=[OWNER]) as api, running(api, folder, **camera) as program:
        while "mocam.lifeline: ready" not in program.output.read_text():  # noqa: ASYNC110 - a line of another process
            await asyncio.sleep(0.2)
        yield program.pid


@contextlib.asynccontextmanager
async def _motion(url: str, folder: Path) -> AsyncIterator[int]:
    folder.mkdir()
    config = folder / "motion.conf"
    config.write_text(
        f"daemon off\nlog_level 4\nnetcam_url {url}\ntarget_dir {folder}\nmovie_passthrough on\n"
        f"picture_output off\nwebcontrol_port 0\nstream_port 0\nwidth {SIZE[0]}\nheight {SIZE[1]}\nframerate {FPS}\n",
        encoding="utf-8",
    )
    quiet = asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec("motion", "-n", "-c", str(config), stdout=quiet, stderr=quiet)
    try:
        yield child.pid
    finally:
        child.terminate()
        await child.wait()


async def _parts(film: Path) -> tuple[float, float, float]:
    """Milliseconds of demuxing, of decoding, and of detection, for a second of film."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", PARTS, str(film), stdout=asyncio.subprocess.PIPE)
    output, _ = await child.communicate()
    if child.returncode:
        raise RuntimeError("the film cannot be read")
    demux, decode, detect = (1000 * float(word) / SECONDS for word in output.split())
    return demux, decode, detect


def _film(path: Path, options: dict[str, str]) -> Path:
    """A wall with a sensor's grain on which nothing moves, a key frame each second."""
    rng = np.random.default_rng(3)
    grain = [rng.integers(0, 6, SIZE[::-1], dtype=np.uint8) for _ in range(5)]
    colour = np.full((SIZE[1] // 2, SIZE[0]), 128, np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=FPS, options={"preset": "superfast", "g": str(FPS), "bf": "0"} | options
        )
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.thread_count = 1
        still = cv2.resize(next(wall(1, (0, 0))), SIZE, interpolation=cv2.INTER_CUBIC)
        for index in range(int(SECONDS * FPS)):
            shift = int(rng.integers(SIZE[1])), int(rng.integers(SIZE[0]))  # no two groups of pictures are alike
            luma = still + np.roll(grain[index % len(grain)], shift, axis=(0, 1))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.concatenate([luma, colour]), format="yuv420p")))
        container.mux(stream.encode(None))
    return path
