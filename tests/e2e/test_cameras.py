"""The whole way with other cameras: a looped file, a real RTSP server, a clip that Telegram will not take."""

from __future__ import annotations

from pathlib import Path

from demo.botapi import BotApi
from tests.camera.source_devices import rtsp_server
from tests.e2e.program import BRIEF, Phone, event_id, running
from tests.e2e.video import codec_of, film, look, pictures

UPLOAD_LIMIT_BYTES = 50_000_000


async def test_a_file_is_a_camera_and_its_clip_is_the_cameras_own_video(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    source = film(tmp_path / "wall.mp4", 24, (8, 12))
    async with running(api, tmp_path, CAMERAS__FRONT__SOURCE=f"file://{source}", **BRIEF):
        clip = await phone.clip()
    assert clip.media
    found, original = pictures(clip.media), pictures(source)
    assert len(found) > 100
    assert found[0] in original
    start = original.index(found[0])
    assert found == original[start : start + len(found)]


async def test_rtsp_clips_hold_the_cameras_own_access_units(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    source = film(tmp_path / "wall.mp4", 24, (8, 12))
    with rtsp_server(source) as (port, _):
        async with running(api, tmp_path, CAMERAS__FRONT__SOURCE=f"rtsp://127.0.0.1:{port}/file", **BRIEF):
            alert = await phone.alert()
            assert alert.kind == "photo"
            clip = await phone.archived()
    assert clip.media
    assert look(clip.media).starts_with_key
    found, original = pictures(clip.media), pictures(source)
    assert len(found) > 100
    start = original.index(found[0])
    assert found == original[start : start + len(found)]


async def test_h265_is_kept_as_it_is_and_shown_as_h264(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    source = film(tmp_path / "wall.mp4", 24, (8, 12), codec="libx265")
    with rtsp_server(source) as (port, _):
        async with running(api, tmp_path, CAMERAS__FRONT__SOURCE=f"rtsp://127.0.0.1:{port}/file", **BRIEF) as program:
            clip = await phone.clip()
            assert clip.media
            assert codec_of(clip.media) == "h264"
            assert "maller" not in clip.text
            assert "original in H.265 is kept" in clip.text
            (whole,) = (program.data_dir / "clips").rglob(f"{event_id(clip)}-*.mp4")
            assert codec_of(whole) == "hevc"
            assert abs(look(whole).duration_s - look(clip.media).duration_s) < 0.5
            asked = await phone.ask(f"/clip {event_id(clip)}")
            assert asked.kind == "video"
            assert "original in H.265 is kept" in asked.text
    found, original = pictures(whole), pictures(source)
    assert len(found) > 100
    start = original.index(found[0])
    assert found == original[start : start + len(found)]


async def test_a_clip_over_the_limit_comes_smaller_and_stays_whole_here(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    source = film(tmp_path / "wall.mp4", 45, (8, 22), crf=1, noise=90)
    async with running(api, tmp_path, CAMERAS__FRONT__SOURCE=f"file://{source}") as program:
        clip = await phone.clip(timeout_s=180)
        assert clip.media
        assert clip.media.stat().st_size <= UPLOAD_LIMIT_BYTES
        assert "maller" in clip.text
        (whole,) = (program.data_dir / "clips").rglob(f"{event_id(clip)}-*.mp4")
        assert whole.stat().st_size > UPLOAD_LIMIT_BYTES
        assert abs(look(whole).duration_s - look(clip.media).duration_s) < 0.5
