"""Whether a place takes an archive: a test file goes there through the encryption, comes back, and is compared."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from storage.catalogue import digest
from storage.errors import ArchiveCorrupt, ArchiveError, ArchiveRefused
from storage.files import Files
from storage.listing import foreign
from storage.rclone import Rclone

TEST_BYTES = 2_000_000
FOLDER = "setup"


@dataclass(frozen=True, slots=True)
class Measured:
    """What the place can do."""

    version: str
    """Of rclone."""
    up_bytes_per_s: float
    down_bytes_per_s: float
    free_bytes: int | None
    """None: it does not tell."""


async def measure(rclone: Rclone, files: Files) -> Measured:
    """Raises ArchiveError with what to do; leaves nothing there."""
    version = await rclone.check()
    rclone.make_folder()
    if await foreign(rclone):
        raise ArchiveRefused(
            "Other files are here already, perhaps an archive with other passwords. Choose another folder; or, if it "
            "is yours from a lost device, bring it back first with `mocam restore` into this DATA_DIR."
        )
    folder = Path(tempfile.mkdtemp(prefix="setup-", dir=files.scratch_dir))
    try:
        up_s, down_s = await _there_and_back(rclone, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        free = (await rclone.space()).free_bytes
    except ArchiveError:  # many have no answer to this, and say so in many ways
        free = None
    return Measured(version, TEST_BYTES / up_s, TEST_BYTES / down_s, free)


async def _there_and_back(rclone: Rclone, folder: Path) -> tuple[float, float]:
    """Seconds up and down."""
    sent, back = folder / "sent.bin", folder / "back.bin"
    sent.write_bytes(secrets.token_bytes(TEST_BYTES))
    name = f"{FOLDER}/test-{secrets.token_hex(6)}.bin"
    begun_s = time.monotonic()
    try:
        await rclone.upload(sent, name, TEST_BYTES)
        up_s = time.monotonic() - begun_s
        begun_s = time.monotonic()
        await rclone.fetch(name, back, TEST_BYTES)
        down_s = time.monotonic() - begun_s
    finally:
        await rclone.delete(name)
        await rclone.remove_empty_folder(FOLDER)
    if digest(sent) != digest(back):
        raise ArchiveCorrupt("What came back is not what was sent. This place cannot be trusted with an archive.")
    return up_s, down_s
