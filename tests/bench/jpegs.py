"""CPU for a second of 720p15 MJPEG while nothing moves: kept as it is, beside decoded and encoded all the time."""

from __future__ import annotations

import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from camera.developing import Developer
from camera.encoder import Encoder
from camera.model import Packet
from camera.sources.feed import Feed
from camera.sources.libav import Address, VideoInput
from camera.sources.picture import gray
from camera.sources.timing import FileTime
from tests.bench.figure import Figure, figure

FPS, SIZE = 15, (1280, 720)


async def measure(short: bool) -> list[Figure]:
    seconds = 4 if short else 20
    idle, event, before = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        film = _film(Path(folder) / "room.avi", seconds)
        for _ in range(1 if short else 5):
            begun_s = time.process_time()
            packets = _kept(film)
            idle.append((time.process_time() - begun_s) / seconds)
            begun_s = time.process_time()
            developer = Developer("front")
            made = [made for packet in packets for made in developer.develop(packet)]
            event.append((time.process_time() - begun_s) / seconds)
            assert len(made) == len(packets) == seconds * FPS
            begun_s = time.process_time()
            _encoded(film)
            before.append((time.process_time() - begun_s) / seconds)
    return [
        figure("a second of 720p15 MJPEG, kept and looked at", "s", idle),
        figure("the same, decoded and encoded all the time", "s", before),
        figure("what an event adds: decoding and encoding it once", "s", event),
    ]


def _kept(film: Path) -> list[Packet]:
    video = VideoInput(Address(f"file:{film}", film.name, {}))
    items = list(Feed(FileTime()).run(video))
    video.close()
    return [item for item in items if isinstance(item, Packet)]


def _encoded(film: Path) -> None:
    encoder, video = Encoder(*SIZE, FPS), VideoInput(Address(f"file:{film}", film.name, {}))
    number = 0
    for packet in video.packets():
        for picture in video.decode(packet):
            encoder.encode(picture, number * 90_000 // FPS, number / FPS)
            gray(picture)
            number += 1
    video.close()


def _film(path: Path, seconds: int) -> Path:
    """A room with sensor noise, JPEGs of about 150 kB as a webcam sends."""
    rng = np.random.default_rng(3)
    room = cv2.resize(rng.integers(60, 180, (27, 48, 3), dtype=np.uint8), SIZE, interpolation=cv2.INTER_CUBIC)
    grain = [rng.integers(0, 14, room.shape, dtype=np.uint8) for _ in range(5)]
    jpegs = [cv2.imencode(".jpg", room + one, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes() for one in grain]
    with av.open(str(path), "w") as container:
        stream = container.add_mux_stream("mjpeg", rate=FPS, width=SIZE[0], height=SIZE[1])
        for number in range(seconds * FPS):
            packet = av.Packet(jpegs[number % len(jpegs)])
            packet.stream, packet.time_base = stream, Fraction(1, FPS)
            packet.pts = packet.dts = number
            packet.is_keyframe = True
            container.mux(packet)
    return path
