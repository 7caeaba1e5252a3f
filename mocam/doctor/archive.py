"""The archive: reached, may be written, has room, and can be read with the passwords that are here."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from mocam.doctor.finding import Finding, fail, ok, warn
from mocam.settings import Settings
from storage.catalogue import digest
from storage.errors import ArchiveError, ArchiveUnreachable, NotFound, StorageError
from storage.files import Files
from storage.glimpse import Archived, smallest_archived
from storage.keys import Keys, Passwords
from storage.rclone import Rclone, Space

LARGEST_FETCHED_BYTES = 50_000_000
LEAST_FREE_BYTES = 1_000_000_000
TRY = b"MoCam was here, to see whether it may write. It deletes this file at once.\n"
_KIT = "Put the passwords of your recovery kit back: `mocam restore` tells how."


async def probe(settings: Settings, files: Files) -> AsyncIterator[Finding]:
    """Writes one small file of a name of its own to the remote and deletes it again."""
    if not settings.archive_remote:
        yield warn("archive", "none: clips are on this device alone", "Set ARCHIVE_REMOTE; a thief takes the device.")
        return
    try:
        passwords = await asyncio.to_thread(Keys(files).load)
        known = await asyncio.to_thread(smallest_archived, files.database_path)
        if passwords is None and known is not None:
            yield fail("archive keys", f"{Keys(files).path} is gone, and the archive cannot be read without", _KIT)
            return
        # Before there are any, others serve as well to see whether the place can be written to.
        used = passwords or Passwords(secrets.token_hex(16), secrets.token_hex(16))
        rclone = Rclone(settings.archive_remote, used, files.data_dir, settings.archive_rclone_config)
        version = await rclone.check()
        if known is None:
            rclone.make_folder()
        yield ok("archive", f"rclone {version} knows it")
        async for finding in _used(rclone, files, known):
            yield finding
    except StorageError as error:
        yield _failed(error)


async def _used(rclone: Rclone, files: Files, known: Archived | None) -> AsyncIterator[Finding]:
    with tempfile.TemporaryDirectory(prefix="check-", dir=files.scratch_dir) as folder:
        yield await _written(rclone, Path(folder))
        if (space := await _space(rclone)) is not None:
            yield room(space)
        yield await _read_back(rclone, Path(folder), known)


async def _written(rclone: Rclone, folder: Path) -> Finding:
    path = folder / "try"
    path.write_bytes(TRY)
    name = f"check-{secrets.token_hex(8)}"
    try:
        await rclone.upload(path, name, len(TRY))
        arrived = await rclone.size_bytes(name) == len(TRY)
    finally:
        await rclone.delete(name)
    if not arrived:
        return fail(
            "archive", "what is written there is not there afterwards", "Look at the provider's page: is it full?"
        )
    return ok("archive", "can be written and deleted")


async def _space(rclone: Rclone) -> Space | None:
    try:
        return await rclone.space()
    except ArchiveError:
        return None  # many providers have no word for it, and say so as a refusal


def room(space: Space) -> Finding:
    """Pure."""
    if space.free_bytes is None:
        return ok("archive room", "this provider does not tell; limit it with /retention archive")
    said = f"{space.free_bytes / 1e9:.1f} GB free"
    if space.free_bytes < LEAST_FREE_BYTES:
        return warn("archive room", said, "Keep less there: /retention archive 20GB, or get more room.")
    return ok("archive room", said)


async def _read_back(rclone: Rclone, folder: Path, known: Archived | None) -> Finding:
    if known is None:
        return ok("archive keys", "nothing is archived yet that they could be tried on")
    if known.size_bytes > LARGEST_FETCHED_BYTES:
        return ok(
            "archive keys", "not tried: even the smallest clip in the archive is large; the restore drill does it"
        )
    path = folder / "back"
    try:
        await rclone.fetch(known.remote_name, path, known.size_bytes)
    except NotFound:
        said = f"the clip of {known.event_id} is not found: deleted there, or these are not this archive's passwords"
        return fail("archive keys", said, _KIT)
    if await asyncio.to_thread(digest, path) != (known.sha256, known.size_bytes):
        said = f"the clip of {known.event_id} comes back other than it was sent"
        return fail(
            "archive keys", said, "Ask for a restore drill: /archive. A damaged provider is no archive: choose another."
        )
    return ok("archive keys", f"they open the archive: the clip of {known.event_id} came back whole")


def _failed(error: StorageError) -> Finding:
    if isinstance(error, ArchiveUnreachable):
        return fail("archive", str(error), "Clips wait here until it answers again. Is the internet there?")
    return fail(
        "archive",
        str(error),
        "Try it by hand: `rclone lsd` on ARCHIVE_REMOTE (installed: sudo mocam rclone lsd NAME:).",
    )
