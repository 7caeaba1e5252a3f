"""The detector without one of its parts: what each is worth, on the same pictures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from camera import background, blobs, motion, stirring, tracks
from camera.events import End, EventMachine
from camera.light import Cells
from camera.model import Luma
from camera.motion import CellDetector, cells, cells_shape
from camera.replay import JOIN_S, frames_of
from tests.bench.detection.scenes import Film

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shots:
    """One video as the detector sees it, so that many variants can be tried."""

    name: str
    pictures: list[Cells]
    times_s: list[float]

    def spans(self) -> tuple[list[Span], float]:
        """Events, and processor seconds of the detector."""
        with patch.object(motion, "cells", lambda luma, _shape: luma), patch.object(motion, "cells_shape", np.shape):
            begun_s = time.process_time()
            events = spans_of(CellDetector(), zip(self.pictures, self.times_s, strict=True))
            return events, time.process_time() - begun_s


def shots_of(path: Path) -> Shots:
    return _shots(path.name, ((frame.luma, frame.mono_s) for frame in frames_of(path)))


def shots_of_film(film: Film) -> Shots:
    return _shots(f"{film.name} {film.seed}", film.frames())


def _shots(name: str, frames: Iterator[tuple[Luma, float]]) -> Shots:
    pairs = [(cells(luma, cells_shape(luma)), t_s) for luma, t_s in frames]
    return Shots(name, [picture for picture, _ in pairs], [t_s for _, t_s in pairs])


def spans_of(detector: Any, frames: Any) -> list[Span]:
    """Events of some frames with their times."""
    machine: EventMachine[None] = EventMachine(0.13, JOIN_S)
    events: list[Span] = []
    for picture, t_s in frames:
        changes = machine.step(detector.look(picture, t_s), t_s, None)
        events += [(end.first_s, end.last_s) for end in changes if isinstance(end, End)]
    end = machine.finish()
    events += [(end.first_s, end.last_s)] if end else []
    return events


def _same(picture: Cells, other: Cells) -> Cells:
    del picture
    return other


def _dark(residual: Cells, _expected: Cells, _size: int) -> Cells:
    return np.zeros_like(residual)


def _belief(**changes: float) -> tuple[Any, str, Any]:
    ordinary = tracks.Belief()
    return motion, "Belief", lambda: replace(ordinary, **changes)


WITHOUT: dict[str, list[tuple[Any, str, Any]]] = {
    "nothing left out": [],
    "light of the whole picture": [(background, "in_light_of", _same), (motion, "in_light_of", _same)],
    "light of a place": [(blobs, "local_light", _dark)],
    "surface that shows through": [(blobs, "SURFACE_LIKENESS", 1e9)],
    "noise of each cell": [(background, "NOISE_S", 1e9)],
    "texture": [(background, "TEXTURE_DOUBT", 0.0)],
    "change within a second": [(blobs, "CHANGED_SHARE", 0.0), (motion, "LAG_S", 1e9)],
    "hanging together": [(blobs, "COMPACT", 0.0)],
    "crowds": [(blobs, "CROWD", 10**9)],
    "speed": [_belief(lengths_per_s=1e3, small_lengths_per_s=1e3)],
    "less speed of the small": [_belief(small_lengths_per_s=8.0, small_fill=0.5)],
    "coming from somewhere": [_belief(least_way=0.0)],
    "lasting": [_belief(small_s=0.13, evidence=1e-9)],
    "pauses": [_belief(coast_s=0.25)],
    "stirring": [(stirring, "PAUSE_S", -1.0)],
    "switched light": [(motion, "LIGHT_SHARE", 2.0), (motion, "JUMP_SHARE", 2.0)],
}


@contextmanager
def without(part: str) -> Iterator[None]:
    """The detector lacks this part of `WITHOUT`."""
    with ExitStack() as stack:
        for module, name, value in WITHOUT[part]:
            stack.enter_context(patch.object(module, name, value))
        yield


@contextmanager
def constants(values: dict[tuple[Any, str], Any]) -> Iterator[None]:
    """The detector has other constants."""
    with ExitStack() as stack:
        for (module, name), value in values.items():
            stack.enter_context(patch.object(module, name, value))
        yield


def write(folder: Path, name: str, events: list[Span], cpu_s: float | None = None) -> None:
    """As the scorer reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({"events": events} | ({"cpu_s": cpu_s} if cpu_s else {})))


Score = Callable[[dict[str, Path]], dict[str, Any]]
"""Takes folders of events by name, gives the scorer's figures by name."""
