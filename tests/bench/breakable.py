"""Cameras that can be broken and mended: what `recover` does to each kind."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from camera.config import CameraConfig
from tests.camera import fake_picamera2
from tests.camera.http_server import CameraServer, Handler, jpegs
from tests.camera.source_devices import DEVICE, fake_usb, rtsp_server
from tests.camera.source_videos import HEIGHT, WIDTH
from tests.e2e.video import film
from tests.support_ports import KeptPort

SECONDS = 120.0


@dataclass(frozen=True)
class Broken:
    """One camera, and what makes it fail and work again."""

    config: CameraConfig
    breaks: Callable[[], object]
    mends: Callable[[], object]


Make = Callable[[Path], AbstractContextManager[Broken]]


def _config(folder: Path, source: str, transport: str = "tcp") -> CameraConfig:
    return CameraConfig("front", source, folder, transport=transport, width=WIDTH, height=HEIGHT)


@contextlib.contextmanager
def _rtsp(transport: str, folder: Path, *, silent: bool = False) -> Iterator[Broken]:
    video, kept = film(folder / "wall.mp4", SECONDS, (SECONDS, SECONDS)), KeptPort()
    port = kept.number
    with contextlib.ExitStack() as life:
        servers = [life.enter_context(rtsp_server(video, port=port))[1]]

        def start() -> None:
            servers.append(life.enter_context(rtsp_server(video, port=port))[1])

        def send(number: int) -> None:
            servers[-1].send_signal(number)

        config = _config(folder, f"rtsp://127.0.0.1:{port}/file", transport)
        if silent:
            yield Broken(config, functools.partial(send, signal.SIGSTOP), functools.partial(send, signal.SIGCONT))
        else:
            yield Broken(config, servers[-1].kill, start)


@contextlib.contextmanager
def _http(folder: Path, *, stills: bool = False, silent: bool = False) -> Iterator[Broken]:
    frames, kept, stalled = itertools.cycle(jpegs()), KeptPort(), threading.Event()
    port = kept.number

    def serve(handler: Handler) -> None:
        if stills:
            jpeg = next(frames)
            handler.head("image/jpeg", len(jpeg))
            handler.wfile.write(jpeg)
            return
        handler.stream_head()
        while handler.wait(0.04):
            if not stalled.is_set():
                handler.part(jpeg := next(frames), length=len(jpeg))

    servers: list[CameraServer] = []

    def start() -> None:
        servers.append(CameraServer(serve, port))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()

    def stop() -> None:
        servers[-1].closing.set()
        servers[-1].shutdown()
        servers[-1].server_close()

    start()
    config = _config(folder, f"http://127.0.0.1:{port}/")
    try:
        yield Broken(config, stalled.set, stalled.clear) if silent else Broken(config, stop, start)
    finally:
        stop()


def usb_environment(folder: Path) -> dict[str, str]:
    """Of a process that sees one USB camera with MJPEG."""
    return fake_usb(folder, "MJPG")


@contextlib.contextmanager
def _usb(folder: Path, *, silent: bool = False) -> Iterator[Broken]:
    switch = Path(os.environ["FAKE_V4L2_STALL" if silent else "FAKE_V4L2_GONE"])
    yield Broken(_config(folder, DEVICE), switch.touch, switch.unlink)


@contextlib.contextmanager
def _picamera2(folder: Path) -> Iterator[Broken]:
    with pytest.MonkeyPatch.context() as patch:
        faults = fake_picamera2.install(patch)
        yield Broken(_config(folder, "picamera2"), faults.silent.set, faults.silent.clear)


FAULTS: tuple[tuple[str, float, Make], ...] = (
    ("RTSP, TCP: killed, back {away:.0f} s later", 2, functools.partial(_rtsp, "tcp")),
    ("RTSP, UDP: killed, back {away:.0f} s later", 2, functools.partial(_rtsp, "udp")),
    ("RTSP, TCP: killed, back {away:.0f} s later", 30, functools.partial(_rtsp, "tcp")),
    ("RTSP, TCP: silent, goes on {away:.0f} s after that was noticed", 2, functools.partial(_rtsp, "tcp", silent=True)),
    ("RTSP, UDP: silent, goes on {away:.0f} s after that was noticed", 2, functools.partial(_rtsp, "udp", silent=True)),
    ("HTTP stream: killed, back {away:.0f} s later", 2, _http),
    ("HTTP stream: silent, goes on {away:.0f} s after that was noticed", 2, functools.partial(_http, silent=True)),
    ("HTTP stills: killed, back {away:.0f} s later", 2, functools.partial(_http, stills=True)),
    ("USB: unplugged, plugged in {away:.0f} s later", 2, _usb),
    ("USB: unplugged, plugged in {away:.0f} s later", 30, _usb),
    ("USB: silent, goes on {away:.0f} s after that was noticed", 2, functools.partial(_usb, silent=True)),
    ("Pi, on a stand-in for picamera2: silent, goes on {away:.0f} s after that was noticed", 2, _picamera2),
)
"""What is done, in words; how long it lasts, in seconds; how the camera is made."""
