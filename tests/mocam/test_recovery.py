from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import pytest

from camera.finish import describe
from mocam import recovery
from mocam.check import sentences
from mocam.store import Store, open_store
from storage.errors import DataDirBusy
from tests.demo.media import mp4

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
OWNER = 7


@pytest.fixture
def folder(store: Store) -> Path:
    made = store.files.recording_dir / "front"
    made.mkdir()
    return made


def growing(path: Path, plain: Path) -> Path:
    """The same video as it lies on the disk while it is recorded: fragmented, and cut off in the middle."""
    with (
        av.open(str(mp4(plain, duration_s=4))) as source,
        av.open(
            str(path), "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}
        ) as target,
    ):
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 3 // 4])
    return path


def take_in(store: Store, folder: Path) -> int:
    assert folder.is_dir()
    return recovery.take_in(store, {OWNER}, archive_on=True).saved


def test_an_interrupted_recording_becomes_the_clip_of_its_event(store: Store, folder: Path, tmp_path: Path) -> None:
    store.catalogue.open_event("e1", "front", NOON, None, {OWNER})
    growing(folder / "e1.1.mp4.part", tmp_path / "plain.mp4")
    assert take_in(store, folder) == 1
    event = store.catalogue.event("e1")
    assert event
    assert event.ended_utc
    (clip,) = event.parts
    assert clip.path
    assert describe(clip.path).duration_s == pytest.approx(clip.duration_s)
    assert 1 <= clip.duration_s < 4
    assert list(folder.iterdir()) == []
    (letter,) = store.outbox.due(datetime.now(UTC))
    assert letter.wanted > 1, "its message is due again"


def test_a_recording_whose_event_was_never_written_is_alerted_now(store: Store, folder: Path, tmp_path: Path) -> None:
    growing(folder / "e5.2.mp4.part", tmp_path / "plain.mp4")
    assert take_in(store, folder) == 1
    event = store.catalogue.event("e5")
    assert event
    assert [clip.part for clip in event.parts] == [2]
    assert [letter.event_id for letter in store.outbox.due(datetime.now(UTC))] == ["e5"]
    assert store.catalogue.next_event_number() == 6


def test_a_whole_clip_that_was_not_published_is_published(store: Store, folder: Path) -> None:
    mp4(folder / "e1.1.mp4")
    assert take_in(store, folder) == 1
    assert len(list(store.files.clip_files())) == 1


def test_a_published_clip_without_a_row_gets_one(store: Store, folder: Path) -> None:
    store.catalogue.open_event("e1", "front", NOON, None, {OWNER})
    store.files.publish(mp4(folder / "x.mp4"), "front", "e1", 1, NOON)
    take_in(store, folder)
    event = store.catalogue.event("e1")
    assert event
    assert len(event.parts) == 1


def test_a_header_without_a_picture_goes(store: Store, folder: Path) -> None:
    (folder / "e1.1.mp4.part").write_bytes(b"\0" * 900)
    assert take_in(store, folder) == 0
    assert list(folder.iterdir()) == []


def test_what_cannot_be_read_is_left_and_named(store: Store, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    odd = folder / "e1.1.mp4.part"
    odd.write_bytes(b"x" * 10_000)
    assert take_in(store, folder) == 0
    assert odd.exists()
    assert odd.name in caplog.text


def test_an_event_that_left_nothing_ends_too(store: Store, folder: Path) -> None:
    store.catalogue.open_event("e1", "front", NOON, None, {OWNER})
    take_in(store, folder)
    assert store.catalogue.open_events() == ()


def test_check_says_what_differs_and_changes_nothing(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with open_store(data_dir) as store:
        store.files.publish(mp4(tmp_path / "x.mp4"), "front", "e1", 1, NOON)
    assert len(sentences(data_dir)) == 1
    assert len(sentences(data_dir)) == 1
    with open_store(data_dir), pytest.raises(DataDirBusy):
        sentences(data_dir)


def test_a_recording_began_when_it_says(store: Store, folder: Path, tmp_path: Path) -> None:
    """Its time of change may be that of a copy, or of a clock that came later."""
    plain = growing(folder / "e5.1.mp4.part", tmp_path / "plain.mp4")
    with av.open(str(plain)) as source, av.open(str(folder / "e6.1.mp4"), "w") as target:
        target.metadata["creation_time"] = NOON.isoformat()
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    assert take_in(store, folder) == 2
    e5, e6 = store.catalogue.event("e5"), store.catalogue.event("e6")
    assert e5
    assert e6
    assert e6.started_utc == e6.parts[0].started_utc == NOON
    assert abs(datetime.now(UTC) - e5.started_utc) < timedelta(minutes=10)


@pytest.mark.parametrize(
    ("told", "part", "of_event", "expected"),
    [
        (0, 1, None, 0),
        (0, 1, 2, 0),
        (0, 1, 3 * 3600, 3 * 3600),
        (0, 1, -3 * 3600, -3 * 3600),
        (3600, 2, 2, 3600),
        (0, 2, 3600, 3600),
    ],
)
def test_the_events_row_is_believed_where_the_clock_was_set(
    told: int, part: int, of_event: int | None, expected: int
) -> None:
    event_utc = None if of_event is None else NOON + timedelta(seconds=of_event)
    assert recovery.began(NOON + timedelta(seconds=told), part, event_utc) == NOON + timedelta(seconds=expected)
