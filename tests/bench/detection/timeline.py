"""Draws when each detector saw something, beside the truth."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from tests.bench.detection.peers import Span

LEFT, WIDTH, ROW, GAP = 150, 900, 16, 16
TRUTH, IGNORED = (60, 140, 40), (200, 220, 200)
COLOURS = {"MoCam": (190, 90, 20), "MOG2": (140, 140, 140), "DVR-Scan": (110, 150, 190), "Motion": (150, 110, 160)}
INK = (40, 40, 40)


def draw(target: Path, truth: dict[str, dict[str, list[Span]]], seen: dict[str, dict[str, list[Span]]]) -> None:
    """`truth` by video: `events`, `ignore` and `duration` (one span); `seen` by detector and video."""
    rows = len(seen) + 1
    height = len(truth) * (rows * ROW + GAP + 14) + 10
    canvas = np.full((height, LEFT + WIDTH + 70, 3), 255, np.uint8)
    top = 6
    for video, labels in truth.items():
        ((_, duration_s),) = labels["duration"]
        _text(canvas, f"{video}, {duration_s:.0f} s", (6, top + 11))
        top += 16
        _row(canvas, top, "truth", labels["events"], duration_s, TRUTH)
        for a, b in labels["ignore"]:
            _bar(canvas, top, a, b, duration_s, IGNORED)
        for index, (name, spans) in enumerate(seen.items(), 1):
            _row(canvas, top + index * ROW, name, spans.get(video, []), duration_s, COLOURS.get(name, INK))
        top += rows * ROW + GAP - 2
    target.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(target), canvas[: top + 2])


def _row(
    canvas: np.ndarray, top: int, name: str, spans: list[Span], duration_s: float, colour: tuple[int, ...]
) -> None:
    _text(canvas, name, (40, top + 11))
    cv2.rectangle(canvas, (LEFT, top + 2), (LEFT + WIDTH, top + ROW - 3), (238, 238, 238), -1)
    for a, b in spans:
        _bar(canvas, top, a, b, duration_s, colour)


def _bar(canvas: np.ndarray, top: int, a: float, b: float, duration_s: float, colour: tuple[int, ...]) -> None:
    left, right = (LEFT + round(WIDTH * min(max(t, 0), duration_s) / duration_s) for t in (a, b))
    cv2.rectangle(canvas, (left, top + 2), (max(right, left + 1), top + ROW - 3), colour, -1)


def _text(canvas: np.ndarray, text: str, at: tuple[int, int]) -> None:
    cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, INK, 1, cv2.LINE_AA)
