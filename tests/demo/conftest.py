"""A running stand-in for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from demo.botapi import BotApi
from tests.demo.client import OWNER, TOKEN, Client


@pytest.fixture
async def any_api() -> AsyncIterator[BotApi]:
    """A stand-in that may be treated wrongly."""
    async with BotApi(TOKEN, owner_ids=[OWNER]) as api:
        yield api


@pytest.fixture
async def api(any_api: BotApi) -> AsyncIterator[BotApi]:
    """A stand-in that no call may find fault with."""
    yield any_api
    assert any_api.violations == []


@pytest.fixture
async def client(any_api: BotApi) -> AsyncIterator[Client]:
    async with Client(any_api) as client:
        yield client
