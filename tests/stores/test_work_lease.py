"""One process at a time does the work after the calls of a database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from tests.postgres import PostgresServer

from mapokezi.stores.errors import WorkTakenError
from mapokezi.stores.work_lease import WorkLease

HOLDS = """
import sys
from mapokezi.stores.work_lease import WorkLease
lease = WorkLease(sys.argv[1])
lease.take()
print("held", flush=True)
sys.stdin.read()
"""


async def _empty(_url: str) -> None:
    """Leave the database without tables: the lease needs none."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'mapokezi.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database("lease", _empty) as found:
        yield found


@pytest.fixture
def lease(url: str) -> Iterator[Callable[[], WorkLease]]:
    """Makes leases; they are given back in the end."""
    made: list[WorkLease] = []

    def make() -> WorkLease:
        made.append(WorkLease(url))
        return made[-1]

    yield make
    for one in made:
        one.free()


def test_of_two_one_has_it_and_the_other_is_told_which(lease: Callable[[], WorkLease]) -> None:
    first, second = lease(), lease()
    first.take()
    first.take()
    first.keep()
    with pytest.raises(WorkTakenError, match=rf"\(process {os.getpid()} on .*, since 20.* UTC\)"):
        second.take()
    with pytest.raises(WorkTakenError):
        second.keep()
    first.free()
    second.take()
    with pytest.raises(WorkTakenError):
        lease().take()


def test_what_is_given_back_is_not_taken_again(lease: Callable[[], WorkLease]) -> None:
    """A thread that was on its way to take it comes too late."""
    first = lease()
    first.free()
    first.take()
    lease().take()


def test_who_is_killed_has_it_no_more(url: str, lease: Callable[[], WorkLease]) -> None:
    mine = lease()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(WorkTakenError, match=f"process {other.pid} on "):
            mine.take()
        other.kill()
    for _ in range(200):  # a server sees a moment later that its client is gone
        try:
            return mine.take()
        except WorkTakenError:
            continue
    mine.take()
    return None


@pytest.mark.long
class TestServer:
    """What only a server can do."""

    @pytest.fixture
    def url(self, postgres_server: PostgresServer) -> Iterator[str]:
        with postgres_server.database("lease", _empty) as found:
            yield found

    def cut(self, url: str) -> None:
        """Have the server forget who is connected, as when it is started again."""
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def test_a_lease_that_the_server_has_lost_is_taken_anew(
        self, url: str, lease: Callable[[], WorkLease]
    ) -> None:
        mine = lease()
        mine.take()
        self.cut(url)
        mine.keep()
        with pytest.raises(WorkTakenError):
            lease().take()

    def test_unless_another_was_quicker(self, url: str, lease: Callable[[], WorkLease]) -> None:
        mine, other = lease(), lease()
        mine.take()
        self.cut(url)
        other.take()
        with pytest.raises(WorkTakenError):
            mine.keep()

    def test_a_server_that_is_away_is_no_reason_to_stop(self) -> None:
        mine = WorkLease("postgresql://nobody@127.0.0.1:9/mapokezi")
        mine.keep()
        mine.free()
