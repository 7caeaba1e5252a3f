"""OpenCV's MOG2 as a motion detector, plain: `python -m tests.bench.detection.mog2 FILE` prints its events as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2

from camera.events import End, EventMachine
from camera.model import Luma
from camera.motion import Motion, Reason
from camera.replay import JOIN_S, frames_of

LEAST_AREA = 0.002
"""Share of the picture that the largest blob must cover."""


class Mog2:
    """The usual recipe: MOG2 with its defaults, shadows dropped, an opening of 3x3, the largest blob."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._model = cv2.createBackgroundSubtractorMOG2()
        self._cross = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))

    def look(self, luma: Luma, _t_s: float) -> Motion:
        mask = cv2.threshold(self._model.apply(luma), 200, 255, cv2.THRESH_BINARY)[1]
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, self._cross)
        _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
        largest = float(stats[1:, 4].max()) / luma.size if len(stats) > 1 else 0.0
        moved = LEAST_AREA <= largest <= 0.6
        return Motion(moved, largest, None, Reason.MOTION if moved else Reason.QUIET)


def main() -> None:
    machine: EventMachine[None] = EventMachine(0.13, JOIN_S)
    detector, events = Mog2(), []
    for frame in frames_of(Path(sys.argv[1])):
        changes = machine.step(detector.look(frame.luma, frame.mono_s), frame.mono_s, None)
        events += [(end.first_s, end.last_s) for end in changes if isinstance(end, End)]
    end = machine.finish()
    events += [(end.first_s, end.last_s)] if end else []
    sys.stdout.write(json.dumps({"events": events}))


if __name__ == "__main__":
    main()
