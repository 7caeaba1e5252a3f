"""What the sizes of a stream's packets tell about the picture before anything is decoded; pure."""

from __future__ import annotations

SLACK = 0.5
"""Deviations above the usual that still count as usual."""
EVIDENCE = 5.0
"""Deviations beyond that, summed up over packets, that tell of something."""
SPIKE = 6.0
"""Deviations with which a single packet does."""

LEARN_PACKETS = 60
"""The usual is a mean of about so many packets."""
GROUPS = 7
"""The usual of one place in the group is a mean over about so many groups."""
LEAST_SHARE = 0.05
"""Share of the usual size below which no deviation is trusted: an encoder that is held to a bit rate makes packets of
the same size whatever is to be seen, so a small deviation alone proves nothing."""
COST = 0.5
"""What a thing that moves costs in each packet, as a share of what the same place costs in a key frame. From 0.5 to 2.7
in the streams that were made to find it; fainter things cost less."""
WITHIN_PACKETS_FACTOR = 1.2
"""Deviations in each packet with which the evidence is together after half a second of 15 a second."""


class PacketSizes:
    """Follows the sizes of the packets between key frames: the usual one, by place in the group, and how they vary.

    A thing that moves makes each packet somewhat larger for as long as it moves, so what is above the usual is summed
    up (a cumulative sum, after Page, Biometrika 41, 1954); one that covers what trembles makes them smaller.
    """

    def __init__(self) -> None:
        self._usual = 0.0
        self._deviation = 0.0
        self._places: list[tuple[float, int]] = []
        self._seen = 0
        self._place = 0
        self._key_size = 0.0
        self._above = self._below = 0.0

    def add(self, size: int, *, is_key: bool) -> bool:
        """Takes the next packet, bytes; whether the last ones tell that something moves."""
        if is_key:
            self._key_size += (size - self._key_size) * (0.3 if self._key_size else 1)
            self._place = 0
            return False
        self._place += 1
        if not self._seen:
            self._usual, self._deviation, self._seen = float(size), 0.2 * size + 5, 1
            return False
        share, seen = self._known(self._place)
        off = (size - self._usual * share) / self._scale
        self._sum_up(off)
        self._learn(size, off, share, seen)
        if self._above <= EVIDENCE and off <= SPIKE and self._below <= 2 * EVIDENCE:
            return False
        self._above = self._below = 0.0
        return True

    @property
    def least_share(self) -> float:
        """The smallest thing, as a share of the picture, that would tell within half a second; 1: nothing would."""
        if self._seen < LEARN_PACKETS or not self._key_size:
            return 1.0
        doubt = self._scale + LEAST_SHARE * self._usual
        return min(1.0, WITHIN_PACKETS_FACTOR * doubt / (COST * self._key_size))

    @property
    def _scale(self) -> float:
        return 1.25 * self._deviation + 1  # a mean absolute deviation is four fifths of a standard one

    def _known(self, place: int) -> tuple[float, int]:
        """Share of the usual size that packets at a place of the group have, and of how many groups it is the mean."""
        while len(self._places) < place:
            self._places.append((1.0, 0))
        return self._places[place - 1]

    def _sum_up(self, off: float) -> None:
        self._above = max(0.0, self._above + min(off, SPIKE) - SLACK)
        self._below = max(0.0, self._below - max(off, -3.0) - 2 * SLACK)

    def _learn(self, size: int, off: float, share: float, seen: int) -> None:
        rate = max(1 / (self._seen + 1) if self._seen < LEARN_PACKETS else 0, 1 / LEARN_PACKETS)
        if self._above > EVIDENCE / 2:
            rate /= 4  # something may be there: it must not become the usual too soon
        scale = self._scale
        distance = min(abs(size - self._usual * share), 4 * scale)
        self._usual = max(1.0, self._usual + rate * max(-3.0, min(off, 3.0)) * scale)
        self._deviation += rate * (distance - self._deviation)
        now = max(0.2, min(size / self._usual, 5.0))
        self._places[self._place - 1] = share + max(1 / (seen + 2), 1 / GROUPS) * (now - share), seen + 1
        self._seen += 1
