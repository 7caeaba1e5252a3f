"""What the owner set about the picture of one camera: places that are not watched, perhaps at certain hours only, and
names of places, and what nobody is to see. Pure; every change gives a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from camera.config import CameraConfig
from camera.detection import Detection
from camera.grid import ZoneError, Zones
from camera.sensitivity import Sensitivity

Hours = tuple[int, int]
"""From and to, minutes after local midnight; the end may lie on the next day."""
Box = tuple[float, float, float, float]

MOST_IGNORED = 16
MOST_NAMES = 16
NAME_LENGTH = 24
LEAST_SHARE = 0.3
"""Of what moves must lie in a named place, for that to be where it is."""
DAY_MIN = 24 * 60
_NAME = re.compile(r"[^\W\d_][\w '-]*")


class TooManyError(ValueError):
    """More places than anybody can keep in mind."""


class BadNameError(ValueError):
    """What no place can be called."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A place that is not watched."""

    zones: Zones
    hours: Hours | None = None
    """None: always."""

    def holds(self, minute: int) -> bool:
        """`minute` after local midnight."""
        if self.hours is None:
            return True
        begin, end = self.hours
        return begin <= minute < end if begin < end else minute >= begin or minute < end


@dataclass(frozen=True, slots=True)
class Zoning:
    """Of one camera."""

    ignored: tuple[Ignored, ...] = ()
    names: Mapping[str, Zones] = field(default_factory=dict)
    mask: Zones = field(default_factory=Zones)
    """Black in every picture, and so not watched."""
    sensitivity: Sensitivity | None = None
    """None: as the settings say."""

    @classmethod
    def of(cls, config: CameraConfig) -> Zoning:
        """As the settings have it."""
        zones = Zones.parse(config.ignore)
        return cls((Ignored(zones),) if zones else ())

    # -- changes -------------------------------------------------------------------------------------------------

    def ignore(self, zones: Zones, hours: Hours | None = None) -> Zoning:
        """Always, or every day at these hours. Raises TooManyError."""
        if hours is None:
            return self._with([Ignored(self.always | zones), *self._timed(without=zones)])
        same = next((one for one in self.ignored if one.hours == hours), Ignored(Zones(), hours))
        return self._with([*(one for one in self.ignored if one is not same), replace(same, zones=same.zones | zones)])

    def watch(self, zones: Zones) -> Zoning:
        """Always again."""
        return self._with(replace(one, zones=one.zones - zones) for one in self.ignored)

    def toggle(self, zones: Zones) -> Zoning:
        """Ignores all of it always, or, when that is so already, watches it again."""
        return self.watch(zones) if zones.squares <= self.always.squares else self.ignore(zones)

    def name(self, name: str, zones: Zones) -> Zoning:
        """Gives a place its name; a name that there is moves. Raises BadNameError, TooManyError."""
        name = " ".join(name.split())
        if len(name) > NAME_LENGTH or not _NAME.fullmatch(name) or _is_place(name):
            raise BadNameError(name)
        names = {**self._others(name), name: zones}
        if len(names) > MOST_NAMES:
            raise TooManyError
        return replace(self, names=names)

    def unname(self, name: str) -> Zoning:
        """Forgets a name. Raises BadNameError when there is none such."""
        others = self._others(name)
        if len(others) == len(self.names):
            raise BadNameError(name)
        return replace(self, names=others)

    def _others(self, name: str) -> dict[str, Zones]:
        return {one: zones for one, zones in self.names.items() if not _same(one, name)}

    def blacken(self, zones: Zones) -> Zoning:
        """Shows these places never again."""
        return replace(self, mask=self.mask | zones)

    def reveal(self, zones: Zones) -> Zoning:
        """Shows them again."""
        return replace(self, mask=self.mask - zones)

    def toggle_mask(self, zones: Zones) -> Zoning:
        """Blackens all of it, or shows it when all of it is black."""
        return self.reveal(zones) if zones.squares <= self.mask.squares else self.blacken(zones)

    def clear(self) -> Zoning:
        """Watches everything and forgets the names; what is black stays so."""
        return replace(self, ignored=(), names={})

    def _timed(self, without: Zones) -> Iterable[Ignored]:
        return (replace(one, zones=one.zones - without) for one in self.ignored if one.hours is not None)

    def _with(self, ignored: Iterable[Ignored]) -> Zoning:
        found = tuple(one for one in ignored if one.zones)
        if len(found) > MOST_IGNORED:
            raise TooManyError
        return replace(self, ignored=found)

    # -- what follows from it --------------------------------------------------------------------------------------

    @property
    def always(self) -> Zones:
        """What is never watched."""
        return Zones(frozenset(square for one in self.ignored if one.hours is None for square in one.zones.squares))

    @property
    def at_times(self) -> Zones:
        """What is not watched at certain hours."""
        return Zones(frozenset(square for one in self.ignored if one.hours for square in one.zones.squares))

    def detection(self, minute: int, configured: Sensitivity) -> Detection:
        """How to watch at that minute after local midnight."""
        squares = frozenset(square for one in self.ignored if one.holds(minute) for square in one.zones.squares)
        return Detection(self.sensitivity or configured, Zones(squares) | self.mask)

    def place(self, words: str) -> Zones:
        """Squares, rectangles, or the name of a place. Raises ZoneError."""
        for name, zones in self.names.items():
            if _same(name, words):
                return zones
        zones = Zones.parse(words)
        if not zones:
            raise ZoneError("no place")
        return zones

    def place_of(self, box: Box | None) -> str:
        """The named place in which most of the box lies; empty: none."""
        if box is None:
            return ""
        shares = {name: zones.share_of(box) for name, zones in self.names.items()}
        # Of two that hold as much of it the smaller one says more.
        best = max(shares, key=lambda name: (round(shares[name], 2), -len(self.names[name].squares)), default="")
        return best if best and shares[best] >= LEAST_SHARE else ""

    # -- as it is stored -------------------------------------------------------------------------------------------

    def stored(self) -> dict[str, Any]:
        """What JSON can hold."""
        return {
            "ignored": [[str(one.zones), *(one.hours or ())] for one in self.ignored],
            "names": {name: str(zones) for name, zones in self.names.items()},
            "mask": str(self.mask),
            "sensitivity": self.sensitivity and self.sensitivity.value,
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Zoning:
        """The other way. Raises ValueError, KeyError or TypeError for anything else."""
        return cls(
            tuple(
                Ignored(Zones.parse(squares), (int(hours[0]), int(hours[1])) if hours else None)
                for squares, *hours in stored["ignored"]
            ),
            {str(name): Zones.parse(squares) for name, squares in stored["names"].items()},
            Zones.parse(stored["mask"]),
            Sensitivity(stored["sensitivity"]) if stored["sensitivity"] else None,
        )


def _same(one: str, other: str) -> bool:
    return one.casefold() == " ".join(other.split()).casefold()


def _is_place(name: str) -> bool:
    """Whether it could be taken for squares."""
    try:
        return bool(Zones.parse(name))
    except ZoneError:
        return bool(re.match(r"[A-Za-z]\d", name))
