"""`mocam check --repair`, and a start that finds its catalogue damaged."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mocam.check import sentences
from mocam.repair import repair
from mocam.settings import Settings
from mocam.store import open_store
from storage.errors import DataDirBusy
from tests.demo.media import mp4

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
OWNER = 7


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        telegram_bot_token="123:abcdef",
        telegram_owner_ids=frozenset({OWNER}),
        cameras={"front": {"source": "scene"}},
        data_dir=tmp_path / "data",
        archive_remote=str(tmp_path / "archive"),
    )


def published(data_dir: Path, tmp_path: Path, number: int) -> None:
    with open_store(data_dir) as store:
        store.files.publish(mp4(tmp_path / "x.mp4"), "front", f"e{number}", 1, NOON)


def test_what_can_be_mended_is_and_the_rest_is_left(settings: Settings, tmp_path: Path) -> None:
    published(settings.data_dir, tmp_path, 1)
    strange = settings.data_dir / "clips" / "holiday.jpg"
    strange.write_bytes(b"x")
    (settings.data_dir / "snapshots" / ".e1.jpg.new").write_bytes(b"half")
    done = repair(settings)
    assert len(done.mended) == 2
    (left,) = done.left
    assert "holiday.jpg" in left
    assert strange.exists()
    assert sentences(settings.data_dir) == [left]
    again = repair(settings)
    assert again.mended == ()
    assert again.left == done.left


def test_while_mocam_runs_it_says_to_stop_it(settings: Settings) -> None:
    with open_store(settings.data_dir), pytest.raises(DataDirBusy, match="Stop it first"):
        repair(settings)


def test_a_lost_catalogue_is_named_by_check_and_made_anew_by_repair(settings: Settings, tmp_path: Path) -> None:
    for number in (1, 2):
        published(settings.data_dir, tmp_path, number)
    repair(settings)
    database = settings.data_dir / "mocam.sqlite3"
    database.write_bytes(b"rubbish" * 2000)
    (said,) = sentences(settings.data_dir)
    assert "is damaged" in said
    assert "check --repair" in said
    assert database.read_bytes() == b"rubbish" * 2000, "looking changes nothing"
    done = repair(settings)
    assert "was made anew" in done.mended[0]
    assert len(list((settings.data_dir / "clips").rglob("*.mp4"))) == 2
    assert sentences(settings.data_dir) == []
    with open_store(settings.data_dir) as store:
        assert store.rebuilt is None
        assert store.catalogue.totals().local_clips == 2
        assert store.outbox.due(datetime.now(UTC)) == (), "no alert of what the owner heard of long ago"


def test_an_event_of_which_nothing_was_written_is_alerted(settings: Settings, tmp_path: Path) -> None:
    published(settings.data_dir, tmp_path, 1)
    repair(settings)
    with open_store(settings.data_dir) as store:
        assert [letter.chat_id for letter in store.outbox.due(datetime.now(UTC))] == [OWNER]
