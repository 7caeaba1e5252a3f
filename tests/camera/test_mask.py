"""Privacy masks: black in every picture that is made or encoded here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera.config import CameraConfig
from camera.detection import Detection
from camera.encoder import TIME_BASE, Encoder
from camera.errors import SourceError
from camera.grid import COLUMNS, ROWS, Zones
from camera.mask import Mask, black_frame, black_jpeg, black_planes
from camera.model import GrayFrame, Packet
from camera.shrink import shrink
from camera.sources import open_source
from camera.sources.feed import Feed, Item
from camera.sources.timing import FileTime
from camera.trace import frames_of_trace
from tests.camera import fake_picamera2
from tests.camera.footage import film
from tests.camera.source_contract import config_of, decoded
from tests.camera.test_feed_jpegs import Pictures
from tests.camera.watched import watched
from tests.e2e.video import wall

B2 = Zones.parse("B2")
SQUARES = st.frozensets(st.tuples(st.integers(0, COLUMNS - 1), st.integers(0, ROWS - 1)), min_size=1, max_size=10)
WHITE = np.full((360, 640, 3), 255, np.uint8)


def jpeg_of(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    done, data = cv2.imencode(".jpg", picture)
    assert done
    return data.tobytes()


def brightness(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], square: str) -> float:
    """Of the inner part of a square."""
    (zone,) = Zones.parse(square).rectangles()
    height, width = picture.shape[0] / ROWS, picture.shape[1] / COLUMNS
    rows = slice(round((zone.top + 0.15) * height), round((zone.bottom + 0.85) * height))
    columns = slice(round((zone.left + 0.15) * width), round((zone.right + 0.85) * width))
    return float(picture[rows, columns].mean())


def lumas(path: Path) -> Iterator[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="gray"), np.uint8)


def test_a_jpeg_is_black_there_and_only_there() -> None:
    picture = cv2.imdecode(np.frombuffer(black_jpeg(jpeg_of(WHITE), B2), np.uint8), cv2.IMREAD_COLOR)
    assert brightness(np.asarray(picture, np.uint8), "B2") < 3
    assert all(brightness(np.asarray(picture, np.uint8), other) > 250 for other in ("A1", "C2", "B3", "J6"))


@pytest.mark.parametrize("damaged", [b"", b"no picture"])
def test_what_cannot_be_read_never_comes_back_as_it_was(damaged: bytes) -> None:
    with pytest.raises(SourceError):
        black_jpeg(damaged, B2)


def test_a_still_follows_the_mask_of_the_moment() -> None:
    mask, white = Mask(), jpeg_of(WHITE)
    still = mask.still(lambda: white)
    assert still() == white
    mask.zones = B2
    assert still() == black_jpeg(white, B2)


@given(squares=SQUARES, width=st.integers(8, 200), height=st.integers(8, 150), padding=st.sampled_from([0, 32]))
def test_every_pixel_of_a_square_is_black_in_every_plane(
    squares: frozenset[tuple[int, int]], width: int, height: int, padding: int
) -> None:
    width, height = width * 2, height * 2
    stride = width + padding
    samples = np.full((height * 3 // 2, stride), 200, np.uint8)
    black_planes(samples, Zones(squares), width, height)
    luma = samples[:height, :width]
    colour = samples.reshape(-1)[stride * height :].reshape(2, height // 2, stride // 2)[:, :, : width // 2]
    inside = Zones(squares).mask((height, width))
    assert (luma[inside] == 16).all()
    assert (colour[:, Zones(squares).mask((height // 2, width // 2))] == 128).all()
    assert np.count_nonzero(luma == 16) <= np.count_nonzero(inside) + 4 * len(squares) * (width + height)


def test_colour_side_by_side_is_masked_too() -> None:
    samples = np.full((360 * 3 // 2, 640), 200, np.uint8)
    black_planes(samples, B2, 640, 360, interleaved=True)
    colour = samples[360:].reshape(180, 320, 2)
    assert (colour[Zones.parse("B2").mask((180, 320))] == 128).all()
    assert (colour[Zones.parse("D4").mask((180, 320))] == 200).all()


def test_the_decoders_own_picture_is_left_alone() -> None:
    frame = av.VideoFrame.from_ndarray(WHITE, format="rgb24").reformat(format="yuv420p")
    before = frame.to_ndarray().copy()
    masked = black_frame(frame, B2)
    assert (frame.to_ndarray() == before).all()
    assert brightness(np.asarray(masked.to_ndarray(format="gray"), np.uint8), "B2") < 20


def test_a_new_mask_begins_with_a_key_frame_and_a_track_of_its_own() -> None:
    mask = Mask()
    encoder = Encoder(640, 360, 15, mask=mask)
    frame = av.VideoFrame.from_ndarray(WHITE, format="rgb24")
    first = [encoder.encode(frame, number * 6000, 0.0)[0] for number in range(3)]
    mask.zones = B2
    later = [encoder.encode(frame, number * 6000, 0.0)[0] for number in range(3, 6)]
    assert [packet.is_keyframe for packet in first + later] == [True, False, False, True, False, False]
    assert [packet.track.mask for packet in first + later] == [""] * 3 + ["B2"] * 3
    shown = [np.asarray(picture.to_ndarray(format="gray"), np.uint8) for picture in decoded(later)]
    assert all(brightness(luma, "B2") < 20 for luma in shown)
    assert later[0].pts * TIME_BASE == pytest.approx(0.2)


@pytest.fixture(scope="module")
def jpegs() -> list[Item]:
    pictures = [cv2.imencode(".jpg", np.maximum(gray, 60))[1].tobytes() for gray in wall(12, (7.0, 9.0), fps=15)]
    return list(Feed(FileTime()).run(Pictures(pictures)))


def test_a_camera_of_jpegs_alert_clip_and_trace_show_nothing_of_it(tmp_path: Path, jpegs: list[Item]) -> None:
    config = CameraConfig("front", "/dev/video0", tmp_path, mask=Mask(Zones.parse("J1-J6")))
    with watched(config, guard=config.mask.still) as camera:
        camera.play(jpegs)
        assert camera.pipeline.is_ours
    heard = camera.heard
    (start,), (part,), (end,) = heard.starts, heard.parts, heard.ends
    alert = np.asarray(cv2.imdecode(np.frombuffer(start.still(), np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    assert brightness(alert, "J1-J6") < 3 < brightness(alert, "A1-H6")
    assert part.mask == "J1-J6"
    assert all(brightness(luma, "J1-J6") < 20 < brightness(luma, "A1-H6") for luma in lumas(part.path))
    traced = [frame.luma for frame in frames_of_trace(end.trace)]
    assert traced
    assert all(brightness(luma, "J1-J6") < 3 for luma in traced)


def test_a_copy_of_a_cameras_own_video_is_black_there(tmp_path: Path) -> None:
    source, target = tmp_path / "source.mp4", tmp_path / "copy.mp4"
    with av.open(str(source), "w", format="mp4") as writing:
        stream = writing.add_stream("libx264", rate=15)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(WHITE, format="rgb24")
            frame.pts = number
            writing.mux(stream.encode(frame))
        writing.mux(stream.encode(None))
    shrink(source, target, 1_000_000, Zones.parse("A1-B2"))
    found = list(lumas(target))
    assert len(found) == 10
    assert all(brightness(luma, "A1-B2") < 20 and brightness(luma, "C3-J6") > 230 for luma in found)


def test_the_pis_camera_is_masked_before_its_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_picamera2.install(monkeypatch)
    config = config_of("picamera2")
    config.mask.zones = Zones.parse("A1-J2")
    source = open_source(config)
    try:
        packets: list[Packet] = []
        picture = b""
        while len(packets) < 5:
            item = source.read()
            if isinstance(item, Packet):
                packets.append(item)
            elif isinstance(item, GrayFrame) and not picture:
                picture = item.still()
    finally:
        source.close()
    assert packets[0].track.mask == "A1-J2"
    for shown in decoded(packets):
        luma = np.asarray(shown.to_ndarray(format="gray"), np.uint8)
        assert brightness(luma, "A1-J2") < 20 < brightness(luma, "A3-J6")


def test_the_scene_is_masked_while_it_runs(tmp_path: Path) -> None:
    config = CameraConfig("front", "scene", tmp_path)
    source = open_source(config)
    try:
        masks: list[str | None] = []
        while len(masks) < 6:
            item = source.read()
            if isinstance(item, Packet):
                masks.append(item.track.mask)
                config.mask.zones = B2
    finally:
        source.close()
    assert masks == ["", *["B2"] * 5]


def test_what_is_masked_calls_for_no_closer_look(tmp_path: Path) -> None:
    config = CameraConfig("front", "rtsp://x", tmp_path, mask=Mask(Zones.parse("A1-J4")))
    frames = [GrayFrame(luma, t_s, lambda: b"") for luma, t_s in film(4)]
    with watched(config) as camera:
        camera.pipeline.detect(Detection(ignore=Zones.parse("A1-J4")))
        camera.play(frames[:-1])
        assert not camera.pipeline.wants_all
        assert not camera.pipeline.glance(frames[-1].luma)
