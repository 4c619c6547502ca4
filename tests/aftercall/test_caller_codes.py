"""A caller's code from both sides: drawn and sent by the desk, proven by the line."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from mapokezi.bridge import clock as line_clock
from mapokezi.bridge.earlier import EarlierMessages, EarlierParts
from mapokezi.calls import Outcome
from mapokezi.receptionist.caller_rules import CallerRules
from mapokezi.receptionist.decisions import Refused
from mapokezi.receptionist.earlier_messages import AskEarlier, EarlierWish
from mapokezi.receptionist.telling_callers import plan_code_text
from mapokezi.records.notices import NoticeKind, NoticeState
from mapokezi.records.one_time_code import CODE_MARK, LIVES
from mapokezi.records.tasks import TaskId
from mapokezi.units import E164

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.aftercall.conftest import Stage

    from mapokezi.receptionist.office import Office

pytestmark = pytest.mark.anyio
CALLER = E164("+254722000100")
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Ringing:
    """As much of a call in progress as this needs."""

    caller = CALLER

    def __init__(self, office: Office, call_id: str) -> None:
        numbers = (E164("+254709000001"),)
        callers = CallerRules(codes_by="sms")
        self.office = msgspec.structs.replace(office, callers=callers, numbers=numbers)
        self.office_id, self.call_id = office.id, call_id


async def told(earlier: EarlierMessages, code: str = "") -> Mapping[str, Any]:
    came = await earlier.answer(AskEarlier(EarlierWish.CANCEL, code))
    assert not isinstance(came, Refused), came
    return came


async def sent_soon(stage: Stage) -> None:
    """A desk that looks for what is due, until a text has gone."""
    while not stage.receivers.taken:
        await asyncio.sleep(0.05)
        await stage.look()


async def test_the_code_that_arrives_cancels_the_message_and_stands_nowhere(
    stage: Stage, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_clock, "wall", stage.clock)
    await stage.end(stage.ended(0, Outcome.MESSAGE))
    await stage.leave(stage.message(0))
    await stage.look()
    call: Any = Ringing(office, "c-000007")
    records = stage.records
    parts = EarlierParts(records.known_callers, records.notice_book, records.writer)
    earlier = EarlierMessages(call, parts)
    assert earlier.can_prove
    stage.receivers.taken.clear()
    asked, _ = await asyncio.gather(told(earlier), sent_soon(stage))
    assert asked["status"] == "code_sent"
    (text,) = stage.receivers.texts
    code = re.findall(r"\b\d{6}\b", text)[0]
    assert stage.receivers.taken[0].address == CALLER
    (kept,) = [n for n in await stage.notices() if n.kind is NoticeKind.CALLER_CODE]
    assert CODE_MARK in kept.text
    assert code not in repr(kept)
    assert (await told(earlier, f"{(int(code) + 1) % 10**6:06}"))["status"] == "wrong_code"
    assert (await told(earlier, code))["status"] == "cancelled"
    found = await stage.records.tasks.get(TaskId("m-000000"))
    assert found is not None
    assert found.task.done_by == "the caller"
    assert "proven by a code" in found.comments[0].text


async def test_a_code_is_sent_by_itself_and_not_once_its_caller_has_gone(
    stage: Stage, office: Office
) -> None:
    call: Any = Ringing(office, "c-000008")
    for nth in (1, 2):
        planned = plan_code_text(call.office, CALLER, call.call_id, nth, stage.clock())
        assert planned is not None
        await stage.records.notice_book.plan([planned])
    await stage.work.sweep.look()
    await stage.rest()
    await stage.look()
    one, other = stage.receivers.texts
    assert CODE_MARK not in one + other
    late = plan_code_text(
        call.office, CALLER, call.call_id, 3, stage.clock() - LIVES - timedelta(seconds=1)
    )
    assert late is not None
    await stage.records.notice_book.plan([late])
    await stage.look()
    assert len(stage.receivers.texts) == 2
    (failed,) = await stage.notices(NoticeState.FAILED)
    assert failed.key == late.key


@pytest.mark.parametrize("caller", ["+254202345678", "+447700900123", "+254709000001"])
def test_only_mobiles_of_the_offices_country_are_sent_a_code(office: Office, caller: str) -> None:
    call: Any = Ringing(office, "c-1")
    assert plan_code_text(call.office, CALLER, call.call_id, 1, NOON) is not None
    assert plan_code_text(call.office, E164(caller), call.call_id, 1, NOON) is None
