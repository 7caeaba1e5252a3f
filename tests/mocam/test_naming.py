"""Events get their names: real model, real pictures, real rows, and the chat over HTTP."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import cv2
import numpy as np
import pytest

from camera.model import EventStart, FinishedPart
from mocam.doctor.finding import Level
from mocam.doctor.objects import judged, probe
from mocam.journal import Journal, Listeners
from mocam.naming import Naming
from mocam.store import Store
from storage.model import Box, NewClip
from tests.bot.conftest import OWNER
from tests.camera import tiny_model
from tests.demo.media import mp4
from tests.mocam.living import living

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
COW = 19


@asynccontextmanager
async def naming(
    store: Store,
    model: Path | None,
    *,
    budget_s: float = 60,
    clock: Callable[[], float] = lambda: 0.0,
    changed: Callable[[], None] = lambda: None,
    queue_length: int = 40,
) -> AsyncIterator[Naming]:
    made = Naming(model, budget_s, store.catalogue, changed, monotonic=clock, queue_length=queue_length)
    task = asyncio.create_task(made.run())
    try:
        yield made
        assert not task.done()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def picture(light: int) -> bytes:
    return cv2.imencode(".jpg", np.full((360, 640, 3), light, np.uint8))[1].tobytes()


def opened(store: Store, event_id: str, *, light: int, box: Box | None = None) -> None:
    snapshot = store.files.write_snapshot(event_id, picture(light))
    store.catalogue.open_event(event_id, "front", NOON, snapshot, [OWNER], box)


def recorded(store: Store, event_id: str) -> None:
    """A part whose pictures are lighter than half."""
    path = mp4(store.files.recording_dir / f"{event_id}.1.mp4")
    there = store.files.publish(path, "front", event_id, 1, NOON)
    store.catalogue.add_clip(NewClip(event_id, 1, there, NOON, 2.0, "h264", 640, 360), archive=False)


def seen(store: Store, event_id: str) -> str:
    event = store.catalogue.event(event_id)
    assert event is not None
    return event.seen


async def test_the_name_is_stored_and_the_letters_are_due_again(store: Store, tmp_path: Path) -> None:
    told: list[str] = []
    async with naming(store, tiny_model.sees(tmp_path / "m.onnx"), changed=lambda: told.append("bot")) as names:
        opened(store, "e1", light=255)
        before = store.outbox.due(NOON)[0].wanted
        names.written("e1")
        await names.settle()
        assert seen(store, "e1") == "person"
        assert store.outbox.due(NOON)[0].wanted == before + 1
        assert told == ["bot"]


async def test_what_does_not_stand_where_it_moved_gives_no_name(store: Store, tmp_path: Path) -> None:
    model = tiny_model.yolox(tmp_path / "m.onnx", {2: (9, 1.0)})
    async with naming(store, model) as names:
        opened(store, "e1", light=255, box=(0.7, 0.7, 0.2, 0.2))
        opened(store, "e2", light=255, box=(0.1, 0.2, 0.1, 0.1))
        names.written("e1")
        names.written("e2")
        await names.settle()
        assert (seen(store, "e1"), seen(store, "e2")) == ("", "vehicle")


async def test_when_the_picture_shows_nothing_the_clip_is_looked_at(store: Store, tmp_path: Path) -> None:
    async with naming(store, tiny_model.sees(tmp_path / "m.onnx", COW, 2.5)) as names:
        opened(store, "e1", light=0)
        names.written("e1")
        await names.settle()
        assert seen(store, "e1") == ""
        recorded(store, "e1")
        names.written("e1")
        await names.settle()
        assert seen(store, "e1") == "animal"


@pytest.mark.parametrize(("look_s", "name"), [(1.0, "animal"), (1.1, "")])
async def test_the_budget_ends_the_look(store: Store, tmp_path: Path, look_s: float, name: str) -> None:
    ticks = count()
    model = tiny_model.sees(tmp_path / "m.onnx", COW, 2.5)
    async with naming(store, model, budget_s=2, clock=lambda: next(ticks) * look_s) as names:
        opened(store, "e1", light=0)
        recorded(store, "e1")
        names.written("e1")
        await names.settle()
        assert seen(store, "e1") == name


async def test_a_bad_model_is_told_once_and_costs_names_only(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad = tmp_path / "m.onnx"
    bad.write_bytes(b"no model")
    async with naming(store, bad) as names:
        for event_id in ("e1", "e2", "e3"):
            opened(store, event_id, light=255)
            names.written(event_id)
        await names.settle()
        assert "no ONNX model" in names.trouble
        assert caplog.text.count("no ONNX model") == 1
        names.written("e1")
        assert seen(store, "e1") == ""
    assert "Traceback" not in caplog.text


async def test_a_damaged_picture_or_a_vanished_clip_costs_one_name(store: Store, tmp_path: Path) -> None:
    async with naming(store, tiny_model.sees(tmp_path / "m.onnx")) as names:
        opened(store, "e1", light=255)
        event = store.catalogue.event("e1")
        assert event is not None
        assert event.snapshot is not None
        event.snapshot.write_bytes(b"no picture")
        recorded(store, "e1")
        next(iter(store.files.clip_files())).unlink()
        opened(store, "e2", light=255)
        for event_id in ("e1", "e9", "e2"):
            names.written(event_id)
        await names.settle()
        assert names.trouble == ""
        assert (seen(store, "e1"), seen(store, "e2")) == ("", "person")


async def test_what_a_storm_leaves_out_is_counted(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with naming(store, tiny_model.sees(tmp_path / "m.onnx"), queue_length=2) as names:
        for _ in range(5):
            names.written("e1")
        assert names.dropped == 3
        assert "3 looks left out" in caplog.text
        await names.settle()


async def test_the_journal_tells_of_the_picture_and_of_the_first_part(store: Store) -> None:
    told: list[str] = []
    listeners = Listeners(lambda: None, lambda: None, lambda _: None, event_written=told.append)
    journal = Journal(["front"], store.catalogue, store.files, lambda: {OWNER}, listeners, archive_on=False)
    task = asyncio.create_task(journal.run())
    journal.event_started(EventStart("e1", "front", NOON, 1.0, lambda: picture(255)))
    await journal.settle()
    assert told == ["e1"]
    for number in (1, 2):
        path = mp4(store.files.recording_dir / f"e1.{number}.mp4")
        journal.part_finished(
            FinishedPart("e1", "front", number, path, NOON, 2.0, "h264", 640, 360, path.stat().st_size, 0)
        )
    await journal.settle()
    assert told == ["e1", "e1"]
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_the_living_message_and_the_list_name_it(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        model = tiny_model.sees(tmp_path / "m.onnx", 0, 2.5)
        async with naming(store, model, changed=household.bot.wake) as names:
            event_id = household.moves(with_clip=False)
            await household.settled()
            (message,) = household.messages()
            assert message.text.startswith("Motion · front")
            names.written(event_id)
            await household.api.wait_for(lambda: message.text.startswith("Person · front") or None)
            household.records(event_id)
            await household.settled()
            assert message.kind == "video"
            assert message.text.startswith("Person · front")
            assert household.messages() == [message]
            household.api.say(OWNER, "/clips")
            listed = await household.api.wait_for(
                lambda: next((one for one in household.messages() if "Clips · " in one.text), None)
            )
            assert " · front · person · " in listed.text


@pytest.fixture
def loaded() -> set[str]:
    code = "import sys, mocam.app; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    return set(done.stdout.split())


async def test_without_a_model_nothing_of_it_is_there(store: Store, loaded: set[str]) -> None:
    assert "mocam.naming" in loaded
    assert "camera.objects" not in loaded
    async with naming(store, None) as names:
        opened(store, "e1", light=255)
        names.written("e1")
        await names.settle()
        assert seen(store, "e1") == ""


def test_check_loads_and_runs_it(tmp_path: Path) -> None:
    (good,) = probe(tiny_model.sees(tmp_path / "m.onnx"), 2)
    assert (good.level, good.said.partition(" takes")[0]) == (Level.OK, "m.onnx (YOLOX)")
    (bad,) = probe(tmp_path / "not-there.onnx", 2)
    assert bad.level is Level.FAIL
    assert "OBJECT_MODEL cannot be read" in bad.said
    assert "OBJECT_MODEL" in bad.remedy
    assert list(probe(None, 2)) == []


def test_check_warns_of_a_model_that_is_too_slow() -> None:
    slow = judged("m.onnx", "YOLOX", 3.2, 2)
    assert (slow.level, slow.said) == (
        Level.WARN,
        "m.onnx (YOLOX) takes 3.20 s a picture, more than the 2 s an event may cost",
    )
