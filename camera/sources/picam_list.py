"""Which Pi cameras libcamera sees, for the list of what is there."""

from __future__ import annotations

import importlib
import logging

log = logging.getLogger(__name__)

_LIBRARY_ERRORS = (RuntimeError, OSError, IndexError, KeyError, ValueError, TypeError, AttributeError)
"""What picamera2 and libcamera raise when something is wrong with a camera or with their versions."""


def pi_cameras() -> dict[int, str]:
    """Number and model of each; empty without picamera2. USB cameras, which libcamera sees too, are left out."""
    try:
        library = importlib.import_module("picamera2")
        seen = library.Picamera2.global_camera_info()
        return {int(one["Num"]): str(one["Model"]) for one in seen if "/usb" not in str(one.get("Id", ""))}
    except ImportError:
        return {}
    except _LIBRARY_ERRORS as exc:
        log.warning("picamera2 cannot list its cameras: %s", exc)
        return {}
