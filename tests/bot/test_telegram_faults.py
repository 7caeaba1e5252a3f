"""Nothing is lost by any fault of Telegram, and doubled only where nobody can know, once, with the event's id."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bot.telegram_faults import FAULTS, NAME, PAGE, TARGETS, Fault, run

AT_ONCE = 6
"""They wait more than they work."""
GROUPS = [FAULTS[at : at + AT_ONCE] for at in range(0, len(FAULTS), AT_ONCE)]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0].name)
async def test_nothing_is_lost_and_hardly_anything_doubled(group: tuple[Fault, ...], tmp_path: Path) -> None:
    async def met(fault: Fault) -> tuple[Fault, dict[str, int], bool]:
        folder = tmp_path / fault.name.replace(" ", "-").replace(",", "")
        folder.mkdir()
        seen = await run(fault, folder)
        return fault, seen.copies, seen.named

    for fault, copies, named in await asyncio.gather(*map(met, group)):
        assert set(copies) == set(TARGETS) - set(fault.spared)
        assert named, f"{fault.name}: a copy without the event's id"
        # In a chat with something in it, the fate of a message can be found out.
        most = {target: 1 + (fault.unknowable and target == TARGETS[-1]) for target in copies}
        wrong = {target: seen for target, seen in copies.items() if not 1 <= seen <= most[target]}
        assert wrong == {}, fault.name


def test_every_fault_has_a_row_in_the_docs() -> None:
    text = PAGE.read_text(encoding="utf-8").split(f"<!-- {NAME} -->")[1].split(f"<!-- end of {NAME} -->")[0]
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")][2:]
    assert rows == [fault.name for fault in FAULTS], "make telegram-table"
