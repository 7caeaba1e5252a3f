"""What the contract sees of the real picamera2, told as source_facts.py does; run inside picamera_root.py's root."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.camera.source_contract import Expected
from tests.camera.source_facts import report
from tests.hardware import virtual_libcamera

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        virtual_libcamera.install(Path(folder))
        report("picamera2", Expected(), virtual_libcamera.stalled.set, waits=True)
