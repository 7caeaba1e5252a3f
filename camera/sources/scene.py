"""A camera that needs no camera: a front garden with scripted visitors, seeded, its truth known."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from fractions import Fraction

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from camera.encoder import TIME_BASE, Encoder
from camera.errors import SourceRefused
from camera.mask import Mask
from camera.model import GrayFrame
from camera.sources.feed import Item, StreamSource
from camera.sources.picture import gray, still
from camera.sources.scene_figures import draw
from camera.sources.scene_garden import garden
from camera.sources.scene_visitors import VISIT_EVERY_S, Visit, bounds, visit_at, visits
from camera.sources.timing import RealTime

log = logging.getLogger(__name__)

WIDTH, HEIGHT, FPS = 1280, 720, 15

LEAST_EVERY_S = 6
"""Between two visitors then lie two seconds at least."""

SAID_EVERY = 5
"""Pictures after which the log says again that a visitor is there: in slow motion clocks tell nothing of it."""

NOISE_PATTERNS = 4
_NOISE_SIGMA = 1.1
"""Brightness steps; what a good sensor shows at dusk."""

Planes = NDArray[np.uint8]
"""One picture as I420: shape (HEIGHT * 3 / 2, WIDTH), luma first."""


def truth(seed: int, until_s: float, every_s: float = VISIT_EVERY_S) -> list[tuple[float, float]]:
    """When something moves: (start_s, end_s) since the first picture, for visits that begin before `until_s`."""
    return [(visit.start_s, visit.end_s) for visit in visits(seed, until_s, every_s)]


def open_scene(address: str, mask: Mask | None = None) -> StreamSource:
    """Opens `scene`, `scene:SEED` or `scene:SEED@SECONDS`. Raises SourceRefused when these are not whole numbers."""
    match = re.fullmatch(r"scene(?::(\d{1,9})(?:@(\d{1,6}))?)?", address.strip().lower())
    every_s = int((match and match[2]) or VISIT_EVERY_S)
    if match is None or every_s < LEAST_EVERY_S:
        raise SourceRefused(
            "Write the synthetic camera as scene, as scene:7 for another series of visitors, or as scene:7@60 for one "
            f"a minute; every {LEAST_EVERY_S} seconds at most."
        )
    return StreamSource(_played(int(match[1] or 0), every_s, mask), lambda: None)


def _played(seed: int, every_s: float, mask: Mask | None) -> Iterator[Item]:
    """Pictures and their packets at real-time speed, for ever; a machine that cannot keep up sees it in slow motion.

    The log tells at level DEBUG when what moved, on the monotonic clock.
    """
    stage, keeper = Stage(seed, every_s), RealTime()
    seen: Visit | None = None
    came_s = 0.0
    encoder = Encoder(WIDTH, HEIGHT, FPS, preset="superfast", crf=25, mask=mask)
    frame_pts = int(Fraction(1, FPS) / TIME_BASE)
    frame = 0
    while True:
        media_s = frame / FPS
        keeper.release(media_s)
        picture, mono_s = stage.picture(media_s), keeper.mono_s(media_s)
        if frame == 0:
            log.debug("first picture at %.3f s of the monotonic clock", mono_s)
        if (visit := visit_at(seed, media_s, every_s)) != seen:
            came_s = media_s if visit else came_s
            log.debug("visitor %s at %.3f s of the monotonic clock", "comes" if visit else "gone", mono_s)
            seen = visit
        elif visit and frame % SAID_EVERY == 0:
            log.debug("visitor shown for %.2f s at %.3f s of the monotonic clock", media_s - came_s, mono_s)
        yield from encoder.encode(picture, frame * frame_pts, mono_s)
        yield GrayFrame(gray(picture), mono_s, still(picture))
        frame += 1


class Stage:
    """The garden and who walks through it, as pictures of any moment. Pure: the same seed and time give the same.

    Only the rectangle around the visitor is painted anew; the rest of each picture is one of a few noisy copies that
    were made beforehand.
    """

    def __init__(self, seed: int, every_s: float = VISIT_EVERY_S) -> None:
        self._seed = seed
        self._every_s = every_s
        self._garden = garden(WIDTH, HEIGHT)
        empty = cv2.cvtColor(self._garden, cv2.COLOR_BGR2YUV_I420).astype(np.uint8, copy=False)
        random = np.random.default_rng(seed)
        self._noise = [_noise(random) for _ in range(NOISE_PATTERNS)]
        self._empty = [self._noisy(empty, noise) for noise in self._noise]

    def picture(self, time_s: float) -> av.VideoFrame:
        """The picture `time_s` after the first, 1280x720 as 4:2:0 with limited range."""
        pattern = round(time_s * FPS) % NOISE_PATTERNS
        planes = self._empty[pattern]
        visit = visit_at(self._seed, time_s, self._every_s)
        if visit is not None:
            planes = planes.copy()
            self._place(planes, visit, time_s, self._noise[pattern])
        picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        picture.colorspace, picture.color_range = 5, 1  # OpenCV's conversion is BT.601 with limited range
        return picture

    def _place(self, planes: Planes, visit: Visit, time_s: float, noise: NDArray[np.int8]) -> None:
        left, top, right, bottom = _even(bounds(visit, time_s))
        if left >= right or top >= bottom:
            return
        patch = self._garden[top:bottom, left:right].copy()
        draw(patch, visit, time_s, (left, top))
        rows, columns = bottom - top, right - left
        flat = cv2.cvtColor(patch, cv2.COLOR_BGR2YUV_I420).astype(np.uint8, copy=False).reshape(-1)
        luma = flat[: rows * columns].reshape(rows, columns)
        planes[top:bottom, left:right] = _added(luma, noise[top:bottom, left:right])
        chroma = planes.reshape(-1)[WIDTH * HEIGHT :].reshape(2, HEIGHT // 2, WIDTH // 2)
        chroma[:, top // 2 : bottom // 2, left // 2 : right // 2] = flat[rows * columns :].reshape(
            2, rows // 2, columns // 2
        )

    @staticmethod
    def _noisy(empty: Planes, noise: NDArray[np.int8]) -> Planes:
        planes = empty.copy()
        planes[:HEIGHT] = _added(empty[:HEIGHT], noise)
        return planes


def _noise(random: np.random.Generator) -> NDArray[np.int8]:
    steps = random.standard_normal((HEIGHT, WIDTH), np.float32) * np.float32(_NOISE_SIGMA)
    return np.asarray(np.rint(steps, out=steps), np.int8)


def _added(luma: NDArray[np.uint8], noise: NDArray[np.int8]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(luma.astype(np.int16) + noise, 0, 255), np.uint8)


def _even(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """The box within the picture, its edges on even pixels, since colour has half the resolution."""
    left, top, right, bottom = box
    return max(0, left) & ~1, max(0, top) & ~1, min(WIDTH, right + 1) & ~1, min(HEIGHT, bottom + 1) & ~1
