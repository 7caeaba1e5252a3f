"""How long clips are kept, here and in the archive."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.ports import ArchiveView, Deletions, DrillView, Outlook, PlaceOutlook, RulesView, Unavailable, Usage


class Retention:
    def __init__(self) -> None:
        self.now = RulesView(local_days=14, local_bytes=20 * 10**9, remote_days=90, remote_bytes=None)
        self.costs = Deletions(0, 0, 0, 0, None)
        """What any change would delete."""
        self.state = Usage(12, 1_200_000_000, 40, 4_000_000_000, 25 * 10**9, 0, "", archive_on=True)

        self.ahead = Outlook(
            14.0,
            430_000_000,
            PlaceOutlook(6_020_000_000, 26_200_000_000, datetime.now(UTC) + timedelta(days=9), None),
            PlaceOutlook(38_700_000_000, 15_000_000_000, None, None),
        )

    async def outlook(self, rules: RulesView) -> Outlook:
        return self.ahead

    async def rules(self) -> RulesView:
        return self.now

    async def usage(self) -> Usage:
        return self.state

    async def preview(self, rules: RulesView) -> Deletions:
        return Deletions(0, 0, 0, 0, None) if rules == self.now else self.costs

    async def change(self, rules: RulesView) -> Deletions:
        costs = await self.preview(rules)
        self.now = rules
        return costs


class Archiving:
    """`state_` is what /archive tells; `refusal` is why a drill cannot be done."""

    def __init__(self) -> None:
        self.view = ArchiveView(
            on=True,
            place="koofr:cameras",
            clips=40,
            size_bytes=4_000_000_000,
            waiting=0,
            trouble="",
            kit_proved=True,
            last_drill=None,
            passed_utc=None,
            sealed=False,
            shut=0,
        )
        self.result = DrillView(datetime.now(UTC), True, "e7", datetime.now(UTC) - timedelta(days=3), "", True)
        self.refusal = ""

    async def state(self) -> ArchiveView:
        return self.view

    async def drill(self) -> DrillView:
        await asyncio.sleep(0)
        if self.refusal:
            raise Unavailable(self.refusal)
        self.view = replace(self.view, last_drill=self.result, passed_utc=self.result.at_utc)
        return self.result
