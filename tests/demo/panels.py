"""A side panel with fixed contents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from demo.panel import CameraNow, Now, OwnerClip, ProviderFile

WHEN_UTC = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


class FixedPanel:
    """What a composition would give; it fails `failures` times as a vanished disk would."""

    def __init__(self) -> None:
        self.files = [ProviderFile("k3v9t2q8s1u0/pi18ea8qom883joj2aek", 1_500_000, WHEN_UTC)]
        self.failures = 0

    async def provider_listing(self) -> Sequence[ProviderFile]:
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is gone")
        return self.files

    async def owner_listing(self) -> Sequence[OwnerClip]:
        return [OwnerClip("e42", "front", WHEN_UTC, 12.4, 1_400_000, archived=True)]

    async def now(self) -> Now:
        return Now((CameraNow("front", "watching"),), archive_waiting=2)
