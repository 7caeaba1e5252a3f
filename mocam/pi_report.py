"""What only a real Pi can show, measured on this one and written so that it can be pasted."""

from __future__ import annotations

import itertools
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from camera.config import CameraConfig
from camera.errors import SourceError
from camera.model import GrayFrame, Packet
from camera.sources import Source, open_source
from camera.sources.picam import PiCamera

STRETCH_S = 10.0
RESTARTS = 5
STILLS = 3

_THROTTLED = {
    0: "too little voltage now",
    1: "slowed down now",
    2: "throttled now",
    3: "too hot now",
    16: "too little voltage since the start",
    17: "slowed down since the start",
    18: "throttled since the start",
    19: "too hot since the start",
}
"""Bits of the firmware's word."""

OpenSource = Callable[[CameraConfig], Source]


def is_pi_camera(config: CameraConfig) -> bool:
    """Whether there is anything to report about it."""
    return config.source.strip().lower().startswith("picamera2")


def report(
    configs: list[CameraConfig],
    *,
    stretch_s: float = STRETCH_S,
    open_camera: OpenSource = open_source,
    root: Path = Path("/"),
) -> Iterator[str]:
    """Lines about the machine and each Pi camera, as they are measured, about half a minute a camera. Never raises."""
    cameras = [config for config in configs if is_pi_camera(config)]
    if not cameras:
        yield "no Pi camera is configured: nothing to measure on a Pi"
        return
    yield from machine(root)
    for config in cameras:
        yield f"camera {config.name}: {config.source}, {config.width}x{config.height} at {config.fps} a second asked"
        try:
            yield from _measured(config, stretch_s, open_camera, root)
        except SourceError as exc:
            yield f"  FAILED: {exc}"
    yield from state(root)


def machine(root: Path) -> Iterator[str]:
    """What it is; `root` is where /proc and /sys are."""
    yield f"machine: {_text(root / 'proc/device-tree/model') or platform.machine()}, Linux {platform.release()}"
    yield from state(root)


def state(root: Path) -> Iterator[str]:
    """Temperature, throttling and memory of this moment."""
    celsius = _text(root / "sys/class/thermal/thermal_zone0/temp")
    yield f"temperature: {f'{int(celsius) / 1000:.1f} degrees' if celsius.isdigit() else 'not known here'}"
    yield f"power: {throttling(_text(root / 'sys/devices/platform/soc/soc:firmware/get_throttled'))}"
    yield f"memory: {memory(_text(root / 'proc/meminfo'))}"


def throttling(word: str) -> str:
    """The firmware's word, hexadecimal, as a sentence."""
    try:
        bits = int(word, 16)
    except ValueError:
        return "not known here"
    return ", ".join(text for bit, text in _THROTTLED.items() if bits >> bit & 1) or "never too weak, never too hot"


def memory(meminfo: str) -> str:
    """Free memory, and of it the contiguous kind that a camera's buffers are made of, out of /proc/meminfo."""
    kilobytes = {
        name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in meminfo.splitlines())
    }
    parts = [f"{kilobytes.get('MemAvailable', 0) // 1024} of {kilobytes.get('MemTotal', 0) // 1024} MiB free"]
    if "CmaTotal" in kilobytes:
        parts.append(f"CMA {kilobytes['CmaFree'] // 1024} of {kilobytes['CmaTotal'] // 1024} MiB free")
    return ", ".join(parts)


def _measured(config: CameraConfig, stretch_s: float, open_camera: OpenSource, root: Path) -> Iterator[str]:
    source = open_camera(replace(config, microphone=""))
    try:
        if isinstance(source, PiCamera):
            yield f"  encoder: {source.encoder_name}"
        yield from _stretch(source, stretch_s)
        yield from _stills(source)
        yield from (f"  while it runs: {line}" for line in state(root))
    finally:
        source.close()
    for number in range(1, RESTARTS + 1):
        yield f"  start {number} of {RESTARTS}: {_restart(config, open_camera)}; {memory(_text(root / 'proc/meminfo'))}"


def _stretch(source: Source, stretch_s: float) -> Iterator[str]:
    packets: list[Packet] = []
    grays: list[GrayFrame] = []
    while not packets or packets[-1].mono_s - packets[0].mono_s < stretch_s:
        item = source.read()
        if isinstance(item, Packet):
            packets.append(item)
        else:
            grays.append(item)
    span_s = packets[-1].mono_s - packets[0].mono_s
    steps_ms = [(after.mono_s - before.mono_s) * 1000 for before, after in itertools.pairwise(packets)]
    keys = [packet.mono_s for packet in packets if packet.is_keyframe]
    track = packets[0].track
    rate = (len(packets) - 1) / span_s
    yield f"  pictures: {track.width}x{track.height} {track.codec}, {rate:.2f} a second in {span_s:.1f} s"
    middle, longest = statistics.median(steps_ms), max(steps_ms)
    yield f"  between two: {middle:.1f} ms in the middle, {min(steps_ms):.1f} to {longest:.1f} ms"
    apart_s = max((after - before for before, after in itertools.pairwise(keys)), default=0.0)
    yield f"  key frames: {len(keys)}, at most {apart_s:.2f} s apart"
    yield f"  stream: {sum(len(packet.data) for packet in packets) * 8 / span_s / 1e6:.2f} Mbit/s"
    yield f"  looked at: {len(grays) / span_s:.2f} a second, {grays[-1].luma.shape[1]}x{grays[-1].luma.shape[0]}"
    yield f"  behind: {(time.monotonic() - packets[-1].mono_s) * 1000:.0f} ms from the picture to here"


def _stills(source: Source) -> Iterator[str]:
    still = None
    while still is None:
        item = source.read()
        still = item.still if isinstance(item, GrayFrame) else None
    times_ms, jpeg = [], b""
    for _ in range(STILLS):
        began = time.monotonic()
        jpeg = still()
        times_ms.append((time.monotonic() - began) * 1000)
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    size = f"{picture.shape[1]}x{picture.shape[0]}" if picture is not None else "broken"
    yield f"  stills: {size}, {len(jpeg) // 1024} KiB, {', '.join(f'{one:.0f}' for one in times_ms)} ms"


def _restart(config: CameraConfig, open_camera: OpenSource) -> str:
    began = time.monotonic()
    source = open_camera(config)
    try:
        source.read()
        first_s = time.monotonic() - began
    finally:
        began = time.monotonic()
        source.close()
    return f"first picture after {first_s:.2f} s, closed in {time.monotonic() - began:.2f} s"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip("\0\n ")
    except (OSError, UnicodeDecodeError):
        return ""
