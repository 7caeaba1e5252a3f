"""A camera that sends JPEG, from its packets to the alert's picture and the clip."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from camera.config import CameraConfig
from camera.model import Packet
from camera.sources.feed import Feed, Item
from camera.sources.timing import FileTime
from tests.camera.test_feed_jpegs import Pictures
from tests.camera.watched import watched
from tests.e2e.video import look, wall

FPS = 25
SECONDS, MOVING = 25, (8.0, 10.0)


@pytest.fixture(scope="module")
def items() -> list[Item]:
    jpegs = [cv2.imencode(".jpg", gray)[1].tobytes() for gray in wall(SECONDS, MOVING, fps=FPS)]
    return list(Feed(FileTime()).run(Pictures(jpegs)))


def test_the_alert_shows_the_cameras_own_jpeg_and_the_clip_is_h264_from_the_pre_roll_on(
    tmp_path: Path, items: list[Item]
) -> None:
    config = CameraConfig("front", "/dev/video0", tmp_path)
    with watched(config) as camera:
        camera.play(items)
    heard = camera.heard
    (start,), (part,), (end,) = heard.starts, heard.parts, heard.ends
    assert MOVING[0] <= start.mono_s <= MOVING[0] + 0.3
    sent = [item for item in items if isinstance(item, Packet)]
    assert start.still() in {packet.data for packet in sent}
    assert (part.codec, part.width, part.height, part.dropped_packets) == ("h264", 640, 360, 0)
    found = look(part.path)
    wanted = [p for p in sent if start.mono_s - config.pre_roll_s - 1 / FPS < p.mono_s]
    wanted = [p for p in wanted if p.mono_s < start.mono_s + end.motion_s + config.post_roll_s - 1e-6]
    assert found.decoded == len(wanted), "every picture of the pre-roll, the motion and the post-roll, and no other"
    assert found.pts_s == pytest.approx([p.mono_s - wanted[0].mono_s for p in wanted], abs=0.001)
    assert found.starts_with_key
