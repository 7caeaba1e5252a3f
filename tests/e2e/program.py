"""The real program as a child process, with everything it writes in one folder."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.texts.clips import NOT_FINISHED
from demo.botapi import BotApi
from demo.conversation import Message

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAEndToEndTokenThatMustNeverBeSeenAnywhere"
OWNER = 4711
STOP_S = 120
WARNINGS = "error,ignore:unread_data():DeprecationWarning,ignore:Binding 1:DeprecationWarning"
"""As in the tests themselves: see pyproject.toml."""

BRIEF = {"CAMERAS__FRONT__GAP_S": "3", "CAMERAS__FRONT__POST_ROLL_S": "3"}
"""The clip is there three seconds after the motion and not ten."""
QUICK = {
    "CAMERAS__FRONT__SOURCE": "scene:0@10",
    "CAMERAS__FRONT__GAP_S": "2",
    "CAMERAS__FRONT__PRE_ROLL_S": "2",
    "CAMERAS__FRONT__POST_ROLL_S": "1",
}
"""A camera with three seconds of a visitor in every ten; the clip is there six seconds after the alert."""


@dataclass(slots=True)
class Program:
    """`mocam run` in `folder`; `output` is what it wrote, both streams, all runs."""

    folder: Path
    settings: dict[str, str]
    output: Path = field(init=False)
    process: asyncio.subprocess.Process | None = None

    def __post_init__(self) -> None:
        self.output = self.folder / "output.txt"

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def archive_dir(self) -> Path:
        return self.folder / "archive"

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def arguments(self) -> bytes:
        """The command line as every user of the machine can see it."""
        return Path(f"/proc/{self.pid}/cmdline").read_bytes()

    def status(self) -> str:
        """What the kernel knows of the process: memory and more."""
        return Path(f"/proc/{self.pid}/status").read_text()

    def asked(self, query: str) -> int:
        """The one number that its database answers."""
        with contextlib.closing(sqlite3.connect(self.data_dir / "mocam.sqlite3")) as rows:
            return int(rows.execute(query).fetchone()[0])

    def modes(self) -> dict[Path, int]:
        """Of the data folder and all in it; what goes at this moment, since the program goes on, is left out."""
        found = {}
        for path in (self.data_dir, *self.data_dir.rglob("*")):
            with contextlib.suppress(FileNotFoundError):
                found[path] = path.stat().st_mode
        return found

    async def start(self) -> None:
        self.process = await spawn(self.folder, self.settings, "run", output=self.output)

    async def stop(self) -> int:
        """SIGTERM, as a service manager does; returns the exit code."""
        return await self.end(signal.SIGTERM)

    async def end(self, number: signal.Signals) -> int:
        assert self.process
        if self.process.returncode is None:
            self.process.send_signal(number)
        code = await asyncio.wait_for(self.process.wait(), STOP_S)
        self.process = None
        return code


async def spawn(folder: Path, settings: Mapping[str, str], *arguments: str, output: Path) -> asyncio.subprocess.Process:
    """Starts `mocam ARGUMENTS` in `folder`; output is appended to a file."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM", "CAMERA", "ARCHIVE"))
    }
    with output.open("ab") as sink:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "mocam", *arguments, cwd=folder, stdout=sink, stderr=sink,
            env=clean | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": WARNINGS} | dict(settings),
        )  # fmt: skip


def settings_for(api: BotApi, folder: Path, **more: str) -> dict[str, str]:
    """An owner, one synthetic camera, an archive in a folder."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_OWNER_IDS": str(OWNER),
        "TELEGRAM_BASE_URL": api.base_url,
        "CAMERAS__FRONT__SOURCE": "scene",
        "ARCHIVE_REMOTE": str(folder / "archive"),
        "DATA_DIR": str(folder / "data"),
        "TIMEZONE": "Europe/Berlin",
    } | more


@contextlib.asynccontextmanager
async def running(api: BotApi, folder: Path, **settings: str) -> AsyncIterator[Program]:
    """A program that is stopped at the end, whatever happens."""
    program = Program(folder, settings_for(api, folder, **settings))
    await program.start()
    try:
        yield program
    except BaseException:
        print(program.output.read_text()[-6000:])  # noqa: T201 - pytest shows it beside the failure
        raise
    finally:
        if program.process:
            await program.end(signal.SIGTERM)


class Phone:
    """The owner's side of the chat, over the stand-in."""

    def __init__(self, api: BotApi, user_id: int = OWNER) -> None:
        self.api = api
        self.user_id = user_id

    @property
    def messages(self) -> list[Message]:
        """What the bot wrote, oldest first."""
        return [message for message in self.api.messages(self.user_id) if message.from_bot]

    @property
    def alerts(self) -> list[Message]:
        return [message for message in self.messages if message.text.startswith("Motion")]

    async def ask(self, text: str, timeout_s: float = 120) -> Message:
        """Says `text`; the bot's answer, which may come among alerts and notices."""
        sent = self.api.say(self.user_id, text)
        return await self.api.wait_for(lambda: self._answer_after(sent), timeout_s)

    async def picture(self, text: str, timeout_s: float = 180) -> Message:
        """Asks until a picture comes: a camera that is being opened has none yet, and says so."""
        async with asyncio.timeout(timeout_s):
            while (answer := await self.ask(text)).kind != "photo":
                assert "Traceback" not in answer.text
        return answer

    async def video(self, text: str, timeout_s: float = 180) -> Message:
        """Asks until a clip comes: that of an event that goes on is not finished, and the answer says so."""
        async with asyncio.timeout(timeout_s):
            while (answer := await self.ask(text)).kind != "video":
                assert answer.text == str(NOT_FINISHED)
        return answer

    async def press(self, message: Message, label: str, timeout_s: float = 120) -> Message:
        """Presses the button whose label has `label` in it; the message once it was edited, or the bot's next one."""
        full = next((known for known in message.labels if label.lower() in known.lower()), None)
        assert full, f"no button {label!r} among {message.labels}"
        revision = message.revision
        last = max(m.message_id for m in self.api.messages(self.user_id))
        self.api.press(self.user_id, message.message_id, full)
        return await self.api.wait_for(
            lambda: self._answer_after(last) or (message if message.revision > revision else None), timeout_s
        )

    def _answer_after(self, message_id: int) -> Message | None:
        unasked = ("Motion · ", "Bewegung · ", "Somebody tried")
        later = (message for message in self.messages if message.message_id > message_id)
        return next((message for message in later if not message.text.startswith(unasked)), None)

    async def alert(self, number: int = 1, timeout_s: float = 120) -> Message:
        """The alert that came as the `number`th."""
        return await self.api.wait_for(
            lambda: self.alerts[number - 1] if len(self.alerts) >= number else None, timeout_s
        )

    async def clip(self, number: int = 1, timeout_s: float = 120) -> Message:
        """The same once it has become a clip."""
        message = await self.alert(number, timeout_s)
        return await self.api.wait_for(lambda: message if message.kind == "video" else None, timeout_s)

    async def clip_after(self, known: int, timeout_s: float = 120) -> Message:
        """The first clip of an alert that came after so many: an event that began in trouble may have none."""
        return await self.api.wait_for(
            lambda: next((one for one in self.alerts[known:] if one.kind == "video"), None), timeout_s
        )

    async def clip_of(self, event_id: str, timeout_s: float = 120) -> Message:
        """The alert of this event once it has become a clip."""

        def found() -> Message | None:
            return next((m for m in self.alerts if m.kind == "video" and f"#{event_id}" in m.text.split()), None)

        return await self.api.wait_for(found, timeout_s)

    async def archived(self, number: int = 1, timeout_s: float = 120) -> Message:
        """The same once its caption says that the archive holds it."""
        message = await self.clip(number)
        return await self.api.wait_for(lambda: message if "verified" in message.text else None, timeout_s)


async def until(condition: Callable[[], object], timeout_s: float = 120) -> None:
    """Looks at what only the file system knows until it is true."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - no event tells of files of another process
            await asyncio.sleep(0.1)


def event_id(message: Message) -> str:
    """The `e42` of an alert's caption."""
    return message.text.split("#", 1)[1].split()[0]
