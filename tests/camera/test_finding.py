"""What is found besides the network, and the picture that is taken of it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import cv2
import pytest

from camera import finding
from camera.errors import SourceRefused
from camera.finding import Found, find_pi, find_usb, take_still


def pretend(monkeypatch: pytest.MonkeyPatch, cameras: object) -> None:
    """A picamera2 that lists these; an exception is raised instead."""

    class Picamera2:
        @staticmethod
        def global_camera_info() -> object:
            if isinstance(cameras, Exception):
                raise cameras
            return cameras

    library = ModuleType("picamera2")
    vars(library)["Picamera2"] = Picamera2
    monkeypatch.setitem(sys.modules, "picamera2", library)


def test_pi_cameras_by_number_and_without_those_on_usb(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(
        monkeypatch,
        [
            {"Num": 0, "Model": "imx708", "Id": "/base/soc/i2c0mux/i2c@1/imx708@1a"},
            {"Num": 1, "Model": "imx219", "Id": "/base/axi/pcie@120000/rp1/i2c@88000/imx219@10"},
            {"Num": 2, "Model": "HD Webcam", "Id": "/base/scb/pcie@7d500000/pci@0,0/usb@0,0-1.3:1.0-046d:0825"},
        ],
    )
    assert [(one.name, one.source) for one in find_pi()] == [("imx708", "picamera2"), ("imx219", "picamera2:1")]


@pytest.mark.parametrize("fault", [RuntimeError("no camera manager"), [{"Model": "imx708"}]])
def test_a_library_in_trouble_is_no_camera(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: object
) -> None:
    pretend(monkeypatch, fault)
    assert find_pi() == []
    assert "cannot list" in caplog.text


def test_nothing_on_usb(tmp_path: Path) -> None:
    assert find_usb(tmp_path) == []


def test_a_picture_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "SETTLE_S", 0.2)
    take_still(Found("garden", "drawn", "scene:3"), tmp_path / "garden.jpg")
    picture = cv2.imread(str(tmp_path / "garden.jpg"))
    assert picture is not None
    assert picture.shape == (720, 1280, 3)


def test_no_picture_of_a_wrong_address(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused):
        take_still(Found("x", "y", "webcam"), tmp_path / "x.jpg")
    assert list(tmp_path.iterdir()) == []
