"""Sound at its source: over the joint of a looped file, and when it is all that a camera still sends."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import av
import pytest

from camera.config import CameraConfig
from camera.errors import SourceLost
from camera.model import Packet
from camera.sources import open_source
from camera.sources.libav import Address, VideoInput
from tests.camera.sounding import FPS, write_sounding


def test_sound_goes_on_over_the_joint_of_a_looped_file(tmp_path: Path) -> None:
    film = write_sounding(tmp_path / "a.mp4", "libx264", "aac", seconds=2)
    source = open_source(CameraConfig("front", f"file://{film}", tmp_path))
    packets: list[Packet] = []
    try:
        while sum(not packet.track.is_sound for packet in packets) < 4.5 * FPS:
            item = source.read()
            if isinstance(item, Packet):
                packets.append(item)
    finally:
        source.close()
    assert not packets[0].track.is_sound
    sounds = [packet for packet in packets if packet.track.is_sound]
    steps_s = [float((b.pts - a.pts) * a.track.time_base) for a, b in itertools.pairwise(sounds)]
    assert min(steps_s) > 0
    assert max(steps_s) < 0.2
    assert sounds[-1].pts * sounds[-1].track.time_base > 4
    pictures = [packet for packet in packets if not packet.track.is_sound]
    steps_s = [float((b.dts - a.dts) * a.track.time_base) for a, b in itertools.pairwise(pictures)]
    assert steps_s == pytest.approx([1 / FPS] * len(steps_s), abs=0.002)


def test_a_camera_that_sends_nothing_but_sound_is_lost(tmp_path: Path) -> None:
    film = write_sounding(tmp_path / "a.mp4", "libx264", "aac", seconds=2)
    address = Address(f"file:{film}", "The camera", {}, sound=True)
    video = VideoInput(address)
    try:
        assert video.next_packet() is not None
        with av.open(str(film)) as sound_alone:
            vars(video).update(_address=replace(address, timeout_s=1e-9), _demuxed=sound_alone.demux(audio=0))
            with pytest.raises(SourceLost, match="sound but no picture"):
                video.next_packet()
    finally:
        video.close()
