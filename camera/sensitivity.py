"""How little is enough: three presets in place of a dozen numbers."""

from __future__ import annotations

from enum import StrEnum


class Sensitivity(StrEnum):
    """What the owner chooses."""

    LOW = "low"
    """Only what is large or stands out: for a camera on a street, or under a tree."""
    NORMAL = "normal"
    HIGH = "high"
    """Also what is faint and far, at the price of a false alarm now and then."""

    @property
    def limit_factor(self) -> float:
        """By which a difference must be larger to count."""
        return {"low": 1.5, "normal": 1.0, "high": 0.75}[self.value]

    @property
    def area_factor(self) -> float:
        """By which a thing must be larger to count."""
        return {"low": 4.0, "normal": 1.0, "high": 1.0}[self.value]

    @property
    def evidence_factor(self) -> float:
        """By which more must come together before a thing is believed."""
        return {"low": 2.0, "normal": 1.0, "high": 0.5}[self.value]
