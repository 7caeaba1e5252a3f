"""The place of the archive: what is refused before anything of ours goes there."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocam.setup.archive import ArchiveStep
from mocam.setup.dialogue import Wrong
from mocam.setup.envfile import EnvFile
from storage.files import Files
from storage.keys import Passwords
from tests.mocam.setup.scripted import Scripted
from tests.storage.room import passwords_of

LUCKY = Passwords(
    "alpha-tilt-dragon-fiction-horn-renew-main-begin-remove-cradle-call-mail",
    "town-tuna-defense-final-lawsuit-track-good-lunar-ketchup-tuition-wear-urban",
)
"""Decrypts a name that other passwords made, as one pair in 256 does: to nonsense."""


def step(tmp_path: Path, passwords: Passwords) -> ArchiveStep:
    return ArchiveStep(Scripted(interactive=False), EnvFile(tmp_path / ".env"), Files(tmp_path / "data"), passwords)


@pytest.mark.parametrize("passwords", [passwords_of("data"), LUCKY], ids=["read none", "read nonsense"])
@pytest.mark.parametrize("name", ["0puardt0emfeqd6nu1ord04ris", "7ho3anu89o050ostm1a12k1tbs"], ids=["year", "slash"])
def test_a_place_with_another_archive_is_not_taken(tmp_path: Path, passwords: Passwords, name: str) -> None:
    disk = tmp_path / "disk"
    (disk / name).mkdir(parents=True)
    with pytest.raises(Wrong, match="an archive with other passwords"):
        step(tmp_path, passwords).run(str(disk), tmp_path / "none.conf")
    assert EnvFile(tmp_path / ".env").get("ARCHIVE_REMOTE") == ""
