"""Two cameras at one house, for the guide's pictures: the synthetic garden, and the same seen from the other side."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from camera.sources.scene import HEIGHT, WIDTH, Stage
from camera.sources.scene_visitors import Kind, Visit, place, visits
from storage.model import Box

Picture = NDArray[np.uint8]

FILM_S, FPS = 4.0, 10
_SHARES = (0.42, 0.6, 0.33, 0.52, 0.47, 0.38, 0.55)
"""How far a visitor has come when the picture of the event is taken."""
_HALF = 0.24
"""Half the width of somebody, in their height, without shadow."""


@cache
def _stage(camera: str) -> Stage:
    return Stage(_seed(camera))


def _seed(camera: str) -> int:
    return 3 if camera == "front" else 5


def _visit(camera: str, number: int) -> tuple[Visit, float]:
    """Who comes at this event, and when the picture is taken. Cats are hard to see in a small picture."""
    people = [visit for visit in visits(_seed(camera), 40.0 * (number + 4)) if visit.kind is not Kind.CAT]
    visit = people[number]
    share = _SHARES[number % len(_SHARES)]
    return visit, visit.start_s + share * (visit.end_s - visit.start_s)


def _drawn(camera: str, time_s: float) -> Picture:
    """BGR; the second camera stands on the other side of the gate."""
    picture = _stage(camera).picture(time_s).to_ndarray(format="bgr24")
    return cast("Picture", picture if camera == "front" else cv2.flip(picture, 1))


def _jpeg(picture: Picture) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return data.tobytes()


def now(camera: str) -> bytes:
    """A JPEG of the garden without anybody."""
    return _jpeg(_drawn(camera, 1.0))


def seen(camera: str, number: int) -> bytes:
    """The JPEG of this event of the camera."""
    return _jpeg(_drawn(camera, _visit(camera, number)[1]))


def box(camera: str, number: int) -> Box:
    """Where somebody stands in it."""
    visit, time_s = _visit(camera, number)
    middle, _ = place(visit, time_s)
    middle = middle if camera == "front" else WIDTH - middle
    half, tall = visit.height * _HALF, visit.height
    left, right = max(0.0, middle - half), min(float(WIDTH), middle + half)
    return left / WIDTH, (visit.ground_y - tall) / HEIGHT, (right - left) / WIDTH, tall / HEIGHT


def film(camera: str, number: int) -> bytes:
    """The MP4 of this event, 640x360."""
    _, time_s = _visit(camera, number)
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        with av.open(file.name, "w", options={"movflags": "faststart"}) as container:
            stream = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "g": str(FPS)})
            stream.width, stream.height, stream.pix_fmt = WIDTH // 2, HEIGHT // 2, "yuv420p"
            for at in range(int(FILM_S * FPS)):
                picture = np.asarray(
                    cv2.resize(_drawn(camera, time_s - FILM_S / 2 + at / FPS), (WIDTH // 2, HEIGHT // 2)), np.uint8
                )
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            container.mux(stream.encode(None))
        return Path(file.name).read_bytes()
