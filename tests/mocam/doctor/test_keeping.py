from __future__ import annotations

from mocam.doctor.finding import Level
from mocam.doctor.keeping import Reading, judged, swaps
from storage.memory import Room

SWAPS = """\
Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
/var/swap                               file\t\t102396\t\t0\t\t-2
/dev/zram0                              partition\t102396\t\t0\t\t100
"""


def said(room: Room | None, *, archive_on: bool = True, swapped: tuple[str, ...] = ()) -> list[tuple[Level, str]]:
    return [(one.level, one.said) for one in judged(Reading(200_000_000, room, archive_on, swapped))]


def test_compressed_memory_is_no_card() -> None:
    assert swaps(SWAPS) == ("/var/swap",)
    assert swaps("") == ()


def test_how_full_it_is() -> None:
    assert said(Room(200_000_000, 150_000_000)) == [(Level.OK, "150 MB of 200 MB free")]
    assert said(None) == [(Level.OK, "begins at the next start of MoCam")]


def test_what_is_not_as_meant() -> None:
    found = said(Room(75_000_000, 75_000_000), archive_on=False, swapped=("/var/swap",))
    assert [level for level, _ in found] == [Level.WARN] * 3
    assert "only 75 MB" in found[0][1]
    assert "power cut takes every clip" in found[1][1]
    assert "/var/swap" in found[2][1]
