"""A stand-in for Telegram with one known owner; at the end it must have found no fault in any call."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from demo.botapi import BotApi
from tests.e2e.program import OWNER, TOKEN, Phone


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(TOKEN, owner_ids=[OWNER]) as running:
        yield running
        assert running.violations == []


@pytest.fixture
def phone(api: BotApi) -> Phone:
    return Phone(api)
