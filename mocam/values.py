"""The settings once they were read: plain values, which the program holds for months without what read them."""

from __future__ import annotations

from datetime import datetime, time, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import tzlocal

from mocam.service_manager import runtime_dir
from storage.memory import Memory

if TYPE_CHECKING:
    from mocam.settings import Settings


class SettingsError(Exception):
    """The settings cannot be used; the text says which and what to write instead, one line each."""


class Derived:
    """What follows from settings and is none."""

    @property
    def memory(self: Settings) -> Memory | None:  # type: ignore[misc]  # whoever has the settings has this
        """The memory that clips are kept in; None: they are kept on the disk."""
        return Memory(self.keep_clips_memory_mb * 1_000_000, runtime_dir()) if self.keep_clips == "memory" else None

    @property
    def digest_time(self: Settings) -> time | None:  # type: ignore[misc]
        """When the digest of the day comes where nothing else was chosen; None: never."""
        return datetime.strptime(self.digest_at, "%H:%M").time() if self.digest_at else None  # noqa: DTZ007 - no date

    @property
    def zone(self: Settings) -> tzinfo:  # type: ignore[misc]
        """The owner's time zone."""
        return ZoneInfo(self.timezone) if self.timezone else tzlocal.get_localzone()


class Secret:
    """A value that no repr and no log shows; the same from outside as pydantic's."""

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"


class Held(Derived):
    """Stands in for `Settings`, or for one camera's: the same names, and nothing of the library that read them."""

    def __init__(self, values: dict[str, Any]) -> None:
        vars(self).update(values)
