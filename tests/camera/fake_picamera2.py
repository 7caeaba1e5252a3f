"""A picamera2 without a Pi: the calls that MoCam makes, with real H.264 behind them and the library's known faults.

As in the real one, callbacks run on the library's own thread, and an exception in one ends that thread for good.
"""

from __future__ import annotations

import sys
import threading
import time
import types
from collections.abc import Callable
from typing import Any

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
        self.opened: list[int] = []
        self.tunings: list[Any] = []
        self.turned = False
        self.controls: dict[str, Any] = {}
        """Those of the last start."""
        self.advertised = {"FrameDurationLimits", "ExposureTime", "AnalogueGain"}
        """What the camera can do besides."""
        self.is_pi_5 = False
        self.model = "imx219"
        self.sensor_hdr: list[bool] = []
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


class LibavH264Encoder(H264Encoder):
    """The other one."""


class Transform:
    def __init__(self, hflip: bool = False, vflip: bool = False) -> None:
        assert hflip == vflip, "a mirrored picture"
        self.turned = hflip


class Request:
    """One completed capture."""

    def __init__(self, number: int, size: tuple[int, int], lores: tuple[int, int], faults: Faults) -> None:
        self.rgb = picture(number, *size)
        self.time_ns = time.monotonic_ns()
        self._faults = faults
        self.streams = {"main": _padded(self.rgb), "lores": _padded(cv2.resize(self.rgb, lores, interpolation=_AREA))}

    def get_metadata(self) -> dict[str, int]:
        return {} if self._faults.broken_metadata.is_set() else {"SensorTimestamp": self.time_ns}


_AREA = cv2.INTER_AREA


def _padded(rgb: Any) -> Any:
    """4:2:0 as the Pi's image processor lays it out: rows padded at their right, chroma by half as much."""
    height, width = rgb.shape[:2]
    flat = cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420)
    chroma = flat[height:].reshape(height, width // 2)
    parts = (np.pad(flat[:height], ((0, 0), (0, 64))), np.pad(chroma, ((0, 0), (0, 32))))
    return np.concatenate([part.ravel() for part in parts]).reshape(height * 3 // 2, width + 64)


def _bare(padded: Any, height: int, width: int) -> Any:
    """The same without what rows were padded with."""
    chroma = padded.reshape(-1)[height * padded.shape[1] :].reshape(height, -1)[:, : width // 2]
    return np.concatenate([padded[:height, :width].ravel(), chroma.ravel()]).reshape(height * 3 // 2, width)


class MappedArray:
    def __init__(self, request: Request, stream: str, write: bool = True) -> None:
        assert stream == "main" or not write
        self.array = request.streams[stream]

    def __enter__(self) -> MappedArray:
        return self

    def __exit__(self, *exc: object) -> None: ...


def install(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Puts the fake where `import picamera2` finds it."""
    faults = Faults()

    class Picamera2(_Picamera2):
        platform = _Platform(faults)

        def __init__(self, camera_num: int = 0, tuning: Any = None) -> None:
            super().__init__(camera_num, tuning, faults)

        @staticmethod
        def global_camera_info() -> list[dict[str, Any]]:
            return [{"Num": number, "Model": faults.model} for number in range(2)]

        @staticmethod
        def load_tuning_file(name: str, dir: str | None = None) -> dict[str, str]:  # noqa: A002 - the real one's name
            if name != "imx219_noir.json":
                raise RuntimeError("Tuning file not found")
            return {"file": name, "dir": dir or ""}

    for name, parts in (
        ("libcamera", {"Transform": Transform}),
        ("picamera2", {"Picamera2": Picamera2, "MappedArray": MappedArray}),
        ("picamera2.encoders", {"H264Encoder": H264Encoder, "LibavH264Encoder": LibavH264Encoder}),
        ("picamera2.outputs", {"Output": Output}),
        ("picamera2.devices.imx708", {"IMX708": _imx708(faults)}),
    ):
        module = types.ModuleType(name)
        for part, value in parts.items():
            setattr(module, part, value)
        monkeypatch.setitem(sys.modules, name, module)
    return faults


def _imx708(faults: Faults) -> type:
    class IMX708:
        def __init__(self, camera_num: int) -> None: ...

        def __enter__(self) -> IMX708:
            return self

        def __exit__(self, *exc: object) -> None: ...

        def set_sensor_hdr_mode(self, enable: bool) -> None:
            faults.sensor_hdr.append(enable)

    return IMX708


class _Platform:
    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    @property
    def name(self) -> str:
        return "PISP" if self._faults.is_pi_5 else "VC4"


class _Picamera2:
    def __init__(self, camera_num: int, tuning: Any, faults: Faults) -> None:
        if faults.no_camera:
            raise IndexError("list index out of range")
        faults.opened.append(camera_num)
        faults.tunings.append(tuning)
        self.camera_controls = dict.fromkeys(faults.advertised, (0, 0, 0))
        self.pre_callback: Callable[[Request], None] | None = None
        self._faults = faults
        self._stopping = threading.Event()
        self._loop = threading.Thread(target=self._run, name="picamera2 loop", daemon=True)

    def create_video_configuration(self, **configuration: Any) -> dict[str, Any]:
        return configuration

    def configure(self, configuration: dict[str, Any]) -> None:
        assert configuration["main"]["format"] == configuration["lores"]["format"] == "YUV420"
        assert configuration["buffer_count"] <= 5
        self._size, self._lores = configuration["main"]["size"], configuration["lores"]["size"]
        assert not any(side % 2 for side in (*self._size, *self._lores))
        for control in configuration["controls"]:
            known = "FrameDurationLimits" if control == "FrameRate" else control
            if known not in self._faults.advertised:
                raise RuntimeError(f"Control {control} is not advertised by libcamera")
        self._faults.controls = configuration["controls"]
        self._faults.turned = configuration["transform"].turned

    def camera_configuration(self) -> dict[str, Any]:
        return {
            "main": {"size": self._size, "format": "YUV420"},
            "lores": {"size": self._lores, "format": "YUV420"},
        }

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

    def _run(self) -> None:
        width, height = self._size
        real = RealEncoder(width, height, self._encoder.framerate)
        number = 0
        while not self._stopping.wait(1 / self._encoder.framerate):
            if self._faults.silent.is_set():
                continue
            request = Request(number, self._size, self._lores, self._faults)
            number += 1
            if self.pre_callback is not None:
                self.pre_callback(request)
            if not self._faults.no_packets.is_set():
                self._encode(real, request)

    def _encode(self, real: RealEncoder, request: Request) -> None:
        time_us = request.time_ns // 1000
        if self._encoder.firsttimestamp is None:
            self._encoder.firsttimestamp = time_us
        timestamp = time_us - self._encoder.firsttimestamp
        frame = av.VideoFrame.from_ndarray(_bare(request.streams["main"], *request.rgb.shape[:2]), format="yuv420p")
        for packet in real.encode(frame, timestamp * 9 // 100, 0.0):
            self._output.outputframe(packet.data, packet.is_keyframe, timestamp, None, False)
