"""A disk that refuses for one child process and its children, needs neither root nor a mount: see support_disk.c."""

from __future__ import annotations

import errno
import mmap
import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("support_disk.c")


class RefusingDisk:
    """`environment` makes a process meet it below `folder`. Needs gcc."""

    def __init__(self, work: Path, folder: Path) -> None:
        """It takes everything at first. `work` is for the library and the shared file, not below `folder`."""
        library, shared = work / "disk.so", work / "refuses"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE), "-ldl"], check=True)
        shared.write_bytes(bytes(4))
        with shared.open("r+b") as file:
            self._number = mmap.mmap(file.fileno(), 4)
        self.environment = {
            "LD_PRELOAD": str(library),
            "MOCAM_TEST_DISK": str(folder),
            "MOCAM_TEST_REFUSES": str(shared),
        }

    @staticmethod
    def possible() -> bool:
        """Whether this machine can make the library."""
        return shutil.which("gcc") is not None

    def turn_read_only(self) -> None:
        self._refuse(errno.EROFS)

    def fill(self) -> None:
        self._refuse(errno.ENOSPC)

    def heal(self) -> None:
        self._refuse(0)

    def _refuse(self, number: int) -> None:
        self._number[:] = struct.pack("=i", number)
