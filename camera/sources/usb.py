"""A USB camera, or anything else that Linux shows as /dev/videoN."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from av.video.stream import VideoStream

from camera.config import CameraConfig
from camera.errors import SourceError, SourceLost, SourceRefused
from camera.sources.feed import Feed, Item, StreamSource
from camera.sources.libav import SILENCE_S, Address, Sentences, VideoInput
from camera.sources.timing import Arrival
from camera.sources.usb_devices import Mode, apply_controls, best_mode, modes_of

log = logging.getLogger(__name__)

_WISHES = ("h264", "mjpeg", None)
"""What is asked of a camera that does not list its formats, best first; None: whatever it has."""

_MOST_WAITING = 16
"""Packets between the device and the decoder; when it is full the kernel drops new ones."""

_STOP_WITHIN_S = 4.0

_VIDEO4LINUX = 81
"""Linux's number for the kind of device that cameras are."""

_SENTENCES: Sentences = {
    av.FileNotFoundError: (SourceLost, "{name} is not there: the camera is unplugged, or has another number now."),
    av.PermissionError: (SourceRefused, "{name} may not be opened by this user: sudo usermod -aG video $USER"),
    av.ArgumentError: (SourceRefused, "{name} is no camera, or has no format that FFmpeg knows."),
}


def open_usb(config: CameraConfig) -> StreamSource:
    """Opens the camera in the best format it has, at the size and rate nearest to the configured ones.

    Raises SourceLost when it is unplugged or busy, SourceRefused when it may not be opened or is no camera.
    """
    _refuse_what_is_no_camera(config.source)
    apply_controls(Path(config.source), config.power_line_hz, config.focus)
    video = _opened(config)
    feed = Feed(Arrival(), most_fps=config.fps, mask=config.mask)
    return StreamSource(_items(feed, video, config.source), video.close)


def _items(feed: Feed, video: VideoInput, name: str) -> Iterator[Item]:
    yield from feed.run(video)
    raise SourceLost(f"{name} delivers no more pictures.")


def _refuse_what_is_no_camera(source: str) -> None:
    device = Path(source)
    if device.exists() and not (device.is_char_device() and os.major(device.stat().st_rdev) == _VIDEO4LINUX):
        raise SourceRefused(f"{source} is no camera. Cameras are /dev/video0, /dev/video2 and so on: ls /dev/video*")


def _opened(config: CameraConfig) -> VideoInput:
    listed = _listed_best(config)
    wishes = (listed.ffmpeg_name, None) if listed is not None else _WISHES
    size = (listed.width, listed.height) if listed is not None else (config.width, config.height)
    for wish in wishes:
        try:
            return _PumpedInput(_address(config, wish, size))
        except SourceRefused as exc:
            if wish == wishes[-1] or not isinstance(exc.__cause__, av.ArgumentError):
                raise
            log.debug("%s has no %s: asking for another format.", config.source, wish)
    raise AssertionError("the last wish either opens or raises")


def _listed_best(config: CameraConfig) -> Mode | None:
    try:
        mode = best_mode(modes_of(Path(config.source)), config.width, config.height, config.fps)
    except OSError as exc:
        log.debug("%s does not list its formats: %s", config.source, exc.strerror)
        return None  # opening it says the reason, if there is one
    if mode is not None:
        log.info("%s: %s, %dx%d.", config.source, mode.fourcc, mode.width, mode.height)
    return mode


def _address(config: CameraConfig, wish: str | None, size: tuple[int, int]) -> Address:
    options = {"video_size": f"{size[0]}x{size[1]}", "framerate": str(config.fps)}
    if wish is not None:
        options["input_format"] = wish
    return Address(config.source, config.source, _SENTENCES, container="v4l2", options=options, timeout_s=SILENCE_S)


class _PumpedInput(VideoInput):
    """A device whose packets are read on a thread of their own.

    FFmpeg waits for a frame inside the kernel, where no timeout reaches it: a camera that goes silent would hang its
    reader for ever. Here only this thread hangs; it lets the device go when the kernel gives it back.

    Packets are copied: FFmpeg's lie in the device's own memory, which is gone after an unplug, while a picture may
    still be waiting for its JPEG.

    Note on locking: the thread alone touches the demuxer after the start, the reader alone the decoder.
    """

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._name = address.name
        self._waiting: queue.Queue[av.Packet[VideoStream] | SourceError | None] = queue.Queue(_MOST_WAITING)
        self._stopping = threading.Event()
        self._pump = threading.Thread(target=self._run, name=f"usb {address.name}", daemon=True)
        self._pump.start()

    def packets(self) -> Iterator[av.Packet[VideoStream]]:
        while True:
            try:
                packet = self._waiting.get(timeout=SILENCE_S)
            except queue.Empty:
                raise SourceLost(f"{self._name} has sent no picture for {SILENCE_S:.0f} seconds.") from None
            if packet is None:
                return
            if isinstance(packet, SourceError):
                raise packet
            yield packet

    def next_packet(self) -> av.Packet[VideoStream] | None:
        original = super().next_packet()
        if original is None:
            return None
        packet: av.Packet[Any] = av.Packet(bytes(original))
        packet.pts, packet.dts, packet.time_base = original.pts, original.dts, original.time_base
        packet.is_keyframe = original.is_keyframe
        return packet

    def close(self) -> None:
        """Waits a few seconds for the device; the thread closes it when that was not enough."""
        self._stopping.set()
        self._pump.join(_STOP_WITHIN_S)
        if self._pump.is_alive():
            log.warning("%s does not answer; it is let go when it does.", self._name)

    def _run(self) -> None:
        try:
            for packet in super().packets():
                self._hand_over(packet)
                if self._stopping.is_set():
                    return
            self._hand_over(None)
        except SourceError as exc:
            self._hand_over(exc)
        finally:
            super().close()

    def _hand_over(self, packet: av.Packet[VideoStream] | SourceError | None) -> None:
        while not self._stopping.is_set():
            try:
                self._waiting.put(packet, timeout=0.2)
            except queue.Full:
                continue
            return
