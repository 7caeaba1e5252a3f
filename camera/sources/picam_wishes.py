"""What an owner may wish of a Pi camera, put into libcamera's words; what a camera cannot do is said and left out."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Container
from pathlib import Path
from typing import Any

from camera.config import CameraConfig
from camera.errors import SourceRefused
from camera.sources.picam_library import DRIVER_ERRORS, Library

log = logging.getLogger(__name__)

_MANUAL_FOCUS, _CONTINUOUS_FOCUS = 0, 2
"""libcamera's AfModeEnum."""
_HDR_SINGLE_EXPOSURE = 3
"""libcamera's HdrModeEnum."""

_SETTING_OF = {
    "FrameRate": "FPS",
    "FrameDurationLimits": "FPS",
    "ExposureTime": "EXPOSURE_US",
    "AnalogueGain": "GAIN",
    "LensPosition": "FOCUS",
    "HdrMode": "HDR",
}


def controls(config: CameraConfig, advertised: Container[str], name: str, *, hdr: bool) -> dict[str, Any]:
    """libcamera's controls for the start; for each wish that this camera does not know, a warning that begins `name`.

    `hdr` is for HDR made by the processor. `FrameRate` is picamera2's word for FrameDurationLimits. Continuous
    autofocus is a default, so its lack is no news.
    """
    wishes: dict[str, Any] = {"FrameRate": float(config.fps)}
    if config.exposure_us is not None:
        wishes["ExposureTime"] = config.exposure_us
    if config.gain is not None:
        wishes["AnalogueGain"] = config.gain
    if config.focus != "auto":
        wishes |= {"AfMode": _MANUAL_FOCUS, "LensPosition": float(config.focus)}
    elif "AfMode" in advertised:
        wishes["AfMode"] = _CONTINUOUS_FOCUS
    if hdr:
        wishes["HdrMode"] = _HDR_SINGLE_EXPOSURE
    if config.exposure_us is not None and config.exposure_us * config.fps > 1_000_000:
        log.warning("%s: EXPOSURE_US is longer than a picture lasts at FPS=%d; lower FPS.", name, config.fps)
    return {control: value for control, value in wishes.items() if _is_known(control, advertised, name)}


def transform(config: CameraConfig) -> Any:
    """libcamera's Transform for ROTATION: both flips for 180 degrees, which the sensor does itself."""
    turned = config.rotation == 180
    return importlib.import_module("libcamera").Transform(hflip=turned, vflip=turned)


def tuning(config: CameraConfig, library: Library, name: str) -> Any:
    """What Picamera2 takes as `tuning`; None for the camera's own. Raises SourceRefused for a missing file."""
    if not config.tuning_file:
        return None
    path = Path(config.tuning_file)
    try:
        if path.is_absolute():
            return library.picamera2.Picamera2.load_tuning_file(path.name, dir=str(path.parent))
        return library.picamera2.Picamera2.load_tuning_file(config.tuning_file)
    except (RuntimeError, OSError, ValueError) as exc:
        sentence = (
            f"{name}: libcamera has no tuning file {config.tuning_file}, or it cannot be read; correct TUNING_FILE."
        )
        raise SourceRefused(sentence) from exc


def set_sensor_hdr(config: CameraConfig, number: int, library: Library, name: str) -> None:
    """Up to the Pi 4: a mode of the camera module 3's sensor, set before it is opened, that outlasts the program."""
    if _model(library, number) != "imx708":
        if config.hdr:
            log.warning("%s does not know HDR; it goes on without.", name)
        return
    try:
        sensors = importlib.import_module("picamera2.devices.imx708")
        with sensors.IMX708(number) as sensor:
            sensor.set_sensor_hdr_mode(config.hdr)
    except (ImportError, *DRIVER_ERRORS):
        if config.hdr:
            log.warning("%s could not be set to HDR; it goes on without.", name, exc_info=True)


def has_hdr_processor(library: Library) -> bool:
    """Whether the Pi's processor makes HDR of any camera (Pi 5); on others only a camera module 3's sensor does."""
    return bool(library.picamera2.Picamera2.platform.name == "PISP")


def _model(library: Library, number: int) -> str:
    cameras = library.picamera2.Picamera2.global_camera_info()
    return str(cameras[number].get("Model", "")) if number < len(cameras) else ""


def _is_known(control: str, advertised: Container[str], name: str) -> bool:
    known = ("FrameDurationLimits" if control == "FrameRate" else control) in advertised
    if not known and control in _SETTING_OF:
        log.warning("%s does not know %s; it goes on without.", name, _SETTING_OF[control])
    return known
