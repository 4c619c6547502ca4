"""Lives and dies: the work after calls, killed at every place where it can be, again and again.

``python after_calls_child.py DATABASE_URL FOLDER CALLS ROUNDS``: a process that loads everything
once and forks a child for each life, since to load takes seconds and to live takes a moment. In
each life some calls end; the child does what is to be done for them and kills itself at the place
that is its turn, until every place has had so many turns. The last life is left to finish. Where
notices go is a file: what was written to it stands, whatever becomes of the writer.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

# Loaded before the first fork; its threads begin only when it is opened.
import mapokezi.aftercall.dbos_parts  # noqa: F401
from mapokezi.aftercall import notice_sending
from mapokezi.aftercall.after_call import AfterCall, AfterCallParts
from mapokezi.aftercall.durable import Begun, Durable
from mapokezi.aftercall.settings import AfterCallSettings
from mapokezi.bridge.clock import wall
from mapokezi.calls import (
    CallId,
    Outcome,
    Termination,
    TerminationReason,
    TerminationResult,
)
from mapokezi.notify.results import Refused, Sent
from mapokezi.receptionist.office import Office, Way, Webhook
from mapokezi.receptionist.telling import join_notices
from mapokezi.records.call_record import CallRecord
from mapokezi.records.changes import SaveArrival, SaveEnd, SaveMessage
from mapokezi.records.lists import NoticeFilter
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.notices import Notice, NoticeState, WayKind
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.dialects import ConnectionSettings
from mapokezi.stores.office_files import read_office
from mapokezi.units import E164

CALLS_A_LIFE = 2
OUTCOMES = (Outcome.MESSAGE, Outcome.MESSAGE, Outcome.FLASH, Outcome.RESOLVED, Outcome.ABANDONED)
LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"
_LONGEST_LIFE_S = 60.0
_A_DAY = 24 * 60
_NOT_GONE = NoticeFilter(states=frozenset({NoticeState.WAITING, NoticeState.SENDING}))


class Places:
    """Where a life may end, how often each was come by, and where this one ends."""

    def __init__(self, folder: Path, at: str, nth: int) -> None:
        self._log = (folder / "places").open("a", encoding="utf-8")
        self._at, self._nth = at, nth
        self._seen: Counter[str] = Counter()

    def come_by(self, place: str) -> None:
        """Come by a place; perhaps for the last time."""
        self._seen[place] += 1
        if self._seen[place] == 1:
            self._log.write(place + "\n")
            self._log.flush()
        if place == self._at and self._seen[place] == self._nth:
            os.kill(os.getpid(), signal.SIGKILL)


class FileReceiver:
    """Takes notices by writing their keys into a file, one line each, at once."""

    def __init__(self, path: Path, places: Places) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self._places = places
        self.joined: Sequence[Notice] = ()

    async def send(self, notice: Notice) -> Sent | Refused:
        first_time = not notice.is_repeat  # a repeat is cut short a second time by nobody
        if first_time:
            self._places.come_by("sending:before")
        keys = [one.key for one in self.joined]
        line = {"keys": keys, "repeat": notice.is_repeat, "webhook": notice.way == "webhook"}
        os.write(self._file, json.dumps(line).encode() + b"\n")
        if first_time:
            self._places.come_by("sending:after")
        return Sent()


def the_office() -> Office:
    """An office whose people have a way each, and which has a system of its own."""
    found = read_office(LAW_OFFICE)
    people = tuple(
        msgspec.structs.replace(
            person,
            ways=(Way(way="sms", to=f"+25470000000{number}", kind=WayKind.SMS),),
            quiet=(),
            quiet_days=(),
        )
        for number, person in enumerate(found.people)
    )
    hook = Webhook(name="crm", url="https://crm.example.co.ke/hook")
    # These lives go by the wall's clock: on a slow machine they last long enough for a task that
    # nobody takes to be passed on, in some of them only.
    telling = msgspec.structs.replace(
        found.telling, take_within_minutes=_A_DAY, urgent_within_minutes=_A_DAY
    )
    return msgspec.structs.replace(found, people=people, webhooks=(hook,), telling=telling)


def a_call(number: int, office: Office) -> tuple[CallRecord, MessageRecord | None]:
    """A call that has just ended, and what was left in it."""
    now = wall()
    outcome = OUTCOMES[number % len(OUTCOMES)]
    call = CallRecord(
        call_id=CallId(f"20261122-080000-{number:08x}"),
        session_id=f"HD_{number:06}",
        office_id=office.id,
        caller=E164(f"+254722{number:06}"),
        dialled=office.numbers[0],
        arrived_at=now - timedelta(seconds=65),
        node="n-1",
        answered_at=now - timedelta(seconds=64),
        ended_at=now,
        outcome=outcome,
        termination=Termination(TerminationResult.COMPLETED, TerminationReason.CALLER_HUNG_UP),
    )
    if outcome is not Outcome.MESSAGE:
        return call, None
    person = office.people[number % len(office.people)].id
    message = MessageRecord(
        message_id=MessageId(f"{call.call_id}.{person}"),
        call_id=call.call_id,
        office_id=office.id,
        name="Grace Njeri",
        number=str(call.caller),
        reason=f"Matter {number:04}.",
        created_at=now,
        for_person=person,
        urgent=number % 7 == 0,
    )
    return call, message


@contextmanager
def watched(places: Places) -> Iterator[None]:
    """Have every step, and every beginning, come by its places."""
    run_step, start = Durable._run_step, Durable.start

    async def step(self: Durable, name: str, do: Callable[[], Awaitable[str]]) -> str:
        places.come_by(f"{name}:before")

        async def body() -> str:
            came = await do()
            places.come_by(f"{name}:done, not kept")
            return came

        came = await run_step(self, name, body)
        places.come_by(f"{name}:kept")
        return came

    async def begin(self: Durable, work_id: str, kind: str, *ids: str) -> Begun:
        came = await start(self, work_id, kind, *ids)
        places.come_by(f"{kind}:begun")
        return came

    Durable._run_step, Durable.start = step, begin  # type: ignore[method-assign]
    try:
        yield
    finally:
        Durable._run_step, Durable.start = run_step, start  # type: ignore[method-assign]


async def live(url: str, folder: Path, numbers: range, places: Places) -> None:
    """Let some calls end, and do what is to be done, until nothing is left."""
    office = the_office()
    settings = DatabaseSettings(
        url=url,
        spill_file=folder / "spill.jsonl",
        connection=ConnectionSettings(synchronous="NORMAL"),  # no power fails here
    )
    receiver = FileReceiver(folder / "arrived", places)
    join = join_notices

    def joined(notices: Sequence[Notice]) -> Notice:
        receiver.joined = notices
        return join(notices)

    notice_sending.join_notices = joined  # type: ignore[attr-defined]
    async with open_database(settings) as records:
        for number in numbers:
            call, message = a_call(number, office)
            await records.writer.commit(SaveArrival(replace(call, ended_at=None, outcome=None)))
            if message is not None:
                await records.writer.commit(SaveMessage(message))
            await records.writer.commit(SaveEnd(call))
        work = AfterCall(
            AfterCallParts(
                records=records,
                url=url,
                offices={office.id: office},
                sender=receiver,
                now=wall,
                settings=AfterCallSettings(digest_at=None),
            )
        )
        with watched(places):
            await _work(work, records)


async def _work(work: AfterCall, records: Database) -> None:
    await records.notice_book.free_left_open(wall())
    await work.durable.open()
    async with asyncio.timeout(_LONGEST_LIFE_S):
        while True:
            begun = await work.sweep.sweep() + await work.sweep.look()
            await asyncio.sleep(0.02)
            is_idle = not begun and not work.durable.active
            if is_idle and not await _left(work, records):
                break
    await work.durable.close()


async def _left(work: AfterCall, records: Database) -> int:
    """How much waits to be taken up again, or for its time."""
    page = await records.notice_book.page(_NOT_GONE, limit=500)
    if page.notices:
        return len(page.notices)
    due = await records.effects.open_ones()
    assert work.durable._dbos is not None
    pending = await work.durable._dbos.list_workflows_async(status=["PENDING", "ENQUEUED"])
    return due + len(pending)


def one_life(url: str, folder: Path, numbers: range, at: str = "", nth: int = 0) -> int:
    """Live in a process of one's own. Returns the signal that ended it; 0: it finished."""
    child = os.fork()
    if not child:
        code = 1
        try:
            asyncio.run(live(url, folder, numbers, Places(folder, at, nth)))
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    assert os.WEXITSTATUS(status) == 0, "a life ended by a fault"
    return 0


def main() -> None:
    """Live, die, and report."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    calls, rounds = int(sys.argv[3]), int(sys.argv[4])
    rung = 0

    def some() -> range:
        nonlocal rung
        begins, rung = rung, rung + CALLS_A_LIFE
        return range(begins, rung)

    one_life(url, folder, some())  # to learn where a life can end
    one_life(url, folder, some())
    killed: Counter[str] = Counter()
    turn = 0
    while rung < calls or turn < rounds * len(places_in(folder)):
        places = places_in(folder)
        at, nth = places[turn % len(places)], 1 + turn // len(places) % 3
        if one_life(url, folder, some(), at, nth):
            killed[at] += 1
        turn += 1
    one_life(url, folder, range(0))
    report: dict[str, Any] = {
        "killed": killed,
        "places": places_in(folder),
        "lives": turn,
        "calls": rung,
    }
    sys.stdout.write(json.dumps(report) + "\n")


def places_in(folder: Path) -> list[str]:
    """The places that lives have come by."""
    return sorted(set((folder / "places").read_text(encoding="utf-8").splitlines()))


if __name__ == "__main__":
    main()
