"""`make test-install`: install_suite.py; a sentence where a machine cannot be made."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.hardware.debian_root import CannotRun, check_machine

LONGEST_S = 1500
SUITE = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests/install/install_suite.py"]


def main() -> int:
    """The exit code: the suite's own; where no machine can be made 0, in CI 1, since nobody reads there."""
    try:
        check_machine("test-install")
    except CannotRun as reason:
        sys.stderr.write(f"test-install: not run here because {reason}\n")
        return int(os.environ.get("CI") == "true")
    return subprocess.run([sys.executable, *SUITE, *sys.argv[1:]], check=False, timeout=LONGEST_S).returncode


if __name__ == "__main__":
    sys.exit(main())
