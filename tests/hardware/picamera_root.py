"""A Debian root with the real libcamera and picamera2, made once and kept in `.cache/`, for a machine without a Pi.

tests/hardware/debian_root.py makes it.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.hardware import debian_root
from tests.hardware.debian_root import CHECKOUT

HERE = Path(__file__).parent
CACHE = CHECKOUT / ".cache" / "picamera-root"
PYTHON = "/opt/venv/bin/python"
"""Inside the root."""

SUITE = "trixie"
"""The first Debian whose libcamera has the virtual pipeline."""
PACKAGES = (
    "ca-certificates gcc libarchive13t64 libc6-dev libcamera-ipa python3-dev python3-libcamera python3-pip "
    "python3-prctl python3-venv"
)
LIBRARIES = ("picamera2==0.3.38", "hypothesis", "pytest", "pytest-asyncio")
"""From pip, beside what MoCam itself needs; the other exact versions are those of constraints.txt."""
RECIPE = (
    HERE / "picamera_root.py",
    HERE / "debian_root.py",
    CHECKOUT / "pyproject.toml",
    CHECKOUT / "constraints.txt",
)


def ready() -> Path:
    """The root's folder, made now if its recipe has changed. Raises CannotRun."""
    debian_root.check_machine("test-picamera")
    word = "making a Debian root with libcamera and picamera2, about two minutes and 1 GB"
    return debian_root.kept(CACHE, RECIPE, word, _make)


def _make(root: Path) -> None:
    debian_root.bootstrap(root, SUITE, PACKAGES)
    debian_root.say("its Debian packages are there; fetching picamera2")
    _fetch_libraries(root)


def _fetch_libraries(root: Path) -> None:
    failed = "picamera2 could not be fetched from pip's index"
    debian_root.run(debian_root.inside(root, ["python3", "-m", "venv", "--system-site-packages", "/opt/venv"]), failed)
    settings = debian_root.pip_environment()
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-cache-dir", "--prefer-binary", "--no-compile"]
    own = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    debian_root.run(
        debian_root.inside(root, [*pip, "--constraint", "constraints.txt", *LIBRARIES, *own], settings), failed
    )
