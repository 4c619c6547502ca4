"""The rules of one platform session. Each test is a story of posts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.telephony.actions import Dial, Hangup, Record, Redirect, Say, Stream, Track
from mapokezi.telephony.callbacks import CallState, DialOutcome, VoiceCallback
from mapokezi.telephony.urls import After
from mapokezi.telephony.visit import (
    Phase,
    Reply,
    Visit,
    VisitSettings,
)
from mapokezi.telephony.visit_documents import (
    HANGUP_DOCUMENT,
    StreamForm,
    handoff_document,
    stream_document,
)


def post(state: str, *, active: bool | None = True, **more: object) -> VoiceCallback:
    """A post, as the real platform spells its states."""
    callback = VoiceCallback(
        session_id="HD_1f2e3d4c5b6a",
        state=CallState(state.lower()),
        state_text=state,
        is_active=active,
    )
    return replace(callback, **more)  # type: ignore[arg-type]


RINGING = post("Ringing")
ANSWERED = post("Answered")
STARTED = post("StreamStarted")
STOPPED = post("StreamStopped")
COMPLETED = post("Completed", active=False, duration_s=31)


def talking() -> Visit:
    visit = Visit()
    assert visit.receive(RINGING, 0.0) is Reply.STREAM
    visit.media_opened()
    return visit


def test_a_whole_call_gets_one_stream() -> None:
    visit = Visit()
    replies = [visit.receive(RINGING, 0.0)]
    visit.media_opened()
    replies += [visit.receive(one, at) for one, at in ((ANSWERED, 0.1), (STARTED, 0.2))]
    replies += [visit.receive(STOPPED, 60.0), visit.receive(COMPLETED, 60.1)]
    assert replies == [Reply.STREAM, Reply.EMPTY, Reply.EMPTY, Reply.EMPTY, Reply.EMPTY]
    assert visit.phase is Phase.OVER
    assert visit.receive(COMPLETED, 4000.0) is Reply.EMPTY


def test_a_first_post_that_says_completed_gets_a_stream_and_the_real_end_does_not() -> None:
    visit = Visit()
    first = post("Completed", active=False, duration_s=0)
    assert visit.receive(first, 0.0) is Reply.STREAM
    assert visit.receive(first, 1.0) is Reply.AGAIN
    visit.media_opened()
    assert visit.receive(COMPLETED, 31.0) is Reply.EMPTY
    assert visit.phase is Phase.OVER


def test_a_post_delivered_twice_gets_the_same_document_until_the_socket_opens() -> None:
    visit = Visit()
    assert visit.receive(RINGING, 0.0) is Reply.STREAM
    assert visit.receive(RINGING, 0.0) is Reply.AGAIN
    assert visit.receive(RINGING, 7.9) is Reply.AGAIN
    assert visit.receive(RINGING, 8.1) is Reply.EMPTY
    visit = talking()
    assert visit.receive(RINGING, 1.0) is Reply.EMPTY


def test_a_lifecycle_post_is_no_duplicate_of_the_first() -> None:
    visit = Visit()
    visit.receive(RINGING, 0.0)
    assert visit.receive(ANSWERED, 0.5) is Reply.EMPTY
    assert visit.receive(STARTED, 0.6) is Reply.EMPTY
    assert visit.phase is Phase.OFFERED


def test_a_caller_who_hangs_up_before_the_socket_opens() -> None:
    visit = Visit()
    visit.receive(RINGING, 0.0)
    assert visit.receive(COMPLETED, 2.0) is Reply.EMPTY
    assert visit.phase is Phase.OVER


def test_a_stream_event_of_a_session_from_before_our_start_gets_no_stream() -> None:
    visit = Visit()
    assert visit.receive(STARTED, 0.0) is Reply.EMPTY
    assert visit.receive(ANSWERED, 1.0) is Reply.EMPTY


def test_a_platform_that_goes_on_behind_the_stream_gets_the_offices_fallback() -> None:
    for visit in (talking(), Visit()):
        assert visit.receive(ANSWERED, 9.0, After.STREAM) is Reply.FALLBACK
        assert visit.receive(ANSWERED, 9.5, After.STREAM) is Reply.AGAIN
        assert visit.receive(ANSWERED, 60.0, After.STREAM) is Reply.HANGUP
        assert visit.receive(STOPPED, 61.0) is Reply.EMPTY


def test_after_a_goodbye_whatever_goes_on_is_hung_up() -> None:
    visit = talking()
    visit.say_goodbye()
    assert visit.receive(STARTED, 10.0) is Reply.EMPTY
    assert visit.receive(STOPPED, 10.0) is Reply.HANGUP
    assert visit.receive(ANSWERED, 10.1, After.STREAM) is Reply.HANGUP
    assert visit.receive(ANSWERED, 10.2) is Reply.HANGUP
    assert visit.receive(COMPLETED, 10.3) is Reply.EMPTY
    assert visit.receive(ANSWERED, 10.4, After.STREAM) is Reply.HANGUP


def armed(timeout_s: int | None = 20) -> Visit:
    visit = talking()
    visit.arm_handoff(timeout_s)
    return visit


def test_handoff_on_a_platform_that_posts_when_the_stream_stops() -> None:
    visit = armed()
    assert visit.receive(STARTED, 10.0) is Reply.EMPTY
    assert visit.receive(STOPPED, 10.1) is Reply.HANDOFF
    assert visit.receive(STOPPED, 10.2) is Reply.AGAIN  # delivered twice
    assert visit.receive(ANSWERED, 12.0) is Reply.EMPTY  # the colleague's phone rings
    no_answer = post("Answered", dial_outcome=DialOutcome.NO_ANSWER)
    assert visit.receive(no_answer, 31.0) is Reply.RETURN_STREAM
    assert visit.handoff_outcome is DialOutcome.NO_ANSWER
    assert visit.receive(no_answer, 31.1) is Reply.AGAIN
    visit.media_opened()
    assert str(visit.phase) == "talking"
    assert visit.receive(no_answer, 31.5) is Reply.EMPTY  # exactly one more


def test_handoff_on_a_platform_that_runs_the_next_verb() -> None:
    visit = armed()
    assert visit.receive(ANSWERED, 10.0, After.STREAM) is Reply.HANDOFF
    assert visit.receive(ANSWERED, 32.0, After.DIAL) is Reply.RETURN_STREAM
    assert visit.handoff_outcome is DialOutcome.IN_DOUBT, "a short talk looks the same"


def test_the_word_of_a_dial_may_come_after_the_question_behind_it() -> None:
    visit = armed()
    assert visit.receive(ANSWERED, 10.0, After.STREAM) is Reply.HANDOFF
    assert visit.receive(ANSWERED, 14.0, After.DIAL) is Reply.RETURN_STREAM
    assert visit.receive(post("busy"), 14.1) is Reply.AGAIN
    assert visit.handoff_outcome is DialOutcome.BUSY
    visit.media_opened()
    again = post("Answered", dial_outcome=DialOutcome.NO_ANSWER)
    assert visit.receive(again, 15.0) is Reply.EMPTY
    assert visit.handoff_outcome is DialOutcome.BUSY, "what was told first stands"


def test_handoff_on_a_platform_that_posts_first_and_then_runs_the_next_verb() -> None:
    visit = armed()
    assert visit.receive(STOPPED, 10.0) is Reply.HANDOFF
    assert visit.receive(ANSWERED, 10.3, After.STREAM) is Reply.HANDOFF
    busy = post("busy", active=True)
    assert visit.receive(busy, 14.0) is Reply.RETURN_STREAM
    assert visit.receive(ANSWERED, 14.1, After.DIAL) is Reply.AGAIN
    assert visit.handoff_outcome is DialOutcome.BUSY


def test_a_conversation_with_the_colleague_is_followed_by_a_hang_up() -> None:
    visit = armed()
    visit.receive(STOPPED, 10.0)
    spoken = post("Answered", dial_outcome=DialOutcome.CONNECTED)
    assert visit.receive(spoken, 200.0) is Reply.HANGUP
    assert visit.handoff_outcome is DialOutcome.CONNECTED


def test_a_colleague_who_picks_up_and_hangs_up_at_once_has_declined() -> None:
    visit = armed()
    visit.receive(STOPPED, 10.0)
    dropped = post("Answered", dial_outcome=DialOutcome.CONNECTED, dial_duration_s=1)
    assert visit.receive(dropped, 14.0) is Reply.RETURN_STREAM
    assert visit.handoff_outcome is DialOutcome.DECLINED
    assert visit.receive(dropped, 14.1, After.DIAL) is Reply.AGAIN


def test_a_short_talk_is_one() -> None:
    visit = armed()
    visit.receive(STOPPED, 10.0)
    spoken = post("Answered", dial_outcome=DialOutcome.CONNECTED, dial_duration_s=4)
    assert visit.receive(spoken, 17.0) is Reply.HANGUP
    assert visit.handoff_outcome is DialOutcome.CONNECTED


def test_a_dial_that_took_longer_than_it_may_ring_was_a_conversation() -> None:
    visit = armed(20)
    visit.receive(ANSWERED, 10.0, After.STREAM)
    assert visit.receive(ANSWERED, 10.0 + 20 + 16, After.DIAL) is Reply.HANGUP
    assert visit.handoff_outcome is DialOutcome.CONNECTED


def test_the_call_ends_within_the_dialled_leg() -> None:
    visit = armed()
    visit.receive(STOPPED, 10.0)
    over = post("Completed", active=False, dial_outcome=DialOutcome.CONNECTED)
    assert visit.receive(over, 90.0) is Reply.EMPTY
    assert visit.handoff_outcome is DialOutcome.CONNECTED
    visit = armed()
    visit.receive(STOPPED, 10.0)
    assert visit.receive(COMPLETED, 15.0) is Reply.EMPTY
    assert visit.handoff_outcome is None  # nothing tells


def test_the_caller_hangs_up_while_the_handoff_is_armed() -> None:
    visit = armed()
    assert visit.receive(COMPLETED, 11.0) is Reply.EMPTY
    assert visit.phase is Phase.OVER


def test_a_handoff_is_taken_back_if_the_platform_did_nothing() -> None:
    visit = armed()
    assert visit.disarm_handoff()
    assert visit.phase is Phase.TALKING
    assert visit.receive(ANSWERED, 12.0, After.STREAM) is Reply.FALLBACK
    visit = armed()
    visit.receive(STOPPED, 10.0)
    assert not visit.disarm_handoff()


def test_a_second_handoff_after_a_return_arms_one_more_stream() -> None:
    visit = armed()
    visit.receive(STOPPED, 10.0)
    assert visit.receive(ANSWERED, 31.0, After.DIAL) is Reply.RETURN_STREAM
    visit.media_opened()
    visit.arm_handoff(20)
    assert visit.receive(ANSWERED, 60.0, After.RETURN) is Reply.HANDOFF
    assert visit.receive(ANSWERED, 81.0, After.DIAL) is Reply.RETURN_STREAM


def test_the_media_of_a_return_is_lost() -> None:
    visit = armed()
    visit.receive(STOPPED, 10.0)
    visit.receive(ANSWERED, 31.0, After.DIAL)
    assert visit.receive(ANSWERED, 40.0, After.RETURN) is Reply.FALLBACK


def test_a_first_post_that_was_refused() -> None:
    visit = Visit(VisitSettings(duplicate_s=5))
    visit.fall_back(RINGING, 0.0)
    assert visit.receive(RINGING, 1.0) is Reply.AGAIN
    assert visit.receive(ANSWERED, 2.0) is Reply.EMPTY
    assert visit.receive(COMPLETED, 30.0) is Reply.EMPTY


POSTS = st.sampled_from([RINGING, ANSWERED, STARTED, STOPPED, COMPLETED, post("busy", active=None)])
AFTERS = st.sampled_from([None, None, None, *After])
DEEDS = st.sampled_from(["post", "post", "open", "arm", "disarm", "goodbye", "end"])


@given(st.lists(st.tuples(DEEDS, POSTS, AFTERS, st.floats(0, 40))))
def test_no_story_gives_more_streams_than_it_armed(
    story: list[tuple[str, VoiceCallback, After | None, float]],
) -> None:
    visit, now, streams, arms = Visit(), 0.0, 0, 0
    for deed, callback, after, step in story:
        now += step
        if deed == "post":
            reply = visit.receive(callback, now, after)
            streams += reply in (Reply.STREAM, Reply.RETURN_STREAM)
            if reply is Reply.AGAIN:
                assert visit.phase in (
                    Phase.OFFERED,
                    Phase.RETURNING,
                    Phase.PASSING,
                    Phase.FALLEN,
                )
        elif deed == "open":
            visit.media_opened()
        elif deed == "arm":
            visit.arm_handoff(20)
            arms += visit.phase is Phase.ARMED
        elif deed == "disarm":
            visit.disarm_handoff()
        elif deed == "goodbye":
            visit.say_goodbye()
        else:
            visit.end()
        assert streams <= 1 + arms


def test_the_documents() -> None:
    tail = (Say("Leave a message."), Record())
    document = stream_document(StreamForm(), "wss://m", "https://s", "https://c", tail)
    stream = document[0]
    assert isinstance(stream, Stream)
    assert stream.connect is True
    assert stream.track is Track.INBOUND
    assert stream.output_sampling_rate_hz == stream.bidirectional_sampling_rate_hz == 16_000
    assert document[1:] == (Redirect("https://c", "POST"), *tail)
    bare = stream_document(StreamForm(redirect_behind=False), "wss://m", "s", "c", tail)
    assert bare[1:] == tail
    dial = (Say("Connecting you."), Dial(("+254722000000",)))
    assert handoff_document(dial, "https://c") == (*dial, Redirect("https://c", "POST"))
    assert (Hangup(),) == HANGUP_DOCUMENT


def test_the_narrow_band_is_only_toward_us() -> None:
    form = StreamForm(track=Track.BOTH, output_rate_hz=8_000)
    (stream, *_) = stream_document(form, "m", "s", "c", ())
    assert isinstance(stream, Stream)
    assert (stream.output_sampling_rate_hz, stream.bidirectional_sampling_rate_hz) == (8000, 16000)
    assert stream.track is Track.BOTH


@pytest.mark.parametrize("phase_posts", [[RINGING], [RINGING, ANSWERED]])
def test_end_is_final(phase_posts: list[VoiceCallback]) -> None:
    visit = Visit()
    for one in phase_posts:
        visit.receive(one, 0.0)
    visit.end()
    visit.say_goodbye()
    assert visit.phase is Phase.OVER


def test_an_event_ends_a_call_once_whatever_phase_it_is_in() -> None:
    visit = talking()
    assert visit.told_over(COMPLETED, 60.0)
    assert visit.phase is Phase.OVER
    assert not visit.told_over(COMPLETED, 61.0)
    assert not Visit().told_over(COMPLETED, 0.0)  # nothing is known of it yet


def test_an_event_that_repeats_the_first_post_ends_nothing() -> None:
    visit = Visit()
    assert visit.receive(COMPLETED, 0.0) is Reply.STREAM  # the first post may say so
    assert not visit.told_over(COMPLETED, 0.5)
    assert visit.phase is Phase.OFFERED
    assert visit.told_over(replace(COMPLETED, duration_s=32), 1.0)


def test_an_event_that_ends_a_call_in_its_hand_off_tells_what_came_of_it() -> None:
    visit = talking()
    visit.arm_handoff(20)
    assert visit.receive(STOPPED, 10.0) is Reply.HANDOFF
    told = replace(COMPLETED, dial_outcome=DialOutcome.CONNECTED)
    assert visit.told_over(told, 30.0)
    assert visit.handoff_outcome is DialOutcome.CONNECTED


def test_how_long_a_dialled_leg_talked_is_kept_until_the_next_hand_off() -> None:
    visit = talking()
    visit.arm_handoff(20)
    visit.receive(STOPPED, 10.0)
    known = [visit.dialled_s]
    ended = post("Answered", dial_outcome=DialOutcome.BUSY, dial_duration_s=0)
    assert visit.receive(ended, 20.0, After.DIAL) is Reply.RETURN_STREAM
    known.append(visit.dialled_s)
    visit.media_opened()
    visit.arm_handoff(20)
    assert [*known, visit.dialled_s] == [None, 0, None]


# -- rounds --


def _passing(*timeouts: int) -> Visit:
    visit = Visit()
    visit.receive(VoiceCallback(state=CallState.RINGING, state_text="Ringing"), 0.0)
    visit.media_opened()
    visit.arm_handoff(*timeouts)
    assert visit.receive(VoiceCallback(), 10.0, After.STREAM) is Reply.HANDOFF
    return visit


def _dial_ended(outcome: DialOutcome) -> VoiceCallback:
    return VoiceCallback(dial_outcome=outcome)


def test_a_round_in_vain_brings_the_next_and_the_last_one_the_stream() -> None:
    visit = _passing(20, 20)
    busy = _dial_ended(DialOutcome.BUSY)
    assert visit.receive(busy, 12.0, After.DIAL, 0) is Reply.NEXT_ROUND
    assert visit.round_outcome is DialOutcome.BUSY
    assert visit.handoff_outcome is None
    assert visit.receive(busy, 15.0, After.DIAL, 1) is Reply.RETURN_STREAM
    assert visit.handoff_outcome is DialOutcome.BUSY


def test_a_round_that_is_answered_is_the_last() -> None:
    visit = _passing(20, 20)
    reply = visit.receive(_dial_ended(DialOutcome.CONNECTED), 60.0, After.DIAL, 0)
    assert reply is Reply.HANGUP


def test_a_round_in_doubt_is_the_last() -> None:
    visit = _passing(20, 20)
    assert visit.receive(VoiceCallback(), 15.0, After.DIAL, 0) is Reply.RETURN_STREAM


@pytest.mark.parametrize("question_first", [True, False])
def test_the_end_of_a_round_told_twice_is_one_end(question_first: bool) -> None:
    visit = _passing(20, 20)
    told = _dial_ended(DialOutcome.NO_ANSWER)
    by_question = (told, 30.0, After.DIAL, 0)
    by_post = (told, 30.2, None, None)
    first, second = (by_question, by_post) if question_first else (by_post, by_question)
    assert visit.receive(*first) is Reply.NEXT_ROUND
    assert visit.receive(*second) is Reply.AGAIN
    assert visit.round == 1
    assert visit.receive(told, 31.5, After.DIAL, 0) is Reply.AGAIN, "however late"
    assert visit.receive(told, 52.0, After.DIAL, 1) is Reply.RETURN_STREAM


def test_a_visit_may_begin_at_somebodys_own_telephone() -> None:
    visit = Visit()
    arrival = VoiceCallback(state=CallState.RINGING, state_text="Ringing")
    visit.pass_at_once(arrival, 0.0, 25)
    assert visit.phase is Phase.PASSING
    assert visit.receive(arrival, 1.0) is Reply.AGAIN, "delivered twice"
    assert visit.receive(_dial_ended(DialOutcome.NO_ANSWER), 25.0, After.DIAL) is (
        Reply.RETURN_STREAM
    )
    visit.media_opened()
    assert str(visit.phase) == "talking"


# --- a call that is held in a room ----------------------------------------------------------------


def in_room(phase: Phase) -> Visit:
    visit = Visit()
    visit.receive(RINGING, 0.0)
    if phase is not Phase.OFFERED:
        visit.media_opened()
    if phase is Phase.JOINED:
        visit.join()
    assert visit.phase is phase
    return visit


def test_a_platform_without_rooms_gets_a_stream_that_holds_the_call() -> None:
    visit = in_room(Phase.OFFERED)
    assert visit.receive(RINGING, 0.1, After.ROOM) is Reply.STREAM
    assert visit.receive(RINGING, 0.2, After.ROOM) is Reply.AGAIN, "delivered twice"
    visit.media_opened()
    assert visit.phase is Phase.TALKING


def test_a_room_that_ends_while_we_talk_is_followed_by_a_stream() -> None:
    visit = in_room(Phase.TALKING)
    assert visit.receive(RINGING, 20.0, After.ROOM) is Reply.RETURN_STREAM
    assert visit.receive(RINGING, 20.1, After.ROOM) is Reply.AGAIN
    assert visit.phase is Phase.RETURNING


def test_who_talks_in_the_room_is_not_hung_up_by_late_words_of_our_stream() -> None:
    visit = in_room(Phase.JOINED)
    stopped = VoiceCallback(session_id="HD_1", state=CallState.STREAM_STOPPED)
    assert visit.receive(stopped, 21.0) is Reply.EMPTY
    assert visit.receive(RINGING, 22.0) is Reply.EMPTY
    assert visit.receive(RINGING, 90.0, After.ROOM) is Reply.HANGUP
    assert visit.receive(RINGING, 90.1, After.ROOM) is Reply.HANGUP


def test_a_talk_in_the_room_ends_with_the_call() -> None:
    visit = in_room(Phase.JOINED)
    over = VoiceCallback(session_id="HD_1", state=CallState.COMPLETED, is_active=False)
    assert visit.receive(over, 60.0) is Reply.EMPTY
    assert visit.phase is Phase.OVER
