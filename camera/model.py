"""The nouns of the camera room: what a source delivers and what an event leaves behind.

Clocks: `mono_s` is CLOCK_MONOTONIC seconds and orders everything; `wall_utc` is only for people, since a Raspberry Pi
boots without a clock and its wall time may jump by hours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]
"""Brightness of a picture, shape (height, width)."""

Box = tuple[float, float, float, float]
"""Left, top, width, height, as shares of a picture."""

Still = Callable[[], bytes]
"""Makes a full-resolution JPEG of one moment. Callable from any thread, some seconds long; raises SourceError."""


@dataclass(frozen=True, slots=True)
class Track:
    """How the packets of one track are to be read: all that a muxer needs, whatever the source was."""

    codec: str
    """FFmpeg's name: `h264`, `hevc`, `mjpeg`, `aac`, `pcm_alaw`, .."""
    time_base: Fraction
    """Seconds of one pts unit."""
    width: int = 0
    height: int = 0
    extradata: bytes = b""
    """Codec set-up (avcC or Annex B SPS/PPS, AudioSpecificConfig); empty when it travels in the packets."""
    sample_rate: int = 0
    """Of sound, in hertz; 0: this is video."""
    channels: int = 0
    mask: str | None = None
    """Of pictures that were encoded here: the places that are black in them, empty for none. None: the camera's own
    packets, whose pixels are not ours to change."""

    @property
    def is_sound(self) -> bool:
        """Whether it is to be heard, not seen."""
        return self.sample_rate > 0


@dataclass(frozen=True, slots=True)
class Packet:
    """One encoded picture, or a stretch of sound, byte for byte as the camera (or our encoder) made it.

    All tracks of a source have one origin: `pts * track.time_base` of picture and sound are the same seconds.
    """

    data: bytes
    pts: int
    dts: int
    is_keyframe: bool
    """Whether decoding can begin here; false for sound."""
    mono_s: float
    """When the picture was taken or the sound began, as near as the source can tell."""
    track: Track


@dataclass(frozen=True, slots=True)
class GrayFrame:
    """The small picture that detection looks at, about 320 wide."""

    luma: Luma
    mono_s: float
    """Same clock as the packets of this source."""
    still: Still
    """The full-resolution picture of this moment."""
    alone: bool = False
    """Pictures between this one and the one before were left out, since key frames alone are looked at."""


class State(StrEnum):
    """What a camera is doing, as the owner would say it."""

    STARTING = "starting"
    WATCHING = "watching"
    RECORDING = "recording"
    BLIND = "blind"
    """Wanted but not delivering: being reopened with backoff."""
    DISARMED = "disarmed"
    """Device closed; no frame is read."""


@dataclass(frozen=True, slots=True)
class Status:
    """One camera's state; `detail` is a sentence for people when it is blind."""

    camera: str
    state: State
    since_utc: datetime
    """By the wall clock as it was then."""
    detail: str = ""
    since_mono_s: float = 0.0
    """The same moment by the clock that does not jump; of a frozen or black picture, when that began."""


@dataclass(frozen=True, slots=True)
class EventStart:
    """Motion was confirmed: time to alert. Or somebody asked for a recording."""

    event_id: str
    camera: str
    wall_utc: datetime
    """Of the first moved frame."""
    mono_s: float
    still: Still
    """The best frame so far."""
    box: Box | None = None
    """Where something moved in it."""
    confirmed_mono_s: float = 0.0
    """When the frame that confirmed it was taken."""
    judged_mono_s: float = 0.0
    """When it had been judged; 0: nobody looked at the clock."""
    asked_by: int | None = None
    """Who asked for it, a number that only the asker knows the meaning of; None: nobody, something moved."""
    asked_for_s: float = 0.0
    """For how long it was asked for."""


@dataclass(frozen=True, slots=True)
class FinishedPart:
    """One part of an event's clip, closed: plain faststart MP4 under a temporary name, not yet published."""

    event_id: str
    camera: str
    part: int
    """1, 2, .."""
    path: Path
    wall_utc: datetime
    """Of the first picture in the file (pre-roll included)."""
    duration_s: float
    codec: str
    width: int
    height: int
    size_bytes: int
    dropped_packets: int
    """Lost because the disk was too slow; 0 in health."""
    mask: str = ""
    """Places that are black in all of it."""


@dataclass(frozen=True, slots=True)
class EventEnd:
    """No motion for the gap time: the event is closed. Follows the last FinishedPart."""

    event_id: str
    camera: str
    wall_utc: datetime
    """Of the last motion."""
    motion_s: float
    """Span of the motion itself."""
    trace: bytes = field(default=b"", repr=False)
    """What the detector was shown, to try other settings on; empty when there is none."""


@dataclass(frozen=True, slots=True)
class Stirred:
    """Something stirred, once or more, and was no event."""

    camera: str
    cause: str
    """`small`, `doubt`, `light` or `zone`; see camera/dismissals.py."""
    first_utc: datetime
    last_utc: datetime
    times: int


class Reports(Protocol):
    """Where a camera tells what happened. Called on camera and recorder threads: must return at once, never raise."""

    def suspected(self, camera: str) -> None:
        """Something may be moving: an event may begin within the second."""

    def event_started(self, start: EventStart) -> None: ...

    def part_finished(self, part: FinishedPart) -> None: ...

    def event_ended(self, end: EventEnd) -> None: ...

    def state_changed(self, status: Status) -> None: ...

    def stirred(self, stirred: Stirred) -> None:
        """At most some an hour."""
