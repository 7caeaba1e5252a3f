"""Which kind of camera an address means; each kind is imported where there is one, since most homes have one kind."""

# ruff: noqa: PLC0415

from __future__ import annotations

from camera.config import CameraConfig
from camera.errors import SourceRefused
from camera.gate import Decode
from camera.sources.base import Source


def opened(config: CameraConfig, *, loop: bool) -> Source:
    """As `open_source` says."""
    address = config.source.strip()
    scheme = address.partition(":")[0].lower()
    if scheme == "scene":
        from camera.sources.scene import open_scene

        return open_scene(address, config.mask)
    if scheme == "file":
        from camera.sources.file import open_file, path_of

        decode = Decode(config.decode)
        return open_file(path_of(address), loop=loop, sound=config.sound, mask=config.mask, decode=decode)
    if scheme in ("rtsp", "rtsps"):
        from camera.sources.rtsp import open_rtsp

        return open_rtsp(config)
    if scheme in ("http", "https"):
        from camera.sources.http import open_http

        return open_http(config)
    if scheme == "picamera2":
        from camera.sources.picam import open_picam

        return _heard(open_picam(config), config)
    if address.startswith("/dev/"):
        from camera.sources.usb import open_usb

        return _heard(open_usb(config), config)
    raise SourceRefused(
        "This is not a camera address. Use picamera2, /dev/video0, rtsp://…, http://…, file:///… or scene."
    )


def _heard(source: Source, config: CameraConfig) -> Source:
    """With the sound of the microphone that belongs to it, if one was named."""
    if not (config.sound and config.microphone):
        return source
    from camera.sources.microphone import Microphone, WithMicrophone

    return WithMicrophone(source, Microphone(config.microphone))
