"""The dial: armed, asked for by text, watched, a round after another, and ended with an outcome."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from mapokezi.bridge import clock
from mapokezi.bridge.handing_over.dial import ONE_MOMENT, DialExecutor
from mapokezi.bridge.handing_over.executor import (
    HandOffEnd,
    HandOffImpossible,
    HandOffOrder,
    HandOffStep,
    StepKind,
)
from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.handoff import Ring, RingPlan, RingRound
from mapokezi.records.call_record import HandOffOutcome
from mapokezi.records.executors import Executor
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.telephony.actions import Dial, Redirect, Say, Stream
from mapokezi.telephony.callbacks import CallState, DialOutcome
from mapokezi.telephony.stream import DISCONNECT, TRANSFER
from mapokezi.telephony.urls import After
from mapokezi.units import E164

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

WANJIKU = Ring("wanjiku-kamau", "Wanjiku Kamau", E164("+254700000101"))
BRIAN = Ring("brian-otieno", "Brian Otieno", E164("+254700000102"))
FATUMA = Ring("fatuma-hassan", "Fatuma Hassan", E164("+254700000104"))
NOTE = MessageRecord(
    message_id=MessageId("m"),
    call_id=CallId("c"),
    office_id=OfficeId("law-office"),
    name="",
    number="",
    reason="",
    created_at=datetime(2026, 11, 23, 7, 0, tzinfo=UTC),
)


def order(*rounds: tuple[Ring, ...]) -> HandOffOrder:
    laid = tuple(RingRound(rings, 20) for rings in rounds or ((WANJIKU,),))
    return HandOffOrder(RingPlan(laid), "a plot", NOTE)


class Side:
    """The caller's side, that keeps what it was asked for."""

    def __init__(self, call: Any) -> None:
        self.call = call
        self.is_with_us = True
        self.did: list[tuple[float, str]] = []
        self.steps: list[HandOffStep] = []
        self.ends: list[HandOffEnd] = []

    def say(self, text: str) -> None:
        self.did.append((clock.monotonic(), f"say {text}"))

    def ring_tone(self) -> None:
        self.did.append((clock.monotonic(), "ring tone"))

    def send_text(self, text: str) -> bool:
        self.did.append((clock.monotonic(), text))
        return True

    def leave(self) -> None:
        self.is_with_us = False
        self.did.append((clock.monotonic(), "leave"))

    def step(self, step: HandOffStep) -> None:
        self.steps.append(step)

    def ended(self, end: HandOffEnd) -> None:
        self.ends.append(end)

    @property
    def kinds(self) -> list[StepKind]:
        return [step.kind for step in self.steps]


class Dialling:
    """A call whose socket is open, and its dial."""

    def __init__(self, world: Any, *, by_close: bool = False) -> None:
        self.talk = world.ring()
        call = self.talk.call
        world.calls.claim_media(call.token.value, call.call_id, "node-1", clock.monotonic())
        self.side = Side(call)
        self.dial = DialExecutor(self.side, world.calls, by_close=lambda: by_close)
        self.began = clock.monotonic()

    def did(self) -> list[tuple[float, str]]:
        return [(round(at - self.began, 3), what) for at, what in self.side.did]

    def fetched(self) -> Any:
        actions = self.talk.post(after=After.STREAM)
        self.dial.document_fetched()
        return actions

    def asks_on(self, of_round: int = 0, **fields: Any) -> Any:
        """The platform asks how to go on behind a round; what the line does then."""
        now = clock.monotonic()
        world, call = self.talk.world, self.talk.call
        callback = world.callback
        callback = type(callback)(session_id=call.session_id, **fields)
        before = call.visit.round
        answer = world.calls.answer(
            callback, now, clock.wall(), call_id=call.call_id, after=After.DIAL, of_round=of_round
        )
        if call.visit.round != before:
            self.dial.round_ended()
            self.dial.document_fetched()
        elif call.handoff_outcome is not None and not self.side.ends:
            self.dial.leg_ended()
        return answer.actions


@pytest.fixture
async def dialling(worlds: Any) -> Dialling:
    return Dialling(await worlds(prepared=False))


async def test_the_platforms_next_question_gets_the_document(dialling: Dialling) -> None:
    dialling.dial.begin(order())
    say, dial, redirect = dialling.talk.post(after=After.STREAM)
    assert isinstance(say, Say)
    assert "Wanjiku Kamau" in say.text
    assert isinstance(dial, Dial)
    assert dial.numbers == ("+254700000101",)
    assert dial.timeout_s == 20
    assert dial.caller_id == dialling.talk.call.dialled
    assert isinstance(redirect, Redirect)


async def test_a_call_that_is_over_cannot_be_passed_on(dialling: Dialling) -> None:
    dialling.talk.complete()
    with pytest.raises(HandOffImpossible):
        dialling.dial.begin(order())


async def test_a_call_that_a_conference_holds_is_not_dialled_from(dialling: Dialling) -> None:
    dialling.talk.call.first_executor = Executor.CONFERENCE
    with pytest.raises(HandOffImpossible):
        dialling.dial.begin(order())


async def test_the_platform_is_asked_with_the_socket_open(dialling: Dialling) -> None:
    """It ignores both texts: the caller never leaves us, and hears a word meanwhile."""
    dialling.dial.begin(order())
    dialling.dial.line_heard()
    assert dialling.dial.takes_close
    await asyncio.sleep(10)
    say = f"say {ONE_MOMENT}"
    assert dialling.did() == [(0.0, DISCONNECT), (1.0, say), (1.0, TRANSFER)]
    (end,) = dialling.side.ends
    assert end.outcome is HandOffOutcome.NOT_SUPPORTED
    assert not end.left_silent
    assert dialling.talk.call.armed is None, "a late question gets no dial any more"


async def test_a_platform_that_ends_the_stream_is_waited_for(dialling: Dialling) -> None:
    dialling.dial.begin(order())
    dialling.dial.line_heard()
    await asyncio.sleep(0.3)
    dialling.dial.media_closed()
    await asyncio.sleep(0.5)
    dialling.fetched()
    await asyncio.sleep(60)
    assert dialling.did() == [(0.0, DISCONNECT)]
    assert dialling.side.ends == []
    assert dialling.side.kinds[-1] is StepKind.RINGING


async def test_a_platform_that_asks_before_it_closes_finds_the_socket_closed(
    dialling: Dialling,
) -> None:
    dialling.dial.begin(order())
    dialling.dial.line_heard()
    await asyncio.sleep(0.3)
    dialling.fetched()
    await asyncio.sleep(60)
    assert dialling.did() == [(0.0, DISCONNECT), (0.3, "leave")]
    assert dialling.side.ends == []


async def test_dead_air_ends_after_four_seconds(dialling: Dialling) -> None:
    dialling.dial.begin(order())
    dialling.dial.line_heard()
    await asyncio.sleep(0.25)
    dialling.dial.media_closed()
    await asyncio.sleep(3.9)
    assert dialling.side.ends == []
    await asyncio.sleep(0.2)
    (end,) = dialling.side.ends
    assert end.left_silent
    assert end.outcome is HandOffOutcome.NOT_SUPPORTED
    assert StepKind.DEAD_AIR in dialling.side.kinds


async def test_where_only_our_closing_moves_the_platform_we_close_at_once(worlds: Any) -> None:
    dialling = Dialling(await worlds(prepared=False), by_close=True)
    dialling.dial.begin(order())
    dialling.dial.line_heard()
    assert dialling.did() == [(0.0, "leave")]
    assert not dialling.dial.takes_close
    await asyncio.sleep(4.1)
    (end,) = dialling.side.ends
    assert end.left_silent


async def test_a_document_given_before_was_not_acted_on(dialling: Dialling) -> None:
    """Some post of the call's life was answered with it while we were still speaking."""
    dialling.dial.begin(order())
    dialling.talk.post(state_text="Answered")
    assert dialling.talk.call.handoff_served_at is not None
    dialling.dial.line_heard()
    assert dialling.talk.call.handoff_served_at is None
    dialling.dial.media_closed()
    await asyncio.sleep(5)
    assert [end.left_silent for end in dialling.side.ends] == [True]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (DialOutcome.NO_ANSWER, HandOffOutcome.NO_ANSWER),
        (DialOutcome.BUSY, HandOffOutcome.BUSY),
        (DialOutcome.DECLINED, HandOffOutcome.DECLINED),
        (DialOutcome.FAILED, HandOffOutcome.FAILED),
        (DialOutcome.CONNECTED, HandOffOutcome.CONNECTED),
        (None, None),
    ],
)
async def test_the_outcome_is_typed_and_the_leg_has_its_seconds(
    dialling: Dialling, told: DialOutcome | None, kept: HandOffOutcome | None
) -> None:
    dialling.dial.begin(order())
    dialling.dial.line_heard()
    dialling.dial.media_closed()
    dialling.fetched()
    await asyncio.sleep(7)
    told_of = {"dial_duration_s": 5} if told is DialOutcome.CONNECTED else {}
    dialling.asks_on(dial_outcome=told, **told_of)
    (end,) = dialling.side.ends
    assert end.outcome is kept
    assert end.person_id == "wanjiku-kamau"
    (leg,) = end.legs
    assert leg.outcome is kept
    talked = kept is HandOffOutcome.CONNECTED
    assert leg.talked_s == (5 if talked else 0)
    assert leg.rang_s == pytest.approx(2 if talked else 7)


async def test_the_next_round_is_rung_when_the_first_does_not_answer(dialling: Dialling) -> None:
    dialling.dial.begin(order((WANJIKU,), (BRIAN, FATUMA)))
    dialling.dial.line_heard()
    dialling.dial.media_closed()
    dialling.fetched()
    await asyncio.sleep(20)
    _, dial, redirect = dialling.asks_on(dial_outcome=DialOutcome.NO_ANSWER)
    assert dial.numbers == (BRIAN.destination, FATUMA.destination), "both at once"
    assert "round=1" in redirect.url
    assert dialling.side.ends == []
    await asyncio.sleep(3)
    (stream, *_) = dialling.asks_on(1, dial_outcome=DialOutcome.BUSY)
    assert isinstance(stream, Stream), "nobody is left: the receptionist is back"
    (end,) = dialling.side.ends
    assert [(leg.person_id, leg.outcome) for leg in end.legs] == [
        ("wanjiku-kamau", HandOffOutcome.NO_ANSWER),
        ("brian-otieno", HandOffOutcome.BUSY),
        ("fatuma-hassan", HandOffOutcome.BUSY),
    ]


async def test_one_rounds_end_told_twice_does_not_end_the_next(dialling: Dialling) -> None:
    """The post to the voice URL and the question behind the verb, in either order."""
    dialling.dial.begin(order((WANJIKU,), (BRIAN,)))
    dialling.fetched()
    await asyncio.sleep(20)
    posted = dialling.talk.post(state=CallState.NO_ANSWER, state_text="no-answer")
    assert posted[1].numbers == (BRIAN.destination,)
    again = dialling.asks_on(0)
    assert again == posted, "the same round's question"
    await asyncio.sleep(0.2)
    assert dialling.talk.call.visit.round == 1
    assert dialling.talk.call.handoff_outcome is None


async def test_after_a_round_in_doubt_nobody_else_is_rung(dialling: Dialling) -> None:
    dialling.dial.begin(order((WANJIKU,), (BRIAN,)))
    dialling.fetched()
    await asyncio.sleep(7)
    (stream, *_) = dialling.asks_on()
    assert isinstance(stream, Stream), "they may have spoken"


async def test_a_caller_who_goes_as_it_rings_leaves_it_open_until_the_bill(
    dialling: Dialling,
) -> None:
    dialling.dial.begin(order())
    dialling.dial.line_heard()
    dialling.dial.media_closed()
    dialling.fetched()
    await asyncio.sleep(7)
    dialling.dial.caller_gone()
    (end,) = dialling.side.ends
    assert end.outcome is None


async def test_a_platform_that_ends_the_call_when_asked_is_found_out(dialling: Dialling) -> None:
    dialling.dial.begin(order())
    dialling.dial.line_heard()
    await asyncio.sleep(0.4)
    dialling.dial.caller_gone()
    (end,) = dialling.side.ends
    assert end.outcome is HandOffOutcome.NOT_SUPPORTED


async def test_a_caller_who_goes_before_it_rings_is_gone(dialling: Dialling) -> None:
    dialling.dial.begin(order())
    dialling.dial.caller_gone()
    assert [end.outcome for end in dialling.side.ends] == [HandOffOutcome.CALLER_GONE]


async def test_given_up_nothing_is_armed_any_more(dialling: Dialling) -> None:
    dialling.dial.begin(order())
    dialling.dial.give_up()
    assert dialling.talk.call.armed is None
    assert [end.outcome for end in dialling.side.ends] == [HandOffOutcome.CALLER_GONE]


async def test_a_call_that_is_over_is_not_watched(dialling: Dialling) -> None:
    dialling.dial.begin(order())
    dialling.dial.line_heard()
    dialling.dial.close()
    await asyncio.sleep(10)
    assert dialling.side.ends == []


@pytest.mark.parametrize("named", [True, False])
async def test_who_of_several_took_the_call_is_claimed_only_if_it_is_told(
    dialling: Dialling, named: bool
) -> None:
    dialling.dial.begin(order((BRIAN, FATUMA)))
    dialling.fetched()
    await asyncio.sleep(9)
    told: dict[str, Any] = {"dial_outcome": DialOutcome.CONNECTED, "dial_duration_s": 5}
    dialling.asks_on(**told, dial_number=FATUMA.destination if named else None)
    (end,) = dialling.side.ends
    assert end.outcome is HandOffOutcome.CONNECTED
    assert sum(leg.talked_s for leg in end.legs) == 5, "paid for once"
    ended = [(leg.person_id, leg.outcome, leg.is_one_of_several) for leg in end.legs]
    if named:
        assert (end.person_id, end.person_name) == (FATUMA.person_id, FATUMA.person_name)
        assert ended == [
            ("brian-otieno", HandOffOutcome.CALLER_GONE, False),
            ("fatuma-hassan", HandOffOutcome.CONNECTED, False),
        ]
        assert dialling.side.kinds[-2:] == [StepKind.STOPPED_RINGING, StepKind.JOINED]
    else:
        assert (end.person_id, end.person_name) == ("", "Brian Otieno or Fatuma Hassan")
        assert ended == [("brian-otieno", None, True), ("fatuma-hassan", None, True)]
        assert dialling.side.kinds[-1] is StepKind.JOINED
        assert dialling.side.steps[-1].person_id == ""
