"""A voice that leads: the far side says when the caller cuts in, and when a turn has ended."""

from __future__ import annotations

import pytest
from tests.conversation.conftest import Talk

from mapokezi.conversation.effects import (
    AnswerTool,
    CallOffHandOff,
    CutReply,
    DropPlayout,
    OpenVoice,
    PausePlayout,
)
from mapokezi.conversation.inputs import (
    DrainRequested,
    HandOffSettled,
    MediaOpened,
    ToolResult,
)
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.states import Phase
from mapokezi.conversation.timeline import Moment
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    ReplyAudio,
    ReplyEnded,
    ReplyInterrupted,
    ReplyStarted,
    ReplyText,
    ToolWithdrawn,
    VoiceFailed,
    VoiceNoted,
    VoiceReady,
)

LONG_ANSWER = (
    "On Saturdays we are open from nine in the morning until one in the afternoon, and on "
    "Sundays and public holidays we are closed all day."
)


def led(rungs: int = 2) -> Talk:
    """A call whose voice is a model that leads; the greeting was heard."""
    talk = Talk(ConversationSettings(voice_rungs=rungs))
    talk.tell(MediaOpened())
    talk.tell(VoiceReady("model", leads_turns=True))
    talk.wait(1.2)
    return talk


def test_a_voice_over_us_pauses_nothing() -> None:
    talk = led()
    talk.reply(LONG_ANSWER, 6.0)
    talk.wait(1.0)
    talk.utter(1.5)
    assert talk.of(PausePlayout) == []
    assert talk.is_audible


def test_what_is_unheard_is_dropped_when_the_model_says_so() -> None:
    talk = led()
    talk.reply(LONG_ANSWER, 6.0)
    talk.wait(2.0)
    talk.tell(ReplyInterrupted())
    assert len(talk.of(DropPlayout)) == 1
    (cut,) = talk.of(CutReply)
    assert cut.heard_ms == pytest.approx(2000, abs=30)
    turn = talk.machine.transcript.turns[-1]
    assert turn.was_cut
    assert turn.unheard
    assert LONG_ANSWER.startswith(turn.text)
    assert not talk.is_audible


def test_it_may_say_so_after_its_turn_has_ended_and_twice() -> None:
    talk = led()
    talk.reply("Yes.", 0.4)
    talk.wait(1.0)
    talk.tell(ReplyInterrupted())
    talk.tell(ReplyInterrupted())
    assert talk.of(DropPlayout) == []


def test_what_a_model_notes_stands_on_the_timeline() -> None:
    talk = led()
    talk.tell(VoiceNoted("connection renewed", "1011"))
    entry = talk.machine.timeline.entries[-1]
    assert (entry.moment, dict(entry.detail)) == (
        Moment.VOICE_NOTED,
        {"what": "connection renewed", "detail": "1011"},
    )


def test_a_goodbye_that_is_final_is_not_cut() -> None:
    talk = led()
    talk.tell(DrainRequested())
    talk.wait(0.2)
    talk.tell(ReplyInterrupted())
    assert talk.of(DropPlayout) == []


def test_a_proposal_taken_back_is_not_answered() -> None:
    talk = led()
    talk.tool("take_message", None)
    talk.tell(ToolWithdrawn("c1"))
    talk.tell(ToolResult("c1", "take_message", {"status": "saved", "message_id": "m"}))
    assert talk.of(AnswerTool) == []
    assert talk.machine.facts(talk.now).message_id == "m", "what is done is done"


def test_a_hand_over_taken_back_is_called_off() -> None:
    talk = led()
    talk.tool("hand_over", None)
    talk.tell(ToolWithdrawn("c1"))
    talk.tell(ToolResult("c1", "hand_over", {"status": "connecting"}))
    assert len(talk.of(CallOffHandOff)) == 1
    assert talk.machine.phase is Phase.TALKING


def test_the_gap_is_counted_from_the_measured_end_of_the_voice() -> None:
    talk = led()
    talk.utter(1.0)
    talk.wait(0.6)
    talk.tell(CallerTurnEnded("t1", talk.audio_ms))  # late, by its recogniser's delay
    talk.reply("From eight to five.", 1.0, to="t1")
    talk.wait(0.1)
    (gap,) = talk.machine.timeline.gaps
    assert gap.caller_end_to_first_audio_ms == pytest.approx(700, abs=100)


def test_a_model_that_does_not_notice_the_caller_is_bridged_and_then_replaced() -> None:
    talk = led()
    silent_for = longest = 0.0
    talk.utter(1.0)
    for _ in range(1500):
        talk.wait(0.01)
        silent_for = 0.0 if talk.is_audible else silent_for + 0.01
        longest = max(longest, silent_for)
        if talk.of(OpenVoice):
            break
    assert talk.lines()[:2] == ["filler", "still_here"], "it may have been a noise"
    assert longest <= 3.0
    assert talk.of(OpenVoice) == [OpenVoice(1, "mute", reply_owed=True, turn_unknown=True)]


def test_a_second_turn_that_it_does_not_notice_is_enough() -> None:
    talk = led()
    talk.utter(1.0)
    talk.wait(3.5)
    talk.utter(1.0)
    talk.wait(6.0)
    assert talk.of(OpenVoice)[0] == OpenVoice(1, "mute", reply_owed=True, turn_unknown=True)
    assert talk.when(OpenVoice)[0] < 9.0


def test_a_turn_said_over_us_that_it_does_not_notice_counts_when_we_have_done() -> None:
    talk = led()
    talk.reply(LONG_ANSWER, 3.0)
    talk.wait(0.5)
    talk.utter(1.5)
    talk.wait(3.5)
    assert talk.lines() == ["filler"]
    short = led()
    short.reply(LONG_ANSWER, 3.0)
    short.wait(0.5)
    short.utter(0.8)
    short.wait(5.0)
    assert short.lines() == []


def test_coughs_and_noticed_turns_bring_no_filler() -> None:
    talk = led()
    talk.utter(0.4)
    talk.wait(2.5)
    talk.voice_on()
    talk.wait(1.0)
    talk.tell(CallerHeard("t1", "one moment", False))
    talk.voice_off()
    talk.tell(CallerHeard("t1", "one moment please", True))
    talk.wait(5.0)
    assert talk.lines() == []
    assert talk.of(OpenVoice) == []


def test_bad_sound_is_dropped_with_the_voice_that_sent_it() -> None:
    talk = led()
    talk.reply(LONG_ANSWER, 6.0)
    talk.wait(0.5)
    talk.tell(VoiceFailed("a tone", recoverable=False, unheard_is_bad=True))
    assert len(talk.of(DropPlayout)) == 1
    assert talk.of(OpenVoice) == [OpenVoice(1, "a tone", reply_owed=True)]
    assert talk.lines() == ["filler"]
    talk.tell(VoiceReady("local"))
    assert talk.machine.phase is Phase.TALKING


@pytest.mark.parametrize("starts_ms", [None, 1500])
def test_two_sentences_of_one_turn_are_kept_apart(starts_ms: int | None) -> None:
    """However their voice gives them: in what is on record, and in what another voice is told."""
    talk = led()
    talk.tell(ReplyStarted("r1"))
    talk.tell(ReplyText("r1", "Nobody picked up. Shall I take a mess", 0))
    talk.tell(ReplyText("r1", "age?"))
    talk.tell(ReplyText("r1", "Goodbye.", starts_ms))
    talk.tell(ReplyAudio("r1", bytes(64_000)))
    talk.tell(ReplyEnded("r1"))
    talk.wait(3.0)
    said = "Nobody picked up. Shall I take a message? Goodbye."
    assert talk.machine.transcript.turns[-1].text == said
    assert talk.machine.history()[-1].text == said


def test_good_sound_of_a_voice_that_fails_is_heard_out() -> None:
    talk = led()
    talk.tell(ReplyStarted("r1"))
    talk.tell(ReplyText("r1", "Our office is on"))
    talk.tell(ReplyAudio("r1", bytes(64_000)))
    talk.wait(0.5)
    talk.tell(VoiceFailed("dropped", recoverable=False))
    assert talk.of(DropPlayout) == []
    assert talk.lines() == ["filler"]
    talk.wait(1.6)
    assert talk.playout.items == ["line-1-filler"]


def test_a_voice_that_fails_while_nobody_waits_is_replaced_without_a_word() -> None:
    talk = led()
    talk.reply("How can I help?", 1.0)
    talk.wait(4.0)
    talk.tell(VoiceFailed("dropped", recoverable=False))
    assert talk.of(OpenVoice) == [OpenVoice(1, "dropped")]
    assert talk.lines() == []


def test_a_reply_that_ended_just_before_the_voice_was_gone_is_given_anew() -> None:
    talk = led()
    talk.reply("We are at", 0.6)
    talk.wait(0.8)
    talk.tell(VoiceFailed("dropped", recoverable=False))
    assert talk.of(OpenVoice) == [OpenVoice(1, "dropped", reply_owed=True)]
    assert talk.lines() == ["filler"]


def test_after_it_the_next_voice_is_paused_as_ever() -> None:
    talk = led()
    talk.tell(VoiceFailed("dropped", recoverable=False))
    talk.tell(VoiceReady("local"))
    talk.reply(LONG_ANSWER, 6.0)
    talk.wait(1.0)
    talk.utter(1.0)
    assert talk.of(PausePlayout)


def test_of_a_reply_that_was_broken_off_the_transcript_holds_what_came() -> None:
    talk = led()
    talk.tell(ReplyStarted("r1"))
    talk.tell(ReplyText("r1", LONG_ANSWER))  # all words at once, and two seconds of their sound
    talk.tell(ReplyAudio("r1", bytes(64_000)))
    talk.wait(0.5)
    talk.tell(VoiceFailed("dropped", recoverable=False))
    talk.wait(2.0)
    turn = next(one for one in talk.machine.transcript.turns if one.turn_id == "r1")
    assert turn.was_cut
    assert 20 < len(turn.text) < 40
    assert f"{turn.text} {turn.unheard}" == LONG_ANSWER


# A caller who speaks while no voice is ready.


def unready(open_s: float = 4.0) -> Talk:
    """The media is open, the greeting heard out, and no voice is ready yet."""
    talk = Talk(ConversationSettings(voice_rungs=3, voice_open_s=open_s))
    talk.tell(MediaOpened())
    talk.wait(1.1)
    return talk


def test_who_speaks_while_no_voice_is_ready_hears_a_filler_in_time() -> None:
    talk = unready(open_s=9.0)
    talk.utter(1.0)
    talk.wait(2.2)
    assert talk.lines() == ["filler"]
    assert talk.of(OpenVoice) == []


def test_the_next_voice_is_given_what_was_said_as_sound_and_not_as_a_debt() -> None:
    talk = unready()
    talk.utter(1.0)
    talk.wait(2.5)
    (opened,) = talk.of(OpenVoice)
    assert opened.reason == "not ready in time"
    assert (opened.reply_owed, opened.turn_unknown) == (False, False)
    assert talk.lines() == ["filler"], "the caller waits all the same"
    talk.tell(VoiceReady("next"))
    talk.wait(4.0)
    assert talk.lines() == ["filler", "still_here"]


def test_a_voice_that_was_ready_and_made_nothing_of_it_leaves_a_debt() -> None:
    talk = unready()
    talk.utter(1.0)
    talk.wait(1.0)
    talk.tell(VoiceReady("test", leads_turns=True))
    talk.wait(9.0)
    (opened, *_) = talk.of(OpenVoice)
    assert opened.reason == "mute"
    assert (opened.reply_owed, opened.turn_unknown) == (True, True)


def test_a_voice_that_hears_the_callers_turn_itself_decides_on_it() -> None:
    talk = unready()
    talk.utter(1.0)
    talk.wait(0.2)
    talk.tell(VoiceReady("test"))
    talk.wait(5.0)
    assert talk.lines() == []


def test_after_a_hand_off_the_voice_is_waited_for_as_at_first() -> None:
    talk = Talk.opened(ConversationSettings(voice_rungs=2))
    talk.say("Mr Otieno, please.")
    talk.tool("hand_over", {"status": "connecting"})
    talk.reply("I am connecting you.", 1.0)
    talk.wait(3.0)
    talk.tell(HandOffSettled(talked=False))
    talk.tell(MediaOpened(came_back_from="Brian Otieno"))
    talk.wait(ConversationSettings().voice_open_s + 0.1)
    (opened,) = talk.of(OpenVoice)
    assert opened.reason == "not ready in time"
