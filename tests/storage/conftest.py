"""What the tests of the storage room share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.storage.dav import Dav
from tests.storage.room import Room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    opened = Room.at(tmp_path / "data")
    yield opened
    opened.db.close()


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A folder as the provider's place; made by MoCam."""
    return tmp_path / "provider"


@pytest.fixture
async def dav(tmp_path: Path) -> AsyncIterator[Dav]:
    """A real WebDAV server on loopback, behind a line that can be cut."""
    server = Dav(tmp_path / "dav")
    await server.start()
    yield server
    await server.stop()
