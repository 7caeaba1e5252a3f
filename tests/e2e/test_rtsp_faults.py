"""The whole way with a network camera that fails, refuses, or has a second stream for detection."""

from __future__ import annotations

from pathlib import Path

import cv2

from demo.botapi import BotApi
from demo.conversation import Message
from tests.camera.source_devices import rtsp_server
from tests.e2e.program import BRIEF, Phone, running, until
from tests.e2e.video import film, look, pictures


async def status_with(phone: Phone, word: str) -> Message:
    """Asks until the answer has the word."""
    for _ in range(60):
        answer = await phone.ask("/status")
        if word in answer.text:
            return answer
    raise AssertionError(f"no {word!r} in {answer.text!r}")


def is_part_of(clip: Path, source: Path) -> int:
    """Asserts that the clip is one unbroken stretch of the camera's own pictures; how many."""
    found, original = pictures(clip), pictures(source)
    start = original.index(found[0])
    assert found == original[start : start + len(found)]
    assert look(clip).decoded == len(found)
    return len(found)


async def test_a_camera_killed_in_mid_event_loses_nothing_that_came_and_comes_back(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    source = film(tmp_path / "wall.mp4", 60, (8, 40))
    again = film(tmp_path / "again.mp4", 40, (8, 12))
    with rtsp_server(source) as (port, server):
        address = f"rtsp://127.0.0.1:{port}/file"
        async with running(api, tmp_path, CAMERAS__FRONT__SOURCE=address, **BRIEF) as program:
            await phone.alert()
            growing = program.data_dir / "recording" / "front"
            await until(lambda: [file for file in growing.glob("*") if file.stat().st_size > 100_000])
            server.kill()
            clip = await phone.clip()
            assert clip.media
            assert is_part_of(clip.media, source) > 60
            assert "127.0.0.1" in (await status_with(phone, "blind")).text
            with rtsp_server(again, port=port):
                await status_with(phone, "watching")
                later = await phone.clip(2)
    assert later.media
    assert is_part_of(later.media, again) > 100


async def test_a_wrong_password_is_said_without_the_password(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    source, wrong = film(tmp_path / "wall.mp4", 2, (1, 2)), "topSecretWord"
    with rtsp_server(source, "admin", "right") as (port, _):
        address = f"rtsp://admin:{wrong}@127.0.0.1:{port}/file"
        async with running(api, tmp_path, CAMERAS__FRONT__SOURCE=address) as program:
            told = await status_with(phone, "blind")
    assert "refuses the user name or password" in told.text
    assert wrong not in told.text + program.output.read_text()


async def test_with_a_second_stream_the_clip_is_the_main_streams_own_video(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    source = film(tmp_path / "wall.mp4", 24, (8, 12))
    low = film(tmp_path / "low.mp4", 24, (8, 12), size=(320, 180))
    with rtsp_server(source, low=low) as (port, _):
        cameras = {
            "CAMERAS__FRONT__SOURCE": f"rtsp://127.0.0.1:{port}/file",
            "CAMERAS__FRONT__DETECT_SOURCE": f"rtsp://127.0.0.1:{port}/low",
        }
        async with running(api, tmp_path, **cameras, **BRIEF):
            alert = await phone.alert()
            assert alert.media
            photo = cv2.imread(str(alert.media))
            assert photo is not None
            assert photo.shape[:2] == (360, 640), "the photo is the main stream's"
            clip = await phone.clip()
    assert clip.media
    assert is_part_of(clip.media, source) > 100
