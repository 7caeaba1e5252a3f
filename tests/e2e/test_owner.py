"""The owner runs the house from the chat; strangers get nothing."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from demo.botapi import BotApi
from demo.conversation import Message
from tests.e2e.program import OWNER, QUICK, Phone, Program, event_id, running, until
from tests.e2e.video import look
from tests.support_crypt import Reader

STRANGER = 666


def film(message: Message) -> bytes:
    assert message.media
    assert message.kind == "video"
    return message.media.read_bytes()


async def test_every_command_answers(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with running(api, tmp_path, **QUICK):
        assert "armed" in (await phone.ask("/start")).text
        help_text = (await phone.ask("/help")).text
        for command in ("status", "arm", "disarm", "snapshot", "clips", "clip", "retention"):
            assert f"/{command}" in help_text
        picture = await phone.picture("/snapshot")
        assert picture.media
        assert picture.media.read_bytes().startswith(b"\xff\xd8")
        clip = await phone.archived()
        status = (await phone.ask("/status")).text
        assert "armed" in status
        assert "front" in status
        assert any(event_id(one) in status for one in phone.alerts), "the newest by then"
        assert event_id(clip) in (await phone.ask("/clips")).text
        for words in (f"/clip {event_id(clip)}", f"/clip {event_id(clip)[1:]}"):
            assert film(await phone.ask(words)) == film(clip), words
        newest = await phone.video("/clip")
        assert film(newest) == film(await phone.clip_of(event_id(newest)))
        assert "/snapshot" in (await phone.ask("/snapshoot")).text
        for nonsense in ("/clip e999", "/clip ../../etc", "/clips banana", "/retention -3", "/disarm never"):
            said = await phone.ask(nonsense)
            assert said.kind == "text"
            assert "Traceback" not in said.text
        api.speaks(OWNER, "de-DE")
        assert "MoCam ist scharf." in (await phone.ask("/status")).text
        await api.wait_for(lambda: "wie es steht" in {one.description for one in api.office.menu(OWNER)} or None)
        assert "Für 3 h unscharf stellen" in (await phone.ask("/disarm 3 Stunden")).text
        await api.wait_for(lambda: any(one.text.startswith("Bewegung · front") for one in phone.messages) or None)


async def test_a_tap_in_the_list_sends_the_clip_from_the_archive_when_it_is_gone_here(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    async with running(api, tmp_path, **QUICK) as program:
        clip = await phone.archived()
        sent_first = clip.media
        assert sent_first
        first_bytes = sent_first.read_bytes()
        for path in (program.data_dir / "clips").rglob("*.mp4"):
            path.unlink()
        answer = await phone.ask(f"/clip {event_id(clip)}")
        video = await api.wait_for(
            lambda: next((m for m in phone.messages if m.message_id >= answer.message_id and m.kind == "video"), None),
        )
        assert video.media
        assert video.media.read_bytes() == first_bytes
        listed = await phone.ask("/clips")
        again = await phone.press(listed, "front")
        assert await api.wait_for(lambda: phone.messages[-1].kind == "video" or None)
        assert again


async def test_disarmed_closes_the_camera_and_survives_a_restart(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with running(api, tmp_path) as program:
        await phone.picture("/snapshot")  # while it is still being opened it cannot be closed in time
        question = await phone.ask("/disarm")
        assert "disarm" in question.text.lower()
        assert "armed" in (await phone.ask("/status")).text
        done = await phone.press(question, "yes")
        assert "Disarmed" in done.text
        status = (await phone.ask("/status")).text
        assert "disarmed" in status
        assert "watching" not in status
        assert (await phone.ask("/snapshot")).kind == "text"
        assert await program.stop() == 0
        events = program.asked("SELECT count(*) FROM event")
        await program.start()
        assert "disarmed" in (await phone.ask("/status")).text
        assert program.asked("SELECT count(*) FROM event") == events
        assert "armed" in (await phone.ask("/arm")).text
        assert await program.stop() == 0
        await program.start()
        status = (await phone.ask("/status")).text
        assert "disarmed" not in status
        await phone.alert(len(phone.alerts) + 1)


async def test_retention_deletes_the_right_things_here_and_there(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    roomy = QUICK | {"CAMERAS__FRONT__PRE_ROLL_S": "5", "CAMERAS__FRONT__POST_ROLL_S": "4"}
    async with running(api, tmp_path, **roomy) as program:
        enough = 2
        await phone.archived(1)
        await phone.archived(2)
        while sum(sizes(program).values()) < 1_500_000:  # fewer pictures on a machine that has other work
            enough += 1
            await phone.archived(enough)
        await phone.press(await phone.ask("/disarm"), "yes")
        await api.wait_for(lambda: all("verified" in alert.text for alert in phone.alerts) or None)
        shown = (await phone.ask("/retention")).text
        assert re.search(r"\d+ days", shown)
        assert re.search(r"\d+ GB", shown)
        foreign = program.archive_dir / "holiday.jpg"
        foreign.write_bytes(b"not ours")
        here = sizes(program)
        newest_first = sorted(here, key=lambda name: int(name[1:].split("-")[0]), reverse=True)
        limit_bytes = max(1_000_000, round(here[newest_first[0]] * 1.05))
        left, room = set[str](), limit_bytes
        for name in newest_first:
            room -= here[name]
            if room < 0:
                break
            left.add(name)
        assert left
        assert left != set(here)

        size = f"{limit_bytes / 1e6:.3f}MB"
        question = await phone.ask(f"/retention here {size} archive {size}")
        assert len(list((program.data_dir / "clips").rglob("*.mp4"))) == len(here), "it asks before it deletes"
        done = await phone.press(question, "yes")
        assert "Done" in done.text
        await until(lambda: set(sizes(program)) == left)
        await until(lambda: set(archived_now(program, foreign)) == left)
        assert foreign.read_bytes() == b"not ours"
        gone = next(name for name in newest_first if name not in left)
        assert (await phone.ask(f"/clip {gone.split('-')[0]}")).kind == "text"


def sizes(program: Program) -> dict[str, int]:
    """Of each clip that lies here."""
    return {path.stem: path.stat().st_size for path in (program.data_dir / "clips").rglob("*.mp4")}


def archived_now(program: Program, foreign: Path) -> list[str]:
    """`e1-1` for each clip in the archive."""
    reader = Reader.from_file(program.data_dir / "keys/archive-passwords.txt")
    files = (path for path in program.archive_dir.rglob("*") if path.is_file() and path != foreign)
    names = [reader.name(path.relative_to(program.archive_dir).as_posix()) for path in files]
    return [Path(name).stem.removeprefix("front-") for name in names if name.endswith(".mp4")]


async def test_strangers_get_silence(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    async with running(api, tmp_path):
        mine = await phone.ask("/disarm")
        for text in ("/start", "/status", "/snapshot", "/arm", "/clip e1"):
            api.say(STRANGER, text)
        api.press(STRANGER, mine.message_id, mine.buttons[0][0].data, force=True)
        api.say(OWNER, "/status", chat_type="group")
        assert "armed" in (await phone.ask("/status")).text
        assert "disarmed" not in (await phone.ask("/status")).text
    assert [m for m in api.messages(STRANGER) if m.from_bot] == []
    assert [m for m in api.messages(-OWNER) if m.from_bot] == []


async def test_pairing_by_the_code_on_the_console(api: BotApi, tmp_path: Path) -> None:
    newcomer = Phone(api, 31337)
    async with running(api, tmp_path, TELEGRAM_OWNER_IDS="") as program:
        await until(lambda: "t.me/" in program.output.read_text())
        api.say(STRANGER, "/start wrong-code")
        found = re.search(r"start=([A-Za-z0-9_-]+)", program.output.read_text())
        assert found
        greeting = await newcomer.ask(f"/start {found[1]}")
        assert greeting.text
        assert "armed" in (await newcomer.ask("/status")).text
        assert [m for m in api.messages(STRANGER) if m.from_bot] == []
        await newcomer.alert()
        assert await program.stop() == 0
        await program.start()
        assert "armed" in (await newcomer.ask("/status")).text


async def test_it_ends_in_order(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    """With Ctrl-C; with SIGTERM: test_service.py."""
    async with running(api, tmp_path) as program:
        await phone.alert()
        assert await program.end(signal.SIGINT) == 0
        clips = list((program.data_dir / "clips").rglob("*.mp4"))
        assert len(clips) == 1, "the clip that was being recorded is finished"
        assert look(clips[0]).decoded > 15
        assert "Traceback" not in program.output.read_text()
