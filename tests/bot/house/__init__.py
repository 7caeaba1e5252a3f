"""A small house in memory behind the chat's ports: it does what they promise, and remembers what was asked of it."""

from __future__ import annotations

from tests.bot.house.cameras import Arming, Cameras, Health, Levels, Offers, Reasons, Recordings, ZonesBook
from tests.bot.house.clips import Clips, Pictures, Wishes
from tests.bot.house.keeping import Archiving, Retention
from tests.bot.house.letters import DayBook, Outbox, Pins, PrivacyBook, QuietTimes
from tests.bot.house.people import AuditLog, Guests, Languages, Owners
from tests.bot.house.whole import TestHouse
from tests.bot.house.zone import ZONE

__all__ = [
    "ZONE",
    "Archiving",
    "Arming",
    "AuditLog",
    "Cameras",
    "Clips",
    "DayBook",
    "Guests",
    "Health",
    "Languages",
    "Levels",
    "Offers",
    "Outbox",
    "Owners",
    "Pictures",
    "Pins",
    "PrivacyBook",
    "QuietTimes",
    "Reasons",
    "Recordings",
    "Retention",
    "TestHouse",
    "Wishes",
    "ZonesBook",
]
