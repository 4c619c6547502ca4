"""A live call's record grows as the call goes on, and is whole at its end."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from mapokezi.audio.playout import PlayoutFinished, PlayoutStarted
from mapokezi.bridge import clock
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.calls import (
    CallId,
    OfficeId,
    Outcome,
    Termination,
    TerminationReason,
    TerminationResult,
)
from mapokezi.conversation.inputs import CallerHungUp, LineQueued, MediaOpened
from mapokezi.conversation.machine import Conversation
from mapokezi.conversation.outcome import OutcomeFacts
from mapokezi.records.call_ledger import ledger_of
from mapokezi.records.call_record import CallRecord, HandOffOutcome
from mapokezi.records.changes import SaveArrival, SaveEnd, SaveTimeline, SaveTurn
from mapokezi.records.hand_off_log import reached
from mapokezi.records.ledger import Rates, Spell
from mapokezi.records.open_questions import SaveQuestion
from mapokezi.units import E164, Money
from mapokezi.voice.events import CallerHeard, CallerTurnEnded, CallerTurnRejoined, VoiceReady

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

HUNG_UP = Termination(TerminationResult.ABANDONED, TerminationReason.CALLER_HUNG_UP)


class Kept:
    """A call on record, and its conversation."""

    def __init__(self, kit: Any) -> None:
        self.keeper = kit.keeper()
        arrival = CallRecord(
            call_id=CallId("c-1"),
            session_id="HD_1",
            office_id=OfficeId("law"),
            caller=kit.caller,
            dialled=E164("+254209000000"),
            arrived_at=clock.wall(),
            node="n",
        )
        self.keeping = CallKeeping(self.keeper, arrival, Rates(outbound_per_minute=Money(300)))
        self.conversation = Conversation()

    def hear(self, event: Any) -> None:
        self.conversation.receive(event, clock.monotonic())
        for _ in self.conversation.effects():
            pass
        self.keeping.follow(self.conversation)

    def of(self, kind: type) -> list[Any]:
        return [change for change in self.keeper.changes if isinstance(change, kind)]


@pytest.fixture
async def kept(kit: Any) -> Kept:
    return Kept(kit)


async def test_the_arrival_is_put_at_once(kept: Kept) -> None:
    assert [type(change) for change in kept.keeper.changes] == [SaveArrival]


async def test_answered_counts_once_and_from_the_first_socket(kept: Kept) -> None:
    await asyncio.sleep(2)
    kept.keeping.answered("local", "recordings/c-1.wav")
    first = kept.keeper.call.answered_at
    await asyncio.sleep(30)
    kept.keeping.answered("local", None)
    assert kept.keeper.call.answered_at == first
    assert kept.keeper.call.recording == "recordings/c-1.wav"


async def test_a_turn_is_kept_when_it_is_final_and_corrected_when_it_goes_on(kept: Kept) -> None:
    kept.hear(MediaOpened())
    kept.hear(VoiceReady("local"))
    kept.hear(CallerHeard("t-1", "I would like", final=False))
    assert kept.of(SaveTurn) == []
    kept.hear(CallerHeard("t-1", "I would like a lawyer", final=True))
    kept.hear(CallerTurnEnded("t-1", 0))
    assert kept.keeper.transcript() == ["caller: I would like a lawyer"]
    kept.hear(CallerTurnRejoined("t-1"))
    kept.hear(CallerHeard("t-1", "I would like a lawyer for land", final=True))
    kept.hear(CallerTurnEnded("t-1", 0))
    assert kept.keeper.transcript() == ["caller: I would like a lawyer for land"]
    (turn,) = kept.keeper.turns.values()
    assert turn.number == 0


async def test_turns_are_numbered_in_the_order_in_which_they_began(kept: Kept) -> None:
    kept.hear(MediaOpened())
    kept.hear(LineQueued("greeting", "Good day.", 1000))
    started = clock.monotonic()
    kept.hear(PlayoutStarted("greeting", started))
    await asyncio.sleep(0.5)
    kept.hear(CallerHeard("t-1", "hello there", final=True))
    await asyncio.sleep(0.6)
    kept.hear(PlayoutFinished("greeting", clock.monotonic()))
    assert kept.keeper.transcript() == ["receptionist: Good day.", "caller: hello there"]
    (first, second) = [turn for _, turn in sorted(kept.keeper.turns.items())]
    assert first.started_ms == 0
    assert first.ended_ms == pytest.approx(1100, abs=10)
    assert second.started_ms == pytest.approx(500, abs=10)


async def test_the_timeline_goes_in_batches_and_its_rest_at_the_end(kept: Kept) -> None:
    kept.hear(MediaOpened())
    for number in range(20):
        kept.hear(CallerHeard(f"t-{number}", f"word {number}", final=True))
        kept.hear(CallerTurnEnded(f"t-{number}", 0))
    batches = kept.of(SaveTimeline)
    assert batches
    assert all(len(batch.entries) >= 16 for batch in batches)
    kept.hear(CallerHungUp())
    kept.keeping.ended(kept.conversation, HUNG_UP, OutcomeFacts())
    numbers = [entry.number for batch in kept.of(SaveTimeline) for entry in batch.entries]
    assert numbers == list(range(len(kept.conversation.timeline.entries)))
    assert kept.keeper.timeline[-1] == "closed"


async def test_the_end_makes_the_record_whole(kept: Kept) -> None:
    kept.keeping.answered("local", None)
    kept.hear(MediaOpened())
    kept.hear(CallerHeard("t-1", "half a sentence", final=False))
    await asyncio.sleep(12)
    kept.hear(CallerHungUp())
    record = kept.keeping.ended(kept.conversation, HUNG_UP, OutcomeFacts(open_s=12.0))
    assert len(kept.of(SaveEnd)) == 1
    assert record.outcome is Outcome.ABANDONED
    assert record.length_ms == pytest.approx(12_000, abs=20)
    assert record.seconds is not None
    assert record.seconds.total_ms == pytest.approx(12_000, abs=20)
    assert record.cost is not None
    assert record.cost.estimated
    assert record.cost.amount == Money(0), "inbound is free"
    assert kept.keeper.transcript() == ["caller: half a sentence"], "what was not final is kept too"


async def test_a_call_without_a_conversation_has_an_end_too(kept: Kept) -> None:
    refused = Termination(TerminationResult.COMPLETED, TerminationReason.REFUSED, "full_house")
    record = kept.keeping.ended_unheard(refused)
    assert record.outcome is Outcome.FALLBACK
    assert record.seconds is None


async def test_hand_offs_and_what_they_cost(kept: Kept) -> None:
    kept.keeping.hand_off_begun("wanjiku")
    kept.keeping.hand_off_ended(HandOffOutcome.NO_ANSWER, 0.0)
    kept.keeping.hand_off_ended(HandOffOutcome.CONNECTED, 60.0)  # told twice: the first stands
    kept.keeping.hand_off_begun("otieno")
    await asyncio.sleep(60)
    kept.keeping.hand_off_ended(HandOffOutcome.CONNECTED, 60.0)
    record = kept.keeping.ended_unheard(HUNG_UP)
    outcomes = [one.outcome for one in record.hand_offs]
    assert outcomes == [HandOffOutcome.NO_ANSWER, HandOffOutcome.CONNECTED]
    assert record.cost is not None
    assert record.cost.amount == Money(300), "a minute outbound"


async def test_the_notice_is_kept_once(kept: Kept) -> None:
    kept.keeping.notice_heard("This is recorded.")
    at = kept.keeper.call.notice.at
    await asyncio.sleep(5)
    kept.keeping.notice_heard("This is recorded.")
    assert kept.keeper.call.notice.at == at


async def test_what_was_not_answered_is_kept_with_its_turn_and_may_be_taken_back(
    kept: Kept,
) -> None:
    kept.hear(MediaOpened())
    kept.hear(VoiceReady("local"))
    kept.hear(CallerHeard("t-1", "good morning", final=True))
    kept.hear(CallerHeard("t-2", "do you do weddings", final=True))
    await asyncio.sleep(2)
    kept.keeping.not_answered("t-2", "do you  do weddings")
    kept.keeping.not_answered("look-up-1", "weddings")
    kept.keeping.not_answered("t-2", "")
    first, second, third = (one.question for one in kept.of(SaveQuestion))
    assert (first.question_id, first.words) == ("c-1.t-2", "do you do weddings")
    assert (first.turn, first.call_id, first.office_id) == (1, "c-1", "law")
    assert first.at_ms == pytest.approx(2000, abs=10)
    assert (second.question_id, second.turn) == ("c-1.look-up-1", 1)
    assert (third.question_id, third.words) == ("c-1.t-2", "")


@pytest.mark.parametrize("known", [True, False])
async def test_a_talk_with_one_of_several_stands_once(kept: Kept, known: bool) -> None:
    keeping = kept.keeping
    for person in ("brian", "fatuma"):
        keeping.hand_off_begun(person)
    await asyncio.sleep(9)
    for person, talked_s in (("brian", 5.0), ("fatuma", 0.0)):
        keeping.hand_off_ended(
            None, talked_s, person_id=person, is_talk_known=known, is_one_of_several=True
        )
    ended = keeping.ended_unheard(HUNG_UP)
    assert [one.outcome for one in ended.hand_offs] == [None, None]
    assert all(one.is_connected for one in ended.hand_offs)
    lines = ledger_of(ended, Rates(outbound_per_minute=Money(300)))
    talked = [one for one in lines if one.spell is Spell.TALKED]
    assert [one.party for one in talked if one.length_ms] == ["brian"], "paid for once"
    assert talked[0].length_ms == (5000 if known else pytest.approx(9000, abs=50))
    assert reached(ended.hand_offs) == {}, "it counts for neither of them"


@pytest.mark.parametrize("paid", [True, False])
async def test_the_bill_tells_whether_one_of_several_took_the_call(kept: Kept, paid: bool) -> None:
    for person in ("brian", "fatuma"):
        kept.keeping.hand_off_begun(person)
    kept.keeping.ended_unheard(HUNG_UP)
    kept.keeping.billed(SimpleNamespace(has_paid_leg_beside=paid))  # type: ignore[arg-type]
    record = kept.keeping.record
    assert (record.outcome is Outcome.TRANSFERRED) is paid
    told = [(one.outcome, one.is_one_of_several) for one in record.hand_offs]
    assert told == ([(None, True)] * 2 if paid else [(HandOffOutcome.CALLER_GONE, False)] * 2)
