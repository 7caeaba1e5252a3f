"""One line of `mocam check`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much it matters."""

    OK = "ok"
    WARN = "warn"
    """It works, and will not for long or not well."""
    FAIL = "fail"
    """Something that MoCam is for does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was seen, and what to do; all of it sentences for the owner, without secrets."""

    subject: str
    level: Level
    said: str
    remedy: str = ""
    """Never empty when the level is not OK."""


def ok(subject: str, said: str) -> Finding:
    return Finding(subject, Level.OK, said)


def warn(subject: str, said: str, remedy: str) -> Finding:
    return Finding(subject, Level.WARN, said, remedy)


def fail(subject: str, said: str, remedy: str) -> Finding:
    return Finding(subject, Level.FAIL, said, remedy)
