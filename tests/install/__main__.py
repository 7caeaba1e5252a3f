"""`make test-install`: install_suite.py; a sentence where a machine cannot be made."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.hardware.debian_root import CannotRun, check_machine

LONGEST_S = 1500


def run_suite(target: str, suite: str) -> int:
    """The exit code: the suite's own; where nothing can be made 0, in CI 1, since nobody reads there."""
    try:
        check_machine(target)
    except CannotRun as reason:
        sys.stderr.write(f"{target}: not run here because {reason}\n")
        return int(os.environ.get("CI") == "true")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", suite, *sys.argv[1:]]
    return subprocess.run(command, check=False, timeout=LONGEST_S).returncode


if __name__ == "__main__":
    sys.exit(run_suite("test-install", "tests/install/install_suite.py"))
