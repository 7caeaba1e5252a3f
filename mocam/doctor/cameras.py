"""Each camera: whether it opens, what it gives, and whether anything can be seen in it; also while MoCam has it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from bot.formatting import length_text
from camera.config import CameraConfig
from camera.errors import SourceError, SourceRefused
from camera.gate import Thrift
from camera.meter import Reading, light
from camera.model import GrayFrame, Packet
from camera.sources import Source, open_source
from mocam.alive import LONGEST_SILENCE_S
from mocam.doctor.finding import Finding, fail, ok, warn
from storage.glimpse import Sight

SETTLE_S = 1.5
"""A camera's first pictures are dark or pale until it has measured the light."""
STRETCH_S = 3.0
DARK_LUMA = 16.0
"""Mean of 0 to 255, where video's black is about 16."""
FLAT_LUMA = 3.0
"""Spread below which a picture shows nothing: a lens cap, a wall of fog, a broken sensor."""
LEAST_SHARE_OF_RATE = 0.7
LEAST_RATE = 4.0

PLUGGED_IN = "Is it plugged in and switched on, and does nothing else use it?"

KEY_FRAMES = "in its own settings choose a key frame (I-frame) each second"
DECODING = {
    Thrift.KEYS: "while nothing moves key frames alone are decoded",
    Thrift.PEEKS: "while nothing moves key frames and some pictures between them are decoded, since it keeps a bit "
    "rate; with a variable bit rate (VBR) key frames are enough",
    Thrift.WISH: "every picture is decoded, as DECODE=all says",
    Thrift.RARE: f"every picture is decoded, since key frames come too rarely; {KEY_FRAMES}, no intra refresh",
    Thrift.SLOW: f"every picture is decoded, since this machine could not catch up; {KEY_FRAMES}, or fewer pixels",
    Thrift.SIZES: "every picture is decoded, since it keeps a bit rate, or much moves; in its own settings choose a "
    "variable bit rate (VBR)",
}
"""Not worth a warning: it works, and costs more than it need."""

OpenSource = Callable[[CameraConfig], Source]


def probe(config: CameraConfig, open_camera: OpenSource = open_source) -> Iterator[Finding]:
    """Opens it for some seconds: for a camera that nothing else has."""
    try:
        reading = read(config, open_camera)
    except SourceRefused as error:
        yield fail(subject(config), str(error), _mend(config))
    except SourceError as error:
        yield fail(subject(config), str(error), PLUGGED_IN)
    else:
        yield from judged(subject(config), config, reading)


def overheard(config: CameraConfig, sight: Sight | None, now_s: float) -> Iterator[Finding]:
    """What MoCam, which has the camera, wrote of it in the last minutes. Pure; `now_s` since 1970."""
    if sight is None or not sight.seen:
        yield ok(subject(config), "not opened: MoCam runs and has it, and says in a minute what it sees")
        return
    age_s = now_s - sight.until_s
    if age_s > LONGEST_SILENCE_S:
        said = f"MoCam runs, but wrote nothing about it for {length_text(age_s)}"
        yield fail(subject(config), said, "Its catalogue cannot be written, or it hangs: see the log, and restart it.")
        return
    state, detail = str(sight.seen.get("state", "")), str(sight.seen.get("detail", ""))
    if state == "disarmed":
        yield ok(subject(config), "disarmed: it is closed. /arm opens it")
    elif state == "blind":
        yield fail(subject(config), detail or "blind: it delivers nothing", f"{PLUGGED_IN} {_mend(config)}")
    elif state == "starting":
        yield warn(subject(config), "being opened", "Look again in a minute; if it stays so: is it switched on?")
    else:
        yield from _overheard(config, sight.seen, detail)


def _overheard(config: CameraConfig, seen: dict[str, Any], detail: str) -> Iterator[Finding]:
    if detail:  # the disk refuses its clips, or it sends too much
        yield warn(subject(config), detail, "/status tells when it is over.")
    try:
        reading = Reading(**{name: seen[name] for name in Reading.__dataclass_fields__ if name in seen})
    except TypeError:
        yield ok(subject(config), f"{seen['state']}; its rate is not measured yet")
        return
    yield from judged(subject(config), config, reading)


def subject(config: CameraConfig) -> str:
    return f"camera {config.name}"


def _mend(config: CameraConfig) -> str:
    return f"Mend CAMERAS__{config.name.upper()}__SOURCE; `mocam cameras` lists what is there."


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
            return Reading(track.codec, track.width, track.height, rate, *light(item.luma))


def judged(about: str, config: CameraConfig, reading: Reading) -> Iterator[Finding]:
    """Pure."""
    said = f"{reading.width}x{reading.height} {reading.codec}, {reading.pictures_per_s:.1f} pictures a second"
    chosen = config.source.startswith(("picamera2", "/dev/"))
    wanted = config.fps * LEAST_SHARE_OF_RATE if chosen else LEAST_RATE
    if reading.pictures_per_s < wanted:
        remedy = (
            "More light, a smaller size (WIDTH, HEIGHT) or another socket helps; a network camera has its own setting."
        )
        yield warn(about, f"{said}: fewer than wanted", remedy)
    else:
        yield ok(about, said)
    if reading.decoding in DECODING:
        yield ok(f"decoding of {config.name}", DECODING[Thrift(reading.decoding)])
    its_light = f"light of {config.name}"
    if reading.luma < DARK_LUMA:
        yield warn(
            its_light, "nearly black", "Switch a light on, or take a camera with infrared. By day: is the lens covered?"
        )
    elif reading.spread < FLAT_LUMA:
        yield warn(
            its_light, "nothing can be made out: all of it is one tone", "Is the lens covered, fogged or out of focus?"
        )
    else:
        yield ok(its_light, f"mean {reading.luma:.0f} of 255")
