"""All rooms together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.ports import ArchiveState, ClipView, EventView
from bot.service import House
from tests.bot.house.cameras import Arming, Cameras, Health, Levels, Offers, Reasons, Recordings, ZonesBook
from tests.bot.house.clips import Clips, Pictures, Wishes
from tests.bot.house.keeping import Archiving, Retention
from tests.bot.house.letters import DayBook, Outbox, Pins, PrivacyBook, QuietTimes
from tests.bot.house.people import AuditLog, Guests, Languages, Owners


@dataclass
class TestHouse:
    """All ports, and shortcuts to what tests change."""

    __test__ = False

    cameras: Cameras
    arming: Arming
    clips: Clips
    retention: Retention
    owners: Owners
    outbox: Outbox
    pictures: Pictures
    wishes: Wishes
    quiet: QuietTimes
    archive: Archiving = field(default_factory=Archiving)
    guests: Guests = field(default_factory=Guests)
    audit: AuditLog = field(default_factory=AuditLog)
    privacy: PrivacyBook = field(default_factory=PrivacyBook)
    days: DayBook = field(default_factory=DayBook)
    pins: Pins = field(default_factory=Pins)
    health: Health = field(default_factory=Health)
    languages: Languages = field(default_factory=Languages)
    zones: ZonesBook = field(init=False)
    levels: Levels = field(default_factory=Levels)
    recordings: Recordings = field(init=False)
    reasons: Reasons = field(default_factory=Reasons)
    offers: Offers = field(default_factory=Offers)

    def __post_init__(self) -> None:
        self.zones = ZonesBook(self.cameras.picture)
        self.recordings = Recordings(self.clips, self.outbox)

    def ports(self) -> House:
        return House(
            cameras=self.cameras,
            arming=self.arming,
            clips=self.clips,
            retention=self.retention,
            owners=self.owners,
            outbox=self.outbox,
            pictures=self.pictures,
            archive=self.archive,
            wishes=self.wishes,
            quiet=self.quiet,
            guests=self.guests,
            audit=self.audit,
            privacy=self.privacy,
            languages=self.languages,
            days=self.days,
            pins=self.pins,
            health=self.health,
            zones=self.zones,
            sensitivities=self.levels,
            recordings=self.recordings,
            decisions=self.reasons,
            proposals=self.offers,
        )

    def event(
        self,
        number: int,
        *,
        camera: str = "front",
        started_utc: datetime | None = None,
        snapshot: Path | None = None,
        parts: int = 0,
        going_on: bool = False,
        archive: ArchiveState = ArchiveState.WAITING,
        local: bool = True,
        size_bytes: int = 50_000,
    ) -> EventView:
        """Puts an event into the catalogue, or changes it."""
        started_utc = started_utc or datetime.now(UTC) - timedelta(seconds=30)
        views = tuple(
            ClipView(
                clip_id=number * 100 + part,
                part=part,
                duration_s=2.0,
                width=640,
                height=360,
                size_bytes=size_bytes,
                local=local,
                archive=archive,
                local_until_utc=started_utc + timedelta(days=14) if local else None,
                remote_until_utc=started_utc + timedelta(days=90) if archive is ArchiveState.VERIFIED else None,
            )
            for part in range(1, parts + 1)
        )
        event = EventView(
            event_id=f"e{number}",
            camera=camera,
            started_utc=started_utc,
            ended_utc=None if going_on else started_utc + timedelta(seconds=20),
            duration_s=2.0 * parts,
            snapshot=snapshot,
            parts=views,
        )
        self.clips.events[event.event_id] = event
        return event
