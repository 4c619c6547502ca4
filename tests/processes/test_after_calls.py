"""The work after calls killed at every place: nobody is forgotten, hardly anybody told twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.postgres import PostgresServer
from tests.processes.after_calls_child import a_call, the_office

from mapokezi.calls import Outcome
from mapokezi.records.notices import AttemptOutcome, NoticeState
from mapokezi.records.tasks import TaskFilter
from mapokezi.stores.database import open_for_reading

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(900)]

_CHILD = Path(__file__).with_name("after_calls_child.py")


@dataclass
class Lives:
    """What came of all those lives."""

    url: str
    folder: Path
    calls: int
    report: dict[str, Any]
    written: str
    postgres: PostgresServer | None = None
    """The server, where it is one."""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(("sqlite", 64, 1), marks=pytest.mark.long),
        pytest.param(("postgres", 64, 1), marks=pytest.mark.long),
        pytest.param(("sqlite", 200, 3), marks=pytest.mark.proof),
        pytest.param(("postgres", 200, 3), marks=pytest.mark.proof),
    ],
    ids=lambda given: f"{given[0]}-{given[1]}",
)
def lives(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lives]:
    """Calls, and the work after them killed at every place so many times."""
    folder = tmp_path_factory.mktemp("lives")
    database, calls, rounds = request.param
    if database == "sqlite":
        url = f"sqlite:///{folder / 'mapokezi.db'}"
        yield lived(url, folder, calls, rounds)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield replace(lived(url, folder, calls, rounds), postgres=server)


def lived(url: str, folder: Path, calls: int, rounds: int) -> Lives:
    done = subprocess.run(
        [sys.executable, str(_CHILD), url, str(folder), str(calls), str(rounds)],
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-4000:]
    report = json.loads(done.stdout.splitlines()[-1])
    return Lives(url, folder, calls, report, done.stdout + done.stderr)


def arrivals(lives: Lives) -> list[dict[str, Any]]:
    lines = (lives.folder / "arrived").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_it_was_killed_between_any_two_steps(lives: Lives) -> None:
    places = set(lives.report["places"])
    for step in ("open_task", "plan_notices", "note", "plan_event", "open_call_back", "finish"):
        assert {f"{step}:before", f"{step}:done, not kept", f"{step}:kept"} <= places
    assert {"effect:begun", "send:begun", "sending:before", "sending:after"} <= places
    never = places - set(lives.report["killed"])
    assert len(never) <= 1, never  # a life may end in another place than it was to
    assert lives.report["calls"] >= lives.calls
    assert sum(lives.report["killed"].values()) >= 0.8 * lives.report["lives"] - 2


async def test_nobody_is_forgotten(lives: Lives) -> None:
    """What was cut short twice in a row is left to people: it may have arrived."""
    arrived = Counter(key for one in arrivals(lives) for key in one["keys"])
    unsure = 0
    office = the_office()
    calls = [a_call(number, office) for number in range(lives.report["calls"])]
    async with open_for_reading(lives.url) as records:
        for call, message in calls:
            assert await records.call_notes.get(call.call_id) is not None, call.call_id
            tasks, _ = await records.tasks.page(TaskFilter(call_id=call.call_id, is_open=None))
            owed = message is not None or call.outcome in {Outcome.FLASH, Outcome.ABANDONED}
            assert len(tasks) == owed, call.call_id
            told = await records.notices.of_call(call.call_id)
            assert any(one.way == "webhook" for one in told)
            assert any(one.person_id for one in told) == owed
            for one in told:
                assert one.state in {NoticeState.SENT, NoticeState.UNSURE}, one.key
                if one.state is NoticeState.UNSURE:
                    unsure += 1
                    tried = await records.notices.attempts(one.notice_id)
                    assert [each.outcome for each in tried] == [AttemptOutcome.NO_WORD] * 2
                assert arrived[one.key] or one.state is NoticeState.UNSURE, one.key
        assert await records.notices.in_trouble() == unsure


def test_who_is_told_twice_is_told_that_it_is_a_repeat(lives: Lives) -> None:
    told: Counter[str] = Counter()
    for one in arrivals(lives):
        for key in one["keys"]:
            told[key] += 1
            if told[key] > 1 and not one["webhook"]:  # a system knows it by its id
                assert one["repeat"], f"{key} came twice and was not marked"
    doubled = [key for key, times in told.items() if times > 1 and ":webhook-" not in key]
    assert all(told[key] == 2 for key in doubled)
    cut_short = [
        times for place, times in lives.report["killed"].items() if place.startswith("send")
    ]
    assert len(doubled) <= 24 * sum(cut_short), "only what was being sent when it was killed"


def test_its_own_tables_and_its_log_know_no_caller(lives: Lives) -> None:
    if lives.postgres is None:
        kept = b"".join(path.read_bytes() for path in lives.folder.glob("mapokezi-work.db*"))
    else:
        kept = lives.postgres.dumped(lives.url, "--schema=mapokezi_work").encode()
    assert len(kept) > 10_000
    for trace in (b"Grace", b"Matter", b"+254722", b"+25470000000", b"254722"):
        assert trace not in kept
        assert trace.decode() not in lives.written
