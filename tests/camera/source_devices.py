"""The outside of the sources under test: a real RTSP server, and a USB camera below FFmpeg's real V4L2 demuxer."""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.camera.source_videos import HEIGHT, WIDTH, encoded_frames
from tests.support_ports import KeptPort

HARDWARE = Path(__file__).parent / "hardware"
DEVICE = "/dev/video77"

_RTSP_PACKAGES = (
    "gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad python3-gi"
    " glib-networking"
)
_SYSTEM_PYTHON = "/usr/bin/python3"
_FORMATS = {"YUYV": ("rawvideo", "yuyv422"), "MJPG": ("mjpeg", "yuvj422p"), "H264": ("libx264", "yuv420p")}


@contextlib.contextmanager
def rtsp_server(
    video: Path,
    *login: str,
    low: Path | None = None,
    port: int | None = None,
    shared: bool = False,
    sets_once: bool = False,
    basic: bool = False,
    tls: tuple[Path, Path] | None = None,
) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Serves the video at rtsp://127.0.0.1:PORT/file, `low` at /low; yields the port and the server's process.

    `basic`: the login goes over readable. `tls`: certificate and key, for rtsps://. `shared`: who comes later
    joins in mid-stream. `sets_once`: SPS and PPS stand in the description alone.
    """
    if not _serves_rtsp(tls is not None):
        pytest.skip(f"sudo apt install {_RTSP_PACKAGES}")
    kept = KeptPort()
    port = port or kept.number
    files = [f"file={video}", *([f"low={low}"] if low else [])]
    options = [*(["--login", *login] if login else []), *["--shared"] * shared, *["--sets-once"] * sets_once]
    options += [*["--basic"] * basic, *(["--tls", *map(str, tls)] if tls else [])]
    command = [_SYSTEM_PYTHON, str(HARDWARE / "rtspd.py"), str(port), *files, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            yield port, server
        finally:
            server.kill()


@cache
def _serves_rtsp(over_tls: bool) -> bool:
    """Whether this machine has what the server is made of."""
    needs = "import gi; gi.require_version('GstRtspServer', '1.0'); gi.require_version('Gst', '1.0')"
    if over_tls:
        needs += "; from gi.repository import Gio; assert Gio.TlsBackend.get_default().supports_tls()"
    probe = [_SYSTEM_PYTHON, "-c", needs]
    return Path(_SYSTEM_PYTHON).exists() and subprocess.run(probe, capture_output=True, check=False).returncode == 0


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody but the camera itself vouches for, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("sudo apt install openssl")
    certificate, key = folder / "camera.pem", folder / "camera.key"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "9",
    ]
    command += ["-subj", "/CN=camera", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


def fake_usb(folder: Path, camera_format: str) -> dict[str, str]:
    """The environment of a process that sees one USB camera at DEVICE with that one format.

    A file named `gone` or `stall` in the folder unplugs it or silences it.
    """
    if shutil.which("gcc") is None:
        pytest.skip("sudo apt install gcc libc6-dev")
    library, frames = folder / "libfakev4l2.so", folder / "frames"
    library.write_bytes(_fake_v4l2())
    frames.write_bytes(_frames(camera_format))
    return {
        **os.environ,
        "LD_PRELOAD": str(library),
        "FAKE_V4L2": DEVICE,
        "FAKE_V4L2_FORMAT": camera_format,
        "FAKE_V4L2_FRAMES": str(frames),
        "FAKE_V4L2_SIZE": f"{WIDTH}x{HEIGHT}",
        "FAKE_V4L2_FPS": "30",
        "FAKE_V4L2_GONE": str(folder / "gone"),
        "FAKE_V4L2_STALL": str(folder / "stall"),
    }


@cache
def _fake_v4l2() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "libfakev4l2.so"
        source = HARDWARE / "fakev4l2.c"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"], check=True)
        return library.read_bytes()


@cache
def _frames(camera_format: str) -> bytes:
    """Each picture after its length in four bytes."""
    blobs = encoded_frames(*_FORMATS[camera_format])
    return b"".join(struct.pack("<I", len(data)) + data for data in blobs)
