"""Video files: looped as a camera, and read once for replay."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from camera.errors import SourceRefused
from camera.model import GrayFrame, Packet
from camera.sources import EndOfFile, Source, open_source
from camera.sources.file import path_of
from tests.camera.source_contract import config_of, decoded
from tests.camera.source_videos import FPS, packets_of, write_video


def replayed(video: Path) -> list[GrayFrame]:
    """All that a file holds, read once."""
    source = open_source(config_of(f"file://{video}"), loop=False)
    frames = list(_until_end(source))
    with pytest.raises(EndOfFile):
        source.read()
    source.close()
    return frames


def _until_end(source: Source) -> Iterator[GrayFrame]:
    with contextlib.suppress(EndOfFile):
        while True:
            item = source.read()
            assert isinstance(item, GrayFrame)
            yield item


def looped(video: Path, packets: int) -> list[Packet]:
    source = open_source(config_of(f"file://{video}"))
    items = itertools.islice((item for item in iter(source.read, None) if isinstance(item, Packet)), packets)
    found = list(items)
    source.close()
    return found


@pytest.mark.parametrize("b_frames", [0, 2])
def test_h264_goes_through_byte_for_byte_again_and_again(tmp_path: Path, b_frames: int) -> None:
    video = write_video(tmp_path / "a.mp4", frames=20, b_frames=b_frames)
    originals = packets_of(video)
    packets = looped(video, 50)
    assert [packet.data for packet in packets] == (originals * 3)[:50]
    assert packets[0].track.extradata.startswith(b"\x01"), "the avcC of the file"
    for before, after in itertools.pairwise(packets):
        assert after.dts > before.dts
    assert len({packet.pts for packet in packets}) == 50
    shown_s = sorted(float(packet.pts * packet.track.time_base) for packet in packets[:40])
    assert np.diff(shown_s) == pytest.approx(1 / FPS), "no gap and no overlap at the joint"


def test_over_the_joint_everything_stays_decodable(tmp_path: Path) -> None:
    packets = looped(write_video(tmp_path / "a.mp4", frames=20, b_frames=2), 45)
    assert len(decoded(packets)) == 45


def test_other_codecs_are_encoded_on_one_line_over_the_joint(tmp_path: Path) -> None:
    packets = looped(write_video(tmp_path / "a.avi", "mpeg4", frames=20), 50)
    shown_s = [float(packet.pts * packet.track.time_base) for packet in packets]
    assert np.diff(shown_s) == pytest.approx(1 / FPS, abs=0.001)
    assert len(decoded(packets)) == 50


@pytest.mark.parametrize(
    ("name", "codec", "b_frames"),
    [
        ("a.mp4", "libx264", 0),
        ("b.mp4", "libx264", 2),
        ("c.avi", "mpeg4", 2),
        ("d.avi", "cinepak", 0),
        ("e.mkv", "libx265", 2),
        ("f.ts", "libx264", 2),
        ("h.avi", "mjpeg", 0),
    ],
)
def test_replay_sees_every_frame_at_its_time(tmp_path: Path, name: str, codec: str, b_frames: int) -> None:
    pix_fmt = {"cinepak": "rgb24", "mjpeg": "yuvj420p"}.get(codec, "yuv420p")
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    size = (160, 96) if codec == "cinepak" else (640, 360)  # FFmpeg's Cinepak encoder is very slow
    video = write_video(
        tmp_path / name, codec, b_frames=b_frames, frames=40, pix_fmt=pix_fmt, options=options, size=size
    )
    frames = replayed(video)
    assert [frame.mono_s for frame in frames] == pytest.approx([number / FPS for number in range(40)], abs=0.002)
    assert all(frame.luma.shape == (min(180, size[1]), min(320, size[0])) for frame in frames)
    assert not np.array_equal(frames[0].luma, frames[20].luma)


def test_replay_of_mpeg1_loses_no_frame(tmp_path: Path) -> None:
    """Its container gives times to some pictures only; they are good to one picture's time."""
    frames = replayed(write_video(tmp_path / "a.mpg", "mpeg1video", b_frames=2, frames=40))
    assert [frame.mono_s for frame in frames] == pytest.approx([number / FPS for number in range(40)], abs=1.01 / FPS)


def test_replay_keeps_uneven_times(tmp_path: Path) -> None:
    pts = [5000, 5040, 5500, 5510, 9000, 30_000, 30_040]
    frames = replayed(write_video(tmp_path / "a.mkv", frames=7, pts=pts, b_frames=0))
    assert [frame.mono_s for frame in frames] == pytest.approx([(stamp - 5000) / 1000 for stamp in pts], abs=0.002)


def test_a_looped_file_cuts_a_long_pause_short(tmp_path: Path) -> None:
    """Else it would look like a camera that hangs."""
    video = write_video(tmp_path / "a.mkv", frames=4, pts=[0, 40, 60_000, 60_040])
    packets = looped(video, 4)
    assert packets[-1].mono_s - packets[0].mono_s < 5


def test_bare_h264_without_any_times(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.h264", frames=30)
    times_s = [frame.mono_s for frame in replayed(video)]
    assert len(times_s) == 30
    assert all(after > before for before, after in itertools.pairwise(times_s))


def test_a_damaged_middle_costs_only_its_pictures(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mkv", frames=75)
    data = bytearray(video.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 200] = bytes(200)
    video.write_bytes(data)
    assert 25 < len(replayed(video)) <= 75


def test_only_the_first_video_track_is_read(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mp4", frames=10)
    with av.open(str(video)) as first, av.open(str(tmp_path / "two.mkv"), "w") as both:
        tracks = [both.add_stream_from_template(first.streams.video[0]) for _ in range(2)]
        for packet in first.demux(video=0):
            if packet.dts is not None:
                data, pts, dts, base = bytes(packet), packet.pts, packet.dts, packet.time_base
                for track in tracks:
                    copy: av.Packet[Any] = av.Packet(data)
                    copy.pts, copy.dts, copy.time_base, copy.stream = pts, dts, base, track
                    both.mux(copy)
    assert len(replayed(tmp_path / "two.mkv")) == 10


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("absent.mp4", None, "There is no file absent.mp4."),
        ("text.mp4", b"not a video at all" * 50, "not a video"),
        ("empty.mp4", b"", "not a video"),
    ],
)
def test_what_is_no_video_is_refused_with_a_sentence(
    tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceRefused, match=sentence):
        open_source(config_of(f"file://{tmp_path / name}"))


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.wav"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    with pytest.raises(SourceRefused, match="no video in"):
        open_source(config_of(f"file://{tmp_path / 'a.wav'}"))


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("file:///videos/a.mp4", "/videos/a.mp4"),
        ("file:///my%20videos/100%25.mp4", "/my videos/100%.mp4"),
        ("file:///a#1?.mp4", "/a#1?.mp4"),
        ("file://localhost/a.mp4", "/a.mp4"),
    ],
)
def test_addresses(address: str, path: str) -> None:
    assert path_of(address) == Path(path)


@pytest.mark.parametrize("address", ["file://a.mp4", "file:a.mp4", "file://nas/a.mp4"])
def test_relative_addresses_are_refused(address: str) -> None:
    with pytest.raises(SourceRefused, match="three slashes"):
        path_of(address)
