"""What the sizes of a stream's packets tell about the picture before anything is decoded; pure."""

from __future__ import annotations

from dataclasses import dataclass

SLACK = 0.5
"""Deviations above the usual that still count as usual."""
EVIDENCE = 5.0
"""Deviations beyond that, summed up over packets, that tell of something."""
SPIKE = 4.0
"""What a single packet adds to the evidence at most: one alone tells nothing. Encoders make odd ones, and nothing is an
event within two."""

LEARN_PACKETS = 60
"""The usual is a mean of about so many packets."""
GROUPS = 7
"""The usual of one place in the group is a mean over about so many groups."""
WIDTH_GROUPS = 40
"""How much sizes vary at one place is a mean over about so many."""
LEAST_WIDTH = 0.85
"""No place is taken for steadier than this, against all of them."""
LEAST_SHARE = 0.05
"""Share of the usual size below which no deviation is trusted: an encoder that is held to a bit rate makes packets of
the same size whatever is to be seen, so a small deviation alone proves nothing."""
COST = 0.5
"""What a thing that moves costs in each packet, as a share of what the same place costs in a key frame. From 0.5 to 2.7
in the streams that were made to find it; fainter things cost less."""
WITHIN_PACKETS_FACTOR = 1.2
"""Deviations in each packet with which the evidence is together after half a second of 15 a second."""

LEARN_GROUPS = 10
"""The usual of whole groups, and of key frames, is a mean of about so many."""
GROUP_OFF = 2.0
"""Deviations of a whole group above the usual with which the key frame after it is worth a look."""
GROUP_BELOW, KEY_OFF = 3.0, 3.0
"""The same for a group that is smaller, and for the key frame itself, to both sides."""
GROUP_FACTOR = 2.5
"""Deviations of a whole group by which a thing must raise it to be looked for in most cases."""
LEAST_GROUP_SHARE = 0.03
"""As `LEAST_SHARE`, for whole groups."""


@dataclass(slots=True)
class _Place:
    """What is usual at one place of the group."""

    share: float = 1.0
    """Of the usual size."""
    width: float = 1.0
    """How much sizes vary here, against all places: encoders are less steady right after a key frame."""
    seen: int = 0


@dataclass(slots=True)
class _Usual:
    """A running mean and mean absolute deviation of sizes that come once a group."""

    mean: float = 0.0
    deviation: float = 0.0
    seen: int = 0

    def add(self, size: float) -> float:
        """How many deviations it is off; 0 while that is not known yet."""
        if not self.seen:
            self.mean, self.deviation, self.seen = size, 0.05 * size, 1
            return 0.0
        scale = self.scale
        off = (size - self.mean) / scale
        rate = 1 / min(self.seen + 1, LEARN_GROUPS)
        self.mean += rate * max(-3.0, min(off, 3.0)) * scale
        self.deviation += rate * (min(abs(off), 4.0) * scale - self.deviation)
        self.seen += 1
        return off

    @property
    def scale(self) -> float:
        return 1.25 * self.deviation + 1


class PacketSizes:
    """Follows the sizes of the packets between key frames: the usual one, by place in the group, and how they vary.

    A thing that moves makes each packet somewhat larger for as long as it moves, so what is above the usual is summed
    up (a cumulative sum, after Page, Biometrika 41, 1954); one that covers what trembles makes them smaller.
    """

    def __init__(self) -> None:
        self._usual = 0.0
        self._deviation = 0.0
        self._places: list[_Place] = []
        self._seen = 0
        self._place = 0
        self._key_size = 0.0
        self._above = self._below = 0.0
        self._ahead, self._above_ahead, self._below_ahead = 0, 0.0, 0.0
        self._group_bytes = 0
        self._is_group_spoilt = False  # by packets that were not as usual
        self._width = 1.0
        self._groups, self._keys = _Usual(), _Usual()
        self.is_group_odd = False
        """Whether the last whole group, or the key frame after it, was not as usual: worth a look, no more."""

    def add(self, size: int, *, is_key: bool, is_usual: bool = True) -> bool:
        """Takes the next packet, bytes; whether the last ones tell that something moves. `is_usual=False`: that is
        known; nothing is learnt from it, or all would have to be learnt anew when the motion is over."""
        if is_usual:
            told = self._add(size, is_key=is_key)
        else:
            told = False
            self._pass(is_key=is_key)
        self._ahead, self._above_ahead, self._below_ahead = self._place, self._above, self._below
        return told

    def _pass(self, *, is_key: bool) -> None:
        self._is_group_spoilt = True
        self._place = 0 if is_key else self._place + 1
        self._above = self._below = 0.0

    def _add(self, size: int, *, is_key: bool) -> bool:
        if is_key:
            if self._is_group_spoilt:
                self.is_group_odd = True
            else:
                self._end_group(size)
            self._key_size += (size - self._key_size) * (0.3 if self._key_size else 1)
            self._place = self._group_bytes = 0
            self._is_group_spoilt = False
            return False
        self._place += 1
        self._group_bytes += size
        if not self._seen:
            self._usual, self._deviation, self._seen = float(size), 0.2 * size + 5, 1
            return False
        while len(self._places) < self._place:
            self._places.append(_Place())
        place = self._places[self._place - 1]
        off = (size - self._usual * place.share) / (self._scale * place.width)
        self._sum_up(off)
        self._learn(size, off, place)
        if self._above <= EVIDENCE and self._below <= 2 * EVIDENCE:
            return False
        self._above = self._below = 0.0
        return True

    def foresee(self, size: int) -> bool:
        """Whether the packet after those that were added and foreseen would tell nothing either."""
        self._ahead += 1
        if self._ahead > len(self._places):
            return False
        place = self._places[self._ahead - 1]
        off = (size - self._usual * place.share) / (self._scale * place.width)
        self._above_ahead = max(0.0, self._above_ahead + min(off, SPIKE) - SLACK)
        self._below_ahead = max(0.0, self._below_ahead - max(off, -3.0) - 2 * SLACK)
        return self._above_ahead <= EVIDENCE and self._below_ahead <= 2 * EVIDENCE

    @property
    def least_share(self) -> float:
        """The smallest thing, as a share of the picture, that would tell within half a second; 1: nothing would."""
        if self._seen < LEARN_PACKETS or not self._key_size:
            return 1.0
        doubt = self._scale * self._width + LEAST_SHARE * self._usual
        return min(1.0, WITHIN_PACKETS_FACTOR * doubt / (COST * self._key_size))

    @property
    def least_share_of_group(self) -> float:
        """The smallest thing that would make a whole group odd, most times; 1: nothing would."""
        if self._groups.seen < LEARN_GROUPS or not self._key_size:
            return 1.0
        doubt = GROUP_FACTOR * self._groups.scale + LEAST_GROUP_SHARE * self._groups.mean
        return min(1.0, doubt / (COST * self._key_size))

    def _end_group(self, key_size: int) -> None:
        key_off, off = self._keys.add(key_size), 0.0
        if self._place:
            if known := self._places[: self._place]:
                # A thing adds as much at each place, and tells most where the sizes are steady.
                self._width = len(known) / sum(1 / place.width for place in known)
            off = self._groups.add(self._group_bytes / self._place)
        self.is_group_odd = abs(key_off) > KEY_OFF or not -GROUP_BELOW <= off <= GROUP_OFF

    @property
    def _scale(self) -> float:
        return 1.25 * self._deviation + 1  # a mean absolute deviation is four fifths of a standard one

    def _sum_up(self, off: float) -> None:
        self._above = max(0.0, self._above + min(off, SPIKE) - SLACK)
        self._below = max(0.0, self._below - max(off, -3.0) - 2 * SLACK)

    def _learn(self, size: int, off: float, place: _Place) -> None:
        rate = max(1 / (self._seen + 1) if self._seen < LEARN_PACKETS else 0, 1 / LEARN_PACKETS)
        if self._above > EVIDENCE / 2:
            rate /= 4  # something may be there: it must not become the usual too soon
        scale = self._scale
        distance = min(abs(size - self._usual * place.share), 4 * scale)
        self._usual = max(1.0, self._usual + rate * max(-3.0, min(off, 3.0)) * scale)
        self._deviation += rate * (distance - self._deviation)
        now = max(0.2, min(size / self._usual, 5.0))
        place.share += max(1 / (place.seen + 2), 1 / GROUPS) * (now - place.share)
        place.width += max(1 / (place.seen + 12), 1 / WIDTH_GROUPS) * (1.25 * distance / scale - place.width)
        place.width = max(LEAST_WIDTH, place.width)
        place.seen += 1
        self._seen += 1
