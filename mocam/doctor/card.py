"""The health of card and file system, where they tell it: eMMC and some cards do, most cards do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mocam.doctor.finding import Finding, fail, ok, warn
from mocam.doctor.text_files import matching, number, text

_REPLACE = 'Copy what matters and put in a new card, best one sold as "high endurance".'


def probe(root: Path) -> Iterator[Finding]:
    cards = list(matching(root, "sys/block/mmcblk*/device"))
    for device in cards:
        yield wear(device.parent.name, text(device / "life_time"), number(device / "pre_eol_info", 16))
    for path in matching(root, "sys/fs/ext4/*/errors_count"):
        yield errors(path.parent.name, number(path) or 0)


def wear(name: str, life_time: str, pre_eol: int | None) -> Finding:
    """`life_time`: two hexadecimal words, tenths of the life used up (0x0b: all); `pre_eol`: 1 normal to 3 urgent."""
    tenths = [int(word, 16) for word in life_time.split() if word.startswith("0x")]
    worst = max(tenths, default=0)
    if not worst and not pre_eol:
        return ok("card", f"{name} does not tell how worn it is; most cards do not")
    said = (
        f"{name} says that {min((worst - 1) * 10, 100)} to {min(worst * 10, 100)} % of its life are used"
        if worst
        else name
    )
    if worst >= 0xB or pre_eol == 3:
        return fail("card", f"{said}: it is worn out", _REPLACE)
    if worst >= 9 or pre_eol == 2:
        return warn("card", f"{said}: it is nearly worn out", _REPLACE)
    return ok("card", said)


def errors(name: str, count: int) -> Finding:
    """`count`: what ext4 has written down of its own faults since the last full check."""
    if not count:
        return ok("file system", f"{name} has no faults on record")
    remedy = "Have it checked with fsck from another system. Faults that come again are a dying disk."
    return warn("file system", f"{name} has {count} faults on record", remedy)
