"""The whole way with cameras over HTTP: pictures behind a login become an alert and a clip that plays."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from demo.botapi import BotApi
from tests.camera.http_server import BOUNDARY, IN_ADDRESS, Handler, behind_digest, camera_server
from tests.e2e.program import BRIEF, Phone, running
from tests.e2e.video import codec_of, look, wall

FPS = 15


class Lens:
    """What the camera sees now: a wall, and somebody who passes by it after some seconds."""

    def __init__(self) -> None:
        self._jpegs = [cv2.imencode(".jpg", picture)[1].tobytes() for picture in wall(40, (8, 12), fps=FPS)]
        self._begun_s: float | None = None

    def now(self) -> bytes:
        self._begun_s = self._begun_s or time.monotonic()
        return self._jpegs[int((time.monotonic() - self._begun_s) * FPS) % len(self._jpegs)]


def as_stream(lens: Lens) -> Callable[[Handler], None]:
    def serve(handler: Handler) -> None:
        handler.stream_head()
        while handler.wait(1 / FPS):
            handler.part(lens.now(), BOUNDARY)

    return serve


def as_stills(lens: Lens) -> Callable[[Handler], None]:
    def serve(handler: Handler) -> None:
        jpeg = lens.now()
        handler.head("image/jpeg", len(jpeg))
        handler.wfile.write(jpeg)

    return serve


@pytest.mark.parametrize(("served", "least_pictures"), [(as_stream, 100), (as_stills, 15)])
async def test_pictures_over_http_become_an_alert_and_a_clip(
    api: BotApi, phone: Phone, tmp_path: Path, served: Callable[[Lens], Callable[[Handler], None]], least_pictures: int
) -> None:
    with camera_server(behind_digest(served(Lens()))) as server:
        async with running(api, tmp_path, CAMERAS__FRONT__SOURCE=server.url("/video", IN_ADDRESS), **BRIEF):
            alert = await phone.alert()
            assert alert.kind == "photo"
            clip = await phone.clip()
    assert clip.media
    assert codec_of(clip.media) == "h264"
    seen = look(clip.media)
    assert seen.starts_with_key
    assert seen.decoded == len(seen.pts_s) >= least_pictures
    assert 9 < seen.duration_s < 25
