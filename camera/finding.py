"""All cameras that can be found: on the Pi's ribbon cable, on USB, and on the network."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from camera.config import CameraConfig
from camera.errors import SourceError
from camera.model import GrayFrame
from camera.onvif import OnvifDevice, onvif_devices, streams_of
from camera.sources import Source, open_source
from camera.sources.picam_list import pi_cameras
from camera.sources.usb_devices import UsbDevice, devices

SETTLE_S = 1.5
"""A camera's first pictures are dark or pale until it has measured the light."""

_MOST_MODES = 6


@dataclass(frozen=True, slots=True)
class Found:
    """One camera that answers."""

    name: str
    """What it calls itself."""
    what: str
    """Where it is and what it can do, for people."""
    source: str = field(default="", repr=False)
    """SOURCE as it is to be written, login included; empty when it could not be found out: then `what` says why."""
    detect_source: str = field(default="", repr=False)
    microphone: str = ""


def find_pi() -> list[Found]:
    """Cameras on the ribbon cable."""
    return [
        Found(model, f"Pi camera {number}", f"picamera2:{number}" if number else "picamera2")
        for number, model in pi_cameras().items()
    ]


def find_usb(dev: Path = Path("/dev")) -> list[Found]:
    """Cameras that Linux shows as /dev/videoN."""
    return [
        Found(device.name, f"{device.node}: {_modes(device)}", str(device.path), microphone=device.microphone)
        for device in devices(dev)
    ]


def find_network(user: str = "", password: str = "", interfaces: list[str] | None = None) -> list[Found]:
    """ONVIF cameras; takes some seconds for each network. The login is tried on each camera that is found."""
    return [_network(device, user, password) for device in onvif_devices(interfaces)]


def take_still(found: Found, path: Path) -> None:
    """Opens the camera for some seconds and writes a JPEG. Raises SourceError, or OSError from the disk."""
    source = open_source(CameraConfig("still", found.source, path.parent))
    try:
        path.write_bytes(_settled(source).still())
    finally:
        source.close()


def _settled(source: Source) -> GrayFrame:
    """The first gray frame after the light was measured. A source raises by itself when none comes."""
    begun_s = time.monotonic()
    while True:
        item = source.read()
        if isinstance(item, GrayFrame) and time.monotonic() - begun_s >= SETTLE_S:
            return item


def _modes(device: UsbDevice) -> str:
    sizes: dict[str, set[tuple[int, int]]] = {}
    for mode in device.modes:
        sizes.setdefault(mode.fourcc, set()).add((mode.width, mode.height))
    return "; ".join(f"{fourcc} {_sizes(found)}" for fourcc, found in sizes.items())


def _sizes(sizes: set[tuple[int, int]]) -> str:
    largest = sorted(sizes, reverse=True)
    more = f" and {len(largest) - _MOST_MODES} more" if len(largest) > _MOST_MODES else ""
    return " ".join(f"{width}x{height}" for width, height in largest[:_MOST_MODES]) + more


def _network(device: OnvifDevice, user: str, password: str) -> Found:
    try:
        streams = streams_of(device, user, password)
    except SourceError as exc:
        return Found(device.name, str(exc))
    return Found(device.name, f"network camera at {device.host}", streams.main, streams.small)
