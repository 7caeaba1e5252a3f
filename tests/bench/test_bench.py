"""The quick parts of `make bench` run and end in a page; the slow ones have `make bench-short`."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench import archive, ledger, scale
from tests.bench.figure import Measured, figure


async def test_quick_parts_run_and_their_figures_reach_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "SHORT", (200, 400))
    monkeypatch.setattr(archive, "SHORT", 6)
    monkeypatch.setattr(archive, "ONE_BY_ONE", 2)
    found = await bench.measure(["detector", "replay", "archive", "scale"], short=True)
    ledger.write(tmp_path / "performance.json", found)
    stored = ledger.read(tmp_path / "performance.json")
    assert stored == found
    page = tmp_path / "performance.md"
    shutil.copy(bench.PAGE, page)
    monkeypatch.setattr(bench, "PAGE", page)
    bench.write_tables(stored)
    text = page.read_text()
    for name, one in stored.items():
        assert one["figures"], name
        for entry in ledger.figures_of(one):
            assert f"| {entry.name} | " in text
            assert entry.low <= entry.median <= entry.high
    if importlib.util.find_spec("matplotlib"):
        from tests.bench import plots  # noqa: PLC0415 - `make bench` alone fetches matplotlib

        assert [path.name for path in plots.draw(tmp_path, stored)] == ["performance-scale.png"]


def test_every_part_has_its_place_on_the_page() -> None:
    text = bench.PAGE.read_text()
    for name in bench.PARTS:
        assert f"<!-- {name} -->" in text
        assert f"<!-- end of {name} -->" in text


def test_every_plot_of_the_page_is_there() -> None:
    for name in re.findall(r"images/(performance-\w+\.png)", bench.PAGE.read_text()):
        assert (bench.IMAGES / name).is_file(), name


def test_a_busy_machine_and_a_missing_peer_are_said() -> None:
    one = figure("something", "s", [1.0, 2.0], "1")
    measured = Measured([one], {}, ["motion is not installed here."])
    calm = bench.told(ledger.entry(measured, (0.5, 1.0), 10))
    assert "motion is not installed here." in calm
    assert "read the ratios" not in calm
    assert "9 programs wanted its cores" in bench.told(ledger.entry(measured, (0.5, 9.0), 10))
