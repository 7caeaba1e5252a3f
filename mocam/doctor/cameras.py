"""Each camera: whether it opens, what it gives, and whether anything can be seen in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from camera.config import CameraConfig
from camera.errors import SourceError, SourceRefused
from camera.model import GrayFrame, Packet
from camera.sources import Source, open_source
from mocam.doctor.finding import Finding, fail, ok, warn

SETTLE_S = 1.5
"""A camera's first pictures are dark or pale until it has measured the light."""
STRETCH_S = 3.0
DARK_LUMA = 16.0
"""Mean of 0 to 255, where video's black is about 16."""
FLAT_LUMA = 3.0
"""Spread below which a picture shows nothing: a lens cap, a wall of fog, a broken sensor."""
LEAST_SHARE_OF_RATE = 0.7
LEAST_RATE = 4.0

OpenSource = Callable[[CameraConfig], Source]


@dataclass(frozen=True, slots=True)
class Reading:
    """Of some seconds."""

    codec: str
    width: int
    height: int
    pictures_per_s: float
    luma: float
    """Mean of the last gray frame, 0 to 255."""
    spread: float
    """Its standard deviation."""


def probe(configs: list[CameraConfig], *, running: bool, open_camera: OpenSource = open_source) -> Iterator[Finding]:
    """`running`: MoCam has the cameras at this moment, so that they are left alone."""
    for config in configs:
        subject = f"camera {config.name}"
        if running:
            yield ok(subject, "not opened: MoCam runs and has it; /status shows whether it sees")
            continue
        try:
            reading = read(config, open_camera)
        except SourceRefused as error:
            yield fail(
                subject,
                str(error),
                f"Mend CAMERAS__{config.name.upper()}__SOURCE; `mocam cameras` lists what is there.",
            )
        except SourceError as error:
            yield fail(subject, str(error), "Is it plugged in and switched on, and does nothing else use it?")
        else:
            yield from judged(subject, config, reading)


def read(config: CameraConfig, open_camera: OpenSource = open_source) -> Reading:
    """Opens it for some seconds. Raises SourceError."""
    source = open_camera(config)
    try:
        return _read(source)
    finally:
        source.close()


def _read(source: Source) -> Reading:
    packets: list[Packet] = []
    began = time.monotonic()
    while True:
        item = source.read()
        age_s = time.monotonic() - began
        if isinstance(item, Packet):
            if age_s >= SETTLE_S:
                packets.append(item)
        elif isinstance(item, GrayFrame) and age_s >= SETTLE_S + STRETCH_S and len(packets) > 1:
            span_s = packets[-1].mono_s - packets[0].mono_s
            rate = (len(packets) - 1) / span_s if span_s > 0 else 0.0
            track = packets[-1].track
            luma, spread = float(item.luma.mean()), float(item.luma.std())
            return Reading(track.codec, track.width, track.height, rate, luma, spread)


def judged(subject: str, config: CameraConfig, reading: Reading) -> Iterator[Finding]:
    """Pure."""
    said = f"{reading.width}x{reading.height} {reading.codec}, {reading.pictures_per_s:.1f} pictures a second"
    chosen = config.source.startswith(("picamera2", "/dev/"))
    wanted = config.fps * LEAST_SHARE_OF_RATE if chosen else LEAST_RATE
    if reading.pictures_per_s < wanted:
        remedy = (
            "More light, a smaller size (WIDTH, HEIGHT) or another socket helps; a network camera has its own setting."
        )
        yield warn(subject, f"{said}: fewer than wanted", remedy)
    else:
        yield ok(subject, said)
    light = f"light of {config.name}"
    if reading.luma < DARK_LUMA:
        yield warn(
            light, "nearly black", "Switch a light on, or take a camera with infrared. By day: is the lens covered?"
        )
    elif reading.spread < FLAT_LUMA:
        yield warn(
            light, "nothing can be made out: all of it is one tone", "Is the lens covered, fogged or out of focus?"
        )
    else:
        yield ok(light, f"mean {reading.luma:.0f} of 255")
