"""What runs for months carries nothing that only set-up needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def loaded(*modules: str) -> set[str]:
    """What Python has imported once these are."""
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    return set(done.stdout.split())


RUNNING = ("mocam.running", "mocam.app", "mocam.last_words", "storage.errors")
"""All that `mocam run` imports by itself."""

SURPLUS = {
    "pydantic": "the settings are read in a process of their own: 13 MB",
    "pydantic_settings": "the same",
    "dotenv": "the same",
    "mocam.settings": "the same",
    "typer": "one option needs no library: 2 MB",
    "rich": "nobody looks at a table",
    "pyrage": "most archives are not sealed: 1 MB",
    "segno": "a QR code is drawn for a first owner alone",
    "polib": "English needs no book",
    "onveef": "cameras are looked for in set-up",
    "rclone_python": "its calls have a process of their own",
    "fpdf": "the kit is printed in set-up",
    "PIL": "the same",
    "mocam.doctor.examination": "another command",
    "mocam.setup": "another command",
    "mocam.restore": "another command",
    "mocam.cli": "all other commands",
    "mocam.cli_check": "another command",
    "storage.kit": "another command",
    "storage.restore": "another command",
}


def test_a_running_program_carries_neither_set_up_nor_check() -> None:
    found = loaded(*RUNNING)
    assert {"mocam.app", "telegram", "av"} <= found
    assert {name: why for name, why in SURPLUS.items() if name in found} == {}


def test_a_camera_brings_no_other_kind_with_it() -> None:
    found = loaded("camera.sources.opening", "camera.sources.rtsp")
    kinds = {f"camera.sources.{kind}" for kind in ("file", "http", "microphone", "picam", "rtsp", "scene", "usb")}
    assert kinds & found == {"camera.sources.rtsp"}


@pytest.mark.parametrize("module", ["mocam.running", "mocam.__main__"])
def test_nothing_large_is_there_before_the_settings_are_read_apart(module: str) -> None:
    """Else the copy of the process that reads them would be as large, and have threads."""
    assert {"numpy", "cv2", "av", "telegram", "asyncio.base_events"} & loaded(module) <= {"asyncio.base_events"}


def test_the_page_as_pdf_costs_a_running_program_nothing() -> None:
    assert {"fpdf", "PIL", "fontTools"} & loaded("mocam.cli") == set()
