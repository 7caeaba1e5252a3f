"""A network camera that can be killed and silenced: a real RTSP server with a film of visitors."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from tests.camera.source_devices import HARDWARE
from tests.e2e.video import film
from tests.support_ports import KeptPort

PYTHON = "/usr/bin/python3"
EVERY_S, MOVING = 8.0, (2.4, 5.4)
"""As the scene's: three seconds, then five without anybody."""
LONG_S = 160.0


class Gate:
    """`url` while it runs. Each who connects sees the film from its start."""

    def __init__(self, folder: Path) -> None:
        self._film = film(folder / "gate.mp4", LONG_S, MOVING, every_s=EVERY_S)
        self._port = KeptPort()
        self._said = folder / "gate.txt"
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    @staticmethod
    def possible() -> bool:
        """Whether the server's packages are installed."""
        probe = [PYTHON, "-c", "import gi; gi.require_version('GstRtspServer', '1.0')"]
        return Path(PYTHON).exists() and not subprocess.run(probe, capture_output=True, check=False).returncode

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self._port.number}/file"

    def plays_s(self) -> list[float]:
        """When its film began for each who connected, monotonic."""
        if not self._said.exists():
            return []
        return [float(line.split()[2]) for line in self._said.read_text().splitlines() if line.startswith("plays")]

    def begin(self) -> None:
        """It runs, whatever was before."""
        if self._process and self._stopped:
            self._process.send_signal(signal.SIGCONT)
            self._stopped = False
        elif self._process is None:
            command = [PYTHON, str(HARDWARE / "rtspd.py"), str(self._port.number), f"file={self._film}", "--tell"]
            with self._said.open("a") as said:
                self._process = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL)

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Killed, or with SIGSTOP silent until `begin`."""
        if self._process is None:
            return
        self._process.send_signal(how)
        if how is signal.SIGSTOP:
            self._stopped = True
        else:
            self._process.wait()
            self._process = None
            self._stopped = False
