"""Messages of earlier calls in a call with the clerk: the code sent, said or keyed, and tried."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from mapokezi.bridge import clock
from mapokezi.bridge.earlier import EarlierParts, KeysOfCode
from mapokezi.calls import CallId, Outcome
from mapokezi.receptionist.caller_rules import CallerRules
from mapokezi.receptionist.earlier_messages import Came, said_of
from mapokezi.records.changes import SaveMessage
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.notices import Notice, NoticeId, NoticeState, PlannedNotice
from mapokezi.records.one_time_code import CODE_MARK, MOST_A_DAY, proof_of
from mapokezi.records.tasks import CommentTask, MoveTask, Task, TaskDeed, TaskId, TaskKind

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

CODE = "048213"
CALLER = "+254722000001"


@dataclass
class Notices:
    """A desk that sends texts, or does not."""

    sends: bool = True
    today: int = 0
    planned: list[PlannedNotice] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    async def number_to(self, *_about: Any) -> int:
        return self.today

    async def plan(self, planned: Sequence[PlannedNotice]) -> tuple[NoticeId, ...]:
        self.planned += planned
        return tuple(one.notice_id for one in planned)

    async def by_key(self, key: str) -> Notice:
        of = next(one for one in self.planned if one.key == key)
        is_sent = self.sends and clock.wall() - of.planned_at > timedelta(seconds=1)
        shared = {
            name: getattr(of, name)
            for name in PlannedNotice.__dataclass_fields__
            if name not in {"is_correction", "at_most_every"}
        }
        shared["notice_id"] = of.notice_id
        state = NoticeState.SENT if is_sent else NoticeState.WAITING
        return Notice(**shared, state=state, receipt=proof_of(CODE, "00ff") if is_sent else "")

    async def withdraw(self, _now: Any, *, keys: Sequence[str]) -> int:
        self.withdrawn += keys
        return len(keys)


@dataclass
class Records:
    """What one number has left."""

    left: list[tuple[MessageRecord, Task | None]] = field(default_factory=list)
    asked_for: list[str] = field(default_factory=list)

    async def of(self, *_about: Any) -> Any:
        raise AssertionError("nobody asked how often it rang")

    async def left_by(self, _office: Any, caller: str, *_about: Any) -> Any:
        self.asked_for.append(caller)
        return self.left


@dataclass
class Stage:
    """A call in which an earlier message is asked about."""

    world: Any
    notices: Notices
    records: Records
    talk: Any

    async def until_said(self, what: Came) -> None:
        await self.talk.until_heard(said_of(what))


@pytest.fixture
async def stage(worlds: Any) -> Stage:
    world = await worlds(callers=CallerRules(codes_by="sms"), numbers=("+254709000001",))
    notices, records = Notices(), Records()
    earlier = EarlierParts(records, notices, world.keeper)  # type: ignore[arg-type]
    world.reception._parts = replace(world.reception._parts, earlier=earlier)
    at = clock.wall() - timedelta(days=1)
    message = MessageRecord(
        MessageId("m-1"), CallId("c-1"), world.office.id, "Grace", CALLER, "the plot", at
    )
    task = Task(TaskId("m-1"), world.office.id, CallId("c-1"), TaskKind.MESSAGE, at, at)
    records.left.append((message, task))
    return Stage(world, notices, records, await world.pick_up())


async def test_a_code_that_was_said_opens_how_the_message_stands(stage: Stage) -> None:
    talk = stage.talk
    await talk.say("Has anybody seen my message?")
    await stage.until_said(Came.CODE_SENT)
    (text,) = stage.notices.planned
    assert text.address == CALLER
    assert CODE_MARK in text.text, "the code is put in as it is sent"
    assert not stage.records.asked_for, "nothing is even looked up on the number alone"
    await talk.say("It is 048213")
    await stage.until_said(Came.STILL_OPEN)
    assert stage.records.asked_for == [CALLER]
    talk.complete()
    assert talk.record.outcome is Outcome.RESOLVED, "nobody need ring them"
    await stage.world.reception.close()
    written = repr(stage.world.keeper.changes) + repr(stage.world.published)
    assert "[secret code]" in written
    assert CODE not in written


async def test_a_code_that_was_keyed_cancels_and_no_0_in_it_calls_for_a_person(
    stage: Stage,
) -> None:
    talk = stage.talk
    await talk.say("Please cancel my message.")
    await stage.until_said(Came.CODE_SENT)
    for digit in CODE:
        talk.media.sink.key(digit, clock.monotonic())
        await talk.wait(0.3)
    await stage.until_said(Came.CANCELLED)
    changes = stage.world.keeper.changes
    (move,) = [one for one in changes if isinstance(one, MoveTask)]
    assert (move.task_id, move.deed) == ("m-1", TaskDeed.FINISH)
    (comment,) = [one for one in changes if isinstance(one, CommentTask)]
    assert "proven by a code" in comment.text
    assert not stage.world.keeper.messages
    await stage.world.reception.close()


async def test_three_wrong_codes_open_nothing_and_the_staff_ring_back(stage: Stage) -> None:
    (visit,) = stage.world.reception._visits.values()
    carry_out = visit.deeds.carry_out
    asked = [await carry_out("earlier_message", {"wish": "cancel"})]
    wrong = ("111111", "222222", "333333", CODE)
    for code in wrong:
        asked += [await carry_out("earlier_message", {"wish": "cancel", "code": code})]
    assert [one["status"] for one in asked] == [
        "code_sent",
        "wrong_code",
        "wrong_code",
        "refused",
        "refused",
    ]
    again = await carry_out("earlier_message", {"wish": "cancel"})
    assert again["status"] == "refused", "no further code for guessing on"
    assert len(stage.notices.planned) == 1
    assert not stage.records.asked_for
    assert not [one for one in stage.world.keeper.changes if isinstance(one, MoveTask)]
    (note,) = stage.world.keeper.messages.values()
    assert "not proven" in note.reason
    assert note.number == CALLER
    await stage.world.reception.close()


async def test_a_message_is_changed_and_the_staff_see_by_whom(stage: Stage) -> None:
    (visit,) = stage.world.reception._visits.values()
    carry_out = visit.deeds.carry_out
    assert (await carry_out("earlier_message", {"wish": "change"}))["status"] == "code_sent"
    wanted = {"wish": "change", "code": CODE, "change": "the hearing is on Friday"}
    assert (await carry_out("earlier_message", wanted))["status"] == "changed"
    (saved,) = [one for one in stage.world.keeper.changes if isinstance(one, SaveMessage)]
    assert saved.message.message_id == "m-1"
    assert saved.message.reason == "the plot; added by the caller: the hearing is on Friday"
    await stage.world.reception.close()


async def test_where_nothing_can_be_proven_the_caller_hears_that_a_person_rings_back(
    stage: Stage,
) -> None:
    for why in ("desk down", "enough today", "withheld", "no way", "late"):
        talk = stage.world.ring()
        talk.open()
        deeds = stage.world.reception._visits[talk.call.call_id].deeds
        stage.notices.sends, stage.notices.today = why != "desk down", 0
        if why == "enough today":
            stage.notices.today = MOST_A_DAY
        elif why == "withheld":
            talk.call.caller = None
        elif why == "no way":
            talk.call.office = msgspec.structs.replace(talk.call.office, callers=CallerRules())
        result = await deeds.carry_out("earlier_message", {"wish": "status"})
        if why == "late":
            assert result["status"] == "code_sent"
            await asyncio.sleep(301)
            for _ in range(3):
                result = await deeds.carry_out("earlier_message", {"wish": "status", "code": CODE})
        assert result["status"] == "refused", why
        assert result["say"] == said_of(Came.NOT_PROVEN)
        assert result["message_id"] in stage.world.keeper.messages
        assert not stage.records.asked_for, why
    assert stage.notices.withdrawn == [stage.notices.planned[0].key]
    await stage.world.reception.close()


def test_keys_are_gathered_only_while_a_code_is_waited_for() -> None:
    keys = KeysOfCode(6)
    assert keys.pressed(["0"]) == ["0"]
    keys.await_code(True)
    assert keys.pressed(list("04821")) == []
    assert keys.pressed(["3"]) == ["048213"]
    assert keys.pressed(list("99*048213")) == ["048213"]
    assert keys.pressed(list("12#")) == ["12"], "too short, and said so"
    assert keys.pressed(["#"]) == []
    keys.await_code(False)
    assert keys.pressed(["0"]) == ["0"]
