"""The whole look, on real parts: the stand-in over HTTP, rclone, a WebDAV server, a camera source, a full disk."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.probe import look
from demo.botapi import BotApi
from mocam.doctor import content as content_of
from mocam.doctor.examination import examine
from mocam.doctor.finding import Finding, Level
from mocam.repair import repair
from mocam.settings import CameraSettings, Settings
from mocam.store import open_store
from storage.deep_check import Forecast
from storage.keys import Keys
from tests.e2e.program import OWNER, ROOT, TOKEN
from tests.storage.dav import Dav
from tests.storage.room import Room, drained


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(TOKEN, owner_ids=[OWNER]) as api:
        yield api


def settings(api: BotApi, folder: Path, **more: object) -> Settings:
    values: dict[str, object] = {
        "telegram_bot_token": TOKEN,
        "telegram_base_url": api.base_url,
        "cameras": {"front": CameraSettings(source="/dev/not-there")},  # quickly seen
        "archive_remote": str(folder / "archive"),
        "data_dir": folder / "data",
    }
    return Settings(_env_file=None, **(values | more))  # type: ignore[arg-type]


async def seen(wanted: Settings, folder: Path) -> dict[str, Finding]:
    """The worst finding of each subject."""
    worst: dict[str, Finding] = {}
    order = [Level.OK, Level.WARN, Level.FAIL]
    async for finding in examine(wanted, folder / ".env"):
        known = worst.get(finding.subject)
        if known is None or order.index(finding.level) > order.index(known.level):
            worst[finding.subject] = finding
        assert TOKEN not in repr(finding)
    return worst


async def archived(folder: Path, remote: Path | str, config: Path | None = None) -> Room:
    """A data folder with one clip that is in the archive."""
    room = Room.at(folder / "data")
    room.with_clip(1)
    archive = room.archive(remote, config)
    await drained(archive, room)
    room.db.close()
    return room


async def test_all_that_is_well_is_said_to_be_well(api: BotApi, tmp_path: Path) -> None:
    await archived(tmp_path, tmp_path / "archive")
    mine = settings(api, tmp_path, cameras={"front": CameraSettings(source="scene")})
    found = await seen(mine, tmp_path)
    assert [finding for finding in found.values() if finding.level is Level.FAIL] == []
    expected = {"versions", "disk", "memory", "temperature", "permissions", "token", "polling", "clock", "archive"}
    assert expected | {"archive keys", "archive room", "catalogue", "camera front", "light of front"} <= found.keys()
    assert "the clip of e1 came back whole" in found["archive keys"].said
    rate = re.fullmatch(r"1280x720 h264, (\d+\.\d) pictures a second", found["camera front"].said)
    assert rate, found["camera front"].said
    assert 5 < float(rate[1]) <= 15, "less than all of them on a machine that has other work"
    assert not list((tmp_path / "archive").rglob("check-*"))
    assert list((tmp_path / "data/scratch").iterdir()) == []


async def test_while_mocam_runs_its_cameras_and_messages_are_left_alone(api: BotApi, tmp_path: Path) -> None:
    await archived(tmp_path, tmp_path / "archive")
    with open_store(tmp_path / "data"):
        found = await seen(settings(api, tmp_path), tmp_path)
    assert "MoCam runs and has it" in found["camera front"].said
    assert "MoCam runs" in found["catalogue"].said
    assert found["polling"].said == "MoCam listens"
    assert "came back whole" in found["archive keys"].said
    assert [call.method for call in api.calls] == ["getMe", "getWebhookInfo"]


async def test_a_wrong_token(api: BotApi, tmp_path: Path) -> None:
    found = await seen(settings(api, tmp_path, telegram_bot_token="123456789:AAnotTheToken"), tmp_path)
    assert found["token"].level is Level.FAIL
    assert "@BotFather" in found["token"].remedy


async def test_no_telegram_at_all(api: BotApi, tmp_path: Path) -> None:
    await api.go_down()
    found = await seen(settings(api, tmp_path), tmp_path)
    assert (found["telegram"].level, found["telegram"].said) == (
        Level.FAIL,
        "Telegram cannot be reached: no connection",
    )


async def test_another_program_with_the_same_token(api: BotApi) -> None:
    async def poll() -> None:
        while True:
            await asyncio.sleep(0.005)  # two that poll at once send each other away: not all the time there is
            await other.post(f"{api.base_url}/bot{TOKEN}/getUpdates", json={"timeout": 30})

    async with httpx.AsyncClient(timeout=300) as other:
        task = asyncio.create_task(poll())
        await api.wait_for(lambda: [call for call in api.calls if call.method == "getUpdates"])
        bot = await look(TOKEN, api.base_url, listen=True)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert bot.other_program


@asynccontextmanager
async def answering(body: str) -> AsyncIterator[str]:
    """A server that says the same to everybody."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_page_of_the_network_is_not_telegram() -> None:
    async with answering("<html>Please log in to the hotel's network") as address:
        bot = await look(TOKEN, address, listen=True)
    assert not bot.reached
    assert "something else answers" in bot.trouble


async def test_a_webhook_is_named_by_its_host_alone() -> None:
    body = json.dumps({"ok": True, "result": {"username": "mine", "url": "https://hooks.example/secret-path"}})
    async with answering(body) as address:
        bot = await look(TOKEN, address, listen=True)
    assert (bot.name, bot.webhook) == ("@mine", "hooks.example")


async def test_a_clock_that_is_wrong_shows_in_the_servers_date(api: BotApi) -> None:
    bot = await look(TOKEN, api.base_url, listen=False)
    assert bot.skew_s is not None
    assert abs(bot.skew_s) < 30


async def test_a_cloud_with_a_wrong_password(api: BotApi, tmp_path: Path) -> None:
    dav = Dav(tmp_path / "cloud")
    await dav.start()
    try:
        mine = settings(api, tmp_path, archive_remote="cloud:clips", archive_rclone_config=dav.config)
        assert (await seen(mine, tmp_path))["archive"].level is Level.OK
        assert dav.files() == []
        dav.write_config("wrong")
        found = await seen(mine, tmp_path)
    finally:
        await dav.stop()
    assert found["archive"].level is Level.FAIL
    assert "wrong" not in repr(found["archive"].said).replace("wrong password", "")


async def test_a_remote_that_rclone_does_not_know(api: BotApi, tmp_path: Path) -> None:
    (tmp_path / "rclone.conf").touch(mode=0o600)
    mine = settings(api, tmp_path, archive_remote="nowhere:clips", archive_rclone_config=tmp_path / "rclone.conf")
    assert (await seen(mine, tmp_path))["archive"].level is Level.FAIL


async def test_passwords_of_another_archive(api: BotApi, tmp_path: Path) -> None:
    room = await archived(tmp_path, tmp_path / "archive")
    keys = Keys(room.files)
    keys.path.unlink()
    keys.load_or_make()
    found = await seen(settings(api, tmp_path), tmp_path)
    assert found["archive keys"].level is Level.FAIL
    assert "not this archive's passwords" in found["archive keys"].said
    keys.path.unlink()
    found = await seen(settings(api, tmp_path), tmp_path)
    assert "is gone" in found["archive keys"].said


async def test_a_damaged_copy_in_the_archive(api: BotApi, tmp_path: Path) -> None:
    await archived(tmp_path, tmp_path / "archive")
    largest = max(
        (path for path in (tmp_path / "archive").rglob("*") if path.is_file()), key=lambda p: p.stat().st_size
    )
    content = bytearray(largest.read_bytes())
    content[-20] ^= 1
    largest.write_bytes(bytes(content))
    found = await seen(settings(api, tmp_path), tmp_path)
    levels = {name: finding.level for name, finding in found.items() if name.startswith("archive")}
    assert Level.FAIL in levels.values()


async def test_a_camera_that_is_not_there(api: BotApi, tmp_path: Path) -> None:
    found = await seen(settings(api, tmp_path, archive_remote=""), tmp_path)
    assert found["camera front"].level is Level.FAIL
    assert found["camera front"].remedy
    assert found["archive"].level is Level.WARN  # none is worth a word


async def test_a_clip_that_is_missing(api: BotApi, tmp_path: Path) -> None:
    room = await archived(tmp_path, tmp_path / "archive")
    next(room.files.clip_files()).unlink()
    found = await seen(settings(api, tmp_path), tmp_path)
    assert found["catalogue"].level is Level.FAIL
    assert "--repair" in found["catalogue"].remedy


async def test_a_clip_that_changed_is_found_by_a_deep_look_alone(api: BotApi, tmp_path: Path) -> None:
    room = await archived(tmp_path, tmp_path / "archive")
    path = next(room.files.clip_files())
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    chosen = settings(api, tmp_path)
    assert (await seen(chosen, tmp_path))["catalogue"].level is Level.OK
    said = [one async for one in examine(chosen, tmp_path / ".env", deep=True) if one.subject == content_of.SUBJECT]
    assert [one.level for one in said] == [Level.OK, Level.FAIL]
    assert "in 1 clip, to be read now: less than a minute" in said[0].said
    assert "--deep --repair" in said[1].remedy
    told: list[str] = []
    assert (await asyncio.to_thread(repair, chosen, deep=True, tell=told.append)).mended
    assert told
    said = [one async for one in examine(chosen, tmp_path / ".env", deep=True) if one.subject == content_of.SUBJECT]
    assert said[-1].said == "every clip is what it was"


@pytest.mark.parametrize(
    ("seconds", "words"), [(20, "less than a minute"), (300, "about 5 minutes"), (9000, "about 2.5 hours")]
)
def test_how_long_a_deep_look_takes(seconds: float, words: str) -> None:
    assert content_of.said(Forecast(7, 1_500_000_000, seconds)) == f"1.50 GB in 7 clips, to be read now: {words}"


def program(folder: Path, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    command = [*before, sys.executable, "-m", "mocam", "check", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=300)


def write_settings(folder: Path, address: str) -> None:
    env_file = folder / ".env"
    env_file.write_text(
        f"TELEGRAM_BOT_TOKEN={TOKEN}\nTELEGRAM_BASE_URL={address}\nCAMERAS__FRONT__SOURCE=scene\nARCHIVE_REMOTE={folder}/a\n"
    )
    env_file.chmod(0o600)


async def test_the_program_ends_with_0_and_says_all_is_well_or_what_to_mind(api: BotApi, tmp_path: Path) -> None:
    write_settings(tmp_path, api.base_url)
    done = await asyncio.to_thread(program, tmp_path, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["fail"], done.stderr) == (0, 0, ""), found
    assert {"subject", "level", "said", "remedy"} == found["findings"][0].keys()
    assert len(found["findings"]) == found["ok"] + found["warn"] + found["fail"]


async def test_a_full_disk_ends_the_program_with_1(api: BotApi, tmp_path: Path) -> None:
    write_settings(tmp_path, api.base_url)
    script = 'mkdir data && mount -t tmpfs -o size=1m tmpfs data && chmod 700 data && exec "$@"'
    own = ("unshare", *(() if os.geteuid() == 0 else ("--map-root-user",)), "--mount", "sh", "-c", script, "sh")
    done = await asyncio.to_thread(program, tmp_path, before=own)
    if "unshare:" in done.stderr:
        pytest.skip("this machine lets nobody mount a small disk to fill")
    assert done.returncode == 1
    assert "fail disk: nothing can be written" in done.stdout
    assert "the disk is full" in done.stdout
    assert "lies in memory" in done.stdout
    assert TOKEN not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
