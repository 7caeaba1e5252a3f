"""Cameras that are set already: kept, added, renamed with all that was chosen for them, taken away and not lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from dotenv import dotenv_values

from mocam.setup.cameras import CameraStep
from mocam.setup.dialogue import Wrong
from mocam.setup.envfile import EnvFile
from mocam.store import Store
from storage.renaming import rename_camera
from tests.mocam.setup.scripted import Scripted

ENV = """\
# ours
CAMERAS__FRONT__SOURCE=/dev/video98
CAMERAS__FRONT__FPS=10 # slow
CAMERAS__BACK__SOURCE='rtsp://me:secret@192.0.2.1/1'
TIMEZONE=Europe/Berlin
"""
LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5)


def step(folder: Path, dialogue: Scripted, store: Store | None = None) -> CameraStep:
    path = folder / ".env"
    if not path.exists():
        path.write_text(ENV)
    rename = None if store is None else partial(rename_camera, store.database)
    return CameraStep(dialogue, EnvFile(path), folder / "stills", search=False, rename=rename)


def names(folder: Path) -> dict[str, str | None]:
    return {name: value for name, value in dotenv_values(folder / ".env").items() if name.startswith("CAMERAS")}


def test_enter_keeps_everything(tmp_path: Path) -> None:
    dialogue = Scripted("")
    found = step(tmp_path, dialogue).run(())
    assert [one.name for one in found] == ["front", "back"]
    assert (tmp_path / ".env").read_text() == ENV
    assert "secret" not in dialogue.said


def test_another_name_takes_along_what_was_chosen(tmp_path: Path, store: Store) -> None:
    preferences = store.preferences
    preferences.set_schedules({"front": "22:00-6:00", "back": "off"})
    preferences.set_pauses_utc({"front": LATER})
    preferences.note("zones:front", {"tree": "A1"})
    dialogue = Scripted("3", "1", "back", "Porch", "")
    found = step(tmp_path, dialogue, store).run(())
    assert [one.name for one in found] == ["porch", "back"]
    assert "Another camera has this name" in dialogue.said
    assert (tmp_path / ".env").read_text() == ENV.replace("FRONT", "PORCH")
    assert preferences.schedules() == {"porch": "22:00-6:00", "back": "off"}
    assert preferences.pauses_utc(["front", "porch"]) == {"porch": LATER}
    assert preferences.noted("zones:porch") == {"tree": "A1"}
    assert preferences.noted("zones:front") is None


def test_while_mocam_runs_no_name_changes(tmp_path: Path) -> None:
    dialogue = Scripted("3", "")
    step(tmp_path, dialogue).run(())
    assert "stop MoCam" in dialogue.said
    assert (tmp_path / ".env").read_text() == ENV


def test_one_that_is_taken_away_is_a_remark(tmp_path: Path) -> None:
    dialogue = Scripted("4", "1", "n", "4", "1", "y", "1")
    found = step(tmp_path, dialogue).run(())
    assert [one.name for one in found] == ["back"]
    assert names(tmp_path) == {"CAMERAS__BACK__SOURCE": "rtsp://me:secret@192.0.2.1/1"}
    text = (tmp_path / ".env").read_text()
    assert "\n#CAMERAS__FRONT__SOURCE=/dev/video98\n#CAMERAS__FRONT__FPS=10 # slow\n" in text
    again = step(tmp_path, Scripted()).run(["front=scene"])
    assert [one.name for one in again] == ["back", "front"]


def test_the_last_one_cannot_be_taken_away(tmp_path: Path) -> None:
    dialogue = Scripted("4", "1", "y", "4", "1")
    step(tmp_path, dialogue).run(())
    assert "number from 1 to 3" in dialogue.said


@pytest.mark.parametrize(
    ("given", "reason"),
    [((), "No camera is set"), (["front"], "NAME=SOURCE"), (["front=/dev/video98"], "gives no picture")],
)
def test_without_a_person_flags_are_final(tmp_path: Path, given: list[str], reason: str) -> None:
    (tmp_path / ".env").touch()
    with pytest.raises(Wrong, match=reason):
        step(tmp_path, Scripted(interactive=False)).run(given)
