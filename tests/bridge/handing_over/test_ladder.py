"""The ladder in a call: saved first, one executor after another, never silence, all on record."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from mapokezi.bridge import clock
from mapokezi.bridge.call_parts import RING_TONE
from mapokezi.bridge.handing_over.board import HandOffBoard
from mapokezi.bridge.handing_over.executor import (
    CallerMeanwhile,
    CallerSide,
    HandOffEnd,
    HandOffOrder,
    HandOffStep,
    LegSeconds,
    StepKind,
)
from mapokezi.bridge.handing_over.ways import HandOffWays, NoBook
from mapokezi.bridge.recorded_speech import RecordedSpeech
from mapokezi.calls import OfficeId, Outcome, TerminationReason
from mapokezi.receptionist.handoff import Ring
from mapokezi.receptionist.handoff_briefing import ON_THE_LINE, STILL_RINGING
from mapokezi.receptionist.office import HandingOver
from mapokezi.receptionist.spoken import Language
from mapokezi.records.call_record import HandOffOutcome
from mapokezi.records.executors import Executor, Standing, StandingState
from mapokezi.records.reachability import Presence, PresenceState, WalletFigure
from mapokezi.stores.reachability import HandOffState
from mapokezi.telephony.actions import Dial, Stream
from mapokezi.telephony.callbacks import DialOutcome
from mapokezi.telephony.urls import After
from mapokezi.units import E164

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

ASKS = "Please connect me to Wanjiku Kamau."


class Book(NoBook):
    """A book in memory."""

    def __init__(self, **state: Any) -> None:
        self.now = HandOffState(**state)
        self.set: list[Standing] = []

    async def state(self) -> HandOffState:
        return self.now

    async def set_standing(self, standing: Standing) -> None:
        self.set.append(standing)
        known = {**self.now.standings, standing.executor: standing}
        self.now = HandOffState(known, self.now.presence, self.now.forwardings, self.now.wallet)


async def board_of(book: Book, *, unproven: bool = True) -> HandOffBoard:
    board = HandOffBoard(book, unproven=unproven)
    await board.refresh()
    return board


class Waiting:
    """An executor with which the caller stays, led by the test."""

    executor = Executor.CONFERENCE
    meanwhile = CallerMeanwhile.STAYS_WITH_US

    def __init__(self, side: CallerSide) -> None:
        self.side = side
        self.order: HandOffOrder | None = None
        self.was_told: list[str] = []
        self.rings = False

    def begin(self, order: HandOffOrder) -> None:
        self.order, self.rings = order, True
        self.side.step(HandOffStep(StepKind.RINGING, order.plan.first.person_id))

    def over(self, outcome: HandOffOutcome, talked_s: float = 0.0) -> None:
        assert self.order is not None
        first = self.order.plan.first
        legs = (LegSeconds(first.person_id, outcome, 4.0, talked_s),)
        self.rings = False
        self.side.ended(HandOffEnd(outcome, first.person_id, first.person_name, legs))

    def line_heard(self) -> None:
        self.was_told.append("line heard")

    def caller_said(self, text: str) -> None:
        self.was_told.append(text)
        if "forget it" in text.lower():
            self.give_up()

    def key_pressed(self, digit: str) -> None:
        self.was_told.append(digit)

    def give_up(self) -> None:
        self.over(HandOffOutcome.CALLER_GONE)

    def caller_gone(self) -> None:
        self.was_told.append("caller gone")
        joined = self.side.call.leg_is_elsewhere
        self.over(HandOffOutcome.CONNECTED if joined else HandOffOutcome.CALLER_GONE, 9.0 * joined)

    def close(self) -> None:
        self.was_told.append("closed")


@pytest.fixture
async def staying(worlds: Any) -> Any:
    """A world whose calls are passed on while the caller stays; the executors made in it."""
    made: list[Waiting] = []

    def make(side: CallerSide) -> Waiting:
        made.append(Waiting(side))
        return made[-1]

    ways = HandOffWays(await board_of(Book()), {Executor.CONFERENCE: make})
    order = HandingOver(executors=(Executor.CONFERENCE,))
    return await worlds(hand_offs=ways, hand_off=order), made


# -- the dial --


async def test_a_platform_that_heeds_no_text_keeps_the_caller_with_us(worlds: Any) -> None:
    board = await board_of(Book())
    world = await worlds(hand_offs=HandOffWays(board))
    talk = await world.pick_up()
    talk.heeds_texts = False
    await talk.say(ASKS)
    await talk.until_heard("If we are cut off, the office will ring you back.")
    (media,) = talk.medias
    await talk.until(lambda: len(media.texts) == 2)
    await talk.until_heard("Shall I take a message for")
    assert talk.heard("One moment, please.")
    assert not talk.heard("did not pick up"), "nobody was rung, so that is not claimed"
    assert media.close_code is None
    (tried,) = talk.record.hand_offs
    assert tried.outcome is HandOffOutcome.NOT_SUPPORTED
    assert len(world.keeper.messages) == 1, "stored before it was tried"
    assert board.standing(Executor.DIAL).state is StandingState.UNPROVEN, "once may be chance"
    sounds = [at for at, kind, pcm in media.sent if kind == "audio" and world.words.heard_in(pcm)]
    gaps = [later - earlier for earlier, later in pairwise(sounds)]
    asked_at = next(at for at, kind, _ in media.sent if kind == "text")
    of_asking = [gap for gap, at in zip(gaps, sounds, strict=False) if at >= asked_at - 1]
    assert max(of_asking) <= 3.0, "no silence for longer"
    talk.gone("platform_closed")
    await world.reception.close()


async def test_twice_in_vain_and_it_is_off(worlds: Any) -> None:
    book = Book()
    board = await board_of(book)
    world = await worlds(hand_offs=HandOffWays(board))
    for _ in range(2):
        talk = await world.pick_up()
        talk.heeds_texts = False
        await talk.say(ASKS)
        await talk.until_heard("Shall I take a message for")
        talk.gone("platform_closed")
    assert board.standing(Executor.DIAL).state is StandingState.OFF
    await board.refresh()
    assert [one.executor for one in book.set] == [Executor.DIAL]
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("is to call you back by")
    assert not talk.record.hand_offs, "nobody is rung any more"
    assert talk.medias[0].texts == []
    talk.gone("platform_closed")
    await world.reception.close()


async def test_the_doctors_own_calls_do_not_count(worlds: Any) -> None:
    board = await board_of(Book())
    world = await worlds(hand_offs=HandOffWays(board))
    for _ in range(3):
        talk = await world.pick_up()
        talk.call.on_trial = Executor.DIAL
        talk.heeds_texts = False
        await talk.say(ASKS)
        await talk.until_heard("Shall I take a message for")
        talk.gone("platform_closed")
    assert board.standing(Executor.DIAL).state is StandingState.UNPROVEN
    await world.reception.close()


async def test_dead_air_ends_the_call_and_switches_the_executor_off(worlds: Any) -> None:
    board = await board_of(Book())
    world = await worlds(hand_offs=HandOffWays(board))
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until(lambda: talk.medias[0].closed_at is not None)
    closed_at = talk.medias[0].closed_at
    await talk.until(lambda: world.carrier.hung_up)
    assert world.carrier.hung_up[0][0] - closed_at == pytest.approx(4.0, abs=0.1)
    assert talk.record.termination.reason is TerminationReason.MEDIA_LOST
    assert talk.record.hand_offs[0].outcome is HandOffOutcome.NOT_SUPPORTED
    assert board.standing(Executor.DIAL).state is StandingState.OFF
    urgent = [one for one in world.keeper.messages.values() if one.urgent]
    assert "fell silent" in urgent[0].reason, "the staff are to ring back, and the caller is texted"
    await world.reception.close()


async def test_a_live_deployment_rings_nobody_by_an_unproven_way(worlds: Any) -> None:
    world = await worlds(hand_offs=HandOffWays(await board_of(Book(), unproven=False)))
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("Wanjiku Kamau is to call you back by")
    await talk.until_heard("Shall I take a message")
    (note,) = world.keeper.messages.values()
    assert note.for_person == "wanjiku-kamau"
    assert talk.medias[0].close_code is None
    talk.gone("platform_closed")
    await world.reception.close()


async def test_a_proven_way_says_nothing_of_being_cut_off(worlds: Any) -> None:
    proven = Standing(Executor.DIAL, StandingState.PROVEN, clock.wall(), "tested")
    board = await board_of(Book(standings={Executor.DIAL: proven}), unproven=False)
    world = await worlds(hand_offs=HandOffWays(board))
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until(lambda: talk.medias[0].closed_at is not None)
    assert not talk.heard("cut off")
    talk.complete()
    await world.reception.close()


async def test_every_leg_is_on_record_and_engaged_while_it_rings(worlds: Any) -> None:
    board = await board_of(Book())
    world = await worlds(hand_offs=HandOffWays(board))
    people = tuple(
        msgspec.structs.replace(one, deputies=("brian-otieno",))
        if one.id == "wanjiku-kamau"
        else one
        for one in world.office.people
    )
    office = msgspec.structs.replace(world.office, people=people)
    world.calls.set_offices((office,))
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until(lambda: talk.medias[0].closed_at is not None)
    (_, dial, _) = talk.post(after=After.STREAM)
    assert board.just_now(office).engaged == set(dial.numbers)
    await asyncio.sleep(25)
    (_, dial, _) = talk.post(after=After.DIAL, dial_outcome=DialOutcome.NO_ANSWER)
    assert board.just_now(office).engaged == set(dial.numbers), "the second one, not the first"
    await asyncio.sleep(4)
    now = clock.monotonic()
    callback = type(world.callback)(session_id=talk.call.session_id, dial_outcome=DialOutcome.BUSY)
    answer = world.calls.answer(
        callback, now, clock.wall(), call_id=talk.call.call_id, after=After.DIAL, of_round=1
    )
    assert isinstance(answer.actions[0], Stream)
    told = [(one.person_id, one.outcome, one.executor) for one in talk.record.hand_offs]
    assert told == [
        ("wanjiku-kamau", HandOffOutcome.NO_ANSWER, "dial"),
        ("brian-otieno", HandOffOutcome.BUSY, "dial"),
    ]
    rang = [(one.ended_at - one.started_at).total_seconds() for one in talk.record.hand_offs]
    assert rang == [pytest.approx(25), pytest.approx(4)]
    assert board.just_now(office).engaged == frozenset()
    kinds = [one["kind"] for one in world.published if one["event"] == "hand_off_step"]
    assert kinds == [
        "begun",
        "asked_platform",
        "stream_closed",
        "document_fetched",
        "ringing",
        "no_answer",
        "document_fetched",
        "ringing",
        "busy",
        "ended",
    ]
    talk.complete()
    await world.reception.close()


async def test_who_is_away_or_on_another_call_is_not_rung(worlds: Any) -> None:
    away = Presence(OfficeId("law-office"), "wanjiku-kamau", PresenceState.AWAY, clock.wall())
    board = await board_of(Book(presence=(away,)))
    world = await worlds(hand_offs=HandOffWays(board))
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("Wanjiku Kamau is away at the moment.")
    brian = next(one.mobile for one in world.office.people if one.id == "brian-otieno")
    board.engage(brian)
    await talk.until_heard("take a message")
    await talk.say("No. Please connect me to Brian Otieno.")
    await talk.until_heard("on another call just now")
    assert not talk.record.hand_offs
    talk.gone("platform_closed")
    await world.reception.close()


async def test_an_empty_wallet_is_told_to_the_staff_and_not_to_the_caller(worlds: Any) -> None:
    book = Book(wallet=WalletFigure(0, "KES", clock.wall()))
    world = await worlds(hand_offs=HandOffWays(await board_of(book)))
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("I cannot put you through just now. Shall I take a message")
    assert not talk.heard("I cannot put calls through"), "it is said once"
    assert not talk.heard("wallet")
    assert not talk.record.hand_offs
    assert len(world.keeper.messages) == 1
    talk.gone("platform_closed")
    await world.reception.close()


# -- with the caller staying --


async def test_the_caller_stays_and_is_told(staying: Any) -> None:
    world, made = staying
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("Please stay on the line with me.")
    (ringing,) = made
    assert ringing.order.note.message_id in world.keeper.messages
    assert "message was saved" in ringing.order.promised[0], "whom it rings is told what was done"
    await talk.wait(25)
    assert not talk.heard("Are you still there?"), "their silence is waiting"
    ringing.side.say("I am still ringing her.")
    await talk.until_heard("I am still ringing her.")
    ringing.over(HandOffOutcome.NO_ANSWER)
    await talk.until_heard("did not pick up. Shall I take a message?")
    assert talk.media is not None, "the same socket all along"
    (tried,) = talk.record.hand_offs
    assert (tried.executor, tried.outcome) == ("conference", HandOffOutcome.NO_ANSWER)
    talk.gone("platform_closed")
    await world.reception.close()


async def test_the_caller_hears_that_it_rings_but_never_over_our_words(staying: Any) -> None:
    world, made = staying
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("Please stay on the line with me.")
    (ringing,) = made

    def tones() -> int:
        frames = [pcm for _, kind, pcm in talk.media.sent if kind == "audio"]
        return b"".join(frames).count(RING_TONE)

    ringing.side.ring_tone()
    await talk.wait(1.5)
    assert tones() == 0, "that they are to stay is still being said"
    await talk.wait(6.0)
    said = len(world.keeper.turns)
    ringing.side.ring_tone()
    await talk.wait(0.3)
    ringing.side.ring_tone()
    await talk.wait(2.0)
    assert tones() == 1, "one is heard, and none is laid over it"
    ringing.side.ring_tone()
    await talk.wait(2.0)
    assert tones() == 2
    assert len(world.keeper.turns) == said, "it is no sentence of ours"
    ringing.over(HandOffOutcome.NO_ANSWER)
    await talk.until_heard("did not pick up. Shall I take a message?")
    ringing.side.ring_tone()
    await talk.wait(0.2)
    talk.gone("platform_closed")
    ringing.side.ring_tone()  # nobody is there, and nothing breaks
    await world.reception.close()


async def test_who_speaks_swahili_is_told_in_swahili_how_it_stands(worlds: Any, kit: Any) -> None:
    made: list[Waiting] = []

    def make(side: CallerSide) -> Waiting:
        made.append(Waiting(side))
        return made[-1]

    words = kit.words()
    still = "Simu bado inaita. Tafadhali kaa nami kwenye simu."
    recorded = RecordedSpeech({Language.SWAHILI: {still: words.sound(still)}})
    world = await worlds(
        words=words,
        recorded=recorded,
        hand_offs=HandOffWays(await board_of(Book()), {Executor.CONFERENCE: make}),
        hand_off=HandingOver(executors=(Executor.CONFERENCE,)),
    )
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("Please stay on the line with me.")
    made[0].side.say(STILL_RINGING)
    await talk.until_heard("It is still ringing.")
    await talk.wait(3.0)
    await talk.say("Sawa, asante, naweza kungoja kidogo.")
    await talk.wait(5.0)
    made[0].side.say(STILL_RINGING)
    await talk.until_heard(still)
    made[0].side.say(ON_THE_LINE)
    await talk.until_heard("They are on the line now.")  # for that is not recorded
    talk.gone("platform_closed")
    await world.reception.close()


async def test_a_colleague_who_declines_is_not_said_to_have_been_away(staying: Any) -> None:
    world, made = staying
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("Please stay on the line with me.")
    made[0].over(HandOffOutcome.DECLINED)
    await talk.until_heard("Wanjiku Kamau cannot take the call just now. Shall I take a message?")
    assert not talk.heard("pick up")
    talk.gone("platform_closed")
    await world.reception.close()


async def test_both_hear_each_other_and_we_leave(staying: Any) -> None:
    world, made = staying
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("Please stay on the line with me.")
    (ringing,) = made
    ringing.side.leave()
    await asyncio.sleep(1)
    assert talk.medias[0].close_code == 1000
    assert world.carrier.hung_up == []
    assert talk.record.ended_at is None, "they talk"
    await asyncio.sleep(30)
    talk.complete()
    record = talk.record
    assert record.ended_at is not None
    assert record.outcome is Outcome.TRANSFERRED
    assert record.termination.reason is TerminationReason.HANDED_OFF
    (tried,) = record.hand_offs
    assert tried.outcome is HandOffOutcome.CONNECTED
    assert tried.talked_ms == 9000
    await asyncio.sleep(5)
    assert world.carrier.hung_up == [], "the caller talks with a person: nobody ends that"
    await world.reception.close()


async def test_a_caller_who_hangs_up_stops_the_ringing_at_once(staying: Any) -> None:
    world, made = staying
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("Please stay on the line with me.")
    (ringing,) = made
    talk.gone("platform_closed")
    assert "caller gone" in ringing.was_told
    (tried,) = talk.record.hand_offs
    assert tried.outcome is HandOffOutcome.CALLER_GONE
    await world.reception.close()


async def test_a_caller_may_give_up_and_stays_with_us(staying: Any) -> None:
    world, made = staying
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("Please stay on the line with me.")
    (ringing,) = made
    await talk.say("Oh, forget it.")
    await talk.until(lambda: not ringing.rings)
    await talk.wait(3.0)
    assert not talk.heard("did not pick up"), "the caller knows: it was they"
    (tried,) = talk.record.hand_offs
    assert tried.outcome is HandOffOutcome.CALLER_GONE
    await talk.say(ASKS)
    await talk.until(lambda: len(made) == 2)
    talk.gone("platform_closed")
    await world.reception.close()


async def test_a_goodbye_of_ours_stops_the_ringing(staying: Any) -> None:
    world, made = staying
    talk = await world.pick_up()
    await talk.say(ASKS)
    await talk.until_heard("Please stay on the line with me.")
    (ringing,) = made
    assert talk.call.drain_now is not None
    talk.call.drain_now()
    await asyncio.sleep(0.1)
    assert not ringing.rings
    await talk.until_over()
    await world.reception.close()


# -- all calls to somebody's own telephone --


async def test_a_call_that_goes_to_a_telephone_first_comes_to_us_if_nobody_answers(
    worlds: Any,
) -> None:
    world = await worlds()
    wanjiku = next(one for one in world.office.people if one.id == "wanjiku-kamau")
    ring = Ring(wanjiku.id, wanjiku.name, wanjiku.mobile)
    world.calls.forwarded = lambda _call: ring
    talk = world.ring()
    (dial, _) = talk.answer.actions
    assert isinstance(dial, Dial)
    assert dial.numbers == (wanjiku.mobile,)
    await asyncio.sleep(25)
    talk.post(after=After.DIAL, dial_outcome=DialOutcome.NO_ANSWER)
    talk.open()
    await talk.until(lambda: talk.record.notice is not None)
    (tried,) = talk.record.hand_offs
    assert tried.outcome is HandOffOutcome.NO_ANSWER
    assert tried.person_id == "wanjiku-kamau"
    await talk.say("What are your opening hours?")
    talk.gone("platform_closed")
    await world.reception.close()


async def test_a_talk_without_us_is_on_record(worlds: Any) -> None:
    world = await worlds()
    world.calls.forwarded = lambda _call: Ring("", "the office", E164("+254700000100"))
    talk = world.ring()
    await asyncio.sleep(60)
    told = {"dial_outcome": DialOutcome.CONNECTED, "dial_duration_s": 51}
    talk.post(after=After.DIAL, **told)
    record = talk.record
    assert record.outcome is Outcome.TRANSFERRED
    assert record.termination.reason is TerminationReason.HANDED_OFF
    (tried,) = record.hand_offs
    assert tried.talked_ms == 51_000
    assert not world.keeper.messages
    await world.reception.close()


async def test_who_hangs_up_as_it_rings_elsewhere_is_on_record_too(worlds: Any) -> None:
    world = await worlds()
    world.calls.forwarded = lambda _call: Ring("", "the office", E164("+254700000100"))
    talk = world.ring()
    await asyncio.sleep(12)
    talk.complete()
    assert talk.record.outcome is Outcome.ABANDONED, "twelve seconds are no flash"
    await world.reception.close()
