"""A decoder that is made anew: the same pictures, and less memory."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from numpy.typing import NDArray

from camera.errors import SourceError
from camera.gate import Gate, Step
from camera.model import Packet
from camera.sources.libav import Address, VideoInput
from camera.sources.looker import UNPEEKED_S, Looker, Shown
from camera.sources.picture import still, still_of
from tests.camera.source_videos import FPS, picture
from tests.camera.test_looker import Eye

ROOT = Path(__file__).parents[2]
GROUP = 5


def written(
    path: Path,
    codec: str = "libx264",
    options: str = "bf=0",
    size: tuple[int, int] = (320, 180),
    pictures: int = 4 * GROUP,
) -> Path:
    more = dict([options.split("=")]) if codec == "libx264" else {"x265-params": "bframes=0:log-level=none:" + options}
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(FPS), options={"preset": "ultrafast"} | more)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.gop_size = GROUP
        for number in range(pictures):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(number, *size), format="rgb24")))
        container.mux(stream.encode(None))
    return path


def opened(path: Path) -> tuple[VideoInput, list[Packet]]:
    video = VideoInput(Address(f"file:{path}", path.name, {}))
    packets = [
        Packet(bytes(one), one.pts or 0, one.dts or 0, one.is_keyframe, index / FPS, video.track)
        for index, one in enumerate(video.packets())
    ]
    return video, packets


def encoded(packet: Packet) -> av.Packet[Any]:
    return av.Packet(packet.data)


def pixels(pictures: list[av.VideoFrame]) -> list[NDArray[np.uint8]]:
    return [np.asarray(one.to_ndarray(), np.uint8) for one in pictures]


@pytest.mark.parametrize(
    ("codec", "options"),
    [("libx264", "bf=0"), ("libx264", "bf=2"), ("libx265", f"keyint={GROUP}:open-gop=0")],
    ids=["H.264", "pictures sent in another order", "HEVC"],
)
def test_a_new_decoder_shows_what_the_old_one_would_have(tmp_path: Path, codec: str, options: str) -> None:
    path = written(tmp_path / "a.mp4", codec, options)
    seen = []
    for forget in (VideoInput.flush, VideoInput.renew):
        video, packets = opened(path)
        before = [shown for one in packets[: GROUP + 2] for shown in video.decode(encoded(one))]
        forget(video)
        start = next(index for index, one in enumerate(packets) if index > GROUP and one.is_keyframe)
        after = [shown for one in packets[start:] for shown in video.decode(encoded(one))]
        seen.append(pixels(before + after + video.decode(None)))
        video.close()
    flushed, renewed = seen
    assert len(renewed) == len(flushed) >= 2 * GROUP
    assert all((one == other).all() for one, other in zip(renewed, flushed, strict=True))


CHILD = """
import sys
from mocam.heap import bound_heap
bound_heap()
from camera.sources.libav import Address, VideoInput

def dirty_mb():
    lines = open("/proc/self/smaps_rollup").readlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty")) * 1024 / 1e6

video = VideoInput(Address(f"file:{sys.argv[1]}", "a.mp4", {}))
packets = list(video.packets())
held = [shown for one in packets for shown in video.decode(one)]
assert len(held) == 5
del held
wide = dirty_mb()
video.renew()
assert video.decode(packets[0])
print(wide - dirty_mb())
"""


def test_pictures_that_were_held_at_once_cost_no_memory_afterwards(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mp4", size=(1920, 1080), pictures=GROUP)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert float(done.stdout) > 10, "four pictures of 3 MB each"


class Counting(VideoInput):
    renewals = 0

    def renew(self) -> None:
        self.renewals += 1
        super().renew()


def test_it_is_made_anew_once_when_watching_falls_asleep(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mp4")
    _, packets = opened(path)
    video = Counting(Address(f"file:{path}", path.name, {}))
    looker = Looker(video, Gate(), Eye(), timed=False)
    length_s = len(packets) / FPS
    length_pts = round(length_s / video.track.time_base)
    shown: list[Shown] = []
    for turn in range(20):
        for one in packets:
            packet = replace(one, pts=one.pts + turn * length_pts, dts=one.dts + turn * length_pts)
            shown += looker.take(packet, turn * length_s + packet.mono_s)
    assert video.renewals == 1
    asleep = [one for one in shown if one.packet is not None]
    assert asleep
    assert all(still_of(one.packet)() == still(one.picture)() for one in asleep if one.packet is not None)
    video.close()


class Told(Gate):
    """Decodes two groups, then key frames alone; from 3 to 5 s it peeks."""

    def take(self, size: int, t_s: float, *, is_key: bool, **more: bool) -> Step:
        super().take(size, t_s, is_key=is_key, **more)
        if t_s < 2 * GROUP / FPS:
            return Step.DECODE
        return Step.GLANCE if is_key else Step.PEEK if 3 < t_s < 5 else Step.HOLD


def test_it_is_made_anew_once_more_when_nobody_has_peeked_for_long(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mp4")
    _, packets = opened(path)
    video = Counting(Address(f"file:{path}", path.name, {}))
    looker = Looker(video, Told(), Eye(), timed=False)
    renewed_s: list[float] = []
    for number in range(round(40 * FPS)):
        before = video.renewals
        list(looker.take(packets[number % len(packets)], number / FPS))
        if video.renewals > before:
            renewed_s.append(number / FPS)
    assert renewed_s == pytest.approx([2 * GROUP / FPS, 5 + UNPEEKED_S], abs=GROUP / FPS)
    video.close()


def test_a_damaged_key_frame_gives_no_picture_but_a_sentence(tmp_path: Path) -> None:
    video, packets = opened(written(tmp_path / "a.mp4"))
    video.close()
    damaged = Packet(b"\0\0\0\1\x65", 0, 0, True, 0.0, packets[0].track)
    with pytest.raises(SourceError, match="could not be decoded"):
        still_of(damaged)()
