"""The scripted day of `make day`, once: few sounds, nothing lost, everything near."""

from __future__ import annotations

from pathlib import Path

from tests.bench.day import play, script


async def test_a_day_makes_few_sounds_and_loses_nothing(tmp_path: Path) -> None:
    assert len(script()) == 120
    figures = await play(tmp_path, quiet_hours=True)
    assert (figures.events, figures.lost) == (120, 0)
    assert figures.furthest_taps <= 2
    assert figures.sounds < 25
