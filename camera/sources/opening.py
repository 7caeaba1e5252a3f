"""Which kind of camera an address means; imports them all."""

from __future__ import annotations

from camera.config import CameraConfig
from camera.errors import SourceRefused
from camera.gate import Decode
from camera.sources.base import Source
from camera.sources.file import open_file, path_of
from camera.sources.http import open_http
from camera.sources.microphone import Microphone, WithMicrophone
from camera.sources.picam import open_picam
from camera.sources.rtsp import open_rtsp
from camera.sources.scene import open_scene
from camera.sources.usb import open_usb


def opened(config: CameraConfig, *, loop: bool) -> Source:
    """As `open_source` says."""
    address = config.source.strip()
    scheme = address.partition(":")[0].lower()
    if scheme == "scene":
        return open_scene(address, config.mask)
    if scheme == "file":
        decode = Decode(config.decode)
        return open_file(path_of(address), loop=loop, sound=config.sound, mask=config.mask, decode=decode)
    if scheme in ("rtsp", "rtsps"):
        return open_rtsp(config)
    if scheme in ("http", "https"):
        return open_http(config)
    if scheme == "picamera2":
        return _heard(open_picam(config), config)
    if address.startswith("/dev/"):
        return _heard(open_usb(config), config)
    raise SourceRefused(
        "This is not a camera address. Use picamera2, /dev/video0, rtsp://…, http://…, file:///… or scene."
    )


def _heard(source: Source, config: CameraConfig) -> Source:
    """With the sound of the microphone that belongs to it, if one was named."""
    if not (config.sound and config.microphone):
        return source
    return WithMicrophone(source, Microphone(config.microphone))
