"""The calls of one node: what each post is answered with, who is let in, what is forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog

from mapokezi.bridge.admission import AdmissionSettings, MediaRefusal, Refusal, RingRate
from mapokezi.bridge.calls_in_progress import (
    Answer,
    CallHooks,
    CallInProgress,
    CallsInProgress,
    CallsSettings,
)
from mapokezi.bridge.documents import UnknownNumberAnswer, fallback_actions
from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.office import Fallback, Office, TailKind
from mapokezi.telephony.actions import (
    Action,
    Dial,
    Hangup,
    Record,
    Redirect,
    Reject,
    RejectReason,
    Say,
    Stream,
)
from mapokezi.telephony.callbacks import CallState, DialOutcome, VoiceCallback
from mapokezi.telephony.urls import After, CallbackUrls
from mapokezi.telephony.visit import Phase
from mapokezi.units import E164

OURS = E164("+254209000000")
AMINA = E164("+254722000001")
WALL = datetime(2026, 11, 22, 8, 15, tzinfo=UTC)
OFFICE = Office(id=OfficeId("law"), name="Law", numbers=(OURS,), greeting="Hello", notice="Notice")
URLS = CallbackUrls("https://office.example", "")


@dataclass
class Story:
    """Records every hook."""

    told: list[str] = field(default_factory=list)

    def hooks(self) -> CallHooks:
        def note(name: str) -> object:
            return lambda *_: self.told.append(name)

        return CallHooks(
            **{name: note(name) for name in CallHooks.__dataclass_fields__}  # type: ignore[arg-type]
        )


def make(
    settings: CallsSettings | None = None,
    story: Story | None = None,
    offices: tuple[Office, ...] = (OFFICE,),
) -> CallsInProgress:
    tokens, ids = count(), count()
    return CallsInProgress(
        settings or CallsSettings(),
        URLS,
        offices,
        (story or Story()).hooks(),
        draw_token=lambda: f"token-{next(tokens)}",
        draw_call_id=lambda _: CallId(f"call-{next(ids)}"),
    )


RINGING = VoiceCallback(
    session_id="HD_1",
    caller=AMINA,
    dialled=OURS,
    state=CallState.RINGING,
    state_text="Ringing",
    is_active=True,
)
ANSWERED = replace(RINGING, state=CallState.ANSWERED, state_text="Answered")
STOPPED = replace(RINGING, state=CallState.STREAM_STOPPED, state_text="StreamStopped")
COMPLETED = replace(RINGING, state=CallState.COMPLETED, state_text="Completed", is_active=False)


def ask(
    calls: CallsInProgress,
    callback: VoiceCallback = RINGING,
    now: float = 0.0,
    *,
    call_id: str = "",
    after: After | None = None,
) -> Answer:
    return calls.answer(callback, now, WALL, call_id=call_id, after=after)


def stream_of(answer: Answer) -> Stream:
    assert isinstance(answer.actions[0], Stream)
    return answer.actions[0]


def token_of(answer: Answer) -> str:
    return parse_qs(urlsplit(stream_of(answer).url).query)["token"][0]


def open_media(calls: CallsInProgress, answer: Answer, now: float = 0.5) -> CallInProgress:
    assert answer.call is not None
    claimed = calls.claim_media(token_of(answer), answer.call.call_id, "node-1", now)
    assert isinstance(claimed, CallInProgress)
    return claimed


def test_an_arriving_call_gets_a_stream_a_redirect_and_the_offices_tail() -> None:
    story = Story()
    answer = ask(make(story=story))
    assert answer.is_new
    assert answer.call is not None
    assert (answer.call.call_id, answer.call.session_id) == ("call-0", "HD_1")
    assert (answer.call.caller, answer.call.office_id) == (AMINA, "law")
    stream = stream_of(answer)
    assert stream.url == "wss://office.example/ws/media/node-1?call=call-0&token=token-0"
    assert stream.status_callback == "https://office.example/voice/stream-status?call=call-0"
    assert answer.actions[1:] == (
        Redirect("https://office.example/voice/continue?call=call-0&after=stream", "POST"),
        *fallback_actions(OFFICE.fallback),
    )
    assert story.told == ["on_arrival"]


def test_two_posts_racing_for_one_session_get_one_document() -> None:
    story = Story()
    calls = make(story=story)
    first, second = ask(calls), ask(calls)
    assert first.actions == second.actions
    assert second.call is first.call
    assert not second.is_new
    assert story.told == ["on_arrival"]
    open_media(calls, first)
    assert ask(calls, now=1.0).actions == ()
    assert len(calls.live) == 1


def test_the_fallback_as_the_office_chose() -> None:
    (say, record) = fallback_actions(Fallback(say="Later."))
    assert isinstance(say, Say)
    assert say.text == "Later."
    assert isinstance(record, Record)
    dial = fallback_actions(Fallback(then=TailKind.DIAL, dial=AMINA))[1]
    assert isinstance(dial, Dial)
    assert dial.numbers == (AMINA,)
    assert isinstance(fallback_actions(Fallback(then=TailKind.DIAL))[1], Record)


@pytest.mark.parametrize(
    ("answer_with", "actions"),
    [(UnknownNumberAnswer.SAY, (Say, Hangup)), (UnknownNumberAnswer.REJECT, (Reject,))],
)
def test_an_unknown_number(answer_with: UnknownNumberAnswer, actions: tuple[type, ...]) -> None:
    calls = make(CallsSettings(unknown_number=answer_with))
    answer = ask(calls, replace(RINGING, dialled=E164("+254209999999")))
    assert tuple(map(type, answer.actions)) == actions
    assert answer.refusal is Refusal.UNKNOWN_NUMBER
    assert answer.call is None
    assert not calls.live


def test_an_untold_number_is_the_only_offices_and_nobodys_among_two() -> None:
    untold = replace(RINGING, dialled=None)
    assert isinstance(ask(make(), untold).actions[0], Stream)
    other = Office(
        id=OfficeId("clinic"),
        name="Clinic",
        numbers=(E164("+254209000001"),),
        greeting="",
        notice="",
    )
    two = make(offices=(OFFICE, other))
    assert ask(two, untold).refusal is Refusal.UNKNOWN_NUMBER
    clinic = ask(two, replace(RINGING, dialled=E164("+254209000001"))).call
    assert clinic is not None
    assert clinic.office_id == "clinic"


def test_a_full_house_hears_the_fallback_and_room_is_made_by_an_end() -> None:
    story = Story()
    calls = make(CallsSettings(admission=AdmissionSettings(most_calls=1)), story)
    first = ask(calls)
    second = ask(calls, replace(RINGING, session_id="HD_2"))
    assert second.refusal is Refusal.FULL_HOUSE
    assert second.actions == fallback_actions(OFFICE.fallback)
    assert story.told == ["on_arrival", "on_refused"]
    assert ask(calls, replace(RINGING, session_id="HD_2"), 1.0).actions == second.actions
    assert first.call is not None
    calls.end(first.call.call_id, 2.0)
    assert isinstance(ask(calls, replace(RINGING, session_id="HD_3"), 3.0).actions[0], Stream)


def test_draining_new_calls_get_the_fallback_and_old_ones_go_on() -> None:
    calls = make()
    first = ask(calls)
    calls.begin_drain()
    assert ask(calls, replace(RINGING, session_id="HD_2")).refusal is Refusal.DRAINING
    open_media(calls, first)
    assert ask(calls, STOPPED, 1.0).actions == ()
    calls.arm_hangup(CallId("call-0"))
    assert ask(calls, ANSWERED, 2.0, after=After.STREAM).actions == (Hangup(),)


def test_one_number_that_rings_too_often_is_busy_and_others_are_not() -> None:
    office = Office(
        id=OfficeId("law"),
        name="Law",
        numbers=(OURS,),
        greeting="",
        notice="",
        call_cap_per_number_per_minute=2,
    )
    calls = make(offices=(office,))

    def ring(n: int, now: float, caller: E164 | None = AMINA) -> Answer:
        return ask(calls, replace(RINGING, session_id=f"HD_{n}", caller=caller), now)

    assert ring(1, 0.0).refusal is None
    assert ring(2, 1.0).refusal is None
    third = ring(3, 2.0)
    assert third.actions == (Reject(RejectReason.BUSY),)
    assert third.refusal is Refusal.TOO_MANY
    again = replace(COMPLETED, session_id="HD_3")
    assert ask(calls, again, 3.0).actions == ()  # the end of the refused call is no new ring
    assert ring(4, 3.0, E164("+254722000002")).refusal is None
    assert ring(5, 61.5).refusal is None


def test_a_blocked_number_gets_the_busy_tone_however_it_is_written() -> None:
    office = Office(
        id=OfficeId("law"),
        name="Law",
        numbers=(OURS,),
        greeting="",
        notice="",
        blocked=(AMINA,),
    )
    calls = make(offices=(office,))
    refused = ask(calls, replace(RINGING, session_id="HD_1", caller=AMINA), 0.0)
    assert refused.actions == (Reject(RejectReason.BUSY),)
    assert refused.refusal is Refusal.BLOCKED
    other = ask(calls, replace(RINGING, session_id="HD_2", caller=None), 0.0)
    assert other.refusal is None


def test_the_ring_rate_forgets_the_oldest_numbers() -> None:
    rate = RingRate()
    for n in range(25_000):
        assert rate.ring(str(n), 1, 0.0)
    assert rate.ring("0", 1, 1.0)
    assert not rate.ring("24999", 1, 1.0)


# --- media tokens ------------------------------------------------------------------------------


def test_a_token_is_good_once_soon_and_for_its_call_and_node() -> None:
    calls = make()
    answer = ask(calls)
    token = token_of(answer)
    assert calls.claim_media(token, "call-0", "node-2", 1.0) is MediaRefusal.WRONG_NODE
    assert calls.claim_media(token, "call-9", "node-1", 1.0) is MediaRefusal.UNKNOWN_CALL
    assert calls.claim_media("token-9", "call-0", "node-1", 1.0) is MediaRefusal.WRONG_TOKEN
    assert calls.claim_media("", "call-0", "node-1", 1.0) is MediaRefusal.WRONG_TOKEN
    assert calls.claim_media("é", "call-0", "node-1", 1.0) is MediaRefusal.WRONG_TOKEN
    assert isinstance(calls.claim_media(token, "call-0", "node-1", 1.0), CallInProgress)
    assert calls.claim_media(token, "call-0", "node-1", 1.1) is MediaRefusal.TOKEN_USED


def test_a_token_expires_and_dies_with_its_call() -> None:
    calls = make()
    answer = ask(calls)
    assert calls.claim_media(token_of(answer), "call-0", "node-1", 12.5) is (
        MediaRefusal.TOKEN_EXPIRED
    )
    calls = make()
    answer = ask(calls)
    ask(calls, COMPLETED, 1.0)
    assert calls.claim_media(token_of(answer), "call-0", "node-1", 2.0) is MediaRefusal.CALL_OVER


def test_tokens_are_long_and_never_the_same() -> None:
    calls = CallsInProgress(CallsSettings(), URLS, (OFFICE,))
    tokens = {token_of(ask(calls, replace(RINGING, session_id=str(n)))) for n in range(6)}
    assert len(tokens) == 6
    assert all(len(token) >= 32 for token in tokens)


def test_a_stream_that_nobody_opens_is_swept_and_the_house_has_room() -> None:
    story = Story()
    calls = make(story=story)
    ask(calls)
    calls.sweep(11.5)
    assert len(calls.live) == 1
    calls.sweep(12.5)
    assert not calls.live
    assert story.told == ["on_arrival", "on_never_opened"]
    assert ask(calls, ANSWERED, 13.0).actions == ()


def test_an_answer_that_is_asked_for_again_gives_the_socket_its_time_again() -> None:
    calls = make()
    first = ask(calls)
    assert ask(calls, now=7.0).actions == first.actions
    calls.sweep(18.0)
    assert isinstance(calls.claim_media(token_of(first), "call-0", "node-1", 18.5), CallInProgress)


FAILED = replace(RINGING, state=CallState.STREAM_ERROR, state_text="StreamError")


@pytest.mark.parametrize("by_voice_url", [True, False])
def test_a_stream_that_is_said_to_have_failed_is_not_waited_for_as_long(by_voice_url: bool) -> None:
    story = Story()
    calls = make(story=story)
    answer = ask(calls)
    if by_voice_url:
        ask(calls, FAILED, 1.0)
    else:
        calls.note(FAILED, 1.0, call_id="call-0")
    calls.sweep(4.5)
    assert len(calls.live) == 1
    calls.sweep(5.5)
    assert not calls.live
    assert story.told[-1] == "on_never_opened"
    refused = calls.claim_media(token_of(answer), "call-0", "node-1", 5.6)
    assert isinstance(refused, MediaRefusal)


def test_the_verbs_behind_a_stream_that_failed_may_still_run() -> None:
    calls = make()
    ask(calls)
    ask(calls, FAILED, 1.0)
    went_on = ask(calls, ANSWERED, 2.0, call_id="call-0", after=After.STREAM)
    assert went_on.actions == fallback_actions(OFFICE.fallback)
    calls.sweep(6.0)
    assert calls.find("call-0") is not None


def test_an_error_of_a_stream_that_is_open_or_was_before_it_changes_nothing() -> None:
    calls = make()
    call = open_media(calls, ask(calls))
    ask(calls, FAILED, 1.0)
    calls.sweep(20.0)
    assert call in calls.live
    calls.arm_handoff(call.call_id, HANDOFF)
    ask(calls, ANSWERED, 21.0, call_id="call-0", after=After.STREAM)
    back = ask(calls, ANSWERED, 30.0, call_id="call-0", after=After.DIAL)
    calls.note(FAILED, 30.5, call_id="call-0")
    calls.sweep(36.0)
    assert isinstance(calls.claim_media(token_of(back), "call-0", "node-1", 37.0), CallInProgress)


def test_calls_are_remembered_for_an_hour_and_then_forgotten() -> None:
    calls = make()
    open_media(calls, ask(calls))
    calls.end(CallId("call-0"), 60.0)
    calls.sweep(3000.0)
    assert ask(calls, COMPLETED, 3001.0).actions == ()
    calls.sweep(3001.0 + 3601.0)
    assert calls.find("call-0") is None


def test_memory_is_bounded_and_live_calls_are_never_forgotten() -> None:
    calls = make(CallsSettings(most_remembered=3, admission=AdmissionSettings(most_calls=100)))
    open_media(calls, ask(calls))
    for n in range(2, 12):
        caller = E164(f"+2547220000{n:02}")
        answer = ask(calls, replace(RINGING, session_id=f"HD_{n}", caller=caller))
        assert answer.call is not None
        calls.end(answer.call.call_id, 1.0)
    calls.sweep(2.0)
    assert calls.find("call-0") is not None
    assert sum(calls.find(f"call-{n}") is not None for n in range(11)) == 3


# --- hand-off ------------------------------------------------------------------------------------

HANDOFF: tuple[Action, ...] = (
    Say("Connecting you now."),
    Dial((E164("+254722000009"),), timeout_s=20),
)


def test_a_handoff_in_vain_brings_one_more_stream_with_a_fresh_token() -> None:
    story = Story()
    calls = make(story=story)
    first = ask(calls)
    call = open_media(calls, first)
    calls.arm_handoff(call.call_id, HANDOFF)
    assert call.armed == HANDOFF
    served = ask(calls, STOPPED, 10.0)
    redirect = Redirect("https://office.example/voice/continue?call=call-0&after=dial", "POST")
    assert served.actions == (*HANDOFF, redirect)
    assert call.handoff_served_at == 10.0
    back = ask(calls, ANSWERED, 31.0, call_id="call-0", after=After.DIAL)
    assert token_of(back) != token_of(first)
    assert stream_of(back).name != stream_of(first).name  # a closed fork's name stays taken
    assert stream_of(back).url.startswith("wss://office.example/ws/media/node-1?call=call-0&")
    assert call.handoff_outcome is DialOutcome.IN_DOUBT
    assert open_media(calls, back, 31.5) is call
    assert call.came_back
    assert ask(calls, ANSWERED, 32.0).actions == ()
    assert story.told.count("on_handoff_served") == 1
    assert story.told.count("on_handoff_ended") == 1
    assert isinstance(ask(calls, ANSWERED, 50.0, after=After.RETURN).actions[0], Say)
    assert story.told[-2:] == ["on_went_on", "on_lifecycle"]


def test_a_handoff_that_connected_is_hung_up() -> None:
    calls = make()
    call = open_media(calls, ask(calls))
    calls.arm_handoff(call.call_id, HANDOFF)
    ask(calls, ANSWERED, 10.0, after=After.STREAM)
    spoken = replace(ANSWERED, dial_outcome=DialOutcome.CONNECTED)
    assert ask(calls, spoken, 100.0, after=After.DIAL).actions == (Hangup(),)
    assert call.handoff_outcome is DialOutcome.CONNECTED


def test_a_handoff_taken_back() -> None:
    calls = make()
    call = open_media(calls, ask(calls))
    calls.arm_handoff(call.call_id, HANDOFF)
    assert calls.disarm_handoff(call.call_id)
    assert call.armed is None
    assert ask(calls, STOPPED, 10.0).actions == ()


# --- posts without an id, and to other URLs -------------------------------------------------------


def test_a_call_without_a_session_id_is_given_one_and_found_by_its_numbers() -> None:
    calls = make()
    nameless = replace(RINGING, session_id="")
    first = ask(calls, nameless)
    assert first.call is not None
    assert first.call.session_id == "nameless-call-0"
    assert "call=call-0" in stream_of(first).url
    assert ask(calls, nameless, 0.5).actions == first.actions
    open_media(calls, first)
    assert ask(calls, replace(COMPLETED, session_id=""), 30.0).actions == ()
    assert first.call.state is Phase.OVER


def test_two_nameless_callers_who_withhold_their_numbers_are_two_calls() -> None:
    calls = make()
    unknown = VoiceCallback()
    assert stream_of(ask(calls, unknown)).url != stream_of(ask(calls, unknown)).url
    started = VoiceCallback(state=CallState.STREAM_STARTED, state_text="StreamStarted")
    assert ask(calls, started).actions == ()
    over = VoiceCallback(state=CallState.COMPLETED, state_text="Completed", is_active=False)
    ask(calls, over)
    assert {call.state for call in calls.live} == {Phase.OFFERED}  # nobody else's call was ended


def test_other_posts_are_noted_by_session_or_by_our_id() -> None:
    story = Story()
    calls = make(story=story)
    ask(calls)
    assert calls.note(STOPPED, 1.0)
    assert calls.note(VoiceCallback(), 1.0, call_id="call-0")
    assert not calls.note(replace(STOPPED, session_id="HD_9"), 1.0)
    assert story.told == ["on_arrival", "on_lifecycle", "on_lifecycle"]


def test_the_continue_url_after_our_restart_gives_the_fallback() -> None:
    story = Story()
    answer = ask(make(story=story), ANSWERED, after=After.STREAM)
    assert answer.actions == fallback_actions(OFFICE.fallback)
    assert story.told == ["on_refused"]


def test_a_hook_that_raises_does_not_cost_the_caller_the_answer() -> None:
    def broken(_call: CallInProgress) -> None:
        raise RuntimeError("the database is gone")

    calls = CallsInProgress(CallsSettings(), URLS, (OFFICE,), CallHooks(on_arrival=broken))
    with structlog.testing.capture_logs() as logs:
        assert isinstance(ask(calls).actions[0], Stream)
    assert [line["event"] for line in logs] == ["call_hook_failed"]


def test_end_of_an_unknown_call_is_nothing() -> None:
    make().end(CallId("call-9"), 0.0)


def test_a_post_about_a_call_that_is_long_over_begins_no_new_one() -> None:
    story = Story()
    calls = make(story=story)
    calls.know_of_before((), past=["HD_1"])
    for late in (RINGING, ANSWERED, STOPPED, COMPLETED):
        assert ask(calls, late).actions == ()
    went_on = ask(calls, ANSWERED, after=After.DIAL)
    assert went_on.actions == fallback_actions(OFFICE.fallback)  # should somebody wait for it
    assert story.told == []
    assert calls.live == []


def test_a_call_that_was_forgotten_is_past_too() -> None:
    calls = make()
    answer = ask(calls)
    assert answer.call is not None
    calls.end(answer.call.call_id, 1.0)
    calls.sweep(2.0 + calls.settings.remembered_s)
    assert ask(calls, COMPLETED, 5_000.0).actions == ()


def test_an_event_ends_a_call_and_takes_no_document() -> None:
    story = Story()
    calls = make(story=story)
    call = open_media(calls, ask(calls))
    calls.arm_handoff(call.call_id, (Hangup(),))
    assert calls.note(STOPPED, 1.0, may_end=True)
    phases = [call.state]
    assert calls.note(COMPLETED, 2.0)  # a stream's status: it does not say that the call is over
    phases.append(call.state)
    assert calls.note(COMPLETED, 2.0, may_end=True)
    assert calls.note(COMPLETED, 3.0, may_end=True)
    assert [*phases, call.state] == [Phase.ARMED, Phase.ARMED, Phase.OVER]
    assert story.told.count("on_lifecycle") == 3
    assert not calls.note(replace(COMPLETED, session_id="HD_9"), 4.0, may_end=True)


def test_a_cap_of_the_day_turns_callers_to_the_fallback() -> None:
    story = Story()
    calls = make(story=story)
    calls.may_begin = lambda _call: False
    answer = ask(calls)
    assert answer.refusal is Refusal.CAP_REACHED
    assert answer.actions == fallback_actions(OFFICE.fallback)
    assert story.told == ["on_refused"]
