"""`make captures`: the wizard driven in a real terminal, wrong answers too; what its screen showed goes into the guide.

Against the stand-in for Telegram and a WebDAV server of rclone's. Only what belongs to this machine is replaced: names,
an address on loopback. Pictures and QR codes are left out of the text; the picture of a camera becomes an image.
"""

from __future__ import annotations

import asyncio
import re
import socket
import sys
import tempfile
from html import escape
from pathlib import Path

import pyte

from demo.botapi import BotApi
from tests.e2e.program import OWNER, ROOT, TOKEN
from tests.e2e.test_setup import Terminal, words_of
from tests.storage.dav import PASSWORD, USER, Dav
from tests.support_browser import launched

COLUMNS = 110
GUIDE = ROOT / "docs/guide/setup.md"
PICTURE = ROOT / "docs/images/setup-camera.png"
_BLOCK = re.compile(r"(<!-- captured: (\w+) -->\n```\n).*?(```\n)", re.DOTALL)
_DRAWN = re.compile(r"^[\s▀▄█]*[▀▄█][\s▀▄█]*$")
"""A row of a QR code or a picture."""


class Screen:
    """What a terminal shows of an output, with its history."""

    def __init__(self, output: str) -> None:
        self._screen = pyte.HistoryScreen(COLUMNS, 60, history=5000)
        stream = pyte.Stream(self._screen)
        stream.feed(output)

    @property
    def rows(self) -> list[dict[int, pyte.screens.Char]]:
        below = [self._screen.buffer[number] for number in range(self._screen.lines)]
        return [*self._screen.history.top, *below]

    def text(self) -> list[str]:
        return ["".join(row[column].data for column in range(COLUMNS)).rstrip() for row in self.rows]


def sections(lines: list[str]) -> dict[str, str]:
    """By heading, `cameras` to `done`, without what is drawn and without empty stretches."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        if heading := re.match(r"(\w[\w ]*?) ─{20,}", line):
            current = found.setdefault(heading[1].lower().replace(" ", "_"), [])
            current.append(f"{heading[1]} {'─' * (72 - len(heading[1]))}")
        elif not _DRAWN.match(line):
            current.append(line)
    return {name: f"{squeezed(section)}\n" for name, section in found.items()}


def squeezed(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def neutral(text: str, folder: Path) -> str:
    """Without what is of this machine alone."""
    text = text.replace(f"{folder}/paper", "/dev/shm/mocam-kit-pi").replace(f"{folder}/home", "/home/pi/mocam")  # noqa: S108 - a text
    text = re.sub(r"http://127\.0\.0\.1:\d+\S*", "https://nas.home/dav", text)
    return re.sub(rf"\b{re.escape(socket.gethostname())}\b", "raspberrypi", text)


def first_run(terminal: Terminal, api: BotApi, loop: asyncio.AbstractEventLoop, address: str, paper: Path) -> None:
    def answer(question: str, *lines: str) -> None:
        for line in lines:
            terminal.sees(question)
            terminal.types(line)

    answer("Which camera?", "1")
    answer("Address", "camera", "/dev/video99")
    answer("Which camera?", "2")
    answer("the picture you want?", "y")
    answer("short name", "Haustür!", "porch")
    answer("Another camera?", "n")
    answer("Token", "123456789:AAEndToEndTokenThatIsAnotherOne", TOKEN)
    code = terminal.finds(r"send\s+/start (\w{10})")[1]
    terminal.sees("waiting for /start")
    loop.call_soon_threadsafe(api.say, OWNER, f"/start {code}")
    answer("Where to?", "7")
    answer("Address", address)
    answer("User", USER)
    answer("Password", PASSWORD)
    answer("Folder there", "")
    answer("They find (", "1")
    answer("The page (", "1")
    words = words_of(paper / "mocam-recovery-kit.html")
    number = int(terminal.finds(r"Word (\d+) of the page")[1])
    terminal.types("zoo-not-it")
    answer(f"Word {number} of the page", words[number])
    number = int(terminal.finds(r"Word (\d+) of the page")[1])
    terminal.types(words[number])
    answer("Keep (or type", "here 7d 5GB archive 30d 9GB")
    answer("with a sound?", "y")
    terminal.sees("MoCam is set up")


def later_run(terminal: Terminal) -> None:
    for question, line in (
        *(("Cameras (1 to", "3"), ("Its new name", "door"), ("Cameras (1 to", "1")),
        *(("Keep this archive?", ""), ("Keep the rules", ""), ("with a sound?", "y")),
    ):
        terminal.sees(question)
        terminal.types(line)
    terminal.sees("MoCam is set up")


async def captured(folder: Path) -> list[Screen]:
    """Of the first run, and of one more."""
    screens = []
    dav = Dav(folder / "dav")
    await dav.start()
    try:
        async with BotApi(TOKEN, owner_ids=[OWNER]) as api:
            loop, home, paper = asyncio.get_running_loop(), folder / "home", folder / "paper"
            home.mkdir()
            url = re.search(r"url = (\S+)", dav.config.read_text())
            assert url
            address = url[1]

            def drive(first: bool) -> None:
                kit = ("--kit-dir", str(paper)) if first else ()
                terminal = Terminal(home, "--telegram-base-url", api.base_url, "--no-search", *kit)
                if first:
                    first_run(terminal, api, loop, address, paper)
                else:
                    later_run(terminal)
                assert terminal.ends() == 0
                screens.append(Screen((home / "terminal.txt").read_bytes().decode()))

            await asyncio.to_thread(drive, True)
            await asyncio.to_thread(drive, False)
    finally:
        await dav.stop()
    return screens


async def picture(screen: Screen, target: Path, folder: Path) -> None:
    """The camera's picture as the terminal drew it, with the lines around it."""
    text = screen.text()
    drawn = [number for number, line in enumerate(text) if "▀" * 20 in line]
    first, last = drawn[0], drawn[0]
    while last + 1 in drawn:
        last += 1
    rows = "\n".join(_html(screen.rows[number]) for number in range(first - 1, last + 3))
    page_html = (
        "<body style='margin:0;background:#16181d'><pre style='margin:0;padding:14px;display:inline-block;"
        f"font:13px/15px DejaVu Sans Mono,monospace;color:#d8dbe2'>{neutral(rows, folder)}</pre></body>"
    )
    async with launched() as browser:
        page = await browser.new_page()
        await page.set_content(page_html)
        await page.locator("pre").screenshot(path=str(target))


def _html(row: dict[int, pyte.screens.Char]) -> str:
    cells = []
    for column in range(COLUMNS):
        char = row[column]
        style = "".join(
            f"{name}:#{value};"
            for name, value in (("color", char.fg), ("background", char.bg))
            if re.fullmatch(r"[0-9a-f]{6}", value)
        )
        cells.append(f"<span style='{style}'>{escape(char.data)}</span>" if style else escape(char.data))
    return "".join(cells).rstrip()


async def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        first, later = await captured(folder)
    parts = sections(first.text())
    parts["again"] = sections(later.text())["cameras"]
    guide = GUIDE.read_text(encoding="utf-8")
    wanted = {match[2] for match in _BLOCK.finditer(guide)}
    assert wanted <= parts.keys(), f"the guide wants {wanted - parts.keys()}"
    GUIDE.write_text(
        _BLOCK.sub(lambda match: match[1] + neutral(parts[match[2]], folder) + match[3], guide), encoding="utf-8"
    )
    await picture(first, PICTURE, folder)
    sys.stderr.write(f"captures: {', '.join(sorted(wanted))} in {GUIDE.name}, {PICTURE.name}\n")


if __name__ == "__main__":
    asyncio.run(main())
