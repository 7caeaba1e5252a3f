"""From lens to phone to encrypted archive, on real parts: the program as a child process, real rclone, real HTTP."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from pathlib import Path

import pytest

from demo.botapi import BotApi
from tests.camera import tiny_model
from tests.e2e.program import BRIEF, QUICK, TOKEN, Phone, Program, event_id, running, settings_for, spawn, until
from tests.e2e.video import look
from tests.support_crypt import ENCRYPTED, Reader


async def test_an_event_goes_the_whole_way(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with running(api, tmp_path, **BRIEF) as program:
        alert = await phone.alert()
        photo = alert.content
        assert alert.kind == "photo"
        assert "front" in alert.text
        assert "recording" in alert.text
        clip = await phone.archived()
        assert clip.message_id == alert.message_id
        assert clip.history[0] == photo
        assert clip.media
        sent = clip.media.read_bytes()
        listed = await phone.ask("/clips")
        assert f"#{event_id(clip)}" in listed.text
        arguments = program.arguments()
        reader = Reader.from_file(program.data_dir / "keys/archive-passwords.txt")
        await until(lambda: any(name.endswith(".jsonl") for name, _ in reader.paths(program.archive_dir)))
        assert await program.stop() == 0

    found = look(clip.media)
    assert found.starts_with_key
    assert found.faststart
    assert found.decoded == len(found.pts_s)
    assert found.pts_s == sorted(set(found.pts_s))
    gaps = [b - a for a, b in zip(found.pts_s, found.pts_s[1:], strict=False)]
    assert max(gaps) < 0.2, "a gap at the joint of ring and live"
    assert found.duration_s == pytest.approx(found.pts_s[-1] + 1 / 15, abs=0.1)
    assert 7 < found.duration_s < 25

    archived = reader.files(program.archive_dir)
    clips = [content for name, content in archived.items() if name.endswith(".mp4")]
    assert clips == [sent]
    manifest = [
        json.loads(line)
        for name, content in archived.items()
        if name.endswith(".jsonl")
        for line in content.splitlines()
    ]
    assert [line["sha256"] for line in manifest] == [hashlib.sha256(sent).hexdigest()]

    visible = [path.name for path in program.archive_dir.rglob("*")]
    assert visible
    assert [name for name in visible if not ENCRYPTED.fullmatch(name)] == []
    secrets = (TOKEN, TOKEN.split(":")[1], reader.password, reader.password2)
    output = program.output.read_text()
    for secret in secrets:
        assert secret not in output
        assert secret.encode() not in arguments
        assert all(secret not in message.text for message in api.messages(phone.user_id))
    assert "Traceback" not in output


async def test_one_sound_an_event_and_separate_events_for_separate_visitors(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    async with running(api, tmp_path, **QUICK):
        first, second = await phone.clip(1), await phone.alert(2)
        assert first.message_id != second.message_id
        assert event_id(first) != event_id(second)
    sounding = [call for call in api.calls if call.method in ("sendPhoto", "sendVideo", "sendMessage")]
    assert [call.method for call in sounding] == ["sendPhoto"] * len(phone.alerts)
    assert [call.method for call in api.calls].count("editMessageMedia") >= 1


async def test_a_kill_in_mid_recording_loses_no_event(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with running(api, tmp_path) as program:
        alert = await phone.alert()
        recording = program.data_dir / "recording/front"
        await until(lambda: any(path.stat().st_size > 300_000 for path in recording.glob("*.part")))
        await until(lambda: sent_letters(program) == 1)
        assert program.process
        os.kill(program.process.pid, signal.SIGKILL)
        await program.process.wait()
        await program.start()
        clip = await phone.archived()
        assert clip.message_id == alert.message_id
        assert clip.media
        assert look(clip.media).decoded > 30
        assert await program.stop() == 0
        assert program.asked("SELECT count(*) FROM event WHERE ended_utc_us IS NULL") == 0
        assert list(recording.iterdir()) == []


def sent_letters(program: Program) -> int:
    """Alerts of which the program knows that they arrived."""
    return program.asked("SELECT count(*) FROM letter WHERE message_id IS NOT NULL")


async def test_a_second_program_on_the_same_folder_refuses(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with running(api, tmp_path) as program:
        await phone.ask("/status")
        second = await spawn(tmp_path, settings_for(api, tmp_path), "run", output=tmp_path / "second.txt")
        assert await second.wait() == 1
        said = (tmp_path / "second.txt").read_text()
        assert str(program.data_dir) in said.replace("\n", "")
        assert "Traceback" not in said
        assert "armed" in (await phone.ask("/status")).text


async def test_a_model_of_the_owners_choice_names_what_moved(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    model = tiny_model.sees(tmp_path / "mine.onnx", score=3)
    async with running(api, tmp_path, OBJECT_MODEL=str(model)) as program:
        named = await api.wait_for(
            lambda: next((one for one in phone.messages if one.text.startswith("Person · front")), None), 60
        )
        assert named.kind == "photo"
        assert await program.stop() == 0
    assert "Traceback" not in program.output.read_text()
