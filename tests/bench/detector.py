"""What one look of the detector costs, beside OpenCV's MOG2 on the same frames in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable

import cv2

from camera.model import Luma
from camera.motion import CellDetector
from tests.bench.figure import Figure, figure
from tests.camera.footage import film, mover


async def measure(short: bool) -> list[Figure]:
    frames = list(film(10 if short else 60, mover(3, 8)))
    rounds = 1 if short else 5
    cv2.setNumThreads(1)
    ours, theirs = [], []
    for _ in range(rounds):
        ours += cost(frames, CellDetector().look)
        theirs += cost(frames, lambda luma, _t_s: model.apply(luma)) if (model := _mog2()) else []
    return [
        figure("detector, one 320x180 frame", "us", ours, "at most 250"),
        figure("MOG2, the same frames", "us", theirs),
    ]


def _mog2() -> cv2.BackgroundSubtractorMOG2:
    return cv2.createBackgroundSubtractorMOG2(detectShadows=False)


def cost(frames: list[tuple[Luma, float]], look: Callable[[Luma, float], object]) -> list[float]:
    costs = []
    for luma, t_s in frames:
        begun_ns = time.thread_time_ns()
        look(luma, t_s)
        costs.append((time.thread_time_ns() - begun_ns) / 1000)
    return costs
