"""A short run with a fixed seed; the long one is `make fuzz`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fuzz.__main__ import LONG, NAME, PAGE
from tests.fuzz.odd import Oddities
from tests.fuzz.run import fuzz


async def test_six_hundred_odd_updates_do_no_harm(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    found = await fuzz(7, 600, tmp_path)
    assert found.faults == []
    assert found.updates == 600
    assert found.by_guests == 150
    assert found.answers > 50, "the owner was answered"


def test_the_same_seed_makes_the_same_updates() -> None:
    one, two, other = (Oddities(seed) for seed in (1, 1, 2))
    assert [one._text() for _ in range(20)] == [two._text() for _ in range(20)] != [other._text() for _ in range(20)]


def test_the_long_run_stands_in_the_docs_and_found_nothing() -> None:
    text = PAGE.read_text(encoding="utf-8").split(f"<!-- {NAME} -->")[1].split(f"<!-- end of {NAME} -->")[0]
    head, _, last = ([cell.strip() for cell in line.strip("|").split("|")] for line in text.strip().splitlines()[-3:])
    found = {name: int(cell) for name, cell in zip(head, last, strict=True)}
    assert found["updates"] >= LONG
    faults = {name: count for name, count in found.items() if name not in {"updates", "calls by the bot"}}
    assert not any(count for name, count in faults.items() if not name.startswith("by "))
    assert re.search(r"make fuzz SEED=\d+ COUNT=\d+", text)
