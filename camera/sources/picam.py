"""The Raspberry Pi's own camera through picamera2: H.264 from its encoder, luma from its small second stream.

What is known of picamera2's traps and shapes this file: an exception inside a callback ends its event loop, after which
its calls hang; `stop` may block for ever; a stalled sensor raises nothing.
"""

from __future__ import annotations

import importlib
import io
import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np

from camera.config import CameraConfig
from camera.errors import SourceError, SourceLost, SourceRefused
from camera.model import GrayFrame, Luma, Packet, Track
from camera.sources.inbox import Inbox
from camera.sources.libav import SILENCE_S
from camera.sources.picture import GRAY_WIDTH

log = logging.getLogger(__name__)

TIME_BASE = Fraction(1, 1_000_000)
"""picamera2 counts microseconds."""

STOP_WITHIN_S = 4.0
_STILL_WITHIN_S = 5.0

_INSTALL = (
    "The Pi's camera needs picamera2, which comes from Raspberry Pi OS alone: "
    "sudo apt install python3-picamera2 --no-install-recommends, "
    "then make MoCam's environment with python3 -m venv --system-site-packages."
)

_DRIVER_ERRORS = (RuntimeError, OSError, IndexError, KeyError, ValueError, TimeoutError)
"""What picamera2 and libcamera raise when the camera is missing, busy or asked for something that it cannot do."""


@dataclass(frozen=True, slots=True)
class _Modules:
    """picamera2's parts, imported when the first Pi camera is opened."""

    picamera2: ModuleType
    encoders: ModuleType
    outputs: ModuleType


def open_picam(config: CameraConfig) -> PiCamera:
    """Opens `picamera2` or `picamera2:1`. Raises SourceRefused without the library, SourceLost without the camera."""
    match = re.fullmatch(r"picamera2(?::(\d))?", config.source.strip().lower())
    if match is None:
        raise SourceRefused("Write the Pi's camera as picamera2, or as picamera2:1 for the second one.")
    return PiCamera(config, int(match[1] or 0), _imported())


def _imported() -> _Modules:
    try:
        return _Modules(
            importlib.import_module("picamera2"),
            importlib.import_module("picamera2.encoders"),
            importlib.import_module("picamera2.outputs"),
        )
    except (ImportError, ValueError) as exc:  # ValueError: built for another numpy
        raise SourceRefused(_INSTALL) from exc


class PiCamera:
    """A Source. Reader and closer are one thread; the callbacks come from picamera2's own threads.

    Note on locking: callbacks only copy and put into the inbox, which has the one lock. They hold picamera2's lock, so
    they must not call it, and they never raise.
    """

    def __init__(self, config: CameraConfig, number: int, modules: _Modules) -> None:
        self._name = f"The Pi's camera {number}"
        self._modules = modules
        self._inbox = Inbox(self._name, SILENCE_S)
        self._closed = threading.Event()
        self._size = (config.width & ~1, config.height & ~1)
        self._gray_size = (GRAY_WIDTH, round(GRAY_WIDTH * config.height / config.width / 2) * 2)
        self._track = Track("h264", TIME_BASE, *self._size)
        self._last_pts = -1
        try:
            self._camera = modules.picamera2.Picamera2(number)
        except _DRIVER_ERRORS as exc:
            raise SourceLost(f"{self._name} does not open: check its cable, and that no program uses it.") from exc
        try:
            self._start(config.fps)
        except _DRIVER_ERRORS as exc:
            self.close()
            raise SourceLost(f"{self._name} does not start at {config.width}x{config.height}.") from exc

    def read(self) -> Packet | GrayFrame:
        return self._inbox.take()

    def close(self) -> None:
        """picamera2's stop may block for ever, so it runs on a thread that may be left behind."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._inbox.close()
        stopper = threading.Thread(target=self._stop, name="picamera2 stop", daemon=True)
        stopper.start()
        stopper.join(STOP_WITHIN_S)
        if stopper.is_alive():
            log.error("%s does not stop; only a restart of the program frees it.", self._name)

    def _start(self, fps: int) -> None:
        camera = self._camera
        camera.configure(
            camera.create_video_configuration(
                main={"size": self._size, "format": "YUV420"},
                lores={"size": self._gray_size, "format": "YUV420"},
                buffer_count=4,
                controls={"FrameRate": float(fps)},
            )
        )
        self._encoder = self._modules.encoders.H264Encoder(repeat=True, iperiod=fps, framerate=fps)
        camera.pre_callback = self._guarded(self._see)
        camera.start_recording(self._encoder, _output(self._modules, self._guarded(self._packet)))

    def _stop(self) -> None:
        try:
            self._camera.stop_recording()
        except _DRIVER_ERRORS:
            log.warning("%s did not stop cleanly.", self._name, exc_info=True)
        try:
            self._camera.close()
        except _DRIVER_ERRORS:
            log.warning("%s did not close cleanly.", self._name, exc_info=True)

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
        width, height = self._gray_size
        with self._modules.picamera2.MappedArray(request, "lores", write=False) as mapped:
            luma: Luma = np.array(mapped.array[:height, :width], np.uint8)
        mono_s = request.get_metadata()["SensorTimestamp"] // 1000 / 1e6  # rounded as the packet's: they must be equal
        self._inbox.put_gray(GrayFrame(luma, mono_s, self._still))

    def _packet(self, frame: Any, keyframe: bool, timestamp_us: int | None) -> None:
        if timestamp_us is None:
            raise ValueError("picamera2 gave a packet without a time")
        pts = self._last_pts = max(timestamp_us, self._last_pts + 1)
        mono_s = ((self._encoder.firsttimestamp or 0) + timestamp_us) / 1e6
        self._inbox.put_packet(Packet(bytes(frame), pts, pts, bool(keyframe), mono_s, self._track))

    # -- on any thread -------------------------------------------------------------------------------------------------

    def _still(self) -> bytes:
        """The next picture of the main stream: a held one would take a buffer from the camera, which has only four."""
        if self._closed.is_set():
            raise SourceError(f"{self._name} is closed.")
        jpeg = io.BytesIO()  # save to a full disk would raise nothing
        try:
            with self._camera.captured_request(wait=_STILL_WITHIN_S) as request:
                request.save("main", jpeg, format="jpeg")
        except _DRIVER_ERRORS as exc:
            raise SourceError(f"{self._name} gave no picture within {_STILL_WITHIN_S:.0f} seconds.") from exc
        if not jpeg.tell():
            raise SourceError(f"{self._name} gave an empty picture.")
        return jpeg.getvalue()


def _output(modules: _Modules, take: Callable[..., None]) -> Any:
    """An Output of picamera2 that hands each packet on; its base class is known only on a Pi."""

    class Packets(modules.outputs.Output):  # type: ignore[misc, name-defined]  # a module of the Pi's own
        def outputframe(
            self, frame: Any, keyframe: bool = True, timestamp: Any = None, packet: Any = None, audio: bool = False
        ) -> None:
            if not audio:
                take(frame, keyframe, timestamp)

    return Packets()
