"""Runs the product's own detector and event machine over a video file, in file time, as fast as it can."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import av

from camera.annotate import Annotation
from camera.attention import Attention
from camera.config import CameraConfig
from camera.detection import Detection
from camera.errors import SourceRefused
from camera.events import End, EventMachine, Start
from camera.gate import Decode
from camera.model import GrayFrame, Luma, Packet
from camera.motion import CellDetector, Reason, nothing
from camera.sources.base import EndOfFile, Watcher
from camera.sources.file import open_file
from camera.trace import SUFFIX, frames_of_trace

JOIN_S = 4.0
"""Spans of motion closer than this are one. Shorter than the live gap: a live event keeps a clip together and bridges
longer pauses; here the question is when something moved."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What was seen in a file; times are seconds from its first frame."""

    duration_s: float
    frames: int
    events: list[tuple[float, float]]
    """First and last moved frame of each span of motion, without pre-roll and post-roll."""


def replay(
    path: Path,
    config: CameraConfig | None = None,
    progress: Callable[[float], None] | None = None,
    annotate: Path | None = None,
) -> Replay:
    """Reads the whole file, of H.264 and HEVC as little as a camera's would be decoded, but all of it when it is drawn.

    `progress` hears the share done, 0 to 1, about a hundred times.

    `config` gives all settings of detection; its source is not looked at. `annotate` is a new MP4 that shows what the
    detector saw. Raises SourceRefused when the file is no video, SourceLost when reading it fails, RecordingError when
    the new one cannot be written.
    """
    config = config or _defaults()
    eye = Eye(config)
    drawing = Annotation(annotate, Detection.of(config).ignore) if annotate else None
    meter = _Meter(_duration_s(path) if progress and path.suffix != SUFFIX else 0.0, progress)
    events: list[tuple[float, float]] = []
    packets, looked, last_s = 0, 0, 0.0
    with drawing or nullcontext():
        for item in _items_of(path, config, None if annotate else eye):
            last_s = max(last_s, item.mono_s)
            if isinstance(item, Packet):
                packets += 1
                continue
            looked += 1
            events += [(end.first_s, end.last_s) for end in eye.look(item) if isinstance(end, End)]
            if drawing is not None:
                drawing.add(item, eye.motion, eye.detector.seen, in_event=eye.machine.in_event)
            meter.move(last_s)
    end = eye.machine.finish()
    if end is not None:
        events.append((end.first_s, end.last_s))
    frames = max(packets, looked)
    if not frames:
        raise SourceRefused("This file holds no picture.")
    meter.done()
    return Replay(last_s * frames / max(frames - 1, 1), frames, events)  # the last frame lasts a mean frame


def _defaults() -> CameraConfig:
    return CameraConfig(name="replay", source="", recording_dir=Path())


class Eye:
    """Detector and event machine, and how closely they want to look."""

    def __init__(self, config: CameraConfig) -> None:
        self.detector = CellDetector(config.least_area, Detection.of(config))
        self.machine: EventMachine[None] = EventMachine(config.least_motion_s, min(config.gap_s, JOIN_S))
        self.motion = nothing(Reason.SETTLING)
        self._attention = Attention(min(config.gap_s, JOIN_S))

    @property
    def wants_all(self) -> bool:
        return self._attention.wants_all

    @property
    def follows(self) -> bool:
        return self._attention.follows

    @property
    def in_event(self) -> bool:
        return self._attention.in_event

    def glance(self, luma: Luma) -> bool:
        return self.detector.glance(luma)

    def goes_on(self, shots: Sequence[tuple[Luma, float]]) -> bool:
        return self.detector.goes_on(shots)

    def look(self, frame: GrayFrame) -> list[Start[None] | End]:
        self.motion = self.detector.look(frame.luma, frame.mono_s, alone=frame.alone)
        changes = self.machine.step(self.motion, frame.mono_s, None)
        self._attention.see(self.motion, frame.mono_s, in_event=self.machine.in_event)
        return changes


def frames_of(path: Path) -> Iterator[GrayFrame]:
    """Every picture of a video or motion trace, as the detector sees it. Raises SourceRefused or SourceLost."""
    return (item for item in _items_of(path, _defaults(), None) if isinstance(item, GrayFrame))


def _items_of(path: Path, config: CameraConfig, watcher: Watcher | None) -> Iterator[Packet | GrayFrame]:
    """With a watcher only what detection would look at of a camera that sends this, and the packets of all of it."""
    if path.suffix == SUFFIX:
        yield from frames_of_trace(path.read_bytes())
        return
    source = open_file(path.resolve(), loop=False, decode=Decode(config.decode))
    if watcher is not None and config.decode != Decode.ALL:
        source.spare(watcher)
    try:
        while True:
            yield source.read()
    except EndOfFile:
        return
    finally:
        source.close()


def _duration_s(path: Path) -> float:
    """What the container says, 0 when it does not know; only the progress depends on it."""
    try:
        with av.open(str(path)) as container:
            return (container.duration or 0) / av.time_base
    except (OSError, av.FFmpegError) as exc:
        raise SourceRefused(f"{path.name} cannot be read as a video.") from exc


class _Meter:
    """Tells a share now and then."""

    def __init__(self, duration_s: float, progress: Callable[[float], None] | None) -> None:
        self._duration_s = duration_s
        self._progress = progress
        self._told = 0.0

    def move(self, now_s: float) -> None:
        if self._progress is not None and self._duration_s > 0:
            share = min(now_s / self._duration_s, 1.0)
            if share - self._told >= 0.01:
                self._told = share
                self._progress(share)

    def done(self) -> None:
        if self._progress is not None:
            self._progress(1.0)
