"""A power cut at any step of taking in what the last power cut left; and files and rows that nobody would expect."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from camera.finish import describe
from mocam import check, recovery
from mocam.store import open_store
from storage.database import Database
from storage.errors import StorageError
from storage.files import Files
from tests.demo.media import mp4
from tests.mocam.test_recovery import growing

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
OWNER = 7


class PowerCut(BaseException):
    """Nothing after it happens."""


@pytest.fixture(scope="module")
def left_behind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after a cut: one recording cut off, one whole, one published without a row."""
    folder = tmp_path_factory.mktemp("left")
    data_dir = folder / "data"
    with open_store(data_dir) as store:
        front = store.files.recording_dir / "front"
        front.mkdir()
        for number in (1, 2, 3):
            store.catalogue.open_event(f"e{number}", "front", NOON, None, {OWNER})
        growing(front / "e1.1.mp4.part", folder / "one.mp4")
        mp4(front / "e2.1.mp4")
        store.files.publish(mp4(folder / "three.mp4"), "front", "e3", 1, NOON)
    return data_dir


@contextmanager
def power_cut_at(step: int) -> Iterator[Callable[[], int]]:
    """Before the `step`th rename, deletion or commit; tells how many there were."""
    done = 0

    def counted(original: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            nonlocal done
            done += 1
            if done == step:
                raise PowerCut
            return original(*arguments, **named)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", counted(Path.replace))
        patch.setattr(Path, "unlink", counted(Path.unlink))
        patch.setattr(Database, "_commit", counted(Database._commit))
        yield lambda: done


def take_in(data_dir: Path) -> None:
    with open_store(data_dir) as store:
        recovery.take_in(store, {OWNER}, archive_on=True)


def test_a_power_cut_at_any_step_of_the_start_costs_nothing(left_behind: Path, tmp_path: Path) -> None:
    step = 0
    while True:
        step += 1
        data_dir = tmp_path / f"cut-{step}"
        shutil.copytree(left_behind, data_dir)
        with power_cut_at(step) as steps:
            try:
                take_in(data_dir)
            except PowerCut:
                whole = False
            else:
                whole = True
        take_in(data_dir)
        as_it_should_be(data_dir)
        shutil.rmtree(data_dir)
        if whole:
            break
    assert steps() < step
    assert step > 10, "there are many"


def as_it_should_be(data_dir: Path) -> None:
    """Each event has its one clip, which plays; its one letter, which is due; and nothing lies about."""
    with open_store(data_dir) as store:
        for number in (1, 2, 3):
            event = store.catalogue.event(f"e{number}")
            assert event
            assert event.ended_utc
            (clip,) = event.parts
            assert clip.path
            assert describe(clip.path).size_bytes == clip.size_bytes
        letters = store.outbox.due(datetime.now(UTC))
        assert sorted(letter.event_id for letter in letters) == ["e1", "e2", "e3"]
        assert store.catalogue.totals().waiting == 3
        assert check.found(store) == ()
        assert [path for path in store.files.recording_dir.rglob("*") if path.is_file()] == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    cut=st.floats(0, 1),
    noise=st.binary(max_size=200),
    at=st.floats(0, 1),
    suffix=st.sampled_from([".mp4.part", ".mp4"]),
)
def test_a_recording_of_any_bytes_is_saved_or_left_and_never_a_crash(
    left_behind: Path, tmp_path_factory: pytest.TempPathFactory, cut: float, noise: bytes, at: float, suffix: str
) -> None:
    data_dir = tmp_path_factory.mktemp("odd")
    content = bytearray((left_behind / "recording/front/e1.1.mp4.part").read_bytes())
    del content[int(cut * len(content)) :]
    start = int(at * len(content))
    content[start : start + len(noise)] = noise
    with open_store(data_dir) as store:
        front = store.files.recording_dir / "front"
        front.mkdir()
        (front / f"e9.1{suffix}").write_bytes(content)
        recovery.take_in(store, {OWNER}, archive_on=True)
        clips = list(store.files.clip_files())
        left = [path for path in front.iterdir() if path.is_file()]
        dropped = suffix == ".mp4.part" and len(content) < recovery.EMPTY_BYTES
        assert len(clips) + len(left) == int(not dropped)
        assert all(describe(path).size_bytes for path in clips)
    shutil.rmtree(data_dir)


WORDS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.text(max_size=30), st.floats(allow_nan=False), st.none())
COLUMNS = st.sampled_from(
    ["started_utc_us", "duration_s", "size_bytes", "sha256", "path", "part", "remote_name", "width", "codec", "kept"]
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(changes=st.lists(st.tuples(COLUMNS, WORDS), min_size=1, max_size=4))
def test_rows_of_any_values_are_named_or_mended_and_delete_nothing_outside(
    left_behind: Path, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, object]]
) -> None:
    data_dir = tmp_path_factory.mktemp("rows") / "data"
    outside = data_dir.parent / "precious.txt"
    outside.write_text("x")
    with open_store(data_dir) as store:
        path = store.files.clips_dir / "front/2026-05-01/e1-1.mp4"
        path.parent.mkdir(parents=True)
        shutil.copyfile(left_behind / "clips/front/2026-05-01/e3-1.mp4", path)
        recovery.take_in(store, {OWNER}, archive_on=True)
    with closing(sqlite3.connect(data_dir / "mocam.sqlite3")) as rows:
        for column, value in changes:
            try:
                rows.execute(f"UPDATE clip SET {column} = ?", (value,))  # noqa: S608 - named above
            except sqlite3.IntegrityError:
                continue  # SQLite itself does not take it
        rows.commit()
    with open_store(data_dir) as store:
        check.found(store)
        recovery.take_in(store, {OWNER}, archive_on=True)
        for clip in store.catalogue.local_clips():
            assert clip.path
            try:
                Files.delete(store.files, clip.path)
            except StorageError:
                continue  # not one of ours, so left alone
        store.catalogue.page(NOON - timedelta(days=9000), NOON + timedelta(days=9000), 0, 10)
        store.catalogue.event("e1")
    assert outside.exists()
    shutil.rmtree(data_dir)
