"""No thread of a camera outlives its test."""

from __future__ import annotations

import pytest

from tests import support_threads

every_thread_ends = pytest.fixture(autouse=True)(support_threads.ending(("",)))
