"""Sparing decoding on real encoded streams: the detector sees the same things as if all had been decoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from camera.bitstream import starts_anew
from camera.config import CameraConfig
from camera.model import GrayFrame, Luma, Packet
from camera.motion import CellDetector, Motion
from camera.replay import Replay, replay
from camera.sources.base import EndOfFile
from camera.sources.file import open_file
from tests.camera.footage import FPS, Change, film, mover, packets

SECONDS = 24


def camera_film(path: Path, *changes: Change, codec: str = "libx264", group: int = FPS, options: str = "") -> Path:
    """As a camera without a bit rate to keep would send it: a hard quantiser that leaves little of the noise."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(FPS), options={"preset": "ultrafast", "crf": "30"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.gop_size = group
        if codec == "libx265":
            more = f"keyint={group}:min-keyint={group}:bframes=0:open-gop=0:log-level=none"
            stream.codec_context.options |= {"x265-params": more}
        else:
            stream.codec_context.options |= {"sc_threshold": "0", "bf": "0"} | dict(
                [options.split("=")] if options else []
            )
        for luma, _ in film(SECONDS, *changes, noise=1.0):
            planes = np.concatenate([luma, np.full((90, 320), 128, np.uint8)])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p")))
        container.mux(stream.encode(None))
    return path


@dataclass
class Eye:
    """Wants nothing by itself; finds something in key frames when told so."""

    finds: bool = False
    wants_all: bool = False
    follows: bool = False
    in_event: bool = False
    glances: list[Luma] = field(default_factory=list)
    probes: list[list[float]] = field(default_factory=list)

    def glance(self, luma: Luma) -> bool:
        self.glances.append(luma)
        return self.finds

    def goes_on(self, shots: Sequence[tuple[Luma, float]]) -> bool:
        self.probes.append([mono_s for _, mono_s in shots])
        return not self.finds


def grays(path: Path, eye: Eye | None) -> list[float]:
    source = open_file(path, loop=False)
    if eye is not None:
        source.spare(eye)
    found = []
    try:
        while True:
            item = source.read()
            if isinstance(item, GrayFrame):
                found.append(item.mono_s)
    except EndOfFile:
        return found
    finally:
        source.close()


def seen(path: Path, decode: str) -> Replay:
    return replay(path, CameraConfig("front", "", Path(), decode=decode))


@pytest.mark.parametrize(
    ("codec", "group", "options"),
    [("libx264", FPS, ""), ("libx264", 4 * FPS, ""), ("libx264", FPS, "bf=2"), ("libx265", FPS, "")],
    ids=["one second", "four seconds", "pictures sent in another order", "HEVC"],
)
def test_the_same_events_out_of_fewer_pictures(tmp_path: Path, codec: str, group: int, options: str) -> None:
    path = camera_film(tmp_path / "a.mp4", mover(18.4, 21), codec=codec, group=group, options=options)
    everything, spared = seen(path, "all"), seen(path, "keys" if codec == "libx265" else "auto")
    assert spared.events == everything.events
    assert len(everything.events) == 1
    assert spared.frames == everything.frames
    assert spared.duration_s == pytest.approx(everything.duration_s, abs=0.01)
    eye = Eye()
    assert len(grays(path, eye)) < SECONDS * FPS - 10
    assert eye.glances


STEADY = {
    "preset": "superfast",
    "b": "400000",
    "maxrate": "400000",
    "bufsize": "200000",
    "bf": "0",
    "sc_threshold": "0",
}
"""Held to a bit rate that its noise eats."""


def steady_film(path: Path, *changes: Change, group: int, more: dict[str, str] | None = None) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(FPS), options=STEADY | (more or {}))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.gop_size = group
        for luma, _ in film(SECONDS, *changes, noise=2.0):
            planes = np.concatenate([luma, np.full((90, 320), 128, np.uint8)])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("group", [FPS, 4 * FPS], ids=["one second", "four seconds"])
def test_a_camera_that_keeps_a_bit_rate_is_peeked_at(tmp_path: Path, group: int) -> None:
    path = steady_film(tmp_path / "a.mp4", mover(18.4, 21), group=group)
    everything, spared = seen(path, "all"), seen(path, "auto")
    assert spared.events == everything.events
    assert len(everything.events) == 1
    eye = Eye()
    shown = np.array(grays(path, eye))
    assert np.count_nonzero((shown > 12) & (shown < 20)) <= 8 * FPS / group + 1
    assert len(eye.glances) > 3 * (SECONDS - 13)
    assert max(np.diff(shown)) <= group / FPS + 0.01


def test_what_a_peek_shows_brings_all_of_its_group_each_once_in_order(tmp_path: Path) -> None:
    path = steady_film(tmp_path / "a.mp4", group=2 * FPS)

    class Startled(Eye):
        """At the third look after it fell asleep."""

        def glance(self, luma: Luma) -> bool:
            super().glance(luma)
            return len(self.glances) == 3

    shown = grays(path, Startled())
    assert shown == sorted(set(shown))
    gaps = np.diff(shown)
    first_gap = int(np.argmax(gaps > 0.1))
    assert shown[first_gap] > 11, "the peek came first, and nothing was left out by it"


def test_a_camera_whose_pictures_are_sent_in_another_order_is_not_peeked_at(tmp_path: Path) -> None:
    path = steady_film(tmp_path / "a.mp4", mover(18.4, 21), group=2 * FPS, more={"bf": "2"})
    everything, spared = seen(path, "all"), seen(path, "auto")
    assert spared.events == everything.events
    assert len(grays(path, Eye())) > SECONDS * FPS * 0.8


@pytest.mark.parametrize("group", [FPS, 2 * FPS])
@pytest.mark.parametrize("options", ["b=300000", "bf=2"], ids=["a steady bit rate", "pictures in another order"])
def test_a_long_visit_is_the_same_event_out_of_fewer_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: int, options: str
) -> None:
    path = camera_film(tmp_path / "a.mp4", mover(4, 21, speed_px_s=19, height=34), group=group, options=options)
    looks: list[float] = []

    class Counting(CellDetector):
        def look(self, luma: Luma, t_s: float, *, alone: bool = False) -> Motion:
            looks.append(t_s)
            return super().look(luma, t_s, alone=alone)

    monkeypatch.setattr("camera.replay.CellDetector", Counting)
    (everything,) = seen(path, "all").events
    assert len(looks) == SECONDS * FPS
    looks.clear()
    (spared,) = seen(path, "auto").events
    assert spared[0] == pytest.approx(everything[0], abs=0.01)
    assert spared[1] == pytest.approx(everything[1], abs=0.5)
    assert sum(8 < at_s < 20 for at_s in looks) <= 6 * 3 + 1
    assert looks == sorted(set(looks))
    assert sum(4 <= at_s < 6 for at_s in looks) == 2 * FPS


@pytest.mark.parametrize("options", ["b=300000", "bf=2"], ids=["in order", "in another order"])
def test_in_an_event_a_few_pictures_every_two_seconds_are_shown_together(tmp_path: Path, options: str) -> None:
    path = camera_film(tmp_path / "a.mp4", options=options)
    eye = Eye(follows=True)
    shown = grays(path, eye)
    assert shown == sorted(set(shown))
    for probe in eye.probes:
        first_s = probe[0]
        expected = [0, 1 / FPS, 2 / FPS] if options != "bf=2" else [0]
        assert [at_s - first_s for at_s in probe] == pytest.approx(expected, abs=0.01)
    firsts = [probe[0] for probe in eye.probes]
    assert np.diff(firsts) == pytest.approx(2, abs=0.01)
    assert {round(at_s, 2) for probe in eye.probes for at_s in probe} <= {round(at_s, 2) for at_s in shown}
    assert sum(firsts[0] <= at_s < firsts[-1] for at_s in shown) == sum(map(len, eye.probes[:-1]))


@pytest.mark.parametrize("options", ["b=300000", "bf=2"], ids=["in order", "in another order"])
def test_when_they_no_longer_show_it_all_before_them_is_shown_each_once_in_order(tmp_path: Path, options: str) -> None:
    path = camera_film(tmp_path / "a.mp4", options=options)
    eye = Eye(finds=True, follows=True)
    shown = grays(path, eye)
    assert eye.probes
    assert shown == sorted(set(shown))
    missing = set(np.round(np.arange(SECONDS * FPS) / FPS, 3)) - {round(at_s, 3) for at_s in shown}
    assert len(missing) <= (0 if options != "bf=2" else SECONDS * 2)


def test_when_they_no_longer_show_it_what_is_before_the_last_key_frame_that_did_is_left_out(tmp_path: Path) -> None:
    path = camera_film(tmp_path / "a.mp4", options="b=300000")

    @dataclass
    class Follower(Eye):
        """Sees it for the last time in the key frame between two that are looked at."""

        follows: bool = True
        lost_s: float | None = None

        def goes_on(self, shots: Sequence[tuple[Luma, float]]) -> bool:
            super().goes_on(shots)
            if len(shots) > 1 and shots[0][1] > 15 and self.lost_s is None:
                self.lost_s = shots[0][1]
                return False
            return True

    eye, source = Follower(), open_file(path, loop=False)
    source.spare(eye)
    shown: list[tuple[float, bool]] = []
    try:
        while True:
            item = source.read()
            if isinstance(item, GrayFrame):
                shown.append((item.mono_s, item.alone))
    except EndOfFile:
        pass
    finally:
        source.close()
    assert eye.lost_s is not None
    again = [(at_s, alone) for at_s, alone in shown if eye.lost_s - 1.5 < at_s < eye.lost_s + 0.5]
    assert [at_s for at_s, _ in again] == pytest.approx(eye.lost_s - 1 + np.arange(len(again)) / FPS, abs=0.01)
    assert [alone for _, alone in again] == [True] + [False] * (len(again) - 1)
    assert [at_s for at_s, _ in shown] == sorted({at_s for at_s, _ in shown})


def test_when_a_key_frame_shows_something_what_is_before_the_last_clear_one_is_left_out(tmp_path: Path) -> None:
    path = camera_film(tmp_path / "a.mp4")

    class Startled(Eye):
        """By the third key frame that is looked at, and by none before it."""

        def glance(self, luma: Luma) -> bool:
            super().glance(luma)
            return len(self.glances) == 3

    looked = [at_s for at_s in grays(path, Eye()) if at_s > 12]
    third_s = looked[2]
    assert third_s - looked[1] > 2, "key frames between them were held"
    shown = [at_s for at_s in grays(path, Startled()) if at_s > looked[1]]
    assert shown == pytest.approx(third_s - 1 + np.arange(len(shown)) / FPS, abs=0.01)
    assert shown[-1] > third_s


def test_who_waits_for_a_picture_within_those_few_gets_it_and_those_before(tmp_path: Path) -> None:
    path = camera_film(tmp_path / "a.mp4", options="b=300000")
    source = open_file(path, loop=False)
    eye = Eye(follows=True)
    source.spare(eye)
    shown: list[float] = []
    try:
        while True:
            item = source.read()
            if isinstance(item, GrayFrame):
                shown.append(item.mono_s)
            elif len(eye.probes) == 3 and item.mono_s - eye.probes[-1][0] > 2:  # its key frame was just decoded
                eye.wants_all = True
    except EndOfFile:
        pass
    finally:
        source.close()
    assert len(eye.probes) == 3
    after = [at_s for at_s in shown if at_s > eye.probes[-1][-1] + 0.01]
    assert np.diff(after) == pytest.approx(1 / FPS, abs=0.01)
    assert after[0] == pytest.approx(eye.probes[-1][-1] + 1 / FPS, abs=0.01)


def larger(path: Path, target: Path, *places: int) -> Path:
    """The same pictures; the packets at these places carry 20 kB that mean nothing."""
    padding = b"\x06\x05" + b"\xff" * 80 + b"\x10" + bytes([0x55]) * (80 * 255 + 16) + b"\x80"
    with av.open(str(path)) as source, av.open(str(target), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for index, packet in enumerate(source.demux(source.streams.video[0])):
            if packet.pts is None:
                continue
            data = bytes(packet)
            if index in places:
                data = len(padding).to_bytes(4) + padding + data
            copy = av.Packet(data)
            copy.pts, copy.dts, copy.time_base, copy.stream = packet.pts, packet.dts, packet.time_base, stream
            copy.is_keyframe = packet.is_keyframe
            out.mux(copy)
    return target


@pytest.mark.parametrize("finds", [False, True])
def test_what_the_sizes_tell_of_is_looked_at_once_and_shown_only_if_it_is_there(tmp_path: Path, finds: bool) -> None:
    odd = range(18 * FPS + 3, 18 * FPS + 6)
    path = larger(camera_film(tmp_path / "a.mp4"), tmp_path / "b.mp4", *odd)
    calm = grays(path, Eye())
    assert not [at_s for at_s in calm if 18.01 < at_s < 18.99]

    class Startled(Eye):
        """By what is neither a key frame nor the picture of one."""

        def glance(self, luma: Luma) -> bool:
            super().glance(luma)
            return finds and len(self.glances) == checked

    eye = Eye()
    grays(path, eye)
    looks = len(eye.glances)
    plain = Eye()
    grays(tmp_path / "a.mp4", plain)
    assert looks > len(plain.glances)
    checked = next(
        number for number, luma in enumerate(eye.glances, 1)
        if number > len(plain.glances) or not np.array_equal(luma, plain.glances[number - 1])
    )  # fmt: skip
    shown = [at_s for at_s in grays(path, Startled()) if 17 <= at_s < 19]
    assert shown == sorted(set(shown))
    last = [round(at_s * FPS) for at_s in shown if at_s > 18.01]
    assert last[:6] == ([18 * FPS + place for place in range(1, 7)] if finds else [])


def test_while_nothing_moves_only_key_frames_are_decoded(tmp_path: Path) -> None:
    path = camera_film(tmp_path / "a.mp4")
    eye = Eye()
    shown = [at_s for at_s in grays(path, eye) if 15 < at_s < SECONDS - 2.1]
    assert shown
    assert all(at_s == pytest.approx(round(at_s), abs=0.01) for at_s in shown)
    assert max(np.diff(shown), default=0) <= 4.01
    assert len(grays(path, None)) == SECONDS * FPS


@pytest.mark.parametrize("options", ["", "bf=2"], ids=["in order", "in another order"])
def test_what_a_key_frame_shows_brings_all_before_it_each_once_in_order(tmp_path: Path, options: str) -> None:
    path = camera_film(tmp_path / "a.mp4", group=FPS, options=options)
    shown = grays(path, Eye(finds=True))
    assert shown == sorted(set(shown))
    missing = set(np.round(np.arange(SECONDS * FPS) / FPS, 3)) - {round(at_s, 3) for at_s in shown}
    assert len(missing) <= (0 if not options else SECONDS * 2)  # what the decoder held back as it fell asleep


def test_who_wants_every_picture_gets_those_of_the_group_in_which_he_asks(tmp_path: Path) -> None:
    path = camera_film(tmp_path / "a.mp4")

    class Asks(Eye):
        def glance(self, luma: Luma) -> bool:
            self.wants_all = len(self.glances) == 3
            return super().glance(luma)

    shown = grays(path, Asks())
    asleep = np.flatnonzero(np.diff(shown) > 0.9)
    assert len(asleep) >= 2
    assert np.diff(shown)[asleep[-1] + 1 :][: FPS - 1] == pytest.approx(1 / FPS, abs=0.01)


def test_only_pictures_that_need_nothing_before_them_are_a_start() -> None:
    for codec in ("h264", "hevc"):
        for annex_b in (True, False):
            made: list[Packet] = packets(6, group=3, codec=codec, annex_b=annex_b)
            found = [starts_anew(one.data, codec, one.track.extradata) for one in made]
            assert found == [index % 3 == 0 for index in range(6)]
    assert not starts_anew(b"", "h264", b"")
    assert not starts_anew(b"\0\0\0\x09\x65\x00", "h264", b"\x01" * 30)
