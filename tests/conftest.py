"""For every test: in CI a skipped test is a failure, since nobody reads skips; and chance has no part in a test."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from tests import support_order

# httpcore tries to import it several times in each call of the Bot API; known to be missing, it is not looked for.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.register_profile("search", settings.get_profile("suite"), derandomize=False, max_examples=1000)
settings.load_profile("suite")
"""The same examples in every run, however slow the machine; `--hypothesis-profile=search` looks for new ones."""
# Hypothesis mixes in numbers and words of those modules of ours that are imported so far: others in each worker and run
vars(providers).update(_get_local_constants=lambda: providers._local_constants)


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """A program that was run within a test leaves no handler behind, which would write to a stream that is closed."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The same in every worker, as pytest-xdist wants it."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = support_order.dealt(items, lambda item: support_order.is_long(item.nodeid), workers)


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and os.environ.get("CI") == "true":
        reporter.write_line(f"{len(skipped)} skipped: in CI a skip is a failure", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
