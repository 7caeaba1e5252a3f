"""Whom the camera belongs to."""

from __future__ import annotations

from typing import Protocol


class Owners(Protocol):
    def ids(self) -> frozenset[int]:
        """Numeric Telegram user ids; empty until somebody paired."""

    async def add(self, user_id: int) -> None: ...
