"""What Linux says of its cameras, and which format is asked for.

The fake device is a library that must be loaded before Python: those tests are this file run as a program, with one of
its functions as the argument.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from camera.errors import SourceLost
from camera.finding import find_usb
from camera.sources.usb import open_usb
from camera.sources.usb_devices import Mode, apply_controls, best_mode, devices, modes_of, stable_path
from tests.camera.source_contract import config_of, look
from tests.camera.source_devices import fake_usb

MODES = "YUYV:640x360@30,YUYV:1280x720@5,MJPG:1280x720@30,MJPG:640x360@30"


def modes(*texts: str) -> list[Mode]:
    found = []
    for text in texts:
        fourcc, size, fps = text.replace("@", " ").replace(":", " ").split()
        width, height = size.split("x")
        found.append(Mode(fourcc, int(width), int(height), float(fps)))
    return found


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["YUYV:1920x1080@30", "MJPG:1920x1080@30", "H264:1280x720@30"], "H264:1280x720@30"),
        (["YUYV:1920x1080@30", "MJPG:1920x1080@30"], "MJPG:1920x1080@30"),
        (["YUYV:1920x1080@15", "MJPG:1280x720@30"], "YUYV:1920x1080@15"),
        (["YUYV:1920x1080@5", "MJPG:1280x720@30"], "MJPG:1280x720@30"),
        (["YUYV:640x480@30", "YUYV:1280x720@10", "YUYV:1920x1080@5"], "YUYV:1280x720@10"),
        (["YUYV:320x240@5", "YUYV:640x480@5"], "YUYV:640x480@5"),
        (["MJPG:1920x1080@0", "MJPG:640x480@30"], "MJPG:1920x1080@0"),
        (["PJPG:1920x1080@30", "YUYV:640x480@30"], "YUYV:640x480@30"),
    ],
)
def test_the_best_format_is_chosen(offered: list[str], chosen: str) -> None:
    assert best_mode(modes(*offered), 1920, 1080, 15) == modes(chosen)[0]


def test_nothing_is_chosen_of_formats_that_nobody_can_read() -> None:
    assert best_mode(modes("XXXX:640x480@30"), 640, 480, 15) is None


def test_a_name_that_stays_is_preferred(tmp_path: Path) -> None:
    dev = links(tmp_path, by_id="video0")
    assert stable_path(dev / "video0", dev) == dev / "v4l/by-id/usb-Maker_Cam_1-video-index0"
    assert stable_path(dev / "video2", dev) == dev / "v4l/by-path/platform-usb-0:2-video-index0"
    (dev / "video3").touch()
    assert stable_path(dev / "video3", dev) == dev / "video3"


def test_what_is_no_device_is_no_camera(tmp_path: Path) -> None:
    assert devices(links(tmp_path, by_id="video0")) == []


def links(folder: Path, by_id: str) -> Path:
    """A folder like /dev with two equal cameras, as udev lays it: one name by maker, two by socket."""
    dev = folder / "dev"
    for kind in ("by-id", "by-path"):
        (dev / "v4l" / kind).mkdir(parents=True)
    for node, socket in (("video0", "0:1"), ("video2", "0:2")):
        (dev / node).touch()
        (dev / f"v4l/by-path/platform-usb-{socket}-video-index0").symlink_to(f"../../{node}")
    (dev / "v4l/by-id/usb-Maker_Cam_1-video-index0").symlink_to(f"../../{by_id}")
    return dev


# -- with the fake device ----------------------------------------------------------------------------------------


def two_equal_cameras_are_told_apart() -> None:
    dev = Path(os.environ["FAKE_V4L2_DEV"])
    found = devices(dev)
    assert [device.node.name for device in found] == ["video0", "video2"]
    assert [device.path.parent.name for device in found] == ["by-id", "by-path"]
    assert {device.name for device in found} == {"Fake USB Camera"}
    assert find_usb(dev)[0].what == f"{dev}/video0: YUYV 1280x720 640x360; MJPG 1280x720 640x360"
    assert list(found[0].modes) == modes("YUYV:640x360@30", "YUYV:1280x720@5", "MJPG:1280x720@30", "MJPG:640x360@30")


def the_chosen_format_is_delivered_and_controls_are_set() -> None:
    dev, controls = Path(os.environ["FAKE_V4L2_DEV"]), Path(os.environ["FAKE_V4L2_CONTROLS"])
    config = replace(config_of(str(dev / "video0")), power_line_hz=60, focus="300")
    source = open_usb(config)
    track = look(source, 3).packets[0].track
    source.close()
    assert (track.width, track.height) == (640, 360)
    assert {path.name: path.read_text() for path in controls.iterdir()} == {
        "980918": "2",
        "9a090c": "0",
        "9a090a": "250",
    }
    apply_controls(dev / "video0", 50, "auto")
    assert ((controls / "980918").read_text(), (controls / "9a090c").read_text()) == ("1", "1")


def a_stable_name_leads_to_the_new_number() -> None:
    dev, gone = Path(os.environ["FAKE_V4L2_DEV"]), Path(os.environ["FAKE_V4L2_GONE"])
    link = dev / "v4l/by-id/usb-Maker_Cam_1-video-index0"
    source = open_usb(config_of(str(link)))
    look(source, 3)
    gone.touch()
    try:
        while True:
            source.read()
    except SourceLost:
        source.close()
    link.unlink()
    (dev / "video0").unlink()
    (dev / "video7").touch()
    link.symlink_to("../../video7")
    gone.unlink()
    again = open_usb(config_of(str(link)))
    look(again, 3)
    again.close()


def a_camera_that_lists_nothing_and_has_no_controls_works() -> None:
    path = Path(os.environ["FAKE_V4L2_DEV"]) / "video0"
    assert modes_of(path) == []
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]  # the shortest way
    logging.getLogger("camera.sources.usb_devices").addHandler(handler)
    apply_controls(path, 50, "auto")
    assert said == []
    source = open_usb(replace(config_of(str(path)), focus="30"))
    look(source, 3)
    source.close()
    assert len(said) == 1
    assert "no focus" in said[0]


@pytest.mark.parametrize(
    ("check", "more"),
    [
        (two_equal_cameras_are_told_apart, {"FAKE_V4L2_MODES": MODES}),
        (
            the_chosen_format_is_delivered_and_controls_are_set,
            {"FAKE_V4L2_MODES": MODES, "FAKE_V4L2_CONTROLS": "controls"},
        ),
        (a_stable_name_leads_to_the_new_number, {}),
        (a_camera_that_lists_nothing_and_has_no_controls_works, {"FAKE_V4L2_SILENT": "1"}),
    ],
)
def test_usb_devices(tmp_path: Path, check: object, more: dict[str, str]) -> None:
    environment = {**fake_usb(tmp_path, "MJPG"), **more, "FAKE_V4L2_DEV": str(links(tmp_path, by_id="video0"))}
    if "FAKE_V4L2_CONTROLS" in more:
        environment["FAKE_V4L2_CONTROLS"] = str(tmp_path / "controls")
        (tmp_path / "controls").mkdir()
    command = [sys.executable, "-m", "tests.camera.test_usb_devices", getattr(check, "__name__", "")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    globals()[sys.argv[1]]()
