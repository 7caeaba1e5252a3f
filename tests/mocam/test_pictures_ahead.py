"""The picture of an alert is drawn while its event is being written down, as the chat will want it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ports import EventView, Unavailable
from bot.privacy import Look
from camera.grid import Zones
from mocam.adapters.pictures import Pictures
from mocam.marking import Box
from tests.mocam.test_marking import scene

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
BOX: Box = (0.3, 0.2, 0.1, 0.3)
JPEG = scene(640, 360, BOX)


def event(folder: Path, number: int = 1, jpeg: bytes = JPEG) -> EventView:
    """With its snapshot on the disk."""
    snapshot = folder / f"e{number}.jpg"
    snapshot.write_bytes(jpeg)
    return EventView(f"e{number}", "front", NOON, None, 0.0, snapshot, (), box=BOX)


class Masks:
    """What is masked now; `asked` counts who wanted to know."""

    def __init__(self) -> None:
        self.now = Zones()
        self.asked = 0

    def of(self, camera: str) -> Zones:
        assert camera == "front"
        self.asked += 1
        return self.now


async def test_what_was_drawn_ahead_is_what_would_be_drawn_now_and_the_disk_is_not_asked(tmp_path: Path) -> None:
    one = event(tmp_path)
    wanted = await Pictures().alert(one, Look.FULL)
    pictures = Pictures()
    pictures.prepare("e1", "front", JPEG, BOX)
    assert one.snapshot
    one.snapshot.unlink()
    for _ in range(2):  # every owner gets it
        assert await pictures.alert(one, Look.FULL) == wanted


@pytest.mark.parametrize("look", [Look.PIXELATED, Look.CROP])
async def test_a_chat_that_may_see_less_gets_less_though_more_was_drawn_ahead(tmp_path: Path, look: Look) -> None:
    one, pictures = event(tmp_path), Pictures()
    wanted = await Pictures().alert(one, look)
    pictures.prepare("e1", "front", JPEG, BOX)
    assert await pictures.alert(one, look) == wanted
    two = event(tmp_path, 2)
    pictures.prepare("e2", "front", JPEG, BOX)
    assert two.snapshot
    two.snapshot.unlink()
    assert await pictures.alert(two, look) == wanted, "the next one is drawn ahead as this one was shown"


async def test_a_mask_that_came_meanwhile_is_black_in_it(tmp_path: Path) -> None:
    masks = Masks()
    one, pictures = event(tmp_path), Pictures(masks.of)
    pictures.prepare("e1", "front", JPEG, BOX)
    masks.now = Zones.parse("A1-C3")
    assert await pictures.alert(one, Look.FULL) == await Pictures(masks.of).alert(one, Look.FULL)
    assert await pictures.alert(one, Look.FULL) != await Pictures().alert(one, Look.FULL)


async def test_what_nobody_asks_for_is_not_drawn_again_and_again(tmp_path: Path) -> None:
    masks = Masks()
    pictures = Pictures(masks.of)
    for number in range(1, 10):
        pictures.prepare(f"e{number}", "front", JPEG, BOX)
    assert masks.asked == 1
    await pictures.alert(event(tmp_path, 9), Look.FULL)
    pictures.prepare("e10", "front", JPEG, BOX)
    assert masks.asked == 3, "somebody asked: the next one is drawn ahead"


async def test_a_snapshot_that_cannot_be_masked_is_never_shown_as_it_was(tmp_path: Path) -> None:
    masks = Masks()
    masks.now = Zones.parse("A1-C3")
    pictures = Pictures(masks.of)
    pictures.prepare("e1", "front", b"no picture", BOX)
    with pytest.raises(Unavailable, match="damaged"):
        await pictures.alert(event(tmp_path, jpeg=b"no picture"), Look.FULL)


async def test_an_event_without_snapshot_has_none(tmp_path: Path) -> None:
    nothing = EventView("e1", "front", NOON, None, 0.0, None, ())
    with pytest.raises(Unavailable, match="none was taken"):
        await Pictures().alert(nothing, Look.FULL)
