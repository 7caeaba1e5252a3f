"""The place of the archive: what is refused before anything of ours goes there."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocam.setup.archive import ArchiveStep
from mocam.setup.dialogue import Wrong
from mocam.setup.envfile import EnvFile
from storage.files import Files
from storage.keys import Keys
from tests.mocam.setup.scripted import Scripted


def test_a_place_with_another_archive_is_not_taken(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    (disk / "0puardt0emfeqd6nu1ord04ris").mkdir(parents=True)
    files = Files(tmp_path / "data")
    env = EnvFile(tmp_path / ".env")
    step = ArchiveStep(Scripted(interactive=False), env, files, Keys(files).load_or_make())
    with pytest.raises(Wrong, match="an archive with other passwords"):
        step.run(str(disk), tmp_path / "none.conf")
    assert env.get("ARCHIVE_REMOTE") == ""
