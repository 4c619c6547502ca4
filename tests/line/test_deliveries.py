"""Thousands of deliveries of events, shuffled: doubled, late, out of order, over restarts.

Two line processes share one database, as behind one address they do. What is counted is what was
done, not what was received: each event that was acknowledged is worked once, and the records come
out as if every event had come once and in order.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import pytest
import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.calls_settings import CallsSettings
from mapokezi.bridge.event_work import EventParts, EventWork
from mapokezi.carrier import CallDetail, CarrierError
from mapokezi.line.metrics import LineMetrics
from mapokezi.line.settings import LineSettings
from mapokezi.line.webhooks import Health, Webhooks
from mapokezi.records.platform_call import PlatformCall, PlatformRecording, merged
from mapokezi.stores.database import Database, DatabaseSettings, WriterSettings, open_database
from mapokezi.stores.dialects import ConnectionSettings
from mapokezi.stores.platform_events import EventStore, PutOff, Worked
from mapokezi.telephony.signature import SIGNATURE_HEADER, sign
from mapokezi.telephony.urls import CallbackUrls

pytestmark = pytest.mark.anyio

SECRET = "whsec_example"
FORGED_SHARE = 0.05
PHASES = 10
BEGAN = datetime(2026, 11, 22, 6, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep thousands of lines of log from being written out."""
    with structlog.testing.capture_logs():
        yield


@dataclass(frozen=True)
class Event:
    """One event, as the platform sends it each time."""

    number: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class CallTold:
    """What the platform tells of one call, and what is to stand at the end."""

    expected: PlatformCall
    events: list[Event] = field(default_factory=list)


def calls_told(calls: int) -> list[CallTold]:
    """Every call's events: both envelopes, raw bodies, both families of headers."""
    number = iter(range(10**6))
    told = []
    for nth in range(calls):
        session, uuid = f"HD_{nth:012x}", f"0193a5f2-7c11-7d3a-9b1e-{nth:012x}"
        ended = BEGAN + timedelta(minutes=nth)
        seconds = 5 + nth % 300
        only_uuid = {"call_id": uuid}
        # Of every tenth call no event tells both ids: the platform has to be asked.
        ids = only_uuid if nth % 10 == 0 else {**only_uuid, "pbx_call_id": session}

        def envelope_a(
            kind: str, data: dict[str, Any], nth: int = nth, ended: datetime = ended
        ) -> bytes:
            event_id = f"evt-{nth}-{kind}"
            at = ended.isoformat().replace("+00:00", "Z")
            return json.dumps(
                {"kind": kind, "event_id": event_id, "occurred_at": at, "data": data}
            ).encode()

        completed = {
            **only_uuid,
            "duration_seconds": seconds,
            "ended_at": ended.isoformat(),
            "hangup_cause": "NORMAL_CLEARING",
        }
        recording = {**only_uuid, "recording_id": f"rec-{nth}", "duration_seconds": seconds}
        second = {
            "event_kind": "recording.ready",
            "event_id": f"evt-{nth}-second",
            "payload": {
                **only_uuid,
                "recording_duration_seconds": 3,
                "occurred_at": ended.isoformat(),
            },
        }
        raw = {"sessionId": session, "callerNumber": "+254722000001", "isActive": "1"}
        raws = [
            raw | {"callSessionState": "StreamStarted", "streamSid": f"s{nth}"},
            raw | {"callSessionState": "StreamStopped", "streamSid": f"s{nth}"},
            raw | {"callSessionState": "Completed", "isActive": "0",
                   "durationInSeconds": str(seconds)},
        ]  # fmt: skip
        family = (
            ("X-Sautikit-Event-Id", "X-Sautikit-Event-Kind"),
            ("X-Sautikit-Idempotency-Key", "X-Sautikit-Event"),
        )[nth % 2]
        call = CallTold(
            PlatformCall(
                session,
                call_uuid=uuid,
                ended_at=ended,
                duration_s=seconds,
                end="NORMAL_CLEARING",
                recordings=(
                    PlatformRecording(f"id:evt-{nth}-second", ended, duration_s=3),
                    PlatformRecording(f"rec-{nth}", ended, duration_s=seconds),
                ),
            )
        )
        bodies = [
            envelope_a("call.started", ids),
            envelope_a("call.answered", only_uuid),
            envelope_a("call.completed", completed),
            envelope_a("recording.ready", recording),
            json.dumps(second).encode(),
        ]
        call.events += [Event(next(number), body) for body in bodies]
        for place, one in enumerate(raws):
            headers = ((family[0], f"raw-{nth}-{place}"), (family[1], "call.lifecycle"))
            call.events.append(
                Event(next(number), urlencode(one).encode(), FORM, headers if nth % 3 else ())
            )
        told.append(call)
    return told


class Carrier:
    """Knows whose each UUID is, and does not always answer."""

    def __init__(self) -> None:
        self.calls = self
        self.asked: Counter[str] = Counter()

    async def show(self, call: str) -> CallDetail:
        self.asked[call] += 1
        await asyncio.sleep(0)
        if self.asked[call] == 1:
            raise CarrierError("read the call's record", status=None, code="ConnectError")
        return CallDetail(id=call, session_id=f"HD_{call[-12:]}")


class Tally(EventStore):
    """The event store, and how often each event was done."""

    done: Counter[str]

    async def carry_out(
        self, worked: Sequence[Worked], put_off: Sequence[PutOff], at: datetime
    ) -> frozenset[str]:
        done = await super().carry_out(worked, put_off, at)
        self.done.update(done)
        return done


@dataclass
class Node:
    """One line process, as far as events go."""

    app: Any
    database: Database
    work: EventWork

    async def deliver(self, body: bytes, content_type: str, headers: dict[str, str]) -> int:
        """Post to ``events_url``; gives the status."""
        given = {"content-type": content_type, **headers}
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/voice/events",
            "query_string": b"",
            "headers": [(k.lower().encode(), v.encode()) for k, v in given.items()],
            "server": ("127.0.0.1", 8480),
            "scheme": "http",
        }
        status = 0

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)

        await self.app(scope, receive, send)
        return status


@dataclass
class Site:
    """Two line processes over one database, and their clock."""

    folder: Path
    done: Counter[str] = field(default_factory=Counter)
    carrier: Carrier = field(default_factory=Carrier)
    now: datetime = BEGAN

    @asynccontextmanager
    async def node(self, name: str, *, killed: bool) -> AsyncIterator[Node]:
        """Run a node; killed, it ends in the middle of whatever it does."""
        settings = DatabaseSettings(
            url=f"sqlite:///{self.folder / 'mapokezi.db'}",
            spill_file=self.folder / f"spilled-{name}.jsonl",
            connection=ConnectionSettings(busy_timeout_ms=60_000),
            writer=WriterSettings(linger_s=0.005),
        )
        async with open_database(settings) as database:
            store = Tally(database.events._readers, database.writer)
            store.done = self.done
            urls = CallbackUrls("http://127.0.0.1:8480")
            calls = CallsInProgress(CallsSettings(node=name), urls, ())
            work = EventWork(
                EventParts(
                    keeper=database.writer,
                    store=store,
                    ids=database.platform_calls,
                    records=database.calls,
                    calls=calls,
                    node=name,
                    carrier=cast("Any", self.carrier),
                )
            )
            line = LineSettings(urls=urls, signing_secrets=(SECRET, "whsec_of_before"))
            webhooks = Webhooks(line, calls, work.take, LineMetrics(), Health("0", ""))
            running = asyncio.create_task(work.run())
            try:
                yield Node(webhooks.app, database, work)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                if killed:  # nothing that only waits in memory is written any more
                    assert database.writer._task is not None
                    database.writer._task.cancel()
                    await asyncio.gather(database.writer._task, return_exceptions=True)
                    database.writer._queue.clear()


async def is_acknowledged(event: Event, node: Node) -> bool:
    """Deliver an event under the platform's own signature."""
    headers = {**dict(event.headers), SIGNATURE_HEADER: sign(SECRET, event.body, int(time.time()))}
    status = await node.deliver(event.body, event.content_type, headers)
    assert status in (200, 503)
    return status == 200


async def forge(node: Node, event: Event, draw: random.Random) -> int:
    """Deliver an event under a signature that is none."""
    body = event.body.replace(b"evt-", b"forged-")
    now = int(time.time())
    header = draw.choice(
        [
            sign("guessed", body, now),
            sign(SECRET, event.body + b" ", now),
            sign(SECRET, body, now - 400),
            sign(SECRET, body, now).replace("v1=", "v1=0"),
            sign(SECRET, body, now).partition("v1=")[2],
            sign(SECRET, body, now - 400).replace(str(now - 400), str(now)),
            "",
        ]
    )
    return await node.deliver(body, event.content_type, {SIGNATURE_HEADER: header})


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("calls", "of_deliveries"),
    [
        pytest.param(90, 2_000, marks=pytest.mark.long),
        pytest.param(450, 10_000, marks=pytest.mark.proof),
    ],
)
async def test_shuffled_deliveries_lose_nothing_and_double_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int, of_deliveries: int
) -> None:
    draw = random.Random(4)
    site = Site(tmp_path)
    monkeypatch.setattr(clock, "wall", lambda: site.now)
    told = calls_told(calls)
    events = [event for call in told for event in call.events]
    deliveries = events + draw.choices(events, k=of_deliveries - len(events))
    draw.shuffle(deliveries)
    acknowledged: set[int] = set()
    forged: Counter[int] = Counter()

    for phase in range(PHASES):
        site.now = BEGAN + timedelta(hours=17 * phase)  # the last comes some six days late
        batch = deliveries[phase::PHASES]
        async with (
            site.node("node-1", killed=phase % 2 == 0) as first,
            site.node("node-2", killed=phase % 3 == 0) as second,
        ):
            nodes = (first, second)

            async def one_after_the_other(
                mine: list[Event], nodes: tuple[Node, Node] = nodes
            ) -> None:
                for event in mine:
                    node = draw.choice(nodes)
                    if draw.random() < FORGED_SHARE:
                        forged[await forge(node, event, draw)] += 1
                    while not await is_acknowledged(event, node):  # noqa: ASYNC110
                        await asyncio.sleep(0.01)  # as the platform does, sooner
                    acknowledged.add(event.number)

            await asyncio.gather(*(one_after_the_other(batch[n::50]) for n in range(50)))
            if phase == PHASES - 1:
                await until_all_is_worked(site, nodes)
                await records_are_right(told, first.database)
                known, waiting = await first.database.events.counts()

    assert len(acknowledged) == len(events)
    assert sum(forged.values()) > FORGED_SHARE * of_deliveries / 2
    assert set(forged) == {401}  # no forgery was taken
    assert (known, waiting) == (len(events), 0)
    assert len(site.done) == len(events)  # none was lost
    assert set(site.done.values()) == {1}  # and none was done twice


async def until_all_is_worked(site: Site, nodes: tuple[Node, Node]) -> None:
    for _ in range(12):
        for node in nodes:
            await node.work.work_due()
        await asyncio.sleep(0.05)
        site.now += timedelta(hours=1)  # what was put off comes due
    assert sum(node.work.counts.given_up for node in nodes) == 0


async def records_are_right(told: list[CallTold], database: Database) -> None:
    for call in told:
        found = await database.platform_calls.of_session(call.expected.session_id)
        assert found == call.expected
        assert found == merged(call.expected, found)
    sessions = await database.platform_calls.sessions_of([c.expected.call_uuid for c in told])
    assert sessions == {c.expected.call_uuid: c.expected.session_id for c in told}
