"""USB cameras below FFmpeg's real V4L2 demuxer: formats, rates, unplugging, silence.

The fake device is a library that must be loaded before Python, so each test is this file run as a program: the name of
one of its functions is the argument, and it raises when something is wrong.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from camera.errors import SourceLost, SourceRefused
from camera.model import GrayFrame, Packet
from camera.sources import Source, libav, open_source, usb
from tests.camera.source_contract import config_of, look
from tests.camera.source_devices import DEVICE, fake_usb
from tests.camera.source_videos import encoded_frames


def run(name: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "tests.camera.test_source_usb", name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr


def read_until_lost(source: Source) -> str:
    while True:
        try:
            source.read()
        except SourceLost as exc:
            return str(exc)


def h264_is_the_cameras_own() -> None:
    source = open_source(config_of(DEVICE))
    packets = look(source, 40).packets
    source.close()
    originals = list(encoded_frames("libx264", "yuv420p"))
    start = originals.index(packets[0].data)
    assert [packet.data for packet in packets] == (originals * 2)[start : start + 40]


def a_fast_camera_is_thinned_out() -> None:
    source = open_source(config_of(DEVICE, fps=15))
    packets = look(source, 30).packets
    source.close()
    span_s = float((packets[-1].pts - packets[0].pts) * packets[0].track.time_base)
    assert 29 / span_s < 15.5, f"{29 / span_s} pictures a second of 30 that the camera sends"


def unplugged_and_plugged_in_again() -> None:
    gone = Path(os.environ["FAKE_V4L2_GONE"])
    source = open_source(config_of(DEVICE))
    frame = look(source, 5).grays[-1]
    gone.touch()
    read_until_lost(source)
    assert frame.still().startswith(b"\xff\xd8"), "a picture outlives the camera that took it"
    source.close()
    try:
        open_source(config_of(DEVICE))
    except SourceLost as exc:
        assert "unplugged" in str(exc)  # noqa: PT017 - no pytest in this process
    else:
        raise AssertionError("an unplugged camera opened")
    gone.unlink()
    again = open_source(config_of(DEVICE))
    look(again, 5)
    again.close()


def silence_is_a_loss_and_close_comes_back() -> None:
    stall = Path(os.environ["FAKE_V4L2_STALL"])
    source = open_source(config_of(DEVICE))
    look(source, 5)
    stall.touch()
    # Only what is silent on purpose may be taken for it, not a loaded machine.
    vars(usb).update(SILENCE_S=1.0, _STOP_WITHIN_S=0.5)
    assert "no picture" in read_until_lost(source)
    source.close()
    hanging = [thread for thread in threading.enumerate() if thread.name.startswith("usb")]
    assert len(hanging) == 1, "the kernel still has the thread"
    stall.unlink()
    vars(usb).update(SILENCE_S=libav.SILENCE_S)
    hanging[0].join(90)
    assert not hanging[0].is_alive()
    again = open_source(config_of(DEVICE))
    assert isinstance(again.read(), Packet | GrayFrame)
    again.close()


def busy_is_a_loss() -> None:
    first = open_source(config_of(DEVICE))
    try:
        open_source(config_of(DEVICE))
    except SourceLost as exc:
        assert "busy" in str(exc)  # noqa: PT017 - no pytest in this process
    else:
        raise AssertionError("opened twice")
    first.close()


def a_denied_device_says_what_to_do() -> None:
    try:
        open_source(config_of(DEVICE))
    except SourceRefused as exc:
        assert "usermod -aG video" in str(exc)  # noqa: PT017 - no pytest in this process
    else:
        raise AssertionError("opened without the right")


def a_slow_reader_costs_pictures_not_memory() -> None:
    source = open_source(config_of(DEVICE, fps=30))
    first = look(source, 3).packets[-1]
    threading.Event().wait(2.0)
    packets = look(source, 40).packets
    source.close()
    span_s = float((packets[-1].pts - first.pts) * first.track.time_base)
    assert span_s > 40 / 30 + 0.5, "what came meanwhile was kept"


@pytest.mark.parametrize(
    ("check", "camera_format"),
    [
        (h264_is_the_cameras_own, "H264"),
        (a_fast_camera_is_thinned_out, "MJPG"),
        (unplugged_and_plugged_in_again, "YUYV"),
        (silence_is_a_loss_and_close_comes_back, "MJPG"),
        (busy_is_a_loss, "MJPG"),
        (a_slow_reader_costs_pictures_not_memory, "MJPG"),
    ],
)
def test_usb(tmp_path: Path, check: object, camera_format: str) -> None:
    run(getattr(check, "__name__", ""), fake_usb(tmp_path, camera_format))


def test_a_denied_device(tmp_path: Path) -> None:
    run(a_denied_device_says_what_to_do.__name__, {**fake_usb(tmp_path, "MJPG"), "FAKE_V4L2_DENIED": "1"})


def test_what_is_no_camera_is_refused() -> None:
    with pytest.raises(SourceRefused, match="no camera"):
        open_source(config_of("/dev/null"))


if __name__ == "__main__":
    globals()[sys.argv[1]]()
