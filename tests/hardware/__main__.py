"""`make test-picamera`: the suite of picamera_suite.py inside a Debian root; a sentence where that cannot be."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.hardware import debian_root, picamera_root

LONGEST_S = 900
SUITE = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/hardware/picamera_suite.py"]


def main() -> int:
    """The exit code: the suite's own; without a root 0, in CI 1, since nobody reads there."""
    try:
        root = picamera_root.ready()
    except debian_root.CannotRun as reason:
        sys.stderr.write(f"test-picamera: not run here because {reason}\n")
        return int(os.environ.get("CI") == "true")
    variables = {"PYTHONDONTWRITEBYTECODE": "1", "CI": os.environ.get("CI", "")}
    command = debian_root.inside(root, [picamera_root.PYTHON, *SUITE], variables)
    return subprocess.run(command, check=False, timeout=LONGEST_S).returncode


if __name__ == "__main__":
    sys.exit(main())
