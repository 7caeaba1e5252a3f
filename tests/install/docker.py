"""`make test-docker`: image_suite.py; a sentence where an image cannot be built."""

from __future__ import annotations

import sys

from tests.install.__main__ import run_suite

if __name__ == "__main__":
    sys.exit(run_suite("test-docker", "tests/install/image_suite.py"))
