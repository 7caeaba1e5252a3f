"""A program whose picamera2 event loop dies: run by picamera_suite.py, since it cannot be undone in one process."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from camera.errors import SourceLost, SourceStuck
from camera.sources import open_source, picam
from camera.sources.picam import PiCamera
from tests.camera.source_contract import config_of, look
from tests.hardware import virtual_libcamera


def _die(request: object) -> None:
    raise RuntimeError("an exception in the event loop")


def main() -> None:
    virtual_libcamera.install(Path(sys.argv[1]) / "pictures")
    threading.excepthook = lambda args: None
    picam.SILENCE_S, picam.STOP_WITHIN_S = 1.0, 1.0  # type: ignore[attr-defined] # shortened for the test
    source = open_source(config_of("picamera2"))
    assert isinstance(source, PiCamera)
    look(source, 3)
    source._camera.post_callback = _die
    said = []
    try:
        while True:
            source.read()
    except SourceLost:
        said.append("lost")
    source.close()
    said.append("closed")
    try:
        open_source(config_of("picamera2"))
    except SourceStuck:
        said.append("stuck")
    sys.stdout.write(", ".join(said) + "\n")


if __name__ == "__main__":
    main()
