"""A data folder, opened as the program opens it; and no camera outlives its test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mocam.store import Store, open_store
from tests import support_threads

every_camera_ends = pytest.fixture(autouse=True)(support_threads.ending(support_threads.CAMERAS))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "data") as opened:
        yield opened
