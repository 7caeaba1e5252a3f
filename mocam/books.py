"""The chat's ports that stand on the data folder alone: what was chosen for each chat, who may look, who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.daily import DayBook
from bot.health import Health
from bot.people import AuditLog, Guests, Languages
from bot.pins import PinBook
from bot.privacy import PrivacyBook
from bot.quiet import QuietTimes
from mocam.adapters import guests as people
from mocam.adapters.daily import DayBookPort
from mocam.adapters.health import HealthPort
from mocam.adapters.pins import PinsPort
from mocam.adapters.privacy import PrivacyPort
from mocam.adapters.wishes import QuietPort
from mocam.store import Store
from storage.audit import AuditLog as AuditRows
from storage.guests import Guests as KeptGuests

if TYPE_CHECKING:
    from mocam.settings import Settings


class Books:
    """Made once, when the program starts."""

    def __init__(self, settings: Settings, store: Store, languages: Languages) -> None:
        self.quiet: QuietTimes = QuietPort(store.quiet)
        self.guests: Guests = people.Guests(KeptGuests(store.database))
        self.audit: AuditLog = people.AuditLog(AuditRows(store.database))
        self.privacy: PrivacyBook = PrivacyPort(store.privacy, store.outbox, language=languages.of)
        self.health: Health = HealthPort(store.outbox)
        self.pins: PinBook = PinsPort(store.pins)
        self.days: DayBook = DayBookPort(store, list(settings.cameras), settings.digest_time, settings.zone)
