"""Draws what was measured: small panels, one a figure, time to the right. With OpenCV, which is there anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 620, 260
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 40
INK, GRID, LINE = (60, 60, 60), (225, 225, 225), (180, 90, 20)


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure over time."""

    title: str
    xs: Sequence[float]
    ys: Sequence[float]


def draw(path: Path, panels: Sequence[Panel], x_name: str, columns: int = 2) -> None:
    """Writes a PNG."""
    drawn = [_panel(panel, x_name) for panel in panels]
    drawn += [np.full((HEIGHT, WIDTH, 3), 255, np.uint8)] * (-len(drawn) % columns)
    rows = [np.hstack(drawn[start : start + columns]) for start in range(0, len(drawn), columns)]
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), np.vstack(rows), [cv2.IMWRITE_PNG_COMPRESSION, 9]):
        raise OSError(f"{path} could not be written")


def _panel(panel: Panel, x_name: str) -> NDArray[np.uint8]:
    image = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    _text(image, panel.title, (LEFT, 24), 0.55)
    most_x = max(panel.xs) or 1.0
    ticks = _ticks(max(panel.ys))
    most_y = ticks[-1]

    def place(x: float, y: float) -> tuple[int, int]:
        across, up = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return round(LEFT + across * x / most_x), round(HEIGHT - BOTTOM - up * y / most_y)

    for tick in ticks:
        cv2.line(image, place(0, tick), place(most_x, tick), GRID, 1)
        _text(image, f"{tick:g}", (8, place(0, tick)[1] + 5), 0.42)
    for tick in (tick for tick in _ticks(most_x) if tick <= most_x):
        _text(image, f"{tick:g}", (place(tick, 0)[0] - 6, HEIGHT - 20), 0.42)
    _text(image, x_name, (WIDTH - 150, HEIGHT - 5), 0.42)
    points = np.array([place(x, y) for x, y in zip(panel.xs, panel.ys, strict=True)], np.int32)
    cv2.polylines(image, [points], isClosed=False, color=LINE, thickness=1, lineType=cv2.LINE_AA)
    return image


def _ticks(most: float) -> list[float]:
    """From 0 to above `most`, four to eight of them, round."""
    most = max(most, 1e-6)
    power = 10.0 ** np.floor(np.log10(most))
    step = next(power * share for share in (0.1, 0.2, 0.25, 0.5, 1, 2) if most / (power * share) <= 7)
    return [float(step * number) for number in range(int(np.ceil(most / step)) + 1)]


def _text(image: NDArray[np.uint8], text: str, at: tuple[int, int], size: float) -> None:
    cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, INK, 1, cv2.LINE_AA)
