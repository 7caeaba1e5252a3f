"""Sound of a real RTSP server, in time with its pictures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from camera.clock import Anchor
from camera.config import CameraConfig
from camera.model import EventEnd, Packet
from camera.recorder import Recorder
from camera.sources import open_source
from tests.camera.reports import Heard
from tests.camera.sounding import FPS, clicks_in, flashes_in, write_sounding
from tests.camera.source_devices import rtsp_server

FAR = 10**9
RECORDED_S = 4.0


def recorded(url: str, folder: Path, *, sound: bool = True) -> tuple[list[Packet], Path]:
    """A stretch of the stream and the clip of it."""
    heard = Heard()
    config = CameraConfig("front", url, folder, sound=sound)
    recorder = Recorder(config, heard)
    source = open_source(config)
    packets: list[Packet] = []
    try:
        while not packets or packets[-1].mono_s - packets[0].mono_s < RECORDED_S:
            item = source.read()
            if isinstance(item, Packet):
                packets.append(item)
    finally:
        source.close()
    recorder.start()
    recorder.begin("e1", Anchor(0.0, datetime.now(UTC)), packets, FAR)
    recorder.end(FAR, EventEnd("e1", "front", datetime.now(UTC), 1.0))
    assert recorder.close(60)
    return packets, heard.parts[0].path


@pytest.mark.parametrize(("name", "sound", "rate"), [("a.mp4", "aac", 48_000), ("a.mov", "pcm_alaw", 8_000)])
def test_a_cameras_sound_is_in_the_clip_beside_its_picture(tmp_path: Path, name: str, sound: str, rate: int) -> None:
    film = write_sounding(tmp_path / name, "libx264", sound, seconds=8, rate=rate)
    with rtsp_server(film) as (port, _):
        packets, clip = recorded(f"rtsp://127.0.0.1:{port}/file", tmp_path)
    assert {packet.track.codec for packet in packets} == {"h264", sound}
    flashes, clicks = flashes_in(clip), clicks_in(clip)
    assert len(flashes) >= 3
    within_s = 1024 / max(16_000, rate) + 1 / FPS
    for flash in flashes[:-1]:  # the last one's click may come after the end
        assert flash < within_s or any(abs(click - flash) <= within_s for click in clicks), (flashes, clicks)


def test_sound_is_not_even_asked_for_when_it_is_not_wanted(tmp_path: Path) -> None:
    film = write_sounding(tmp_path / "a.mp4", "libx264", "aac", seconds=8)
    with rtsp_server(film) as (port, _):
        packets, _ = recorded(f"rtsp://127.0.0.1:{port}/file", tmp_path, sound=False)
    assert {packet.track.codec for packet in packets} == {"h264"}


def test_sound_comes_with_the_main_stream_of_two(tmp_path: Path) -> None:
    film = write_sounding(tmp_path / "a.mp4", "libx264", "aac", seconds=8)
    with rtsp_server(film, low=film) as (port, _):
        main, small = f"rtsp://127.0.0.1:{port}/file", f"rtsp://127.0.0.1:{port}/low"
        source = open_source(CameraConfig("front", main, tmp_path, detect_source=small))
        kinds: list[str] = []
        try:
            while kinds.count("aac") < 20 or kinds.count("gray") < 20:
                item = source.read()
                kinds.append(item.track.codec if isinstance(item, Packet) else "gray")
        finally:
            source.close()
    assert kinds[0] == "h264"
