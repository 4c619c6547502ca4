"""The local voice behind its seam: turns, rejoins, deeds, and every way in which speech fails."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapokezi.bridge.cascade_session import CascadeSession
from mapokezi.bridge.clerk_memory import ClerkMemory
from mapokezi.bridge.speaking import SentenceSounds
from mapokezi.bridge.voices import clerk_session
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.turns import Asked
from mapokezi.speech.errors import SpeechBusy
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerTurnRejoined,
    CallerVoiceStarted,
    CallerVoiceStopped,
    NotAnswered,
    ReplyCancelled,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    VoiceEvent,
    VoiceFailed,
    VoiceNoted,
    VoiceReady,
)
from mapokezi.voice.session import NotReached, PastTurn, SessionBriefing

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

FRAME = 640
LOUD = b"\1\1" * (FRAME // 2)


class Line:
    """A caller at one session after the other of the same call."""

    def __init__(self, kit: Any) -> None:
        self.words = kit.words()
        self.speech = kit.speech(self.words)
        self.memory = ClerkMemory(Clerk(kit.office()), kit.caller)
        self.sounds = SentenceSounds()
        self.events: list[VoiceEvent] = []
        self.on_event: Any = lambda event: None
        self.session: CascadeSession
        self.open()

    def open(self, history: tuple[PastTurn, ...] = (), **about: Any) -> None:
        self.session = clerk_session(self.speech, self.memory, self.sounds)
        briefing = SessionBriefing("", "+254722000001", history, **about)
        self.session.open(briefing, self.take)

    def take(self, event: VoiceEvent) -> None:
        self.events.append(event)
        self.on_event(event)

    async def live(self, pcm: bytes) -> None:
        for at in range(0, len(pcm), FRAME):
            self.session.caller_audio(pcm[at : at + FRAME])
            await asyncio.sleep(0.02)

    async def say(self, text: str, ms: int | None = None) -> None:
        await self.live(self.words.sound(text, ms))

    async def wait(self, seconds: float) -> None:
        await self.live(bytes(round(seconds * 50) * FRAME))

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def reply(self) -> str:
        """The words of the last item."""
        last = self.of(ReplyStarted)[-1].item_id
        return "".join(text.text for text in self.of(ReplyText) if text.item_id == last)


@pytest.fixture
async def line(kit: Any) -> Line:
    line = Line(kit)
    await line.wait(0.4)
    return line


async def test_a_turn_is_heard_and_answered(line: Line) -> None:
    await line.say("Where is your office?")
    await line.wait(2.0)
    assert line.events[0] == VoiceReady("local")
    (started,), (stopped,) = line.of(CallerVoiceStarted), line.of(CallerVoiceStopped)
    assert started.at_ms == 400
    assert stopped.at_ms == pytest.approx(400 + 21 * 60, abs=40)
    (final,) = [heard for heard in line.of(CallerHeard) if heard.final]
    assert final.text == "Where is your office?"
    (ended,) = line.of(CallerTurnEnded)
    assert ended.turn_id == final.turn_id
    (reply,) = line.of(ReplyStarted)
    assert reply.in_reply_to == ended.turn_id
    assert "Mwavuli House" in line.reply
    assert any(text.fact_ids for text in line.of(ReplyText))
    line.session.close()


async def test_the_clerk_is_told_what_the_words_mean(line: Line) -> None:
    heard: list[Any] = []
    hear = line.memory.clerk.hear

    def noting(state: Any, what: Any, now: Any) -> Any:
        heard.append(what)
        return hear(state, what, now)

    line.memory.clerk.hear = noting  # type: ignore[assignment, method-assign]
    await line.say("Where is your office?")
    await line.wait(2.0)
    (told,) = heard
    assert told.text == "Where is your office?"
    (meant,) = await line.speech.meanings([told.text])
    assert told.meaning.tolist() == meant.tolist()
    line.session.caller_digit("0")
    await line.wait(1.0)
    assert heard[-1].meaning is None
    line.session.close()


async def test_a_caller_who_goes_on_takes_the_reply_and_the_clerk_back(line: Line) -> None:
    before = line.memory.state
    await line.say("I would like to leave a message for Wanjiku Kamau.")
    await line.wait(1.1)
    assert line.of(CallerTurnEnded)
    assert line.memory.state is not before
    assert line.memory.state.draft is not None
    await line.say("Actually where is your office?")
    (rejoined,) = line.of(CallerTurnRejoined)
    assert rejoined.turn_id == line.of(CallerTurnEnded)[0].turn_id
    assert line.memory.state is before
    assert line.of(ReplyCancelled), "what was begun is taken back"
    await line.wait(2.0)
    last = line.of(CallerHeard)[-1]
    assert last.turn_id == rejoined.turn_id
    assert last.text.startswith("I would like")
    assert last.text.endswith("office?")
    line.session.close()


async def test_a_caller_who_goes_on_just_then_is_not_cut_short(line: Line) -> None:
    await line.say("Where is your office?")
    await line.wait(0.76)
    await line.live(LOUD * 10)
    assert line.of(CallerVoiceStarted)[1:], "the detector has told of it meanwhile"
    assert not line.of(CallerTurnEnded)
    await line.wait(2.0)
    assert len(line.of(CallerTurnEnded)) == 1
    line.session.close()


async def test_what_is_expected_is_rolled_back_with_the_state(line: Line) -> None:
    line.speech.speaks_in_s = 1.0
    line.session.caller_digit("5")  # not expected: given on at once
    await line.say("Please take a message for Brian Otieno.")
    await line.wait(1.2)
    asked = line.memory.state.asked
    assert asked is not Asked.HOW_CAN_I_HELP
    await line.say("wait a moment please")
    assert line.memory.state.asked is Asked.HOW_CAN_I_HELP
    line.session.close()


async def test_a_reply_that_was_heard_stands(line: Line) -> None:
    await line.say("Where is your office?")
    await line.wait(1.3)
    (reply,) = line.of(ReplyStarted)
    line.session.reply_audible(reply.item_id)
    await line.wait(0.5)
    await line.say("And is there parking?")
    await line.wait(2.0)
    assert not line.of(CallerTurnRejoined)
    assert len(line.of(CallerTurnEnded)) == 2
    line.session.close()


async def test_a_filler_that_was_heard_does_not_settle_the_turn(line: Line) -> None:
    line.speech.speaks_in_s = 3.0
    await line.say("Where is your office?")
    await line.wait(1.2)
    line.session.reply_audible("line-1-filler")
    await line.wait(0.5)
    await line.say("And is there parking?")
    assert line.of(CallerTurnRejoined)
    line.session.close()


async def test_a_cut_says_no_more_and_keeps_a_newer_turn_open(line: Line) -> None:
    await line.say("What kind of cases do you handle?")
    await line.wait(1.3)
    (old,) = line.of(ReplyStarted)
    line.session.reply_audible(old.item_id)
    await line.wait(0.4)

    def cut(event: VoiceEvent) -> None:
        """As the call does: the words show that the caller cuts in."""
        if isinstance(event, CallerHeard) and event.final:
            line.session.cut_reply(old.item_id, 500, "We deal")

    line.on_event = cut
    await line.say("Where is your office?")
    await line.wait(1.5)
    line.on_event = lambda event: None
    assert len(line.of(CallerTurnEnded)) == 2
    await line.say("I mean the new one")
    assert line.of(CallerTurnRejoined), "the turn that cut in can still go on"
    line.session.close()


async def test_a_cut_tells_that_what_was_begun_will_not_come(line: Line) -> None:
    line.speech.speaks_in_s = 1.0
    line.session.speak("A long sentence of ours.", "line-1")
    await line.wait(0.2)
    line.session.cut_reply("reply-0", 100, "")
    assert line.of(ReplyCancelled) == [ReplyCancelled("line-1")]
    line.session.close()


async def test_a_backchannel_is_not_answered(line: Line) -> None:
    await line.say("Okay.")
    await line.wait(2.0)
    assert [heard.text for heard in line.of(CallerHeard) if heard.final] == ["Okay."]
    assert not line.of(CallerTurnEnded), "nobody is to wait for a reply"
    assert not line.of(ReplyStarted)
    line.session.close()


async def test_a_turn_that_is_disregarded_as_its_words_come_is_not_answered(line: Line) -> None:
    line.speech.recognises_in_s = 1.5  # so words and end come at once

    def disregard(event: VoiceEvent) -> None:
        if isinstance(event, CallerHeard):
            line.session.disregard_turn(event.turn_id)

    line.on_event = disregard
    await line.say("Where is your office?")
    await line.wait(3.0)
    # The words came late, so that the caller was said to wait; that is taken back.
    ended = [event.turn_id for event in line.of(CallerTurnEnded)]
    assert ended == [event.turn_id for event in line.of(CallerTurnRejoined)]
    assert not line.of(ReplyStarted)
    line.on_event = lambda event: None
    await line.say("Is there parking?")
    await line.wait(4.0)
    assert line.of(CallerTurnEnded)[-1].turn_id not in ended, "the next turn is one of its own"
    assert len(line.of(CallerTurnRejoined)) == len(ended)
    line.session.close()


async def test_a_deed_is_proposed_and_its_result_told_to_the_clerk(line: Line) -> None:
    await line.say("Can I speak to a person, please?")
    await line.wait(1.5)
    (tool,) = line.of(ToolCalled)
    assert tool.name == "hand_over"
    line.session.answer_tool(tool.tool_call_id, {"status": "connecting", "person_name": "Ann"})
    await line.wait(1.0)
    assert "connecting you" in line.reply
    assert "Ann" in line.reply
    line.session.answer_tool(tool.tool_call_id, {"status": "connecting"})  # once is enough
    line.session.close()


async def test_a_result_is_not_undone_by_a_caller_who_goes_on(line: Line) -> None:
    await line.say("Can I speak to a person, please?")
    await line.wait(1.5)
    (tool,) = line.of(ToolCalled)
    await line.say("Where is your office?")
    await line.wait(1.2)
    line.session.answer_tool(tool.tool_call_id, {"status": "refused", "say": "They are out."})
    after = line.memory.state
    await line.say("hello?")
    assert line.memory.state is after
    assert not line.of(CallerTurnRejoined)
    line.session.close()


async def test_keys_are_a_turn_of_their_own(line: Line) -> None:
    line.session.caller_digit("0")
    await line.wait(1.0)
    (tool,) = line.of(ToolCalled)
    assert tool.name == "hand_over"
    line.session.close()


async def test_nothing_is_told_after_the_close(line: Line) -> None:
    await line.say("Where is your office?")
    line.session.close()
    before = len(line.events)
    await line.wait(3.0)
    assert len(line.events) == before
    assert line.speech.hearings[0].closed


async def test_closed_from_within_an_event_nothing_more_is_begun(line: Line) -> None:
    def close(event: VoiceEvent) -> None:
        if isinstance(event, CallerHeard) and event.final:
            line.session.close()

    line.on_event = close
    await line.say("Where is your office?")
    await line.wait(3.0)
    assert line.speech.spoken == []
    assert not line.of(ReplyStarted)


# -- when speech fails --


async def test_lost_hearing_is_opened_again_and_time_goes_on(line: Line) -> None:
    line.speech.hearings[0].break_down()
    await line.wait(1.0)
    assert len(line.speech.hearings) == 2
    fed_from = line.session._listening.began_ms
    assert 300 <= fed_from <= 500, "where the first was lost: nothing of the caller is missing"
    await line.say("Where is your office?")
    await line.wait(2.0)
    assert line.of(CallerVoiceStarted)[0].at_ms == pytest.approx(1400, abs=40)
    assert "Mwavuli House" in line.reply
    line.session.close()


async def test_hearing_lost_in_the_middle_of_a_word_does_not_lose_the_turn(line: Line) -> None:
    await line.say("Where is your office?")
    line.speech.hearings[0].break_down()  # before it has told that the voice stopped
    await line.wait(2.5)
    assert len(line.of(CallerVoiceStopped)) == 1
    assert "Mwavuli House" in line.reply
    line.session.close()


async def test_hearing_that_stays_away_is_a_failure(line: Line) -> None:
    line.speech.away = True
    line.speech.hearings[0].break_down()
    await line.wait(2.5)
    assert not line.of(VoiceFailed), "a speech process needs about 3 s to be up again"
    await line.wait(1.5)
    (failed,) = line.of(VoiceFailed)
    assert failed.recoverable
    assert "nobody answers" in failed.reason
    assert len(line.speech.hearings) == 5
    line.session.close()


async def test_a_turn_at_which_the_recogniser_fails_is_not_passed_over(line: Line) -> None:
    line.speech.deaf = SpeechBusy("busy", "busy")
    await line.say("Yes.", 400)
    await line.wait(2.0)
    assert line.of(CallerTurnEnded)
    assert "hear" in line.reply
    assert not line.of(VoiceFailed)
    line.speech.deaf = None
    await line.say("Where is your office?")
    await line.wait(2.0)
    assert "Mwavuli House" in line.reply
    assert line.memory.cascade.failures == 0
    line.session.close()


async def test_the_next_session_tries_the_turn_that_was_given_up(line: Line) -> None:
    line.speech.deaf = SpeechBusy("busy", "busy")
    for _ in range(2):
        await line.say("Where is your office?")
        await line.wait(2.5)
    assert len(line.of(VoiceFailed)) == 1
    line.session.close()
    line.speech.deaf = None
    line.open(history=(PastTurn("caller", "hello"),))
    await line.wait(2.0)
    assert "Mwavuli House" in line.reply
    assert not line.of(CallerHeard)[-1].turn_id.startswith("1-")
    line.session.close()


async def test_a_recogniser_that_stays_deaf_fails_the_next_session_at_once(line: Line) -> None:
    line.speech.deaf = SpeechBusy("busy", "busy")
    for _ in range(2):
        await line.say("Where is your office?")
        await line.wait(2.5)
    line.session.close()
    line.open()
    await line.wait(0.5)
    assert len(line.of(VoiceFailed)) == 2
    line.session.close()


async def test_the_next_session_says_what_could_not_be_said(line: Line) -> None:
    line.speech.dumb = SpeechBusy("busy", "busy")
    await line.say("Where is your office?")
    await line.wait(2.0)
    assert len(line.of(VoiceFailed)) == 1
    line.session.close()
    line.speech.dumb = None
    line.open(history=(PastTurn("caller", "Where is your office?"),))
    await line.wait(2.0)
    assert "Mwavuli House" in line.reply
    assert line.of(ReplyEnded)[-1].item_id == line.of(ReplyStarted)[-1].item_id
    ids = [reply.item_id for reply in line.of(ReplyStarted)]
    assert len(set(ids)) == len(ids), "item ids are new for the whole call"
    line.session.close()


async def test_back_from_a_hand_off_the_clerk_says_so_once(line: Line) -> None:
    await line.say("Can I speak to a person, please?")
    await line.wait(2.0)
    line.session.close()
    line.open(came_back_from="the reception", not_reached=NotReached.NO_ANSWER)
    await line.wait(2.0)
    assert "did not pick up" in line.reply
    assert line.memory.state.asked is Asked.TAKE_MESSAGE_OFFER
    replies = len(line.of(ReplyStarted))
    line.session.close()
    line.open(history=(PastTurn("caller", "x"),))
    await line.wait(1.0)
    assert len(line.of(ReplyStarted)) == replies
    line.session.close()


async def test_what_the_clerk_cannot_answer_is_told_and_what_it_understood(line: Line) -> None:
    await line.say("Do you have a helicopter landing place for my helicopter?")
    await line.wait(4)
    (asked,) = line.of(NotAnswered)
    assert "helicopter" in asked.text
    assert asked.turn_id == line.of(CallerTurnEnded)[-1].turn_id
    assert line.of(VoiceNoted)[-1] == VoiceNoted("understood", "dont_know")
    line.session.reply_audible(line.of(ReplyStarted)[-1].item_id)
    await line.wait(1)
    await line.say("No. Is there parking?")
    await line.wait(4)
    assert len(line.of(NotAnswered)) == 1
    assert line.of(VoiceNoted)[-1].detail == "answer:parking"


async def test_a_question_that_goes_on_was_not_asked_yet(line: Line) -> None:
    await line.say("Do you have a helicopter landing place for my helicopter?")
    while not line.of(NotAnswered):
        await line.wait(0.02)
    await line.say("and is there parking for a car")
    await line.wait(4)
    assert line.of(CallerTurnRejoined), "the caller went on before they had heard a word"
    first, taken_back, *_ = line.of(NotAnswered)
    assert (taken_back.turn_id, taken_back.text) == (first.turn_id, "")
