"""Whether the program still writes down that it watches."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from mocam.alive import verdict
from mocam.store import open_store
from storage.glimpse import watched_until_s
from tests.e2e.program import ROOT, TOKEN


@pytest.mark.parametrize(
    ("until_s", "well"), [(None, False), (1000.0, True), (900.0, True), (700.0, False), (1090.0, True)]
)
def test_verdict(until_s: float | None, well: bool) -> None:
    assert (verdict(until_s, 1000.0) == "") is well


def wrote(data_dir: Path, at_s: float) -> None:
    with closing(sqlite3.connect(data_dir / "mocam.sqlite3")) as rows:
        rows.execute(
            "INSERT INTO sight (camera, since_utc_us, until_utc_us, disarmed, ended) VALUES ('front', 0, ?, 0, 0)",
            (int(at_s * 1e6),),
        )
        rows.commit()


def code(folder: Path) -> int:
    env = {
        "PYTHONPATH": str(ROOT),
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "CAMERAS__FRONT__SOURCE": "scene",
        "DATA_DIR": str(folder / "data"),
    }
    return subprocess.run(
        [sys.executable, "-m", "mocam.alive"], cwd=folder, env=env, capture_output=True, check=False, timeout=300
    ).returncode


def test_the_row_of_a_running_program_is_read_beside_it(tmp_path: Path) -> None:
    assert watched_until_s(tmp_path / "data/mocam.sqlite3") is None
    with open_store(tmp_path / "data"):
        assert code(tmp_path) == 1
        wrote(tmp_path / "data", time.time())
        assert code(tmp_path) == 0
