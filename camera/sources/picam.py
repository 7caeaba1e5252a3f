"""The Raspberry Pi's own camera through picamera2: H.264 from its encoder, luma from its small second stream.

What is known of picamera2's traps and shapes this file: an exception inside a callback ends its event loop, after which
its calls hang; `stop` may block for ever; a stalled sensor raises nothing; a picture that was waited for too long is
never given back.
"""

from __future__ import annotations

import atexit
import logging
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
import numpy as np

from camera.config import CameraConfig
from camera.errors import SourceLost, SourceRefused, SourceStuck
from camera.grid import Zones
from camera.mask import black_planes
from camera.model import GrayFrame, Packet, Track
from camera.sources import picam_encoder, picam_wishes
from camera.sources.inbox import Inbox
from camera.sources.libav import SILENCE_S
from camera.sources.picam_library import DRIVER_ERRORS, Library, imported, made, one_at_a_time
from camera.sources.picam_still import Stills
from camera.sources.picture import GRAY_WIDTH, shrink

log = logging.getLogger(__name__)

TIME_BASE = Fraction(1, 1_000_000)
"""picamera2 counts microseconds."""

STOP_WITHIN_S = 4.0

_PLANES = {"YUV420": "yuv420p", "NV12": "nv12"}
"""Formats whose luma comes first, and FFmpeg's names. The first is asked for; libcamera may give the other."""

_left_behind: dict[int, threading.Thread] = {}
"""Cameras whose stop has not come back, by number."""


def open_picam(config: CameraConfig) -> PiCamera:
    """Opens `picamera2` or `picamera2:1`.

    Raises SourceRefused without the library, SourceLost without the camera, SourceStuck while an earlier stop blocks.
    """
    match = re.fullmatch(r"picamera2(?::(\d))?", config.source.strip().lower())
    if match is None:
        raise SourceRefused("Write the Pi's camera as picamera2, or as picamera2:1 for the second one.")
    number = int(match[1] or 0)
    if number in _left_behind and _left_behind[number].is_alive():
        raise SourceStuck(f"The Pi's camera {number} did not stop; only a restart of MoCam frees it.")
    return PiCamera(config, number, imported())


class PiCamera:
    """A Source. Reader and closer are one thread; the callbacks come from picamera2's own threads.

    Note on locking: callbacks only copy and put into the inbox, which has the one lock. They hold picamera2's lock, so
    they must not call it, and they never raise.
    """

    encoder_name: str
    """For people: what makes the H.264."""

    def __init__(self, config: CameraConfig, number: int, library: Library) -> None:
        self._name = f"The Pi's camera {number}"
        self._number = number
        self._library = library
        self._inbox = Inbox(self._name, SILENCE_S)
        self._stills = Stills(self._name)
        self._closed = threading.Event()
        self._last_pts = -1
        self._mask, self._mask_at_key = config.mask, config.mask.zones
        tuning = picam_wishes.tuning(config, library, self._name)
        with one_at_a_time():
            self._camera = self._opened(config, tuning)
        try:
            self._start(config)
        except DRIVER_ERRORS as exc:
            self.close()
            raise SourceLost(f"{self._name} does not start at {config.width}x{config.height}.") from exc
        except SourceRefused:
            self.close()
            raise

    def read(self) -> Packet | GrayFrame:
        return self._inbox.take()

    def close(self) -> None:
        """picamera2's stop may block for ever, so it runs on a thread that may be left behind."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._inbox.close()
        self._stills.close()
        stopper = threading.Thread(target=self._stop, name="picamera2 stop", daemon=True)
        stopper.start()
        stopper.join(STOP_WITHIN_S)
        if stopper.is_alive():
            _left_behind[self._number] = stopper
            atexit.unregister(self._camera.close)  # picamera2's own, which would hang the end of the program
            log.error("%s does not stop; only a restart of the program frees it.", self._name)

    def _opened(self, config: CameraConfig, tuning: Any) -> Any:
        self._hdr = config.hdr
        try:
            if not picam_wishes.has_hdr_processor(self._library):
                self._hdr = False
                picam_wishes.set_sensor_hdr(config, self._number, self._library, self._name)
            return made(self._library, self._number, tuning)
        except DRIVER_ERRORS as exc:
            raise SourceLost(f"{self._name} does not open: check its cable, and that no program uses it.") from exc

    def _start(self, config: CameraConfig) -> None:
        camera = self._camera
        camera.configure(
            camera.create_video_configuration(
                main={"size": (config.width & ~1, config.height & ~1), "format": "YUV420"},
                lores={"size": _gray_size(config), "format": "YUV420"},
                buffer_count=4,
                transform=picam_wishes.transform(config),
                controls=picam_wishes.controls(config, camera.camera_controls, self._name, hdr=self._hdr),
            )
        )
        main, lores = (camera.camera_configuration()[stream] for stream in ("main", "lores"))
        if not {main["format"], lores["format"]} <= _PLANES.keys():
            raise SourceRefused(f"{self._name} gives pictures as {main['format']}, which MoCam does not read.")
        self._planes = _PLANES[main["format"]]
        self._size, self._gray_size = tuple(main["size"]), tuple(lores["size"])
        if self._size != (config.width, config.height):
            log.warning("%s gives %dx%d, the nearest to what was asked.", self._name, *self._size)
        self._track = Track("h264", TIME_BASE, self._size[0], self._size[1], mask=str(self._mask.zones))
        self._encoder, self.encoder_name = picam_encoder.choose(self._library, self._size, config.fps)
        log.info("%s: H.264 by %s.", self._name, self.encoder_name)
        camera.pre_callback = self._guarded(self._see)
        camera.start_recording(self._encoder, _output(self._library, self._guarded(self._packet)))

    def _stop(self) -> None:
        with one_at_a_time():
            for step, word in ((self._camera.stop_recording, "stop"), (self._camera.close, "close")):
                try:
                    step()
                except DRIVER_ERRORS:
                    log.warning("%s did not %s cleanly.", self._name, word, exc_info=True)

    # -- on picamera2's threads ----------------------------------------------------------------------------------------

    def _guarded(self, callback: Callable[..., None]) -> Callable[..., None]:
        def guarded(*args: Any) -> None:
            try:
                callback(*args)
            except Exception as exc:  # the border to picamera2's event loop, which an exception would end
                log.exception("%s: a picture could not be taken over.", self._name)
                self._inbox.fail(exc)

        return guarded

    def _see(self, request: Any) -> None:
        if zones := self._mask.zones:
            self._blacken(request, zones)
        width, height = self._gray_size
        with self._library.picamera2.MappedArray(request, "lores", write=False) as mapped:
            luma = shrink(mapped.array[:height, :width])
        mono_s = request.get_metadata()["SensorTimestamp"] // 1000 / 1e6  # rounded as the packet's: they must be equal
        self._inbox.put_gray(GrayFrame(luma, mono_s, self._stills.take))
        self._stills.offer(lambda: self._copy(request))

    def _blacken(self, request: Any, zones: Zones) -> None:
        """In the camera's own buffer, before its encoder gets it."""
        with self._library.picamera2.MappedArray(request, "main", write=True) as mapped:
            black_planes(mapped.array, zones, *self._size, interleaved=self._planes == "nv12")

    def _copy(self, request: Any) -> av.VideoFrame:
        """The main stream's picture in memory of our own: a held one would take one of the camera's four buffers."""
        with self._library.picamera2.MappedArray(request, "main", write=False) as mapped:
            samples = np.array(mapped.array, np.uint8)
        return av.VideoFrame.from_numpy_buffer(samples, format=self._planes, width=self._size[0])

    def _packet(self, frame: Any, keyframe: bool, timestamp_us: int | None) -> None:
        if timestamp_us is None:
            raise ValueError("picamera2 gave a packet without a time")
        pts = self._last_pts = max(timestamp_us, self._last_pts + 1)
        mono_s = ((self._encoder.firsttimestamp or 0) + pts) / 1e6
        if keyframe:
            # What is encoded lags a little behind: a place counts as black when it was so at the last key frame too.
            zones = self._mask.zones
            self._track = replace(self._track, mask=str(Zones(zones.squares & self._mask_at_key.squares)))
            self._mask_at_key = zones
        self._inbox.put_packet(Packet(bytes(frame), pts, pts, bool(keyframe), mono_s, self._track))


def _gray_size(config: CameraConfig) -> tuple[int, int]:
    return GRAY_WIDTH, round(GRAY_WIDTH * config.height / config.width / 2) * 2


def _output(library: Library, take: Callable[..., None]) -> Any:
    """An Output of picamera2 that hands each packet on; its base class is known only on a Pi."""

    class Packets(library.outputs.Output):  # type: ignore[misc, name-defined]  # a module of the Pi's own
        def outputframe(
            self, frame: Any, keyframe: bool = True, timestamp: Any = None, packet: Any = None, audio: bool = False
        ) -> None:
            if not audio:
                take(frame, keyframe, timestamp)

    return Packets()
