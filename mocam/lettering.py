"""Words on pictures: OpenCV's own sans, smooth and with umlauts; on an OpenCV before 5 its plain strokes. Pure."""

from __future__ import annotations

import unicodedata

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Blue, green, red; shape (height, width, 3)."""
Colour = tuple[int, int, int]
"""Blue, green, red."""

_SMOOTH = hasattr(cv2, "FontFace")
"""Raspberry Pi OS Bookworm has NumPy 1 under its camera library, and with it OpenCV 4."""
_STROKES = cv2.FONT_HERSHEY_DUPLEX
_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "·": "-", "\u2013": "-", "…": ".."}
)
REGULAR, SEMIBOLD, BOLD = 400, 600, 700


def write(
    picture: Picture, text: str, left: float, baseline: float, size_px: float, colour: Colour, weight: int = REGULAR
) -> None:
    """`baseline` is where the letters stand; what the font does not know becomes `?`."""
    at = (round(left), round(baseline))
    if _SMOOTH:
        cv2.putText(picture, text, at, colour, cv2.FontFace("sans"), round(size_px), weight)
    else:
        thick = 2 if weight >= SEMIBOLD else 1
        cv2.putText(picture, _ascii(text), at, _STROKES, _scale(size_px), colour, thick, cv2.LINE_AA)


def width(text: str, size_px: float, weight: int = REGULAR) -> int:
    """In pixels."""
    if not text:
        return 0
    if _SMOOTH:
        left, _, wide, _ = cv2.getTextSize((0, 0), text, (0, 0), cv2.FontFace("sans"), round(size_px), weight)
        return int(left + wide)
    return int(cv2.getTextSize(_ascii(text), _STROKES, _scale(size_px), 1)[0][0])


def centred(
    picture: Picture, text: str, middle: float, baseline: float, size_px: float, colour: Colour, weight: int = REGULAR
) -> None:
    """Around `middle`."""
    write(picture, text, middle - width(text, size_px, weight) / 2, baseline, size_px, colour, weight)


def right(
    picture: Picture, text: str, edge: float, baseline: float, size_px: float, colour: Colour, weight: int = REGULAR
) -> None:
    """Up to `edge`."""
    write(picture, text, edge - width(text, size_px, weight), baseline, size_px, colour, weight)


def fitting(text: str, most_px: float, size_px: float, weight: int = REGULAR) -> str:
    """As much of it as is `most_px` wide, with `…` where it was cut."""
    if width(text, size_px, weight) <= most_px:
        return text
    while text and width(f"{text}…", size_px, weight) > most_px:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLED))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _scale(size_px: float) -> float:
    """Capitals of these strokes are 21 pixels high at 1; those of the sans are 0.7 of its size."""
    return 0.7 * size_px / 21
