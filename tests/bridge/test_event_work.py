"""Events of the platform: worked once, by whose call it is, whatever the order they come in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import text

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallHooks, CallInProgress
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.calls_settings import CallsSettings
from mapokezi.bridge.event_work import EventNotKept, EventParts, EventWork
from mapokezi.calls import CallId, OfficeId
from mapokezi.carrier import CallDetail, CarrierError
from mapokezi.receptionist.office import Office
from mapokezi.records.call_record import CallRecord
from mapokezi.records.changes import SaveArrival
from mapokezi.records.ports import Kept
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.errors import RecordNotKeptError
from mapokezi.telephony.callbacks import CallState, VoiceCallback
from mapokezi.telephony.events import read_event
from mapokezi.telephony.urls import CallbackUrls
from mapokezi.telephony.visit import Phase
from mapokezi.units import E164

pytestmark = pytest.mark.anyio


def phase_of(call: CallInProgress) -> Phase:
    """Where a call stands just now; mypy believes that a property never changes."""
    return call.state


OURS = E164("+254209000000")
OFFICE = Office(id=OfficeId("law"), name="Law", numbers=(OURS,), greeting="Hello", notice="Notice")
NOW = datetime(2026, 11, 22, 8, 15, tzinfo=UTC)
SESSION, UUID = "HD_1f2e3d4c5b6a", "0193a5f2-7c11-7d3a-9b1e-2f6d8a4c0e55"


class Carrier:
    """Knows one call."""

    def __init__(self) -> None:
        self.calls = self
        self.asked: list[str] = []
        self.knows = True

    async def show(self, call: str) -> CallDetail:
        self.asked.append(call)
        if not self.knows:
            raise CarrierError("read the call's record", status=404, code="calls.not_found")
        return CallDetail(id=call, session_id=SESSION)


@dataclass
class World:
    """A line process, as far as events go."""

    database: Database
    calls: CallsInProgress
    work: EventWork
    carrier: Carrier
    lifecycle: list[VoiceCallback]

    async def deliver(self, kind: str, event_id: str = "", **data: Any) -> None:
        body = {"kind": kind, "event_id": event_id or f"e-{kind}", "data": data}
        await self.work.take(read_event("application/json", json.dumps(body).encode(), {}))
        await self.settle()

    async def raw(self, state: str, **more: Any) -> None:
        body = {"sessionId": SESSION, "callSessionState": state, **more}
        await self.work.take(read_event("application/json", json.dumps(body).encode(), {}))
        await self.settle()

    async def settle(self) -> None:
        while await self.work.work_due():
            await self.work._errands.settle(5.0)

    def ring(self) -> Any:
        post = VoiceCallback(
            session_id=SESSION,
            caller=E164("+254722000001"),
            dialled=OURS,
            state=CallState.RINGING,
            state_text="Ringing",
            is_active=True,
        )
        call = self.calls.answer(post, clock.monotonic(), clock.wall()).call
        assert call is not None
        assert call.token is not None
        self.calls.claim_media(call.token.value, call.call_id, "node-1", clock.monotonic())
        return call


@dataclass
class Site:
    """Where worlds share a database and a clock."""

    folder: Path
    now: datetime = NOW
    carrier: Carrier = field(default_factory=Carrier)

    @asynccontextmanager
    async def world(self, node: str = "node-1", *, carrier: bool = True) -> AsyncIterator[World]:
        settings = DatabaseSettings(
            url=f"sqlite:///{self.folder / 'mapokezi.db'}",
            spill_file=self.folder / f"spilled-{node}.jsonl",
        )
        lifecycle: list[VoiceCallback] = []
        async with open_database(settings) as database:
            calls = CallsInProgress(
                CallsSettings(node=node),
                CallbackUrls("http://127.0.0.1:8480"),
                (OFFICE,),
                CallHooks(on_lifecycle=lambda _call, post: lifecycle.append(post)),
            )
            work = EventWork(
                EventParts(
                    keeper=database.writer,
                    store=database.events,
                    ids=database.platform_calls,
                    records=database.calls,
                    calls=calls,
                    node=node,
                    carrier=cast("Any", self.carrier) if carrier else None,
                )
            )
            yield World(database, calls, work, self.carrier, lifecycle)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    made = Site(tmp_path)
    monkeypatch.setattr(clock, "wall", lambda: made.now)
    return made


async def test_the_end_of_a_call_ends_it_here_once(site: Site) -> None:
    async with site.world() as at:
        call = at.ring()
        for _ in range(3):
            await at.deliver("call.completed", call_id=SESSION, duration_seconds=31)
        await at.raw("Completed", isActive="0", durationInSeconds="31")
        assert phase_of(call) is Phase.OVER
        assert [post.state for post in at.lifecycle] == [CallState.COMPLETED]
        told = await at.database.platform_calls.of_session(SESSION)
        assert told is not None
        assert told.duration_s == 31


@pytest.mark.parametrize(
    ("state", "more"),
    [
        ("Ringing", {}),
        ("Answered", {}),
        ("StreamStarted", {}),
        ("StreamStopped", {}),
        ("busy", {}),
        ("no-answer", {}),
        ("Completed", {"isActive": "1"}),
    ],
)
async def test_nothing_else_ends_a_call(site: Site, state: str, more: dict[str, str]) -> None:
    async with site.world() as at:
        call = at.ring()
        await at.raw(state, **more)
        assert phase_of(call) is Phase.TALKING


async def test_an_event_does_not_take_an_armed_hand_off(site: Site) -> None:
    async with site.world() as at:
        call = at.ring()
        at.calls.arm_handoff(call.call_id, ())
        await at.raw("StreamStopped", isActive="1")
        assert phase_of(call) is Phase.ARMED  # its document is for a post that reads an answer


async def test_an_event_that_names_the_row_alone_finds_its_call_by_asking(site: Site) -> None:
    async with site.world() as at:
        call = at.ring()
        await at.deliver("call.completed", call_id=UUID, duration_seconds=31)
        assert phase_of(call) is Phase.OVER
        assert at.carrier.asked == [UUID]
        assert await at.database.platform_calls.sessions_of([UUID]) == {UUID: SESSION}
        assert await at.database.events.counts() == (1, 0)


async def test_or_by_an_event_that_comes_later_and_names_both(site: Site) -> None:
    async with site.world(carrier=False) as at:
        call = at.ring()
        await at.deliver("call.completed", call_id=UUID, duration_seconds=31)
        assert phase_of(call) is Phase.TALKING
        assert await at.database.events.counts() == (1, 1)
        await at.deliver("call.started", call_id=UUID, pbx_call_id=SESSION)
        assert phase_of(call) is Phase.OVER
        assert await at.database.events.counts() == (2, 0)


async def test_an_event_of_a_call_that_nobody_knows_is_given_up_in_the_end(site: Site) -> None:
    site.carrier.knows = False
    async with site.world() as at:
        await at.deliver("call.completed", call_id=UUID)
        for _ in range(10):
            site.now += timedelta(hours=24)
            await at.settle()
        assert await at.database.events.counts() == (1, 0)
        assert at.work.counts.given_up == 1
        assert len(at.carrier.asked) == 8


async def test_a_restart_works_what_was_kept(site: Site) -> None:
    async with site.world() as at:
        body = json.dumps({"kind": "call.answered", "event_id": "e", "data": {"call_id": SESSION}})
        await at.work.take(read_event("application/json", body.encode(), {}))
    async with site.world() as at:
        assert await at.database.events.counts() == (1, 1)
        await at.settle()
        assert await at.database.events.counts() == (1, 0)
        await at.deliver("call.answered", "e", call_id=SESSION)  # a day late, to the next program
        assert at.work.counts.worked == 1


async def test_the_node_that_has_the_call_ends_it(site: Site) -> None:
    async with site.world("node-1") as first, site.world("node-2") as second:
        call = first.ring()
        record = CallRecord(
            call_id=CallId(call.call_id),
            session_id=SESSION,
            office_id=OFFICE.id,
            caller=None,
            dialled=OURS,
            arrived_at=NOW,
            node="node-1",
        )
        await first.database.writer.commit(SaveArrival(record))
        await second.deliver("call.completed", call_id=SESSION, duration_seconds=3)
        assert phase_of(call) is Phase.TALKING
        await first.settle()
        assert phase_of(call) is Phase.OVER
        assert (first.work.counts.worked, second.work.counts.worked) == (1, 0)


async def test_what_a_node_that_is_gone_left_lying_another_works(site: Site) -> None:
    async with site.world("node-1") as first:
        body = json.dumps({"kind": "call.answered", "event_id": "e", "data": {"call_id": SESSION}})
        await first.work.take(read_event("application/json", body.encode(), {}))
    async with site.world("node-2") as second:
        await second.settle()
        assert second.work.counts.worked == 0
        site.now += timedelta(minutes=11)
        await second.settle()
        assert second.work.counts.worked == 1


async def test_events_are_known_again_for_eight_days(site: Site) -> None:
    async with site.world() as at:
        await at.deliver("call.answered", "e", call_id=SESSION)
        site.now += timedelta(days=7, hours=23)
        assert await at.database.events.forget_old(site.now) == 0
        await at.deliver("call.answered", "e", call_id=SESSION)
        assert at.work.counts.worked == 1
        site.now += timedelta(days=7, hours=23)  # eight days from the last that was heard of it
        assert await at.database.events.forget_old(site.now) == 0
        site.now += timedelta(hours=2)
        assert await at.database.events.forget_old(site.now) == 1


async def test_unknown_kinds_are_not_even_kept(site: Site) -> None:
    async with site.world() as at:
        await at.deliver("wallet.low_balance", balance_minor=5)
        assert await at.database.events.counts() == (0, 0)


async def test_a_recordings_link_is_not_kept(site: Site) -> None:
    async with site.world() as at:
        link = "https://storage.example/r?signature=abc"
        await at.deliver(
            "recording.ready", call_id=SESSION, recording_id="r", duration_seconds=12,
            download_url=link, recording_url=link,
        )  # fmt: skip
        told = await at.database.platform_calls.of_session(SESSION)
        assert told is not None
        assert [(one.recording_id, one.duration_s) for one in told.recordings] == [("r", 12)]
        async with at.database.events._readers.connect() as connection:
            row = (await connection.execute(text("SELECT facts FROM platform_events"))).one()
        assert "signature=abc" not in str(row)


async def test_a_row_of_another_program_is_put_aside(site: Site) -> None:
    async with site.world() as at:
        await at.deliver("call.answered", "e", call_id=SESSION)
        await at.database.writer.transact(
            lambda c: c.execute(
                text("UPDATE platform_events SET worked_at = NULL, facts = '{\"x\": 1}'")
            ).close()
        )
        await at.settle()
        assert await at.database.events.counts() == (1, 0)


async def test_what_the_disk_does_not_take_is_not_said_to_be_kept(site: Site) -> None:
    async with site.world() as at:

        async def refused(_change: object) -> Kept:
            raise RecordNotKeptError("planted")

        at.work._parts.keeper.commit = refused  # type: ignore[method-assign,assignment]
        with pytest.raises(EventNotKept):
            await at.deliver("call.answered", call_id=SESSION)
