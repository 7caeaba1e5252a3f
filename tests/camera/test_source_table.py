"""The table of sources in the docs has a whole row for every kind that there is."""

from __future__ import annotations

from camera.sources import opening
from tests.camera.source_facts import Facts
from tests.camera.source_kinds import KINDS
from tests.camera.source_table import HEAD, NAME, PAGE, REAL_PI, row


def written() -> list[list[str]]:
    """The cells of each row, without the head."""
    text = PAGE.read_text(encoding="utf-8")
    part = text.split(f"<!-- {NAME} -->")[1].split(f"<!-- end of {NAME} -->")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.strip().splitlines()][2:]


def test_every_kind_has_a_whole_row_and_no_row_is_of_another_time() -> None:
    rows = written()
    assert [cells[0] for cells in rows] == [*(kind.name for kind in KINDS), REAL_PI], "make cameras-table"
    assert [cells[0] for cells in rows if len(cells) != len(HEAD) or not all(cells)] == []


def test_every_source_that_can_be_opened_is_a_kind() -> None:
    imported = opening.opened.__code__.co_varnames  # each only where it is needed
    openers = {name for name in imported if name.startswith("open_")}
    assert openers == {kind.opener for kind in KINDS}


def test_a_row_tells_what_was_seen() -> None:
    facts = Facts("h264", 640, 360, 40.0, 1.0, 0.61, 35.2)
    line = row("file", facts, 0.02)
    for words in ("h264", "every 40 ms", "every 1.0 s", "begins 0.6 s early", "640x360", "said at once", "35 MB"):
        assert words in line
    assert "cannot be" in row("file", facts, None)
    assert "every picture" in row("file", Facts("mjpeg", 640, 360, 40.0, 0.04, 0.0, 1.0), None)
