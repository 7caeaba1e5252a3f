"""The program under a service manager: ready, alive, stopping; signals in the middle of a recording."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from demo.botapi import BotApi
from tests.e2e.program import Phone, Program, running, until
from tests.e2e.video import look
from tests.mocam.notify import Manager


@asynccontextmanager
async def recording(api: BotApi, phone: Phone, folder: Path, **settings: str) -> AsyncIterator[Program]:
    """A program in the middle of its first event."""
    async with running(api, folder, **settings) as program:
        await phone.alert()
        parts = program.data_dir / "recording/front"
        await until(lambda: any(path.stat().st_size > 300_000 for path in parts.glob("*.part")))
        yield program


async def test_it_is_alive_without_chat_and_without_one_of_its_cameras(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    manager = Manager(tmp_path)
    settings = {
        "NOTIFY_SOCKET": manager.address,
        "WATCHDOG_USEC": "3000000",
        "CAMERAS__ATTIC__SOURCE": "rtsp://127.0.0.1:9/gone",
    }
    try:
        async with running(api, tmp_path, **settings) as program:
            await until(lambda: "READY=1" in manager.heard)
            await phone.ask("/status")
            await api.go_down()
            await until(lambda: any("1 blind" in word and "chat: " in word for word in manager.heard))
            manager.forget()
            await until(lambda: manager.heard.count("WATCHDOG=1") >= 3)
            assert await program.stop() == 0
        assert "STOPPING=1" in manager.heard
    finally:
        manager.close()


async def test_sigterm_finishes_the_running_clip(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with recording(api, phone, tmp_path) as program:
        process, clips = program.process, program.data_dir / "clips"
        assert process
        os.kill(program.pid, signal.SIGTERM)
        await until(lambda: list(clips.rglob("*.mp4")))
        assert await asyncio.wait_for(process.wait(), 120) == 0
        (clip,) = clips.rglob("*.mp4")
        assert look(clip).decoded > 30
        assert list((program.data_dir / "recording/front").iterdir()) == []
        assert "Traceback" not in program.output.read_text()


async def test_a_second_signal_ends_it_at_once_and_nothing_is_lost(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with recording(api, phone, tmp_path) as program:
        process = program.process
        assert process
        os.kill(program.pid, signal.SIGTERM)
        await until(lambda: "once more to stop at once" in program.output.read_text())
        os.kill(program.pid, signal.SIGTERM)
        # When the first signal was obeyed already, nobody listens for the second any more.
        assert await asyncio.wait_for(process.wait(), 120) in {130, 0, -signal.SIGTERM}
        program.process = None
        await program.start()
        await until(lambda: program.output.read_text().count("lifeline: ready") == 2)  # the clip may be of either life
        clip = await phone.clip()
        assert clip.media
        assert look(clip.media).decoded > 30
        assert await program.stop() == 0


async def test_a_signal_during_the_start_ends_it(api: BotApi, tmp_path: Path) -> None:
    async with running(api, tmp_path) as program:
        await until((program.data_dir / "mocam.sqlite3").exists)
        assert await program.stop() == 0
        assert "Traceback" not in program.output.read_text()
