"""A picamera2 without a Pi: the calls that MoCam makes, with real H.264 behind them and the library's known faults.

As in the real one, callbacks run on the library's own thread, and an exception in one ends that thread for good.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import av
import cv2
import numpy as np
import pytest

from camera.encoder import Encoder as RealEncoder
from tests.camera.source_videos import picture


class Faults:
    """Switches of one fake."""

    def __init__(self) -> None:
        self.no_camera = False
        self.silent = threading.Event()
        self.no_packets = threading.Event()
        self.stop_blocks = threading.Event()
        self.broken_metadata = threading.Event()
        self.empty_jpeg = False
        self.opened: list[int] = []
        self.closed = 0


class Output:
    def outputframe(  # shaped as the real one
        self, frame: bytes, keyframe: bool = True, timestamp: int | None = None, packet: Any = None, audio: bool = False
    ) -> None: ...


class H264Encoder:
    def __init__(self, bitrate: int | None = None, repeat: bool = True, iperiod: int = 30, framerate: int = 30) -> None:
        assert repeat, "parameter sets must come with each key frame"
        self.framerate = framerate
        self.firsttimestamp: int | None = None


class Request:
    """One completed capture."""

    def __init__(self, number: int, size: tuple[int, int], lores: tuple[int, int], faults: Faults) -> None:
        self.rgb = picture(number, *size)
        self.time_ns = time.monotonic_ns()
        self._faults = faults
        width, height = lores
        small = cv2.resize(self.rgb, lores, interpolation=cv2.INTER_AREA)
        planes = cv2.cvtColor(small, cv2.COLOR_RGB2YUV_I420)
        self.lores = np.pad(planes, ((0, 0), (0, 64)))  # rows are padded, as by the Pi's image processor
        assert self.lores.shape == (height * 3 // 2, width + 64)

    def get_metadata(self) -> dict[str, int]:
        return {} if self._faults.broken_metadata.is_set() else {"SensorTimestamp": self.time_ns}

    def save(self, name: str, file: BinaryIO, format: str) -> None:  # noqa: A002 - the real one's name
        assert (name, format) == ("main", "jpeg")
        if not self._faults.empty_jpeg:
            file.write(cv2.imencode(".jpg", self.rgb[:, :, ::-1])[1].tobytes())


class MappedArray:
    def __init__(self, request: Request, stream: str, write: bool = True) -> None:
        assert stream == "lores"
        assert not write
        self.array = request.lores

    def __enter__(self) -> MappedArray:
        return self

    def __exit__(self, *exc: object) -> None: ...


def install(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Puts the fake where `import picamera2` finds it."""
    faults = Faults()

    class Picamera2(_Picamera2):
        def __init__(self, camera_num: int = 0) -> None:
            super().__init__(camera_num, faults)

    for name, parts in (
        ("picamera2", {"Picamera2": Picamera2, "MappedArray": MappedArray}),
        ("picamera2.encoders", {"H264Encoder": H264Encoder}),
        ("picamera2.outputs", {"Output": Output}),
    ):
        module = types.ModuleType(name)
        for part, value in parts.items():
            setattr(module, part, value)
        monkeypatch.setitem(sys.modules, name, module)
    return faults


class _Picamera2:
    def __init__(self, camera_num: int, faults: Faults) -> None:
        if faults.no_camera:
            raise IndexError("list index out of range")
        faults.opened.append(camera_num)
        self.pre_callback: Callable[[Request], None] | None = None
        self._faults = faults
        self._stopping = threading.Event()
        self._captured = threading.Condition()
        self._newest: Request | None = None
        self._loop = threading.Thread(target=self._run, name="picamera2 loop", daemon=True)

    def create_video_configuration(self, **configuration: Any) -> dict[str, Any]:
        return configuration

    def configure(self, configuration: dict[str, Any]) -> None:
        assert configuration["main"]["format"] == configuration["lores"]["format"] == "YUV420"
        assert configuration["buffer_count"] <= 5
        self._size, self._lores = configuration["main"]["size"], configuration["lores"]["size"]
        assert not any(side % 2 for side in (*self._size, *self._lores))

    def start_recording(self, encoder: H264Encoder, output: Output) -> None:
        self._encoder, self._output = encoder, output
        self._loop.start()

    def stop_recording(self) -> None:
        while self._faults.stop_blocks.is_set():
            time.sleep(0.01)
        self._stopping.set()
        self._loop.join()

    def close(self) -> None:
        self._faults.closed += 1

    @contextlib.contextmanager
    def captured_request(self, wait: float | None = None) -> Iterator[Request]:
        assert wait, "a call without a time limit may hang for ever"
        with self._captured:
            if not self._captured.wait(wait):
                raise TimeoutError
            assert self._newest is not None
            yield self._newest

    def _run(self) -> None:
        width, height = self._size
        real = RealEncoder(width, height, self._encoder.framerate)
        number = 0
        while not self._stopping.wait(1 / self._encoder.framerate):
            if self._faults.silent.is_set():
                continue
            request = Request(number, self._size, self._lores, self._faults)
            number += 1
            with self._captured:
                self._newest = request
                self._captured.notify_all()
            if self.pre_callback is not None:
                self.pre_callback(request)
            if not self._faults.no_packets.is_set():
                self._encode(real, request)

    def _encode(self, real: RealEncoder, request: Request) -> None:
        time_us = request.time_ns // 1000
        if self._encoder.firsttimestamp is None:
            self._encoder.firsttimestamp = time_us
        timestamp = time_us - self._encoder.firsttimestamp
        frame = av.VideoFrame.from_ndarray(request.rgb, format="rgb24").reformat(format="yuv420p")
        for packet in real.encode(frame, timestamp * 9 // 100, 0.0):
            self._output.outputframe(packet.data, packet.is_keyframe, timestamp, None, False)
