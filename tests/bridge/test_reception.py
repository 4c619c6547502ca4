"""Every call from arrival to the last entry of its record: hand-offs, refusals, lost sockets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.admission import Refusal
from mapokezi.bridge.recording import RecordingEnded
from mapokezi.calls import Outcome, TerminationReason, TerminationResult
from mapokezi.carrier import CallDetail
from mapokezi.conversation.effects import Line
from mapokezi.records.call_record import HandOffOutcome
from mapokezi.records.changes import SaveTimeline
from mapokezi.records.open_questions import SaveQuestion
from mapokezi.telephony.actions import Dial, Hangup, Record, Say, Stream
from mapokezi.telephony.callbacks import CallState, DialOutcome
from mapokezi.telephony.urls import After
from mapokezi.telephony.visit import Phase
from mapokezi.units import E164

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True


async def is_being_connected(world: Any) -> Any:
    """A call whose caller has heard that they are being connected; the socket is closed."""
    talk = await world.pick_up()
    await talk.say("Please connect me to Wanjiku Kamau.")
    await talk.until_heard(" now. Please hold.")
    await talk.until(lambda: talk.medias[0].closed_at is not None)
    return talk


# -- what could not be answered --


async def test_what_was_not_answered_becomes_an_open_question_with_its_turn(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    await talk.say("Do you have a helicopter landing place for my helicopter?")
    await talk.until_heard("message")
    (visit,) = world.reception._visits.values()
    looked_up = {"question": "xylophone zzz"}
    assert (await visit.deeds.carry_out("look_up", looked_up))["status"] == "not_found"
    said, sought = (one.question for one in world.keeper.changes if isinstance(one, SaveQuestion))
    await world.reception.close()
    assert "helicopter" in said.words
    assert said.call_id == sought.call_id == talk.call.call_id
    assert said.turn is not None
    assert "helicopter" in world.keeper.transcript()[said.turn]
    assert sought.words == "xylophone zzz"
    entries = [
        entry
        for one in world.keeper.changes
        if isinstance(one, SaveTimeline)
        for entry in one.entries
    ]
    noted = [one.values for one in entries if one.what == "voice_noted"]
    assert {"what": "understood", "detail": "dont_know"} in noted


# -- arrivals --


async def test_the_keeper_is_told_of_an_arrival_within_the_webhook(worlds: Any) -> None:
    world = await worlds()
    talk = world.ring()  # nothing is awaited in it
    record = world.keeper.call
    assert record.call_id == talk.call.call_id
    assert record.caller == talk.call.caller
    assert record.ended_at is None
    arrived = world.published[0]
    assert arrived["event"] == "call_arrived"
    assert arrived["session_id"].startswith("HD_")
    await world.reception.close()


async def test_a_caller_who_hangs_up_while_it_rings_is_on_record(worlds: Any) -> None:
    world = await worlds()
    talk = world.ring()
    await asyncio.sleep(1)
    talk.post(state=CallState.CANCELED, state_text="Canceled", is_active=False)
    assert talk.record.termination.reason is TerminationReason.CALLER_HUNG_UP
    assert talk.record.outcome is Outcome.FLASH
    assert not world.keeper.messages
    await world.reception.close()
    assert world.carrier.hung_up == []


async def test_a_full_house_is_on_record_with_a_call_back(worlds: Any) -> None:
    world = await worlds(most_calls=1)
    world.ring()
    refused = world.ring()
    assert refused.answer.refusal is Refusal.FULL_HOUSE
    say, record = refused.answer.actions
    assert isinstance(say, Say)
    assert isinstance(record, Record)
    assert refused.record.outcome is Outcome.FALLBACK
    assert refused.record.termination.detail == "full_house"
    (message,) = world.keeper.messages.values()
    assert message.call_id == refused.call.call_id
    assert message.number == refused.call.caller
    world.carrier.details[refused.call.session_id] = CallDetail(
        id="c", status="completed", cost_minor=40, cost_currency="KES"
    )
    refused.complete()
    await asyncio.sleep(5)
    assert refused.record.cost.amount.minor == 40, "what the fallback cost is learned too"
    await world.reception.close()


async def test_a_number_that_rings_all_the_time_fills_no_inbox(worlds: Any) -> None:
    world = await worlds(call_cap_per_number_per_minute=1)
    world.ring()
    refused = world.ring()
    assert refused.answer.refusal is Refusal.TOO_MANY
    assert refused.record.outcome is Outcome.FALLBACK
    assert not world.keeper.messages
    await world.reception.close()


async def test_a_blocked_number_is_on_record_and_owed_no_call(worlds: Any) -> None:
    world = await worlds(version=3, blocked=(E164("+254722123456"),))
    refused = world.ring(caller=E164("+254722123456"))
    assert refused.answer.refusal is Refusal.BLOCKED
    assert refused.record.termination.detail == "blocked"
    assert refused.record.office_version == 3
    assert not world.keeper.messages
    await world.reception.close()


async def test_a_caller_without_a_number_cannot_be_called_back(worlds: Any) -> None:
    world = await worlds(most_calls=0)
    talk = world.ring(caller=None)
    assert talk.record.outcome is Outcome.FALLBACK
    assert not world.keeper.messages
    await world.reception.close()


async def test_a_socket_that_never_opens_ends_the_call(worlds: Any) -> None:
    world = await worlds()
    talk = world.ring()
    await asyncio.sleep(31)
    world.calls.sweep(clock.monotonic())
    assert talk.record.termination.reason is TerminationReason.MEDIA_NEVER_OPENED
    assert talk.record.outcome is Outcome.FAILED
    assert len(world.keeper.messages) == 1, "the caller is to be rung back"
    await asyncio.sleep(1)
    assert [session for _, session in world.carrier.hung_up] == [talk.call.session_id]
    await world.reception.close()


async def test_a_platform_that_cannot_open_the_socket_gets_the_fallback(worlds: Any) -> None:
    world = await worlds()
    talk = world.ring()
    say, record = talk.post(after=After.STREAM)
    assert isinstance(say, Say)
    assert isinstance(record, Record)
    assert talk.record.termination.reason is TerminationReason.MEDIA_NEVER_OPENED
    assert talk.record.outcome is Outcome.FAILED
    await asyncio.sleep(20)
    assert world.carrier.hung_up == [], "the caller is leaving a message with the platform"
    await world.reception.close()


async def test_a_call_that_cannot_be_begun_is_ended_and_not_left_open(worlds: Any) -> None:
    world = await worlds()
    talk = world.ring()
    world.recordings.fails = ZeroDivisionError("nobody foresaw it")
    with pytest.raises(ZeroDivisionError):
        talk.open()
    assert talk.record.outcome is Outcome.FAILED
    await asyncio.sleep(1)
    assert len(world.carrier.hung_up) == 1
    assert world.calls.live == []
    await world.reception.close()


async def test_a_recording_that_stops_is_the_operators_business(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    (stopped,) = world.recordings.on_stopped
    stopped(RecordingEnded(None, 0, 0, "No space left on device"))
    assert "No space left" in world.reception.health()["last_errors"]["recording"]
    await talk.say("Where is your office?")
    await talk.until_heard("Mwavuli House")
    await world.reception.close()


async def test_an_office_that_does_not_record_has_no_recording(worlds: Any) -> None:
    world = await worlds(record_calls=False)
    talk = await world.pick_up()
    assert talk.record.recording is None
    assert world.recordings.opened == {}
    await world.reception.close()


# -- lost sockets --


async def test_a_caller_who_hangs_up_is_believed_at_once(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    talk.gone("platform_closed")
    assert talk.record.termination.reason is TerminationReason.CALLER_HUNG_UP
    talk.complete()
    await asyncio.sleep(10)
    assert world.carrier.hung_up == []
    assert world.calls.live == []
    await world.reception.close()


async def test_a_platform_that_closes_the_stream_and_says_nothing_is_hung_up_on(
    worlds: Any,
) -> None:
    world = await worlds()
    talk = await world.pick_up()
    closed_at = clock.monotonic()
    talk.gone("platform_closed")
    await asyncio.sleep(10)
    ((at, session),) = world.carrier.hung_up
    assert at - closed_at == pytest.approx(4.0, abs=0.1)
    assert session == talk.call.session_id
    assert world.calls.live == []
    await world.reception.close()


@pytest.mark.parametrize("how", ["lost", "half_open", "fault", "mute"])
async def test_a_lost_socket_leaves_the_platform_its_time_for_the_fallback(
    worlds: Any, how: str
) -> None:
    world = await worlds()
    talk = await world.pick_up()
    talk.gone(how)
    assert talk.record.termination.result is TerminationResult.FAILED
    assert talk.record.outcome is Outcome.FAILED
    assert len(world.keeper.messages) == 1
    await asyncio.sleep(1)
    say, record = talk.post(after=After.STREAM)
    assert isinstance(say, Say)
    assert isinstance(record, Record)
    await asyncio.sleep(30)
    assert world.carrier.hung_up == [], "the caller is leaving a message with the platform"
    await world.reception.close()


async def test_a_lost_socket_and_a_silent_platform_is_hung_up_on(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    talk.gone("lost")
    await asyncio.sleep(10)
    assert len(world.carrier.hung_up) == 1
    await world.reception.close()


async def test_a_platform_that_goes_on_while_we_talk_gets_the_fallback_and_keeps_it(
    worlds: Any,
) -> None:
    world = await worlds()
    talk = await world.pick_up()
    say, record = talk.post(after=After.STREAM)
    assert isinstance(say, Say)
    assert isinstance(record, Record)
    assert talk.record.termination.reason is TerminationReason.MEDIA_LOST
    assert talk.record.termination.detail == "the platform went on behind the stream"
    await asyncio.sleep(20)
    assert world.carrier.hung_up == []
    assert talk.call.state is Phase.FALLEN
    await world.reception.close()


# -- hand-offs --


async def test_a_caller_is_connected(worlds: Any) -> None:
    world = await worlds()
    talk = await is_being_connected(world)
    (note,) = world.keeper.messages.values()
    assert note.for_person == "wanjiku-kamau"
    say, dial, _ = talk.post(after=After.STREAM)
    assert isinstance(say, Say)
    assert isinstance(dial, Dial)
    assert dial.numbers == ("+254700000101",)
    await asyncio.sleep(30)
    assert world.carrier.hung_up == [], "whoever was asked for the document is not watched"
    actions = talk.post(after=After.DIAL, dial_outcome=DialOutcome.CONNECTED)
    assert actions == (Hangup(),)
    assert talk.record.outcome is Outcome.TRANSFERRED
    assert talk.record.termination.reason is TerminationReason.HANDED_OFF
    assert talk.record.hand_offs[0].outcome is HandOffOutcome.CONNECTED
    await world.reception.close()


async def test_the_line_was_heard_before_the_socket_was_closed(worlds: Any) -> None:
    world = await worlds()
    talk = await is_being_connected(world)
    (media,) = talk.medias
    sent = [at for at, kind, pcm in media.sent if kind == "audio" and world.words.heard_in(pcm)]
    assert media.closed_at - sent[-1] > 0.15, "what is sent is heard up to 400 ms later"
    assert media.close_code == 1000
    await world.reception.close()


async def test_nobody_picks_up_and_the_receptionist_is_back_once(worlds: Any) -> None:
    world = await worlds()
    talk = await is_being_connected(world)
    talk.post(after=After.STREAM)
    await asyncio.sleep(25)
    (stream, *_) = talk.post(after=After.DIAL, dial_outcome=DialOutcome.NO_ANSWER)
    assert isinstance(stream, Stream)
    assert talk.record.hand_offs[0].outcome is HandOffOutcome.NO_ANSWER
    talk.open()
    await talk.until_heard("did not pick up. Shall I take a message?")
    assert not talk.medias[1].audible(world.words).startswith(world.phrases.greeting)
    await talk.wait(5.0)
    await talk.say("No, thank you, goodbye.")
    record = await talk.until_over()
    assert record.outcome is Outcome.MESSAGE, "the note stands"
    assert record.termination.reason is TerminationReason.RECEPTIONIST_SAID_GOODBYE
    assert "media_reopened" in world.keeper.timeline
    assert "hand_off_settled" in world.keeper.timeline
    again = talk.post(after=After.STREAM)
    assert again == (Hangup(),)
    await world.reception.close()


async def test_a_hand_off_of_which_nothing_is_told_rings_once_and_does_not_lose_the_caller(
    worlds: Any,
) -> None:
    """They may have spoken: nothing else is claimed, and the colleague is left in peace."""
    world = await worlds()
    talk = await is_being_connected(world)
    talk.post(after=After.STREAM)
    await asyncio.sleep(18)
    (stream, *_) = talk.post(after=After.DIAL)
    assert isinstance(stream, Stream)
    talk.open()
    await talk.until_heard("Shall I take a message for Wanjeekoo Kamow?")
    assert "pick up" not in talk.medias[1].audible(world.words)
    await talk.wait(4.0)
    await talk.say("Connect me to Wanjiku Kamau, please.")
    await talk.until_heard("rung Wanjeekoo Kamow already")
    assert talk.medias[1].closed_at is None
    (tried,) = talk.record.hand_offs
    assert tried.outcome is None
    assert tried.ended_at is not None
    world.carrier.details[talk.call.session_id] = CallDetail(
        id="c", status="completed", duration_seconds=40, cost_minor=55, rate_per_minute_minor=0
    )
    talk.complete()
    await asyncio.sleep(40)
    assert talk.record.hand_offs[0].outcome is HandOffOutcome.CONNECTED, "the bill knows"
    assert talk.record.outcome is Outcome.TRANSFERRED
    await world.reception.close()


async def test_an_old_socket_that_closes_late_does_not_end_the_call_that_came_back(
    worlds: Any,
) -> None:
    world = await worlds()
    talk = await world.pick_up()
    (old,) = talk.medias
    old.on_close = lambda: None  # the far side takes its time
    await talk.say("Please connect me to Wanjiku Kamau.")
    await talk.until(lambda: old.closed_at is not None)
    talk.media = None
    talk.post(after=After.STREAM)
    talk.post(after=After.DIAL, dial_outcome=DialOutcome.BUSY)
    talk.open()
    await talk.wait(0.2)
    old.sink.closed("we_closed", clock.monotonic())
    old.sink.key("1", clock.monotonic())
    old.sink.caller_audio(world.words.sound("An echo of before."), clock.monotonic())
    await talk.until_heard("is engaged")
    await talk.wait(3.0)
    assert talk.record.ended_at is None
    assert "key_pressed" not in world.keeper.timeline
    await world.reception.close()


async def test_a_call_that_came_back_and_is_hung_up_ends(worlds: Any) -> None:
    """The outcome of the first attempt still stands on the visit; it is not taken for an end."""
    world = await worlds()
    talk = await is_being_connected(world)
    talk.post(after=After.STREAM)
    talk.post(after=After.DIAL, dial_outcome=DialOutcome.BUSY)
    talk.open()
    await talk.wait(2.0)
    talk.complete()
    assert talk.record.ended_at is not None
    assert talk.record.termination.reason is TerminationReason.CALLER_HUNG_UP
    assert world.keeper.timeline.count("hand_off_settled") == 1
    await world.reception.close()


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (DialOutcome.DECLINED, "Wanjiku Kamau cannot take the call just now"),
        (DialOutcome.FAILED, "I could not reach Wanjiku Kamau"),
    ],
)
async def test_a_caller_who_is_back_hears_what_came_of_it(
    worlds: Any, outcome: DialOutcome, told: str
) -> None:
    world = await worlds()
    talk = await is_being_connected(world)
    talk.post(after=After.STREAM)
    talk.post(after=After.DIAL, dial_outcome=outcome)
    talk.open()
    await talk.until_heard(told)
    others = {"pick up", "engaged", "cannot take", "could not reach"}
    assert [one for one in others if talk.heard(one)] == [one for one in others if one in told]
    await world.reception.close()


async def test_a_second_hand_off_works_like_the_first(worlds: Any) -> None:
    world = await worlds()
    talk = await is_being_connected(world)
    talk.post(after=After.STREAM)
    talk.post(after=After.DIAL, dial_outcome=DialOutcome.BUSY)
    talk.open()
    await talk.until_heard("is engaged just now. Shall I take a message?")
    await talk.wait(4.0)
    await talk.say("Connect me to Brian Otieno, please.")
    await talk.until(lambda: talk.medias[1].closed_at is not None)
    _, dial, _ = talk.post(after=After.STREAM)
    assert isinstance(dial, Dial)
    assert dial.numbers == ("+254700000102",)
    (stream, *_) = talk.post(after=After.DIAL, dial_outcome=DialOutcome.NO_ANSWER)
    assert isinstance(stream, Stream)
    outcomes = [one.outcome for one in talk.record.hand_offs]
    assert outcomes == [HandOffOutcome.BUSY, HandOffOutcome.NO_ANSWER]
    await world.reception.close()


async def test_a_caller_who_gives_up_while_it_rings_is_not_kept_open(worlds: Any) -> None:
    world = await worlds()
    talk = await is_being_connected(world)
    talk.post(after=After.STREAM)
    await asyncio.sleep(5)
    talk.complete(dial_outcome=DialOutcome.NO_ANSWER)
    assert talk.record.ended_at is not None
    assert talk.record.hand_offs[0].outcome is HandOffOutcome.NO_ANSWER
    assert talk.record.outcome is Outcome.MESSAGE
    await world.reception.close()
    assert world.carrier.hung_up == []


@pytest.mark.parametrize(
    ("cost_minor", "rate", "outcome", "came"),
    [
        (40, 0, Outcome.TRANSFERRED, "connected"),
        (0, 0, Outcome.MESSAGE, "caller_gone"),
        (40, None, Outcome.MESSAGE, None),
    ],
)
async def test_who_hangs_up_first_spoke_with_a_person_if_the_bill_says_so(
    worlds: Any, cost_minor: int, rate: int | None, outcome: Outcome, came: str | None
) -> None:
    """The end of the whole call is all that is posted then: no word of the dialled leg."""
    world = await worlds()
    talk = await is_being_connected(world)
    talk.post(after=After.STREAM)
    await asyncio.sleep(12)
    talk.complete()
    assert talk.record.outcome is Outcome.MESSAGE, "until the bill is there"
    world.carrier.details[talk.call.session_id] = CallDetail(
        id="c",
        status="completed",
        duration_seconds=30,
        cost_minor=cost_minor,
        rate_per_minute_minor=rate,
    )
    await asyncio.sleep(40)
    assert talk.record.outcome is outcome
    assert talk.record.hand_offs[0].outcome == came
    assert talk.record.termination.reason is TerminationReason.HANDED_OFF
    assert talk.record.cost.amount.minor == cost_minor
    assert not talk.record.cost.estimated
    await world.reception.close()


async def test_a_platform_that_never_asks_for_the_document_is_hung_up_on(worlds: Any) -> None:
    world = await worlds()
    talk = await is_being_connected(world)
    closed_at = talk.medias[0].closed_at
    await asyncio.sleep(10)
    ((at, _),) = world.carrier.hung_up
    assert at - closed_at == pytest.approx(4.0, abs=0.1)
    (tried,) = talk.record.hand_offs
    assert tried.outcome is HandOffOutcome.NOT_SUPPORTED
    assert talk.record.outcome is Outcome.MESSAGE, "the staff know that a person was wanted"
    assert world.calls.live == []
    await world.reception.close()


async def test_a_return_whose_socket_never_opens_ends(worlds: Any) -> None:
    world = await worlds()
    talk = await is_being_connected(world)
    talk.post(after=After.STREAM)
    talk.post(after=After.DIAL, dial_outcome=DialOutcome.BUSY)
    await asyncio.sleep(31)
    world.calls.sweep(clock.monotonic())
    assert talk.record.termination.reason is TerminationReason.MEDIA_NEVER_OPENED
    await asyncio.sleep(1)
    assert len(world.carrier.hung_up) == 1
    await world.reception.close()


async def test_wait_calls_the_hand_off_off(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    await talk.say("Please connect me to Wanjiku Kamau.")
    await talk.until_heard("I am connecting you to")
    await talk.wait(0.5)
    await talk.say("Wait, wait, stop.")
    await talk.wait(3.0)
    assert talk.media is not None
    assert talk.call.armed is None
    talk.gone("platform_closed")
    assert "hand_off_called_off" in world.keeper.timeline
    assert talk.record.hand_offs == ()
    await world.reception.close()


# -- the operator --


async def test_the_staff_can_end_a_call_with_a_goodbye(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    talk.call.end_now("asked by the staff")
    record = await talk.until_over()
    assert record.termination.reason is TerminationReason.RECEPTIONIST_SAID_GOODBYE
    assert talk.heard(world.office.goodbye)
    await asyncio.sleep(1)
    assert len(world.carrier.hung_up) == 1
    assert talk.call.end_now is None
    await world.reception.close()


async def test_the_staff_can_end_a_call_that_was_passed_on(worlds: Any) -> None:
    world = await worlds()
    talk = await is_being_connected(world)
    talk.post(after=After.STREAM)
    talk.call.end_now("asked by the staff")
    await asyncio.sleep(1)
    assert talk.record.ended_at is not None
    assert len(world.carrier.hung_up) == 1
    await world.reception.close()


async def test_a_stop_says_goodbye_to_callers_and_leaves_those_passed_on_alone(
    worlds: Any,
) -> None:
    world = await worlds()
    passed = await is_being_connected(world)
    passed.post(after=After.STREAM)
    talking = await world.pick_up()
    for call in world.calls.live:
        call.drain_now()
    record = await talking.until_over()
    assert record.termination.reason is TerminationReason.DRAINED
    assert talking.heard(world.phrases.line(Line.SORRY_FAULT, 1)), "we stopped, and say so"
    await asyncio.sleep(1)
    assert passed.record.termination.reason is TerminationReason.HANDED_OFF
    assert [session for _, session in world.carrier.hung_up] == [talking.call.session_id]
    assert world.calls.live == []
    await world.reception.close()


async def test_calls_cut_off_by_a_stop_are_on_record(worlds: Any) -> None:
    world = await worlds()
    talking, ringing = await world.pick_up(), world.ring()
    talking.gone("we_closed")  # as the line does with what is open at its end
    await world.reception.close()
    assert talking.record.termination.reason is TerminationReason.MEDIA_LOST
    assert ringing.record.outcome is Outcome.FAILED
    assert len(world.keeper.messages) == 2, "both are to be rung back"
    assert {session for _, session in world.carrier.hung_up} >= {talking.call.session_id}


async def test_a_stop_leaves_nothing_behind(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    await talk.say("Thank you, goodbye.")
    await talk.until_over()
    began = clock.monotonic()
    await world.reception.close()
    assert clock.monotonic() - began < 1.0, "costs are not waited for"
    left = asyncio.all_tasks() - {asyncio.current_task()}
    names = [task.get_coro().__qualname__ for task in left]  # type: ignore[union-attr]
    assert not [name for name in names if "bridge" in name or "Aftercare" in name], names


async def test_who_watches_sees_the_call(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    await talk.say("Where is your office?")
    await talk.until_heard("Mwavuli House")
    talk.gone("platform_closed")
    events = [event["event"] for event in world.published]
    greeting, answer = "receptionist_says", "receptionist_says"
    assert events[:4] == ["call_arrived", greeting, "caller_said", answer]
    assert events[-1] == "call_ended"
    said = next(event for event in world.published if event["event"] == "caller_said")
    assert said["pii_text"] == "Where is your office?"
    assert all(event["call_id"] == talk.call.call_id for event in world.published)
    await world.reception.close()


async def test_two_calls_do_not_mix(worlds: Any) -> None:
    world = await worlds()
    one, two = await world.pick_up(), await world.pick_up()

    async def asks(talk: Any, question: str, answer: str) -> None:
        await talk.say(question)
        await talk.until_heard(answer)

    await asyncio.gather(
        asks(one, "Where is your office?", "Mwavuli House on Ngong Road"),
        asks(two, "Is there parking?", "clients park free of charge"),
    )
    assert not one.heard("clients park")
    assert not two.heard("Mwavuli House on Ngong Road")
    await world.reception.close()


async def test_nothing_personal_is_logged(worlds: Any) -> None:
    world = await worlds()
    with structlog.testing.capture_logs() as logs:
        talk = await world.pick_up()
        await talk.say("Where is your office?")
        await talk.until_heard("Mwavuli House")
        talk.gone("platform_closed")
        await world.reception.close()
    for entry in logs:
        shown = {key: value for key, value in entry.items() if not key.startswith("pii")}
        assert "office?" not in str(shown)
        assert str(talk.call.caller) not in str(shown)
    assert logs
