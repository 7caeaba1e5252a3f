"""Frozen and black pictures of real sources: what compression makes of them is what the program has to judge."""

from __future__ import annotations

import itertools
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from camera.model import GrayFrame
from camera.sight import BLACK, FROZEN, Sight
from camera.sources import EndOfFile, open_source
from tests.camera.footage import room
from tests.camera.source_contract import config_of
from tests.camera.source_devices import rtsp_server

FPS = 4


def encoded(path: Path, pictures: list[np.ndarray], seconds: int, codec: str = "libx264") -> Path:
    """A film of gray pictures shown one after the other, again and again, at a camera's low bit rate."""
    height, width = pictures[0].shape
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS, options={"preset": "veryfast", "crf": "32"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size, stream.codec_context.max_b_frames = 4 * FPS, 0
        stream.codec_context.thread_count = 1
        for picture in itertools.islice(itertools.cycle(pictures), seconds * FPS):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="gray").reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    return path


def reasons(path: Path) -> set[str]:
    """What is said of the whole film, as fast as it can be read."""
    source, sight, said = open_source(config_of(f"file://{path}"), loop=False), Sight(), set()
    try:
        while True:
            item = source.read()
            if isinstance(item, GrayFrame):
                verdict = sight.look(item.luma, item.mono_s)
                said.add(verdict.reason if verdict else "")
    except EndOfFile:
        return said
    finally:
        source.close()


def night(noise: float, brightness: float) -> list[np.ndarray]:
    """A dark garden with the noise of its sensor."""
    rng = np.random.default_rng(3)
    still = room() * brightness
    return [np.clip(still + rng.normal(0, noise, still.shape), 0, 255).astype(np.uint8) for _ in range(23)]


def test_a_black_film_is_black(tmp_path: Path) -> None:
    assert BLACK in reasons(encoded(tmp_path / "black.mp4", [np.full((180, 320), 3, np.uint8)], 70))


def test_a_film_of_one_picture_is_frozen_once_its_coding_has_settled(tmp_path: Path) -> None:
    picture = room().astype(np.uint8)
    film = encoded(tmp_path / "still.mp4", [picture], 8)
    with av.open(str(film)) as container:
        last = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)][-1]
    sight = Sight()
    for second in range(130):
        sight.look(last.astype(np.uint8, copy=False), float(second))
    assert sight.verdict
    assert sight.verdict.reason == FROZEN


@pytest.mark.parametrize(("noise", "brightness"), [(3.0, 0.25), (2.0, 0.12), (1.5, 0.06)])
def test_a_night_that_compression_has_smoothed_is_neither(tmp_path: Path, noise: float, brightness: float) -> None:
    assert reasons(encoded(tmp_path / "night.mp4", night(noise, brightness), 150)) == {""}


def test_a_black_rtsp_camera_is_seen_to_be_black(tmp_path: Path) -> None:
    film = encoded(tmp_path / "black.mp4", [np.full((180, 320), 3, np.uint8)], 30)
    sight = Sight()
    with rtsp_server(film) as (port, _):
        source = open_source(config_of(f"rtsp://127.0.0.1:{port}/file"))
        grays = [item for item in itertools.islice(iter(source.read, None), 24) if isinstance(item, GrayFrame)]
        source.close()
    for number in range(70):  # a minute of it, in less
        sight.look(grays[number % len(grays)].luma, float(number))
    assert sight.verdict
    assert sight.verdict.reason == BLACK
