"""What every test may use."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# No deadline: a machine may be busy. The same examples every time, so that a run that fails can
# be run again; HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "search", deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, the one event loop that the program uses."""
    return "asyncio"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name, in the last lines, what this run had to leave out."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("left out")
        for report in skipped:
            terminalreporter.write_line(f"left out: {report.nodeid}: {report.longrepr[2]}")
    else:
        terminalreporter.write_line("nothing was left out")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is installed (CI), a test that was left out is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    left_out = reporter is not None and reporter.stats.get("skipped")
    if left_out and os.environ.get("MAPOKEZI_LEAVE_NOTHING_OUT"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
