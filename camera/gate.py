"""Decides how much of an H.264 or HEVC stream is decoded, so that nothing is seen later for it; pure."""

from __future__ import annotations

from enum import Enum, StrEnum, auto

from camera.attention import LOOK_S, PROBE_S, RECENT_S
from camera.sizes import PacketSizes


class Decode(StrEnum):
    """What the owner allows."""

    AUTO = "auto"
    """Key frames alone while nothing moves, where the packets' sizes tell of everything else; and some packets between
    them, where they do not."""
    ALL = "all"
    KEYS = "keys"
    """Key frames alone while nothing moves, also where the sizes tell nothing: a visitor who stays is seen up to a
    group later, one who does not may be missed."""


class Thrift(StrEnum):
    """Why so much is decoded just now."""

    KEYS = "keys"
    """Key frames alone are."""
    PEEKS = "peeks"
    """Key frames are and some packets between them, since the sizes of the packets tell nothing."""
    WISH = "wish"
    """All is, as the owner wished."""
    RARE = "rare"
    """All is: key frames come too rarely, or none that decoding can begin with."""
    SLOW = "slow"
    """All is: this machine takes too long to catch up with a group of pictures."""
    SIZES = "sizes"
    """All is: the sizes of the packets tell nothing, and between key frames nothing can be decoded alone."""


class Step(Enum):
    """What becomes of a packet."""

    DECODE = auto()
    """It and all of its group that was held so far."""
    HOLD = auto()
    """Nothing yet; also a key frame, if the one before it was looked at a moment ago."""
    GLANCE = auto()
    """A key frame, alone; what is held before it is of interest only if it shows something."""
    CHECK = auto()
    """What the sizes tell of must be seen in the newest picture; all of its group only if it is."""
    PEEK = auto()
    """It alone, upon whatever the decoder had last: the picture is wrong, but differs wherever something moves just
    now. All of its group only if that shows something."""
    PROBE = auto()
    """A key frame in an event, or one of the few packets after it that are decoded too: they tell together."""
    PROBED = auto()
    """The last of them."""


LEARN_S = 10.0
"""Everything is decoded for this long at first."""
AWAKE_S = 2.0
"""And for this long after something was in doubt."""
TOLD_S = 0.6
"""And for this long after a single picture showed something: if all of them show nothing by then, it was nothing. So
too after a doubt in an event, which has been told."""
LOST_S = RECENT_S + 0.2
"""And for this long after what moved was lost: then it is known whether it has stopped."""
UNSURE_S = 1.0
"""And for this long after the sizes were too uncertain."""

KNOWN_S = 60.0
"""After this long it is said why a stream is decoded wholly."""

SHORT_GROUP_S = 1.1
"""A key frame this often shows within a second whatever has not left again, and what leaves within a second is large or
fast: then the sizes need not tell of the small."""
SHORT_SHARE, LONG_SHARE = 0.01, 0.005
"""Share of the picture whose motion the sizes must tell with short groups, and with longer ones."""
SHORT_SHARE_AT_MOST = 0.015
"""With short groups it may be so much, if whole groups tell of `SHORT_SHARE`: later by half a second at most."""

GLANCE_S = 4.2
"""Key frames that come more often than this are not all looked at, if the sizes tell of the small as well."""

PEEK_S = 0.25
"""Where the sizes tell nothing, no more of a stream than this, to the next packet, passes without a look: about what it
takes to believe in something, so that nothing is told later for it."""
CALM_PEEK_S, CALM_S = 0.3, 30.0
"""So much once nothing was in doubt for so long. With half a second, what one peek does not show comes too late."""
PAUSE_PEEK_S = 0.5
"""So much in the pause of an event, of which nobody waits to be told."""
LONGEST_AWAKE_S = 16.0
"""Peeks that find something time and again, as in wind, wake it for twice as long each time, up to this: what was held
is decoded as well then, and the peek was for nothing."""

LATEST_S = 5.0
"""How long a picture may be held back before it is looked at: a group of them, which is then decoded at once."""
MOST_HELD = 64
"""Packets of a group that may wait to be decoded: four seconds at 15 a second."""
MOST_CATCH_UP_S = 0.4
"""Processor seconds that this may take."""
NOD_CATCH_UP_S = 1.0
"""The same in an event of which nobody waits for a picture any more."""


class Gate:
    """For one stream. Awake it decodes everything; asleep only key frames, and holds the rest of each group.

    It wakes when the sizes of the packets tell of something (for a moment), when somebody wants every picture, or when
    the caller saw something in a key frame and says so. With sizes that tell nothing it also peeks at a packet now and
    then; where that cannot be either, everything is decoded, and so are groups too long to catch up with and a stream
    without key frames.
    """

    def __init__(self, decode: Decode = Decode.AUTO) -> None:
        self._decode = decode
        self._sizes = PacketSizes()
        self._first_s: float | None = None
        self._now_s = 0.0
        self._awake_until_s = self._woken_until_s = float("-inf")
        self._is_awake = True
        self._is_probing = False
        self._key_s: float | None = None
        self._group_s = float("inf")
        self._packets = self._held = 0
        self._group_packets = MOST_HELD + 1
        self._glanced_s = float("-inf")
        self._picture_s = 0.0
        self._looked_s = self._startled_s = float("-inf")
        self._startled_for_s = TOLD_S
        self._passed = False  # a key frame, without which what comes after it cannot be peeked at
        self._peeks = False
        self._peek_s = PEEK_S
        self._wanted_s = 0.0
        self._ahead = 0  # packets that were asked about since the last
        self.may_peek = False
        """Whether a packet between key frames can be decoded without those before it; the caller knows the decoder."""

    @property
    def is_awake(self) -> bool:
        return self._is_awake

    @property
    def thrift(self) -> Thrift | None:
        """None: that is not known yet, or something moves."""
        if self._decode is Decode.ALL:
            return Thrift.WISH
        if self._first_s is None or self._now_s - self._first_s < KNOWN_S:
            return None
        if max(self._group_packets, self._packets) > MOST_HELD:
            return Thrift.RARE
        if not self._fits(MOST_CATCH_UP_S):
            return Thrift.SLOW
        if not self._is_awake:
            return Thrift.PEEKS if self._peeks else Thrift.KEYS
        return None if self._is_sure() or self._may_peek() else Thrift.SIZES

    def take(
        self, size: int, t_s: float, *, is_key: bool, wanted: bool, follows: bool = False, in_event: bool = False
    ) -> Step:
        """The next packet of `size` bytes; `is_key`: decoding can begin anew with it, `wanted`: every picture is;
        `follows`: only whether something still moves is asked; `in_event`: nobody waits to be told."""
        if self._first_s is None:
            self._first_s = self._wanted_s = t_s
            self._stay_awake(t_s + LEARN_S)
        self._now_s = t_s
        told = self._sizes.add(size, is_key=is_key, is_usual=not (in_event and (wanted or follows)))
        self._count(t_s, is_key=is_key)
        is_sure = self._is_sure()
        peeks = self._peeks = not (is_sure or follows or self._passed) and self._may_peek()
        is_calm = t_s - self._wanted_s > CALM_S
        self._peek_s = PAUSE_PEEK_S if in_event else CALM_PEEK_S if is_calm else PEEK_S
        self._ahead = 0
        if wanted:
            self._wanted_s = t_s
            self._stay_awake(t_s + (TOLD_S if in_event else AWAKE_S))
        may_nod = follows and not wanted and self._may_nod()
        if not (is_sure or peeks or may_nod):
            self._stay_awake(t_s + UNSURE_S)
        self._is_awake = t_s <= (self._woken_until_s if may_nod else self._awake_until_s)
        if self._is_awake:
            return self._looked(Step.DECODE, t_s)
        if may_nod and self._is_probing:
            self._is_probing = t_s - self._glanced_s < PROBE_S
            return Step.PROBE if self._is_probing else Step.PROBED
        if is_key and (peeks or not self._may_pass(t_s, nods=may_nod)):
            return self._looked(Step.PROBE if may_nod else Step.GLANCE, t_s)
        self._held += 1
        self._passed |= is_key
        if told and self._decode is Decode.AUTO and not (peeks or may_nod):
            return Step.CHECK
        if not peeks or t_s - self._looked_s < self._peek_s:
            return Step.HOLD
        self._looked_s = t_s
        return Step.PEEK

    def may_wait(self, size: int) -> bool:
        """Whether the packet after those that were taken and asked for, of `size` bytes, would only be held."""
        if self._is_awake:
            return False
        if self._peeks:
            self._ahead += 1
            return self._now_s + self._ahead * self._group_s / self._group_packets - self._looked_s < self._peek_s
        return self._sizes.foresee(size) or self._decode is Decode.KEYS

    def _looked(self, step: Step, t_s: float) -> Step:
        self._held, self._passed, self._glanced_s, self._looked_s = 0, False, t_s, t_s
        self._is_probing = step is Step.PROBE
        return step

    def wake(self, t_s: float) -> None:
        """A key frame showed that something may be there."""
        self._stay_awake(t_s + TOLD_S)

    def lose(self, t_s: float) -> None:
        """Key frames no longer show what moved."""
        self._woken_until_s = t_s + LOST_S
        self._stay_awake(t_s + LOST_S)

    def peek_again(self) -> None:
        """This packet could not be peeked at, but the next may."""
        self._looked_s = float("-inf")

    def startle(self, t_s: float) -> None:
        """A peek showed something, or could not tell."""
        is_soon = t_s - self._startled_s < self._startled_for_s + max(AWAKE_S, self._startled_for_s)
        self._startled_for_s = min(2 * self._startled_for_s, LONGEST_AWAKE_S) if is_soon else TOLD_S
        self._startled_s = t_s
        self._stay_awake(t_s + self._startled_for_s)

    def _stay_awake(self, until_s: float) -> None:
        self._awake_until_s = max(self._awake_until_s, until_s)

    def took(self, picture_s: float) -> None:
        """Decoding one picture took so many processor seconds."""
        self._picture_s += (picture_s - self._picture_s) * (0.05 if self._picture_s else 1)

    def _count(self, t_s: float, *, is_key: bool) -> None:
        if is_key:
            if self._key_s is not None:
                self._group_s, self._group_packets = t_s - self._key_s, self._packets
            self._key_s, self._packets = t_s, 0
        self._packets += 1

    def _most_held(self, catch_up_s: float = MOST_CATCH_UP_S) -> float:
        return min(MOST_HELD, catch_up_s / self._picture_s) if self._picture_s else MOST_HELD

    def _fits(self, catch_up_s: float) -> bool:
        """Whether so long is enough to decode what is held of a group."""
        return max(self._group_packets, self._packets) <= self._most_held(catch_up_s)

    def _may_pass(self, t_s: float, *, nods: bool) -> bool:
        """Whether this key frame, and what follows it, can be held like any other packet."""
        longest_s, catch_up_s = (LOOK_S, NOD_CATCH_UP_S) if nods else (GLANCE_S, MOST_CATCH_UP_S)
        if t_s + self._group_s - self._glanced_s > longest_s:
            return False
        if self._held + 1 + self._group_packets > self._most_held(catch_up_s):
            return False
        if nods:
            return True
        if self._decode is not Decode.AUTO or self._sizes.is_group_odd:
            return False
        return min(self._sizes.least_share, self._sizes.least_share_of_group) <= LONG_SHARE

    def _may_nod(self) -> bool:
        return self._decode is not Decode.ALL and self._group_s <= LOOK_S and self._fits(NOD_CATCH_UP_S)

    def _may_peek(self) -> bool:
        return self._decode is Decode.AUTO and self.may_peek and self._fits(MOST_CATCH_UP_S)

    def _is_sure(self) -> bool:
        """Whether key frames and sizes are enough while nothing moves."""
        if self._decode is Decode.ALL or not self._fits(MOST_CATCH_UP_S):
            return False
        if self._decode is Decode.KEYS:
            return True
        share = self._sizes.least_share
        if self._group_s > SHORT_GROUP_S:
            return share <= LONG_SHARE
        return share <= SHORT_SHARE or (
            share <= SHORT_SHARE_AT_MOST and self._sizes.least_share_of_group <= SHORT_SHARE
        )
