"""The one contract, over every kind of source that can run without a camera."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.camera import fake_picamera2
from tests.camera.source_contract import Expected, as_arguments, hold_to_contract
from tests.camera.source_devices import DEVICE, fake_usb, rtsp_server
from tests.camera.source_videos import write_video


def test_scene() -> None:
    hold_to_contract("scene:3", Expected(1280, 720, known_colours=False))


@pytest.mark.parametrize(
    ("name", "codec", "b_frames", "delivered"),
    [
        ("plain.mp4", "libx264", 0, "h264"),
        ("hevc.mp4", "libx265", 0, "hevc"),
        ("part4.avi", "mpeg4", 0, "h264"),
        ("reordered264.avi", "libx264", 2, "h264"),
        ("motion.mkv", "mjpeg", 0, "mjpeg"),
    ],
)
def test_file(tmp_path: Path, name: str, codec: str, b_frames: int, delivered: str) -> None:
    quiet = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    video = write_video(tmp_path / name, codec, b_frames=b_frames, frames=35, pix_fmt=pix_fmt, options=quiet)
    hold_to_contract(f"file://{video}", Expected(codec=delivered))


def test_rtsp(tmp_path: Path) -> None:
    video = write_video(tmp_path / "served.mp4", frames=150)
    with rtsp_server(video) as (port, _):
        hold_to_contract(f"rtsp://127.0.0.1:{port}/file", Expected())


@pytest.mark.parametrize("camera_format", ["YUYV", "MJPG", "H264"])
def test_usb(tmp_path: Path, camera_format: str) -> None:
    environment = fake_usb(tmp_path, camera_format)
    expected = Expected(codec="mjpeg" if camera_format == "MJPG" else "h264")
    done = subprocess.run(as_arguments(DEVICE, expected), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_picam(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = fake_picamera2.install(monkeypatch)
    hold_to_contract("picamera2:1", Expected())
    assert faults.opened == [1]
    assert faults.closed == 1
