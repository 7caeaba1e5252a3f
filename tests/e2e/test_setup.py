"""The wizard in a real pseudo-terminal, its whole way: a camera, the stand-in for Telegram, a WebDAV server, the kit.

The terminal is driven from a thread, since the stand-in and the line to the server live on the test's event loop.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import stat
import sys
from collections.abc import AsyncIterator, Callable
from html import unescape
from pathlib import Path

import pexpect
import pytest

from demo.botapi import BotApi
from mocam.settings import load
from mocam.store import open_store
from tests.e2e.program import OWNER, ROOT, TOKEN, Phone, spawn
from tests.storage.dav import PASSWORD, USER, Dav

ENVIRONMENT = {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "110"}


@pytest.fixture
async def dav(tmp_path: Path) -> AsyncIterator[Dav]:
    server = Dav(tmp_path / "dav")
    await server.start()
    yield server
    await server.stop()


def _listens() -> None:
    """Whoever starts the tests in the background has them, and all that they start, ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """`mocam setup` as a person sees it."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM", "CAMERA", "ARCHIVE"))
        }
        self.child = pexpect.spawn(
            sys.executable, ["-m", "mocam", "setup", *arguments], cwd=str(folder), encoding="utf-8", timeout=300,
            env=clean | ENVIRONMENT | {"RCLONE_CONFIG": str(folder / "none.conf")}, dimensions=(60, 110),
            preexec_fn=_listens,
        )  # fmt: skip
        self.child.delaybeforesend = 0.02
        self.log = (folder / "terminal.txt").open("w", encoding="utf-8")
        self.child.logfile_read = self.log

    def sees(self, text: str, timeout_s: float = 180) -> str:
        """Waits for plain words; returns what stood before them."""
        self.child.expect(re.escape(text), timeout=timeout_s)
        return str(self.child.before)

    def finds(self, pattern: str) -> re.Match[str]:
        self.child.expect(pattern, timeout=300)
        match = self.child.match
        assert isinstance(match, re.Match)
        return match

    def types(self, *lines: str) -> None:
        for line in lines:
            self.child.sendline(line)

    def ends(self) -> int:
        self.child.expect(pexpect.EOF, timeout=300)
        self.child.close()
        self.log.close()
        assert self.child.exitstatus is not None
        return int(self.child.exitstatus)


async def driven(drive: Callable[[], int]) -> int:
    return await asyncio.to_thread(drive)


def words_of(page: Path) -> dict[int, str]:
    """As somebody reads them off the printed page."""
    found: dict[int, str] = {}
    for start, words in re.findall(r'<ol class="words" start="(\d+)">(.*?)</ol>', page.read_text(), re.DOTALL):
        for at, word in enumerate(re.findall(r"<li>(.*?)</li>", words)):
            found[int(start) + at] = unescape(word)
    return found


async def test_the_whole_way_with_wrong_answers(api: BotApi, phone: Phone, dav: Dav, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / ".env").write_text("# my own remark\nTIMEZONE=Europe/Berlin\n#DATA_DIR=data\n")
    (folder / ".env").chmod(0o644)
    loop = asyncio.get_running_loop()
    url = re.search(r"url = (\S+)", dav.config.read_text())
    assert url

    def say(text: str) -> None:
        loop.call_soon_threadsafe(api.say, OWNER, text)

    def drive() -> int:
        terminal = Terminal(
            folder, "--telegram-base-url", api.base_url, "--no-search", "--kit-dir", str(folder / "paper")
        )
        terminal.sees("Which camera?")
        terminal.types("9")
        terminal.sees("number from 1 to 2")
        terminal.types("1")
        terminal.sees("Address")
        terminal.types("camera")
        terminal.sees("no address of a camera")
        terminal.types("/dev/video99")
        terminal.sees("gives no picture")
        terminal.sees("Which camera?")
        terminal.types("2")
        terminal.sees("▀")
        terminal.sees("It gives a picture")
        terminal.sees("the picture you want?")
        terminal.types("perhaps")
        terminal.sees("type y or n")
        terminal.types("y")
        terminal.sees("short name")
        terminal.types("Haustür!")
        terminal.sees("letters from a to z")
        terminal.types("porch")
        terminal.sees("Another camera?")
        terminal.types("")

        terminal.sees("Paste it here")
        terminal.types("hello")
        terminal.sees("no token")
        terminal.types("123456789:AAEndToEndTokenThatIsAnotherOne")
        terminal.sees("does not know this token")
        terminal.types(TOKEN)
        terminal.sees("your bot is @")
        code = terminal.finds(r"send\s+/start (\w{10})")[1]
        terminal.sees("waiting for /start")
        say("/start")
        say("/start AAAAAAAAAA")
        say(f"/start {code.lower()}")
        terminal.sees(f"Paired with Owner ({OWNER})")

        terminal.sees("Where to?")
        terminal.types("7")
        for question, wrong, right in (("Address", "", url[1]), ("User", "", USER), ("Password", "", "not-it")):
            terminal.sees(question)
            terminal.types(wrong)
            terminal.sees("cannot be empty")
            terminal.types(right)
        terminal.sees("Folder there")
        terminal.types("a b")
        terminal.sees("Use letters")
        terminal.types("")
        terminal.sees("refused the sign-in")
        terminal.sees("Where to?")
        terminal.child.sendintr()
        code_of_end = terminal.ends()
        assert code_of_end == 130
        return code_of_end

    await driven(drive)
    early = (folder / ".env").read_text()
    assert "CAMERAS__PORCH__SOURCE=scene" in early
    assert "ARCHIVE_REMOTE" not in early, "an archive that was never proved is not begun"

    def again() -> int:
        terminal = Terminal(
            folder, "--telegram-base-url", api.base_url, "--no-search", "--kit-dir", str(folder / "paper")
        )
        terminal.sees("porch (scene)")
        terminal.sees("give one another name")
        terminal.types("1")
        terminal.sees("The token is good")
        terminal.sees(f"Owner: {OWNER}")
        terminal.sees("Where to?")
        terminal.types("8")  # the remote that was made before is listed first, so the server is one further
        for question, answer in (("Address", url[1]), ("User", USER), ("Password", PASSWORD)):
            terminal.sees(question)
            terminal.types(answer)
        terminal.sees("Folder there")
        terminal.types("")
        terminal.sees("took a test file and gave it back")
        terminal.sees("They find (")
        terminal.types("1")
        terminal.sees("Recovery kit")
        terminal.sees("The page")
        terminal.types("2")
        terminal.sees("▄")
        terminal.sees("The page")
        terminal.types("1")
        words = words_of(folder / "paper/mocam-recovery-kit.html")
        assert (folder / "paper/mocam-recovery-kit.pdf").read_bytes().startswith(b"%PDF")
        for wrong in (True, False):
            number = int(terminal.finds(r"Word (\d+) of the page")[1])
            if wrong:
                terminal.types("zoo-not-it")
                terminal.sees("not word")
                terminal.sees(f"Word {number} of the page")
            terminal.types(words[number])
        terminal.sees("The kit is proved")
        terminal.sees("Keep (or type other limits)")
        terminal.types("here for ever and ever")
        terminal.sees("Write limits as")
        terminal.types("here 7d 5GB archive 30d 9GB")
        terminal.sees("/retention changes it")
        terminal.sees("A test alert was sent")
        terminal.types("y")
        terminal.sees("MoCam is set up")
        return terminal.ends()

    assert await driven(again) == 0
    alerts = [message for message in phone.messages if "Test alert" in message.text]
    assert [message.kind for message in alerts] == ["photo"]
    assert "porch" in alerts[0].text

    text = (folder / ".env").read_text()
    assert text.startswith("# my own remark\nTIMEZONE=Europe/Berlin\n#DATA_DIR=data\n")
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    settings = load(folder / ".env")
    assert settings.archive_remote == "webdav:mocam"
    assert settings.telegram_owner_ids == {OWNER}
    assert settings.archive_rclone_config
    assert stat.S_IMODE(settings.archive_rclone_config.stat().st_mode) == 0o600
    assert PASSWORD not in settings.archive_rclone_config.read_text()
    assert list((folder / "paper").iterdir()) == [], "the page does not stay on the device"
    assert dav.files() == [], "nothing of the test is left there"
    with open_store(folder / "data") as store:
        rules = store.preferences.rules()
    assert (rules.local_days, rules.local_bytes, rules.remote_days, rules.remote_bytes) == (7, 5e9, 30, 9e9)
    seen = (folder / "terminal.txt").read_text()
    assert TOKEN not in seen
    assert PASSWORD not in seen
    assert "Traceback" not in seen

    def third() -> int:
        terminal = Terminal(folder, "--no-search", "--no-test-alert")
        terminal.sees("porch (scene)")
        terminal.types("")
        terminal.sees("Keep this archive?")
        terminal.types("")
        terminal.sees("Clips are not sealed")
        terminal.sees("The recovery kit was proved before")
        terminal.sees("Keep the rules")
        terminal.types("")
        terminal.sees("MoCam is set up")
        return terminal.ends()

    assert await driven(third) == 0
    assert (folder / ".env").read_text() == text, "a run that changes nothing changes nothing"


async def scripted(folder: Path, *arguments: str) -> tuple[int, str]:
    output = folder / "output.txt"
    output.unlink(missing_ok=True)
    settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "RCLONE_CONFIG": "/dev/null"}
    child = await spawn(folder, settings, "setup", "--non-interactive", "--no-search", *arguments, output=output)
    code = await asyncio.wait_for(child.wait(), 300)
    return code, " ".join(output.read_text().split())


async def test_every_answer_as_a_flag(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    base = ("--telegram-base-url", api.base_url, "--owner-id", str(OWNER))
    disk = tmp_path / "disk"
    flags = ("--camera", "front=scene", "--archive-remote", str(disk), "--kit-dir", str(tmp_path / "paper"))
    code, said = await scripted(tmp_path, *base, *flags, "--retention", "here 3d archive 10d")
    assert code == 0, said
    assert "The kit is not proved yet" in said
    assert len(words_of(tmp_path / "paper/mocam-recovery-kit.html")) == 24
    settings = load(tmp_path / ".env")
    assert settings.archive_remote == str(disk)
    assert "Test alert" in phone.messages[-1].text
    assert TOKEN not in said


async def test_while_mocam_runs_it_changes_only_what_it_may(api: BotApi, tmp_path: Path) -> None:
    with open_store(tmp_path / "data"):
        code, said = await scripted(
            tmp_path, "--telegram-base-url", api.base_url, "--owner-id", str(OWNER), "--camera", "front=scene",
            "--archive-remote", str(tmp_path / "disk"),
        )  # fmt: skip
    assert code == 0, said
    assert "MoCam is running" in said
    assert "For a first archive stop MoCam" in said
    assert "ARCHIVE_REMOTE" not in (tmp_path / ".env").read_text()


async def test_a_sealed_archive_the_private_half_is_on_the_page_alone(api: BotApi, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    base = ("--telegram-base-url", api.base_url, "--owner-id", str(OWNER), "--no-search", "--no-test-alert")
    kit_dir = tmp_path / "paper"

    def drive() -> int:
        terminal = Terminal(
            tmp_path, *base, "--camera", "front=scene", "--token", TOKEN, "--archive-remote", str(disk),
            "--kit-dir", str(kit_dir),
        )  # fmt: skip
        terminal.sees("They find (")
        terminal.types("3")
        terminal.sees("The page")
        words = words_of(kit_dir / "mocam-recovery-kit.html")
        assert len(words) > 24
        terminal.types("1")
        for _ in range(2):
            terminal.types(words[int(terminal.finds(r"Word (\d+) of the page")[1])])
        terminal.sees("Keep (or type other limits)")
        terminal.types("")
        terminal.sees("MoCam is set up")
        return terminal.ends()

    assert await driven(drive) == 0
    settings = load(tmp_path / ".env")
    assert settings.archive_seal_to.startswith("age1")
    assert settings.keep_clips == "memory"
    left = [path for path in tmp_path.rglob("*") if path.is_file() and b"AGE-SECRET-KEY" in path.read_bytes()]
    assert left == [], "neither in the data folder nor in the settings nor in what the terminal showed"
    code, said = await scripted(tmp_path, *base, "--kit")
    assert code == 0, said
    assert "AGE-SECRET" not in said
