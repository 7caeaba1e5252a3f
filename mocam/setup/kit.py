"""The kit as files to be printed, and the proof that the owner holds it."""

from __future__ import annotations

import getpass
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.pairing import qr_text
from mocam.kit.html import html_page
from mocam.kit.page import Page, page
from mocam.kit.pdf import pdf_page
from mocam.kit.remote import hint
from storage.files import Files
from storage.kit import Kit

MEMORY = Path("/dev/shm")  # noqa: S108 - in memory on purpose, in a folder of our own with mode 0700
ASKED = 2


@dataclass(frozen=True, slots=True)
class Printed:
    """Where the page lies, until the owner has it on paper."""

    html: Path
    pdf: Path

    def wipe(self) -> None:
        """Takes the files away; paper is where they belong."""
        self.html.unlink(missing_ok=True)
        self.pdf.unlink(missing_ok=True)


def make_page(kit: Kit, remote: str, section: Mapping[str, str], *, sealed: bool) -> Page:
    """`section`: the remote's part of rclone's configuration."""
    return page(kit, hint(remote, section), datetime.now().astimezone().date(), sealed=sealed)


def write_page(content: Page, files: Files, folder: Path | None) -> Printed:
    """Both forms, 0600. Without `folder`: in memory where there is such a place, so that no card ever holds them."""
    folder = folder or _own_folder(files)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    printed = Printed(folder / "mocam-recovery-kit.html", folder / "mocam-recovery-kit.pdf")
    files.write_whole(printed.html, html_page(content).encode())
    files.write_whole(printed.pdf, pdf_page(content))
    return printed


def _own_folder(files: Files) -> Path:
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK)):
        return files.keys_dir
    folder = MEMORY / f"mocam-kit-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    # Somebody else may have made it before us, to read along.
    return folder if found.st_uid == os.getuid() and found.st_mode & 0o077 == 0 and folder.is_dir() else files.keys_dir


def show_words(kit: Kit, console: Console) -> None:
    """For a pen: the words by number, and the code for a phone."""
    for part in kit.parts():
        table = Table(title={"seal": "key of the seal"}.get(part.name, part.name), show_header=False)
        row = [f"{part.first + at:2d}. {word}" for at, word in enumerate(part.words)]
        for at in range(0, len(row), 4):
            table.add_row(*row[at : at + 4])
        console.print(table)
    console.print(qr_text(kit.text()), markup=False, soft_wrap=True)


def chosen_numbers(kit: Kit) -> tuple[int, ...]:
    """Two words to be asked for, of different secrets where there are several."""
    parts = list(kit.parts())
    secrets.SystemRandom().shuffle(parts)
    return tuple(sorted(part.first + secrets.randbelow(len(part.words)) for part in parts[:ASKED]))


def right_word(kit: Kit, number: int, typed: str) -> bool:
    """Words in any case; groups of letters as they are printed, since there capitals matter."""
    word = kit.numbered()[number]
    return typed.strip() == word or (word.islower() and typed.strip().lower() == word)
