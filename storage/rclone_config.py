"""The owner's rclone configuration, as far as set-up and kit need it: names of remotes, options of one."""

from __future__ import annotations

import configparser
import io
import json
from collections.abc import Mapping
from pathlib import Path

from storage.errors import ArchiveError
from storage.files import Files, translated
from storage.rclone import SHORT_S, Rclone


async def remotes(rclone: Rclone) -> dict[str, dict[str, str]]:
    """Name -> options of each remote in the configuration, secrets of the owner included (obscured or not).

    Raises ArchiveRefused when the configuration cannot be opened.
    """
    done = await rclone.run(["config", "dump"], SHORT_S)
    try:
        found = json.loads(done.output)
    except ValueError:
        return {}
    return {
        str(name): {str(key): str(value) for key, value in options.items()}
        for name, options in (found.items() if isinstance(found, dict) else ())
        if isinstance(options, dict) and not str(name).startswith("mocamcrypt")
    }


async def section(rclone: Rclone, remote: str) -> Mapping[str, str]:
    """Options of what ARCHIVE_REMOTE names; empty for a folder, and when they cannot be had."""
    name, colon, _ = remote.partition(":")
    if not colon or "/" in name:
        return {}
    try:
        return (await remotes(rclone)).get(name, {})
    except ArchiveError:
        return {}


async def add_remote(
    rclone: Rclone, files: Files, path: Path, name: str, plain: Mapping[str, str], obscured: Mapping[str, str]
) -> None:
    """Writes one remote into a configuration file of ours, 0600; others in it stay. Values of `obscured` are secrets
    that rclone keeps obscured. Raises ArchiveRefused, StorageError."""
    config = configparser.RawConfigParser()
    config.optionxform = str  # type: ignore[assignment, method-assign] # names as they are
    with translated(path):
        config.read(path, encoding="utf-8")
    hidden = {option: await rclone.obscured(value) for option, value in obscured.items()}
    config[name] = {**plain, **hidden}
    text = io.StringIO()
    config.write(text)
    files.write_whole(path, text.getvalue().encode())
