"""Every kind of source that can be set up without a camera: the list that contract and table run over."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.camera.http_server import Handler, camera_server, jpegs, stills, stream
from tests.camera.source_contract import Expected
from tests.camera.source_devices import DEVICE, fake_usb, rtsp_server
from tests.camera.source_videos import write_video


@dataclass(frozen=True)
class Stand:
    """One kind, set up and ready to be opened by another process."""

    address: str
    expected: Expected = field(default_factory=Expected)
    environment: dict[str, str] | None = None
    """Of the process that opens it; None: as ours."""
    unplug: Callable[[], object] | None = None
    """None: there is nothing to pull."""


@dataclass(frozen=True)
class Kind:
    """`opener` is the function of `camera.sources` behind it."""

    name: str
    opener: str
    stand: Callable[[Path], AbstractContextManager[Stand]]
    on_fake_picamera2: bool = False


@contextlib.contextmanager
def _scene(_folder: Path) -> Iterator[Stand]:
    yield Stand("scene:3", Expected(1280, 720, known_colours=False))


@contextlib.contextmanager
def _file(name: str, codec: str, b_frames: int, delivered: str, folder: Path) -> Iterator[Stand]:
    quiet = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    video = write_video(folder / name, codec, b_frames=b_frames, frames=35, pix_fmt=pix_fmt, options=quiet)
    yield Stand(f"file://{video}", Expected(codec=delivered))


@contextlib.contextmanager
def _rtsp(codec: str, delivered: str, folder: Path) -> Iterator[Stand]:
    quiet = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    video = write_video(folder / "served.mp4", codec, frames=400, options=quiet)
    with rtsp_server(video) as (port, server):
        yield Stand(f"rtsp://127.0.0.1:{port}/file", Expected(codec=delivered), unplug=server.kill)


@contextlib.contextmanager
def _rtsp_pair(folder: Path) -> Iterator[Stand]:
    main = write_video(folder / "main.mp4", frames=400)
    small = write_video(folder / "small.mp4", frames=400, size=(320, 180))
    with rtsp_server(main, low=small) as (port, server):
        address = f"rtsp://127.0.0.1:{port}"
        yield Stand(f"{address}/file", Expected(small=f"{address}/low"), unplug=server.kill)


@contextlib.contextmanager
def _usb(camera_format: str, delivered: str, folder: Path) -> Iterator[Stand]:
    environment = fake_usb(folder, camera_format)
    yield Stand(DEVICE, Expected(codec=delivered), environment, (folder / "gone").touch)


@contextlib.contextmanager
def _http(make: Callable[[list[bytes]], Callable[[Handler], None]], _folder: Path) -> Iterator[Stand]:
    with camera_server(make(jpegs())) as server:

        def unplug() -> None:
            server.closing.set()
            server.shutdown()
            server.server_close()

        yield Stand(server.url(), Expected(codec="mjpeg"), unplug=unplug)


@contextlib.contextmanager
def _picamera2(_folder: Path) -> Iterator[Stand]:
    yield Stand("picamera2:1", unplug=lambda: None)


KINDS = (
    Kind("scene", "open_scene", _scene),
    Kind("file, H.264", "open_file", partial(_file, "plain.mp4", "libx264", 0, "h264")),
    Kind("file, H.265", "open_file", partial(_file, "hevc.mp4", "libx265", 0, "hevc")),
    Kind("file, H.264 in AVI with B-frames", "open_file", partial(_file, "reordered.avi", "libx264", 2, "h264")),
    Kind("file, MPEG-4", "open_file", partial(_file, "part4.avi", "mpeg4", 0, "h264")),
    Kind("file, MJPEG", "open_file", partial(_file, "motion.mkv", "mjpeg", 0, "mjpeg")),
    Kind("RTSP, H.264", "open_rtsp", partial(_rtsp, "libx264", "h264")),
    Kind("RTSP, H.265", "open_rtsp", partial(_rtsp, "libx265", "hevc")),
    Kind("RTSP, H.264, with DETECT_SOURCE", "open_rtsp", _rtsp_pair),
    Kind("USB, raw", "open_usb", partial(_usb, "YUYV", "h264")),
    Kind("USB, MJPEG", "open_usb", partial(_usb, "MJPG", "mjpeg")),
    Kind("USB, H.264", "open_usb", partial(_usb, "H264", "h264")),
    Kind("HTTP, MJPEG stream", "open_http", partial(_http, stream)),
    Kind("HTTP, still pictures", "open_http", partial(_http, stills)),
    Kind("Pi camera, on a stand-in for picamera2", "open_picam", _picamera2, on_fake_picamera2=True),
)


def start(arguments: list[str], stand: Stand) -> subprocess.Popen[str]:
    """A process that sees what `stand` set up."""
    return subprocess.Popen(arguments, env=stand.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
