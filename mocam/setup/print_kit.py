"""`mocam setup --kit`: the page of the recovery kit once more."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from rich.console import Console

from mocam.settings import Settings
from mocam.setup import kit as kits
from storage.errors import StorageError
from storage.files import Files
from storage.keys import Keys
from storage.kit import Kit
from storage.rclone import Rclone
from storage.rclone_config import section

FIRST_PERSON = 1000
"""Lower numbers of accounts are the system's own on Debian and its kin."""


async def again(settings: Settings, folder: Path | None, console: Console) -> None:
    """Makes the page of the present passwords. Raises StorageError, also when there are none so far."""
    if not settings.archive_remote:
        raise StorageError("No archive is configured, so there is nothing to recover. Run `mocam setup` to set one up.")
    files = Files(settings.data_dir)
    keys = Keys(files)
    passwords = keys.load()
    if passwords is None:
        with files.lock():
            passwords = keys.load_or_make()
    rclone = Rclone(settings.archive_remote, passwords, files.data_dir, settings.archive_rclone_config)
    found = await section(rclone, settings.archive_remote)
    content = kits.make_page(Kit(passwords), settings.archive_remote, found, sealed=bool(settings.archive_seal_to))
    printed = kits.write_page(content, files, folder)
    say_where(printed, console)


def _fetch_command(path: Path) -> str:
    """The account of a service has no way in of its own; then the owner's `sudo` reads the file."""
    host, account = socket.gethostname(), os.getuid()
    if 0 < account < FIRST_PERSON:
        return f"ssh {host} sudo cat {path} > {path.name}"
    return f"scp {host}:{path} ."


def say_where(printed: kits.Printed, console: Console) -> None:
    """How the page comes to a printer."""
    console.print(
        f"The page is here, twice, for whoever has a printer:\n  {printed.pdf}\n  {printed.html}\n"
        f"From another computer:  {_fetch_command(printed.pdf)}\n"
        "Print it, put it away from the camera, and delete the files.",
        markup=False,
        soft_wrap=True,
    )
