"""Where the house stands."""

from __future__ import annotations

from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
