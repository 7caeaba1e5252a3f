"""What every source must keep to, whatever stands behind it.

Run over each kind by test_source_contract.py. A kind that needs another process (a library loaded before Python) is run
as `python -m tests.camera.source_contract ADDRESS EXPECTED_JSON`.
"""

from __future__ import annotations

import itertools
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import av
import cv2
import numpy as np

from camera.config import CameraConfig
from camera.errors import SourceLost
from camera.model import GrayFrame, Packet
from camera.sources import Source, open_source
from tests.camera.source_videos import HEIGHT, LEFT_LUMA, LEFT_RGB, RIGHT_LUMA, RIGHT_RGB, WIDTH

PACKETS = 34
"""How much of a source is looked at; more than a second of any, so that a second key frame is among them."""

PATIENCE_S = 90.0


@dataclass(frozen=True)
class Expected:
    """What this kind shows in particular."""

    width: int = WIDTH
    height: int = HEIGHT
    codec: str = "h264"
    known_colours: bool = True
    """The picture is that of source_videos."""
    real_time: bool = True
    small: str = ""
    """Address of the second, small stream that detection looks at; it shows the same colours."""


@dataclass
class Seen:
    """A stretch of one open source."""

    items: list[Packet | GrayFrame]
    ended_mono_s: float

    @property
    def packets(self) -> list[Packet]:
        """Of video."""
        return [item for item in self.items if isinstance(item, Packet) and not item.track.is_sound]

    @property
    def sounds(self) -> list[Packet]:
        return [item for item in self.items if isinstance(item, Packet) and item.track.is_sound]

    @property
    def grays(self) -> list[GrayFrame]:
        return [item for item in self.items if isinstance(item, GrayFrame)]


def config_of(address: str, fps: int = 30, small: str = "") -> CameraConfig:
    return CameraConfig("front", address, Path(), detect_source=small, width=WIDTH, height=HEIGHT, fps=fps)


def hold_to_contract(address: str, expected: Expected, *, transport: str = "tcp") -> None:
    """Opens the source, looks at a stretch, closes it. Raises AssertionError."""
    threads = set(threading.enumerate())
    source = open_source(replace(config_of(address, small=expected.small), transport=transport))
    try:
        # Of two streams, the one that came first has its first second waiting when the other begins.
        seen = look(source, PACKETS * 2 if expected.small else PACKETS)
        still = seen.grays[-1].still()
    finally:
        source.close()
    source.close()
    check_packets(seen, expected)
    check_grays(seen, expected)
    check_still(still, expected)
    check_key_frames(seen)
    check_closed(source, threads)


def look(source: Source, packets: int = PACKETS) -> Seen:
    """Reads until so many packets and a gray frame after them have come."""
    items: list[Packet | GrayFrame] = []
    deadline = time.monotonic() + PATIENCE_S
    count = 0
    while count < packets or not isinstance(items[-1], GrayFrame):
        assert time.monotonic() < deadline, f"only {count} packets in {PATIENCE_S} s"
        items.append(source.read())
        count = len(Seen(items, 0.0).packets)
    return Seen(items, time.monotonic())


def check_packets(seen: Seen, expected: Expected) -> None:
    packets = seen.packets
    assert isinstance(seen.items[0], Packet)
    assert packets[0].is_keyframe, "a stream begins with a key frame"
    assert any(packet.is_keyframe for packet in packets[1:]), "no second key frame"
    assert {packet.track for packet in packets} == {packets[0].track}
    track = packets[0].track
    assert (track.codec, track.width, track.height) == (expected.codec, expected.width, expected.height)
    assert all(packet.data for packet in packets)
    for before, after in itertools.pairwise(packets):
        assert after.dts > before.dts
        assert after.pts >= after.dts
        assert after.mono_s >= before.mono_s
    span_s = float((packets[-1].pts - packets[0].pts) * track.time_base)
    assert 0.5 < span_s < PATIENCE_S
    if expected.real_time:
        assert -1.0 < seen.ended_mono_s - packets[-1].mono_s < 10.0, "mono_s is CLOCK_MONOTONIC"


def check_grays(seen: Seen, expected: Expected) -> None:
    width = min(320, expected.width)
    height = round(expected.height * width / expected.width)
    newest_packet_s = newest_gray_s = float("-inf")
    for item in seen.items:
        if isinstance(item, Packet):
            assert newest_packet_s > float("-inf") or not item.track.is_sound, "the first packet is video"
            newest_packet_s = max(newest_packet_s, item.mono_s)
            continue
        assert item.mono_s <= newest_packet_s, "a gray frame came before its packet"
        assert item.mono_s >= newest_gray_s
        newest_gray_s = item.mono_s
        assert item.luma.dtype == np.uint8
        assert item.luma.shape == (height, width)
        if expected.known_colours:
            lower = item.luma[height // 2 :]
            assert abs(float(lower[:, : width // 2 - 4].mean()) - LEFT_LUMA) < 16
            assert abs(float(lower[:, width // 2 + 4 :].mean()) - RIGHT_LUMA) < 16
    assert len(seen.grays) > PACKETS / 3


def check_still(jpeg: bytes, expected: Expected) -> None:
    assert jpeg.startswith(b"\xff\xd8")
    bgr = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    assert bgr.shape == (expected.height, expected.width, 3)
    if expected.known_colours:
        lower, middle = bgr[expected.height // 2 :], expected.width // 2
        for part, rgb in ((lower[:, : middle - 8], LEFT_RGB), (lower[:, middle + 8 :], RIGHT_RGB)):
            assert np.abs(part.reshape(-1, 3).mean(axis=0)[::-1] - rgb).max() < 14, "the colours are wrong"


def check_key_frames(seen: Seen) -> None:
    """From each key frame on every packet can be decoded, by a decoder that knows nothing but the track."""
    packets = seen.packets
    for start in (index for index, packet in enumerate(packets) if packet.is_keyframe):
        run = packets[start:]
        assert len(decoded(run)) == len(run)


def decoded(packets: list[Packet]) -> list[av.VideoFrame]:
    """The pictures of packets whose first is a key frame; raises av.FFmpegError on the first broken one."""
    track = packets[0].track
    decoder = av.CodecContext.create(track.codec, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.extradata = track.extradata or None
    decoder.thread_count = 1
    decoder.options = {"err_detect": "explode"}
    pictures: list[av.VideoFrame] = []
    for packet in packets:
        encoded = av.Packet(packet.data)
        encoded.pts, encoded.dts, encoded.time_base = packet.pts, packet.dts, track.time_base
        pictures += decoder.decode(encoded)
    return pictures + decoder.decode(None)


def check_closed(source: Source, threads_before: set[threading.Thread]) -> None:
    try:
        source.read()
    except SourceLost:
        pass
    else:
        raise AssertionError("a closed source still delivers")
    left = [thread for thread in set(threading.enumerate()) - threads_before if thread.is_alive()]
    for thread in left:
        thread.join(PATIENCE_S)
    assert not any(thread.is_alive() for thread in left), f"threads left behind: {left}"


def as_arguments(address: str, expected: Expected) -> list[str]:
    """The command line that runs the contract in a process of its own."""
    return [sys.executable, "-m", "tests.camera.source_contract", address, json.dumps(asdict(expected))]


if __name__ == "__main__":
    hold_to_contract(sys.argv[1], Expected(**json.loads(sys.argv[2])))
