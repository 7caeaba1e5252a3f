"""What a seed decides: how each life of the program ends, and what goes wrong while it lasts. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    """How a life of the program ends."""

    KILL = "SIGKILL"
    FAULT = "SIGSEGV"
    STOP = "SIGTERM"


class Trouble(StrEnum):
    """One thing that goes wrong, in the words of the table."""

    CHAT_AWAY = "Telegram: nobody there"
    CHAT_429 = "Telegram: 429"
    CHAT_502 = "Telegram: 502"
    CHAT_RESET_BEFORE = "Telegram: reset before it was stored"
    CHAT_RESET_AFTER = "Telegram: reset after it was stored"
    CHAT_HANGS = "Telegram: no answer, then a reset"
    CHAT_PORTAL = "Telegram: captive portal"
    CHAT_401 = "Telegram: 401 once"
    CHAT_409 = "Telegram: 409 once"
    CHAT_ODD = "Telegram: an update nobody can parse"
    CLOUD_AWAY = "cloud: nobody there"
    CLOUD_SLOW = "cloud: slow"
    CLOUD_FULL = "cloud: 507"
    CLOUD_401 = "cloud: 401"
    CLOUD_RESET = "cloud: reset in mid-transfer"
    CLOUD_STALLS = "cloud: stalls"
    DISK_FULL = "disk: full"
    DISK_READ_ONLY = "disk: read-only at the start"
    CLOCK_BACK = "clock: hours back"
    CLOCK_AHEAD = "clock: hours ahead"
    CAMERA_KILLED = "RTSP camera: gone for seconds"
    CAMERA_STALLS = "RTSP camera: silent for seconds"


CHAT = [trouble for trouble in Trouble if trouble.name.startswith("CHAT")]
CLOUD = [trouble for trouble in Trouble if trouble.name.startswith("CLOUD")]
DISK = [trouble for trouble in Trouble if trouble.name.startswith("DISK")]
CLOCK = [trouble for trouble in Trouble if trouble.name.startswith("CLOCK")]
CAMERA = [trouble for trouble in Trouble if trouble.name.startswith("CAMERA")]

SHARES = ((CHAT, 0.6), (CHAT, 0.25), (CLOUD, 0.4), (DISK, 0.08), (CLOCK, 0.1), (CAMERA, 0.25))
"""How probable a trouble of each group is in one life."""
EARLY_SHARE = 0.15
"""Lives that end while the program still takes in what the last one left."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One trouble of one life."""

    trouble: Trouble
    after_s: float
    """Since the program's start."""
    lasts_s: float
    times: int
    """Calls that meet it, where it is about calls."""


@dataclass(frozen=True, slots=True)
class Life:
    """One life of the program, from its start to its end."""

    number: int
    ending: Ending
    early: bool
    """The end is counted from the start of the process, else from the camera's first picture."""
    after_s: float
    takes_children: bool
    """What it started dies with it, as in a power cut; else it lives on as an orphan."""
    faults: tuple[Fault, ...]


def lives(seed: int, count: int, possible: frozenset[Trouble]) -> list[Life]:
    """The same for the same arguments. `possible`: what can be made to fail on this machine."""
    return [_life(random.Random(f"{seed}-{number}"), number, possible) for number in range(1, count + 1)]


def _life(chance: random.Random, number: int, possible: frozenset[Trouble]) -> Life:
    ending = chance.choices(list(Ending), (0.65, 0.15, 0.2))[0]
    early = chance.random() < EARLY_SHARE
    after_s = chance.uniform(0.3, 3.0) if early else chance.uniform(0.2, 12.0)
    faults: list[Fault] = []
    for group, share in SHARES:
        trouble = chance.choice(group)
        drawn = Fault(trouble, chance.uniform(0, 8), chance.uniform(1, 20), chance.randint(1, 3))
        is_new = trouble not in {fault.trouble for fault in faults}
        if chance.random() < share and trouble in possible and is_new:
            faults.append(drawn)
    return Life(number, ending, early, after_s, chance.random() < 0.5, tuple(faults))
