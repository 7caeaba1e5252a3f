"""An owner's wishes on the way to libcamera: what is asked for, and what is said where a camera cannot do it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from camera.errors import SourceRefused
from camera.sources import open_source, picam_encoder
from camera.sources.picam import PiCamera
from tests.camera import fake_picamera2
from tests.camera.fake_picamera2 import Faults
from tests.camera.source_contract import config_of


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    return fake_picamera2.install(monkeypatch)


def opened(**wishes: Any) -> PiCamera:
    source = open_source(replace(config_of("picamera2"), **wishes))
    source.close()
    assert isinstance(source, PiCamera)
    return source


def test_without_wishes_only_the_frame_rate_is_set(faults: Faults, caplog: pytest.LogCaptureFixture) -> None:
    opened()
    assert faults.controls == {"FrameRate": 30.0}
    assert not faults.turned
    assert faults.tunings == [None]
    assert "goes on without" not in caplog.text


def test_exposure_and_gain_are_fixed(faults: Faults) -> None:
    opened(exposure_us=20_000, gain=8.0)
    assert faults.controls == {"FrameRate": 30.0, "ExposureTime": 20_000, "AnalogueGain": 8.0}


def test_an_exposure_longer_than_a_picture_is_pointed_out(faults: Faults, caplog: pytest.LogCaptureFixture) -> None:
    opened(exposure_us=100_000)
    assert "lower FPS" in caplog.text


@pytest.mark.parametrize(
    ("focus", "asked"),
    [("auto", {"AfMode": 2}), ("0", {"AfMode": 0, "LensPosition": 0.0}), ("2.5", {"AfMode": 0, "LensPosition": 2.5})],
)
def test_a_lens_that_moves_follows_or_stands_still(faults: Faults, focus: str, asked: dict[str, float]) -> None:
    faults.advertised |= {"AfMode", "LensPosition"}
    opened(focus=focus)
    assert faults.controls == {"FrameRate": 30.0, **asked}


@pytest.mark.parametrize(
    ("wish", "setting"),
    [
        ({"focus": "2"}, "FOCUS"),
        ({"exposure_us": 5000}, "EXPOSURE_US"),
        ({"gain": 2.0}, "GAIN"),
        ({"hdr": True}, "HDR"),
    ],
)
@pytest.mark.parametrize("is_pi_5", [False, True])
def test_what_a_camera_cannot_do_is_said_once_and_it_goes_on(
    faults: Faults, caplog: pytest.LogCaptureFixture, wish: dict[str, Any], setting: str, is_pi_5: bool
) -> None:
    faults.advertised, faults.is_pi_5 = {"FrameDurationLimits"}, is_pi_5
    opened(**wish)
    said = [record.getMessage() for record in caplog.records if "goes on without" in record.getMessage()]
    assert said == [f"The Pi's camera 0 does not know {setting}; it goes on without."]
    assert faults.controls == {"FrameRate": 30.0}


def test_hdr_on_a_pi_5_is_made_by_its_processor(faults: Faults) -> None:
    faults.is_pi_5, faults.model = True, "imx708"
    faults.advertised |= {"HdrMode"}
    opened(hdr=True)
    assert faults.controls["HdrMode"] == 3
    assert faults.sensor_hdr == []


def test_hdr_before_the_pi_5_is_a_mode_of_the_sensor_and_is_taken_back(faults: Faults) -> None:
    faults.model = "imx708"
    opened(hdr=True)
    opened()
    assert faults.sensor_hdr == [True, False]


def test_rotation_turns_in_both_directions(faults: Faults) -> None:
    opened(rotation=180)
    assert faults.turned


@pytest.mark.parametrize(("file", "folder"), [("imx219_noir.json", ""), ("/home/me/imx219_noir.json", "/home/me")])
def test_a_tuning_file_goes_by_name_or_path(faults: Faults, file: str, folder: str) -> None:
    opened(tuning_file=file)
    assert faults.tunings == [{"file": "imx219_noir.json", "dir": folder}]


def test_a_tuning_file_that_is_not_there_is_refused(faults: Faults) -> None:
    with pytest.raises(SourceRefused, match="correct TUNING_FILE"):
        opened(tuning_file="imx219_nior.json")
    assert faults.opened == []


@pytest.mark.parametrize(
    ("device", "size", "named"),
    [
        ("bcm2835-codec-encode", (640, 360), "the chip's own encoder"),
        ("bcm2835-codec-encode", (2304, 1296), "libx264 on the processor (the chip's encoder ends at 1920x1080)"),
        ("uvcvideo", (640, 360), "libx264 on the processor (no encoder in the chip)"),
        ("", (640, 360), "libx264 on the processor (no encoder in the chip)"),
    ],
)
def test_the_chip_encodes_where_it_can(
    faults: Faults,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    device: str,
    size: tuple[int, int],
    named: str,
) -> None:
    chip = tmp_path / "name"
    if device:
        chip.write_text(f"{device}\n")
    monkeypatch.setattr(picam_encoder, "CHIP", chip)
    caplog.set_level("INFO")
    source = opened(width=size[0], height=size[1])
    assert source.encoder_name == named
    assert isinstance(source._encoder, fake_picamera2.LibavH264Encoder) == named.startswith("libx264")
    assert f"H.264 by {named}" in caplog.text
