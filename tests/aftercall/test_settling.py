"""The platform's bill in the place of our estimate: calls of the emulator's."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mapokezi.aftercall.effects import NOT_NEEDED
from mapokezi.aftercall.settling import AGAIN_AFTER, SETTLE, Settling, SettlingParts
from mapokezi.bridge.call_memory import is_nameless
from mapokezi.bridge.ledger_keeping import LedgerKeeper
from mapokezi.calls import (
    CallId,
    OfficeId,
    Outcome,
    Termination,
    TerminationReason,
    TerminationResult,
)
from mapokezi.carrier import SautiKit
from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.call_detail import CallDetail, CallStatus, DialledLeg
from mapokezi.emulator.callees import DialOutcome
from mapokezi.emulator.mode_values.account import Rounding
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings
from mapokezi.records.call_ledger import bill_of
from mapokezi.records.call_record import (
    CallRecord,
    HandOffOutcome,
    HandOffSummary,
    SecondsAttributed,
)
from mapokezi.records.changes import SaveArrival, SaveEnd
from mapokezi.records.ledger import BillingStep, Rates
from mapokezi.records.model_prices import ModelBill
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.effects import DueEffect
from mapokezi.units import E164, Milliseconds, Money

pytestmark = pytest.mark.anyio

ARRIVED = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
END = Termination(TerminationResult.COMPLETED, TerminationReason.CALLER_HUNG_UP)
CALLER, OURS = E164("+254722000100"), E164("+254209000000")


def random_call(
    number: int, modes: Behaviour, draw: random.Random
) -> tuple[CallDetail, CallRecord]:
    """One call as the platform has it and as we have it, with up to two dialled legs."""
    session = f"HD_{number:012x}"
    live_ms = draw.randrange(200, 600_000)
    detail = CallDetail(
        f"0193a5f2-7c11-7d3a-9b1e-{number:012x}", session, CALLER, OURS, ARRIVED, modes
    )
    detail.status, detail.answered_s, detail.ended_s = CallStatus.COMPLETED, 1.0, 1 + live_ms / 1000
    answered_at = ARRIVED + timedelta(milliseconds=300)
    hand_offs = []
    for leg in range(draw.choice([0, 0, 1, 2])):
        rang_ms, talked_ms = (
            draw.randrange(500, 20_000),
            draw.choice([0, draw.randrange(1, 95_000)]),
        )
        at = answered_at + timedelta(seconds=leg)
        hand_offs.append(
            HandOffSummary(
                f"person-{leg}",
                "dial",
                at,
                HandOffOutcome.CONNECTED if talked_ms else HandOffOutcome.NO_ANSWER,
                at + timedelta(milliseconds=rang_ms + talked_ms),
                Milliseconds(talked_ms) if talked_ms else None,
            )
        )
        outcome = DialOutcome.ANSWERED if talked_ms else DialOutcome.NO_ANSWER
        dialled = DialledLeg("+254711000001", outcome=outcome)
        if talked_ms:
            dialled.answered_s, dialled.ended_s = 6.0, 6 + talked_ms / 1000
        detail.legs.append(dialled)
    record = CallRecord(
        call_id=CallId(f"c-{number:06}"),
        session_id=session,
        office_id=OfficeId("law"),
        caller=CALLER,
        dialled=OURS,
        arrived_at=ARRIVED,
        node="node-1",
        answered_at=answered_at,
        ended_at=answered_at + timedelta(milliseconds=live_ms),
        outcome=Outcome.RESOLVED,
        termination=END,
        seconds=SecondsAttributed(dead_air_ms=Milliseconds(live_ms // 10)),
        hand_offs=tuple(hand_offs),
    )
    return detail, record


@pytest.mark.parametrize(
    "calls",
    [pytest.param(60, marks=pytest.mark.long), pytest.param(200, marks=pytest.mark.proof)],
)
@pytest.mark.parametrize("rounding", list(Rounding))
async def test_settled_is_what_the_platform_bills(
    tmp_path: Path, rounding: Rounding, calls: int
) -> None:
    inbound, outbound = 47, 133  # in cents a minute: neither is a whole number a second
    draw = random.Random(str(rounding))
    modes = Behaviour(rounding=rounding, inbound_per_min=inbound, outbound_per_min=outbound)
    rates = Rates(Money(inbound), Money(outbound), BillingStep(rounding.value))
    pairs = [random_call(number, modes, draw) for number in range(calls)]
    database_settings = DatabaseSettings(
        url=f"sqlite:///{tmp_path / 'm.db'}", spill_file=tmp_path / "spill"
    )
    async with (
        Emulator(EmulatorSettings()) as emulator,
        open_database(database_settings) as database,
        SautiKit(emulator.base_url, EmulatorSettings().api_key) as carrier,
        httpx2.AsyncClient(
            base_url=emulator.base_url,
            headers={"Authorization": f"Bearer {EmulatorSettings().api_key}"},
        ) as http,
    ):
        keeper = LedgerKeeper(database.writer, rates)
        for detail, record in pairs:
            emulator.platform._remember(detail)
            keeper.put(SaveArrival(record))
            keeper.put(SaveEnd(record))
        await written(database)
        work = Settling(SettlingParts(database, carrier, is_nameless))
        dues = [DueEffect(record.call_id, SETTLE, record.call_id, 1) for _, record in pairs]
        assert {await work.settle(due) for due in dues} == {"no_bill_yet"}
        for detail, _ in pairs:
            detail.is_settled = True
        assert {await work.settle(due) for due in dues} == {""}
        await written(database)
        for detail, record in pairs:
            row = (await http.get(f"/v1/calls/{detail.session_id}")).json()["call"]
            await settled_as(database, record, row)
        assert {await work.settle(due) for due in dues} == {NOT_NEEDED}


async def written(database: Database) -> None:
    await database.writer.transact(lambda _connection: None)
    while database.writer.waiting:
        await database.writer.transact(lambda _connection: None)
    await database.writer.transact(lambda _connection: None)


async def settled_as(database: Database, record: CallRecord, row: dict[str, Any]) -> None:
    found = await database.calls.get(record.call_id)
    assert found is not None
    bill = bill_of(found.call, ModelBill())
    assert bill.settled == Money(row["cost_minor"], row["cost_currency"])
    assert bill.estimate is not None
    assert bill.difference is not None
    # We round each leg up to the next minor unit, the platform to the nearest.
    assert -len(row["legs"]) - 1 <= bill.difference.minor <= 0
    assert bill.is_off is (bill.estimate != bill.settled)
    live_ms = sum(line.length_ms for line in found.call.ledger if line.leg == 0)
    assert record.length_ms is not None
    assert live_ms == record.length_ms  # every moment of the caller's leg is in a line
    assert found.platform is not None
    assert found.platform.call_uuid == row["id"]
    assert found.platform.duration_s == row["duration_seconds"]


async def test_of_a_call_that_the_platform_does_not_know_nothing_is_asked(tmp_path: Path) -> None:
    _, record = random_call(1, Behaviour(), random.Random(1))
    nameless = replace(record, session_id="nameless-c-1")
    settings = DatabaseSettings(url=f"sqlite:///{tmp_path / 'm.db'}", spill_file=tmp_path / "spill")
    async with (
        Emulator(EmulatorSettings()) as emulator,
        open_database(settings) as database,
        SautiKit(emulator.base_url, EmulatorSettings().api_key) as carrier,
    ):
        await database.writer.commit(SaveEnd(nameless))
        work = Settling(SettlingParts(database, carrier, is_nameless))
        assert is_nameless(nameless.session_id)
        for call_id in (nameless.call_id, CallId("none")):
            due = DueEffect(call_id, SETTLE, call_id, 1)
            assert await work.settle(due) == NOT_NEEDED


def test_it_is_asked_for_first_when_the_line_has_given_up_and_for_eight_days() -> None:
    assert AGAIN_AFTER[0] >= timedelta(seconds=37), "the line asks for so long"
    assert timedelta(days=7) < sum(AGAIN_AFTER, timedelta()) < timedelta(days=9)
