"""picamera2 and libcamera, imported when the first Pi camera is opened, and the care that they need."""

from __future__ import annotations

import contextlib
import importlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from camera.errors import SourceRefused

DRIVER_ERRORS = (RuntimeError, OSError, IndexError, KeyError, ValueError, TypeError, AttributeError)
"""What picamera2 and libcamera raise when the camera is missing, busy or asked for something that it cannot do."""

_INSTALL = (
    "The Pi's camera needs picamera2, which comes from Raspberry Pi OS alone: "
    "sudo apt install python3-picamera2 --no-install-recommends, "
    "then make MoCam's environment with python3 -m venv --system-site-packages."
)

_DOOR_WITHIN_S = 5.0
_door = threading.Lock()


@dataclass(frozen=True, slots=True)
class Library:
    """The modules of picamera2 that are used here."""

    picamera2: ModuleType
    encoders: ModuleType
    outputs: ModuleType


def imported() -> Library:
    """Raises SourceRefused, with what to install, where picamera2 cannot be imported."""
    try:
        return Library(
            importlib.import_module("picamera2"),
            importlib.import_module("picamera2.encoders"),
            importlib.import_module("picamera2.outputs"),
        )
    except (ImportError, ValueError) as exc:  # ValueError: built for another numpy
        raise SourceRefused(_INSTALL) from exc


def made(library: Library, number: int, tuning: Any) -> Any:
    """A Picamera2. Raises one of DRIVER_ERRORS.

    One that does not open leaves a pipe behind, which is closed here: a camera that is missing for days is tried again
    and again, and would use up the files that a process may have open.
    """
    kind = library.picamera2.Picamera2
    camera = kind.__new__(kind)
    try:
        camera.__init__(number, tuning=tuning)
    except DRIVER_ERRORS:
        with contextlib.suppress(AttributeError, OSError):
            camera.notifymeread.close()
            os.close(camera.notifyme_w)
        raise
    return camera


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Around opening and closing: picamera2's manager of all cameras trips over two at the same moment.

    One that blocks for ever does not keep the others out for ever: they go on after some seconds.
    """
    alone = _door.acquire(timeout=_DOOR_WITHIN_S)
    try:
        yield
    finally:
        if alone:
            _door.release()
