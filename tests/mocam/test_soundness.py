"""When the catalogue is looked through at the start, and when it need not be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mocam.store import open_store
from storage import rescue, soundness
from storage.errors import DamagedDatabase
from storage.files import Files
from tests.storage.room import python_child

KILLED = """
import os, pathlib, sys
from datetime import UTC, datetime
from mocam.store import open_store
with open_store(pathlib.Path(sys.argv[1])) as store:
    store.preferences.add_owner(43, datetime.now(UTC))
    os._exit(0)
"""


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One entry for each time that the catalogue is looked through."""
    found: list[bool] = []
    real = rescue.trouble

    def noted(files: Files, *, thorough: bool = False) -> str:
        found.append(thorough)
        return real(files, thorough=thorough)

    monkeypatch.setattr(rescue, "trouble", noted)
    return found


def lived(data_dir: Path) -> None:
    """One run with a clean end, which changed something."""
    with open_store(data_dir) as store:
        store.preferences.add_owner(42, datetime.now(UTC))


def test_after_a_clean_end_nobody_looks(tmp_path: Path, looks: list[bool]) -> None:
    for _ in range(3):
        lived(tmp_path)
    assert looks == [False], "the first time"


def test_after_a_fault_somebody_looks(tmp_path: Path, looks: list[bool]) -> None:
    lived(tmp_path)
    with pytest.raises(RuntimeError), open_store(tmp_path):
        raise RuntimeError
    lived(tmp_path)
    assert looks == [False, False]


def test_after_a_kill_somebody_looks(tmp_path: Path, looks: list[bool]) -> None:
    lived(tmp_path)
    with python_child(KILLED, str(tmp_path)) as child:
        assert child.wait(60) == 0
    lived(tmp_path)
    assert looks == [False, False]


def _written_to(path: Path) -> None:
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("CREATE TABLE stranger (name TEXT)")


def _log_beside(path: Path) -> None:
    path.with_name(path.name + "-wal").touch()


def _copied(path: Path) -> None:
    """Beside the old one, as nobody deletes it first: in its place it might get its number, and in the same instant."""
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)


@pytest.mark.parametrize("change", [_written_to, _log_beside, _copied])
def test_a_file_that_is_not_as_it_was_left_is_looked_through(
    tmp_path: Path, looks: list[bool], change: Callable[[Path], None]
) -> None:
    lived(tmp_path)
    change(tmp_path / "mocam.sqlite3")
    lived(tmp_path)
    assert looks == [False, False]


@pytest.mark.parametrize("days", [-1, 8])
def test_once_a_week_it_is_looked_through_and_when_the_clock_cannot_be_right(
    tmp_path: Path, looks: list[bool], days: int
) -> None:
    lived(tmp_path)
    files = Files(tmp_path)
    soundness.left_clean(files, datetime.now(UTC) - timedelta(days=days))
    lived(tmp_path)
    assert looks == [False, False]


def test_clean_ends_do_not_put_the_week_off(tmp_path: Path) -> None:
    lived(tmp_path)
    first = soundness.checked_utc(Files(tmp_path))
    lived(tmp_path)
    assert soundness.checked_utc(Files(tmp_path)) == first


def test_check_always_looks_and_an_odd_mark_is_none(tmp_path: Path, looks: list[bool]) -> None:
    lived(tmp_path)
    with open_store(tmp_path, thorough=True):
        pass
    (tmp_path / soundness.MARK).write_text("[]")
    lived(tmp_path)
    assert looks == [False, True, False]


def test_damage_that_comes_while_it_runs_is_found_by_the_copy_of_the_day(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for number in range(2000):
            store.outbox.notice([1], f"a sentence, number {number}")
        store.database.checkpoint()
        path = store.files.database_path
        with path.open("r+b") as file:
            for page in range(8, path.stat().st_size // 4096 - 8, 4):
                file.seek(page * 4096)
                file.write(b"\xff" * 512)
        with pytest.raises(DamagedDatabase):
            store.backups.keep(datetime.now(UTC))
