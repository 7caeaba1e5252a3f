"""Several cameras in one program: each armed by itself, and none harmed by another's trouble."""

from __future__ import annotations

import socket
from pathlib import Path

from demo.botapi import BotApi
from tests.bench import together
from tests.e2e.program import BRIEF, Phone, running, until
from tests.e2e.video import film


async def test_each_camera_is_disarmed_by_itself_and_stays_so_over_a_restart(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    cameras = {"CAMERAS__FRONT__SOURCE": "scene:0@10", "CAMERAS__BACK__SOURCE": "scene:5@10"}
    async with running(api, tmp_path, **cameras) as program:
        status = (await phone.ask("/status")).text
        assert "MoCam is armed." in status
        assert "front" in status
        assert "back" in status
        question = await phone.ask("/snapshot")
        assert {"front", "back"} <= {label.strip("📷 ") for label in question.labels}
        await phone.picture("/snapshot back")  # while it is still being opened it cannot be closed in time
        question = await phone.ask("/disarm back 3h")
        assert "back" in question.text
        assert "Disarmed back until" in (await phone.press(question, "yes")).text
        await phone.press(await phone.ask("/disarm bakc 1h"), "back")
        status = (await phone.ask("/status")).text
        assert "MoCam is partly disarmed: back until" in status
        assert "back · disarmed until" in status
        assert "front · disarmed" not in status
        closed = await phone.ask("/snapshot back")
        assert closed.kind == "text"
        assert await phone.picture("/snapshot front")
        known = len(phone.alerts)
        assert await program.stop() == 0
        await program.start()
        assert "MoCam is partly disarmed: back until" in (await phone.ask("/status")).text
        await phone.alert(known + 1)
        assert all("front" in alert.text for alert in phone.alerts[known:])
        assert "MoCam is armed and watching." in (await phone.press(await phone.ask("/status"), "Arm")).text
        await api.wait_for(lambda: any("back" in alert.text for alert in phone.alerts[known:]) or None)


async def test_a_camera_that_never_answers_takes_nothing_from_the_other(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    """A server that accepts the connection and then says nothing, for ever."""
    source = film(tmp_path / "wall.mp4", 40, (8, 12))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"rtsp://127.0.0.1:{silent.getsockname()[1]}/stream"
        cameras = {"CAMERAS__FRONT__SOURCE": f"file://{source}", "CAMERAS__DEAF__SOURCE": address}
        async with running(api, tmp_path, **cameras, **BRIEF) as program:
            await phone.clip()
            assert "front" in phone.alerts[0].text
            done = await phone.press(await phone.ask("/disarm front 1h"), "yes")
            assert "Disarmed front until" in done.text
            assert "watching" not in (await phone.ask("/status")).text
            assert "front is armed" in (await phone.ask("/arm front")).text
            await until(lambda: "camera deaf" in program.output.read_text())
            assert await program.stop() == 0
        assert "Traceback" not in program.output.read_text()


async def test_four_different_sources_at_once_lose_nothing() -> None:
    """Exact times are for `make bench-cameras`: a machine with other work plays the scene in slow motion."""
    busy = together.Tolerance(uneven_s=12.0, gap_s=3.0)
    result = await together.measure(10, busy, least_events=2)
    assert result.good, result
