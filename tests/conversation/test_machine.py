"""Whole conversations as scripts: what the caller hears and when."""

from __future__ import annotations

import pytest
from tests.conversation.conftest import BEGAN, Talk

from mapokezi.calls import Outcome, TerminationReason, TerminationResult
from mapokezi.conversation.effects import (
    AnswerTool,
    CallOffHandOff,
    CloseCall,
    CloseForHandOff,
    CutReply,
    DisregardTurn,
    DropPlayout,
    EndItem,
    GreetCaller,
    OpenVoice,
    PassDigit,
    PausePlayout,
    QueueAudio,
    ResumePlayout,
    RunTool,
)
from mapokezi.conversation.inputs import (
    CallerHungUp,
    DrainRequested,
    EchoNoticed,
    EndRequested,
    HandOffSettled,
    KeyPressed,
    MediaOpened,
    ToolResult,
)
from mapokezi.conversation.outcome import outcome_of
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.states import Phase
from mapokezi.conversation.timeline import Moment
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerTurnRejoined,
    CallerVoiceStarted,
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    VoiceFailed,
    VoiceReady,
)

LONG_ANSWER = (
    "On Saturdays we are open from nine in the morning until one in the afternoon, and on "
    "Sundays and public holidays we are closed all day."
)


def the_close(talk: Talk) -> CloseCall:
    (close,) = talk.of(CloseCall)
    return close


class TestGreeting:
    def test_greets_when_the_media_opens(self) -> None:
        talk = Talk()
        talk.tell(MediaOpened())
        assert len(talk.of(GreetCaller)) == 1
        assert talk.when(GreetCaller) == [0.0]

    def test_greets_once_though_told_twice(self) -> None:
        talk = Talk.opened()
        talk.tell(MediaOpened())
        talk.tell(MediaOpened())
        assert len(talk.of(GreetCaller)) == 1

    def test_does_not_greet_who_comes_back(self) -> None:
        talk = Talk()
        talk.tell(MediaOpened(came_back_from="Wanjiku Kamau"))
        assert talk.of(GreetCaller) == []
        assert talk.machine.phase is Phase.TALKING

    def test_a_greeting_without_sound_holds_nothing_up(self) -> None:
        talk = Talk()
        talk.lines_fail = True
        talk.tell(MediaOpened())
        talk.tell(VoiceReady("test"))
        talk.say("What time do you open?")
        talk.reply("At eight.", 1.0)
        talk.wait(1.5)
        assert [turn.text for turn in talk.machine.transcript.turns] == [
            "What time do you open?",
            "At eight.",
        ]


class TestReplies:
    def test_a_question_and_its_answer(self) -> None:
        talk = Talk.opened()
        turn = talk.say("When are you open on Saturday?")
        talk.wait(0.2)
        talk.reply("From nine to one.", 1.5, to=turn, facts=("hours",))
        talk.wait(2.0)
        talk.tell(CallerHungUp())
        close = the_close(talk)
        assert outcome_of(close.facts, close.termination) is Outcome.RESOLVED
        assert close.termination.result is TerminationResult.COMPLETED
        (gap,) = talk.machine.timeline.gaps
        assert gap.turn_id == turn
        assert gap.caller_end_to_first_audio_ms == pytest.approx(810, abs=30)
        assert talk.lines() == []

    def test_sound_keeps_its_order_and_is_passed_on_unchanged(self) -> None:
        talk = Talk.opened()
        for item in ("a", "b"):
            talk.tell(ReplyStarted(item))
            for part in range(3):
                talk.tell(ReplyAudio(item, bytes([part] * 320), 24_000))
            talk.tell(ReplyEnded(item))
        queued = [(effect.item_id, effect.pcm[0]) for effect in talk.of(QueueAudio)]
        assert queued == [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1), ("b", 2)]
        assert [effect.item_id for effect in talk.of(EndItem)] == ["a", "b"]

    def test_sound_of_a_cut_item_is_discarded(self) -> None:
        talk = Talk.opened()
        talk.tell(ReplyStarted("r1"))
        talk.tell(ReplyAudio("r1", bytes(64_000)))
        talk.wait(0.5)
        talk.utter(1.2)
        assert len(talk.of(DropPlayout)) == 1
        talk.tell(ReplyAudio("r1", bytes(6400)))
        talk.tell(ReplyEnded("r1"))
        assert len(talk.of(QueueAudio)) == 1
        assert talk.of(EndItem) == []

    def test_an_item_without_sound_is_no_item(self) -> None:
        talk = Talk.opened()
        talk.tell(ReplyStarted("r1"))
        talk.tell(ReplyEnded("r1"))
        talk.wait(1.0)
        assert talk.machine.transcript.turns[-1].turn_id == "greeting"

    def test_an_item_taken_back_ends_where_it_is(self) -> None:
        talk = Talk.opened()
        talk.tell(ReplyStarted("r1"))
        talk.tell(ReplyAudio("r1", bytes(32_000)))
        talk.tell(ReplyCancelled("r1"))
        talk.wait(1.5)
        assert [effect.item_id for effect in talk.of(EndItem)] == ["r1"]
        assert talk.playout.items == []


class TestWaitingForAReply:
    def test_a_filler_after_1200_ms_and_only_once(self) -> None:
        talk = Talk.opened()
        turn = talk.say("Is Mister Kamau in?")
        ended = talk.now
        talk.wait(1.15)
        assert talk.lines() == []
        talk.wait(0.1)
        assert talk.lines() == ["filler"]
        talk.wait(1.5)
        talk.reply("He is in court today.", 1.5, to=turn)
        talk.wait(2.0)
        assert talk.lines() == ["filler"]
        assert talk.machine.timeline.gaps[0].by_filler
        assert talk.now > ended

    def test_the_next_turn_may_have_its_own_filler(self) -> None:
        talk = Talk.opened()
        for count in (1, 2):
            turn = talk.say("And what does it cost?")
            talk.wait(2.6)
            talk.reply("Two thousand.", 1.0, item=f"r{count}", to=turn)
            talk.wait(1.5)
        assert talk.lines() == ["filler", "filler"]
        assert len(talk.machine.timeline.gaps) == 2

    def test_no_silence_beyond_three_seconds_while_the_voice_is_mute(self) -> None:
        talk = Talk.opened(ConversationSettings(voice_rungs=3))
        talk.say("Hello, can you hear me?")
        silent_for = longest = 0.0
        for _ in range(4000):
            talk.wait(0.01)
            if talk.machine.is_over:
                break
            silent_for = 0.0 if talk.is_audible else silent_for + 0.01
            longest = max(longest, silent_for)
        assert longest <= 3.0
        assert talk.of(OpenVoice)[0] == OpenVoice(1, "mute", reply_owed=True)
        assert the_close(talk).termination.reason is TerminationReason.VOICE_FAILED

    def test_a_slow_tool_is_bridged_and_no_voice_is_blamed(self) -> None:
        talk = Talk.opened(ConversationSettings(voice_rungs=2))
        turn = talk.say("Is there a time on Tuesday?")
        talk.tool("find_time", None)
        talk.wait(6.0)
        talk.tell(ToolResult("c1", "find_time", {"status": "ok"}))
        talk.reply("Yes, at ten.", 1.0, to=turn)
        talk.wait(1.5)
        assert talk.lines() == ["filler", "still_here"]
        assert talk.of(OpenVoice) == []

    def test_a_rejoined_turn_takes_its_reply_back(self) -> None:
        talk = Talk.opened()
        turn = talk.say("I would like to leave a message.")
        talk.reply("Who is it for?", 1.0, to=turn)
        talk.wait(0.05)
        talk.voice_on()
        talk.tell(CallerTurnRejoined(turn))
        assert talk.playout.items == []
        talk.wait(0.8)
        talk.voice_off()
        whole = "I would like to leave a message for Wanjiku."
        talk.tell(CallerHeard(turn, whole, True))
        talk.tell(CallerTurnEnded(turn, talk.audio_ms))
        talk.reply("What shall I tell her?", 1.0, item="r2", to=turn)
        talk.wait(1.5)
        turns = [turn for turn in talk.machine.transcript.turns if turn.text]
        assert [turn.text for turn in turns if not turn.was_cut][1:] == [
            whole,
            "What shall I tell her?",
        ]
        assert turns[1].was_joined


class TestBargeIn:
    def answering(self, **more: object) -> Talk:
        talk = Talk.opened()
        turn = talk.say("When are you open on Saturday?")
        talk.reply(LONG_ANSWER, 8.0, to=turn)
        talk.wait(2.0)
        return talk

    @pytest.mark.parametrize("length_s", [0.9, 1.5, 3.0])
    def test_pauses_within_200_ms_of_voice_and_drops_for_a_long_one(self, length_s: float) -> None:
        talk = self.answering()
        began = talk.now
        talk.utter(length_s)
        talk.wait(0.3)
        assert talk.when(PausePlayout)[0] - (began - BEGAN) <= 0.2
        assert len(talk.of(DropPlayout)) == 1
        assert talk.of(ResumePlayout) == []

    def test_the_voice_is_told_what_was_heard(self) -> None:
        talk = self.answering()
        talk.utter(1.5)
        (cut,) = talk.of(CutReply)
        assert cut.item_id == "r1"
        assert cut.heard_ms == pytest.approx(2160, abs=40)
        assert LONG_ANSWER.startswith(cut.heard_text)
        assert 20 <= len(cut.heard_text) <= 50
        turn = talk.machine.transcript.turns[-1]
        assert turn.was_cut
        assert f"{turn.text} {turn.unheard}" == LONG_ANSWER

    @pytest.mark.parametrize("text", ["Mm-hm.", "Okay.", "Yes.", "Uh-huh.", "Right?", "Mamma,,"])
    def test_goes_on_after_a_backchannel(self, text: str) -> None:
        talk = self.answering()
        talk.utter(0.45)
        talk.wait(0.3)
        talk.heard(text)
        assert talk.of(DropPlayout) == []
        assert len(talk.of(ResumePlayout)) == 1
        assert [effect.turn_id for effect in talk.of(DisregardTurn)] == ["t2"]
        talk.wait(8.0)
        assert talk.machine.transcript.turns[-2].text == LONG_ANSWER

    def test_a_backchannel_that_the_voice_takes_for_a_turn_is_owed_no_reply(self) -> None:
        talk = self.answering()
        talk.utter(0.45)
        talk.wait(0.5)
        turn = talk.heard("Mm-hm.", final=True)
        talk.tell(CallerTurnEnded(turn, talk.audio_ms))
        assert [effect.turn_id for effect in talk.of(DisregardTurn)] == [turn, turn]
        talk.wait(7.0)
        assert talk.lines() == []

    @pytest.mark.parametrize("length_s", [0.12, 0.25, 0.4, 0.6])
    def test_goes_on_after_a_cough(self, length_s: float) -> None:
        talk = self.answering()
        talk.utter(length_s)
        talk.wait(1.0)
        assert talk.of(DropPlayout) == []
        assert talk.is_audible
        for pause, resume in zip(talk.when(PausePlayout), talk.when(ResumePlayout), strict=True):
            assert resume - pause <= 1.0

    @pytest.mark.parametrize("text", ["Wait.", "No,", "Stop.", "Hold on.", "A person, please."])
    def test_stops_at_a_word_that_means_it(self, text: str) -> None:
        talk = self.answering()
        talk.utter(0.4)
        talk.wait(0.25)
        talk.heard(text)
        assert len(talk.of(DropPlayout)) == 1

    def test_words_that_come_late_still_stop_us(self) -> None:
        talk = self.answering()
        talk.utter(0.5)
        talk.wait(1.2)
        assert len(talk.of(ResumePlayout)) == 1
        talk.heard("What about Sunday?")
        assert len(talk.of(DropPlayout)) == 1

    def test_words_of_the_turn_before_do_not(self) -> None:
        talk = self.answering()
        talk.heard("When are you open on Saturday morning?", turn="t1", final=True)
        assert talk.of(DropPlayout) == []

    def test_a_yes_is_an_answer_once_the_question_is_out(self) -> None:
        talk = Talk.opened()
        turn = talk.say("I want to leave a message.")
        talk.reply("Your number is 0722 123 456. Is that right?", 4.0, to=turn)
        talk.wait(3.6)
        talk.utter(0.4)
        talk.wait(0.2)
        talk.heard("Yes.")
        assert talk.of(DisregardTurn) == []
        assert not talk.is_audible

    def test_a_yes_in_the_middle_of_it_is_none(self) -> None:
        talk = Talk.opened()
        turn = talk.say("I want to leave a message.")
        talk.reply("Your number is 0722 123 456. Is that right?", 4.0, to=turn)
        talk.wait(1.0)
        talk.utter(0.4)
        talk.wait(0.2)
        talk.heard("Yes.")
        assert len(talk.of(DisregardTurn)) == 1
        assert talk.is_audible

    def test_our_own_echo_does_not_pause_us(self) -> None:
        talk = self.answering()
        talk.tell(EchoNoticed(True))
        talk.utter(2.0)
        assert talk.of(PausePlayout) == []
        talk.heard("on Saturdays we are open from nine")
        assert talk.of(DropPlayout) == []

    def test_an_echo_noticed_late_lets_us_go_on(self) -> None:
        talk = self.answering()
        talk.voice_on()
        talk.wait(0.15)
        assert talk.playout.is_paused
        talk.tell(EchoNoticed(True))
        assert talk.is_audible
        assert talk.of(DropPlayout) == []

    def test_a_caller_who_talks_over_the_echo_is_heeded(self) -> None:
        talk = self.answering()
        talk.tell(EchoNoticed(True))
        talk.voice_on()
        talk.wait(0.3)
        talk.tell(EchoNoticed(False))
        talk.wait(1.3)
        assert len(talk.of(DropPlayout)) == 1

    def test_a_key_cuts_in_and_is_passed_on(self) -> None:
        talk = self.answering()
        talk.tell(KeyPressed("0"))
        assert len(talk.of(DropPlayout)) == 1
        assert talk.of(PassDigit) == [PassDigit("0")]

    def test_sound_that_comes_while_paused_is_kept(self) -> None:
        talk = Talk.opened()
        turn = talk.say("Tell me about your fees.")
        talk.tell(ReplyStarted("r1", turn))
        talk.tell(ReplyText("r1", "The first meeting costs five thousand.", 0))
        talk.tell(ReplyAudio("r1", bytes(64_000)))
        talk.wait(1.0)
        talk.utter(0.3)
        talk.tell(ReplyAudio("r1", bytes(64_000)))
        talk.tell(ReplyEnded("r1"))
        talk.wait(0.5)
        talk.heard("Mm-hm.")
        talk.wait(4.0)
        assert talk.machine.timeline.entries[-1].moment is Moment.ITEM_HEARD
        assert talk.playout.heard_ms["r1"] == 4000.0


class TestSilence:
    def test_a_caller_who_never_speaks(self) -> None:
        talk = Talk.opened()
        talk.wait(19.0)
        assert talk.lines() == []
        talk.wait(2.0)
        assert talk.lines() == ["nudge"]
        talk.wait(23.0)
        assert talk.lines() == ["nudge", "goodbye"]
        close = the_close(talk)
        assert close.termination.reason is TerminationReason.CALLER_SILENT
        assert outcome_of(close.facts, close.termination) is Outcome.ABANDONED

    def test_two_nudges_and_a_goodbye_once_they_have_spoken(self) -> None:
        talk = Talk.opened()
        turn = talk.say("When are you open?")
        talk.reply("From eight to five.", 1.0, to=turn)
        talk.wait(10.5)
        assert talk.lines() == []
        talk.wait(40.0)
        assert talk.lines() == ["nudge", "nudge", "goodbye"]
        assert the_close(talk).termination.reason is TerminationReason.CALLER_SILENT

    def test_words_put_the_count_back(self) -> None:
        talk = Talk.opened()
        for count in range(3):
            turn = talk.say("When are you open?")
            talk.reply("From eight to five.", 1.0, item=f"r{count}", to=turn)
            talk.wait(13.0)
        assert talk.lines() == ["nudge", "nudge", "nudge"]

    def test_who_answers_the_goodbye_is_kept(self) -> None:
        talk = Talk.opened()
        talk.wait(20.5 + 21.2)
        assert talk.lines() == ["nudge", "goodbye"]
        talk.wait(0.1)
        talk.utter(2.2)
        talk.wait(0.4)
        talk.heard("Sorry, I am still here.")
        assert talk.machine.phase is Phase.TALKING
        talk.wait(5.0)
        assert not talk.machine.is_over


class TestEnd:
    def test_hanging_up_within_three_seconds_is_a_flash(self) -> None:
        talk = Talk()
        talk.tell(MediaOpened())
        talk.wait(2.0)
        talk.tell(CallerHungUp())
        close = the_close(talk)
        assert outcome_of(close.facts, close.termination) is Outcome.FLASH
        assert close.termination.result is TerminationResult.ABANDONED

    def test_nothing_follows_the_end(self) -> None:
        talk = Talk.opened()
        talk.tell(CallerHungUp())
        talk.effects.clear()
        talk.tell(MediaOpened())
        talk.tell(VoiceFailed("late"))
        talk.reply("Late.", 1.0)
        talk.tell(ToolCalled("c9", "end_call"))
        talk.wait(30.0)
        assert talk.effects == []
        assert talk.machine.next_timer() is None

    def test_a_goodbye_is_heard_before_the_call_is_closed(self) -> None:
        talk = Talk.opened()
        turn = talk.say("No, that's all, thank you.")
        talk.reply("Thank you for calling. Goodbye.", 2.5, to=turn)
        talk.tool("end_call", {"status": "ok"})
        talk.tell(EndRequested())
        talk.wait(2.3)
        assert talk.of(CloseCall) == []
        talk.wait(0.6)
        assert the_close(talk).termination.reason is TerminationReason.RECEPTIONIST_SAID_GOODBYE
        assert talk.machine.transcript.turns[-1].text == "Thank you for calling. Goodbye."

    def test_a_goodbye_that_comes_after_its_tool(self) -> None:
        talk = Talk.opened()
        talk.say("Goodbye.")
        talk.tool("end_call", {"status": "ok"})
        talk.wait(0.5)
        talk.reply("Goodbye, and thank you.", 1.5)
        talk.wait(1.2)
        assert talk.of(CloseCall) == []
        talk.wait(1.0)
        assert the_close(talk).termination.result is TerminationResult.COMPLETED

    def test_a_refused_end_is_no_end(self) -> None:
        talk = Talk.opened()
        talk.tool("end_call", {"status": "refused"})
        talk.wait(5.0)
        assert talk.machine.phase is Phase.TALKING

    def test_a_goodbye_takes_eight_seconds_at_most(self) -> None:
        talk = Talk.opened()
        talk.reply("Goodbye " * 40, 30.0)
        asked = talk.now
        talk.tell(EndRequested())
        talk.wait(12.0)
        (closed,) = talk.when(CloseCall)
        assert closed - (asked - BEGAN) == pytest.approx(8.0, abs=0.05)

    def test_wait_one_more_thing(self) -> None:
        talk = Talk.opened()
        talk.reply("Thank you for calling the office. Goodbye, and have a very good day.", 4.0)
        talk.tell(EndRequested())
        talk.wait(1.0)
        talk.utter(0.9)
        talk.wait(0.2)
        talk.heard("Wait, one more thing.")
        assert talk.machine.phase is Phase.TALKING
        talk.wait(9.0)
        assert talk.of(CloseCall) == []

    @pytest.mark.parametrize(
        "text", ["That is all.", "No, that's all, thank you.", "Nothing else."]
    )
    def test_a_goodbye_talked_over_by_a_closing_phrase_goes_on(self, text: str) -> None:
        talk = Talk.opened()
        turn = talk.say("No, thank you.")
        talk.reply("Thank you for calling the office. Goodbye.", 3.0, to=turn)
        talk.tool("end_call", {"status": "ok"})
        talk.wait(0.8)
        talk.utter(0.9)
        assert not talk.is_audible, "she falls silent while the caller speaks"
        talk.wait(0.3)
        talk.heard(text, turn="t2")
        assert talk.of(DisregardTurn) == [DisregardTurn("t2")], "or the voice bids goodbye again"
        assert talk.of(DropPlayout) == []
        talk.wait(3.5)
        close = the_close(talk)
        assert close.termination.reason is TerminationReason.RECEPTIONIST_SAID_GOODBYE
        said = [turn.text for turn in talk.machine.transcript.turns if turn.speaker != "caller"]
        assert said[-1] == "Thank you for calling the office. Goodbye."

    @pytest.mark.parametrize("goodbye_s", [0.4, 0.0])
    def test_a_closing_phrase_beside_the_goodbye_is_not_answered(self, goodbye_s: float) -> None:
        """Just behind its end, or in the moment before it begins."""
        talk = Talk.opened()
        talk.say("No, thank you.")
        if goodbye_s:
            talk.reply("Goodbye.", goodbye_s)
        talk.tool("end_call", {"status": "ok"})
        talk.wait(goodbye_s + 0.1)
        talk.utter(0.6)
        talk.wait(0.3)
        talk.heard("That is all.", turn="t2", final=True)
        assert talk.of(DisregardTurn) == [DisregardTurn("t2")]
        assert talk.machine.phase is Phase.LEAVING

    def test_a_goodbye_goes_on_when_a_cough_was_no_turn(self) -> None:
        talk = Talk.opened()
        talk.reply("Thank you for calling the office. Goodbye.", 3.0)
        talk.tell(EndRequested())
        talk.wait(0.5)
        talk.tell(CallerTurnRejoined("late"))
        assert talk.of(DropPlayout) == []
        talk.wait(3.0)
        assert talk.machine.is_over

    @pytest.mark.parametrize("text", ["Thank you, bye.", "Okay thanks", "Asante sana."])
    def test_a_farewell_over_ours_does_not_hold_us_up(self, text: str) -> None:
        talk = Talk.opened()
        talk.reply("Thank you for calling the office. Goodbye.", 3.0)
        talk.tell(EndRequested())
        talk.wait(1.0)
        talk.utter(0.9)
        talk.wait(0.3)
        talk.heard(text)
        talk.wait(6.0)
        assert the_close(talk).termination.reason is TerminationReason.RECEPTIONIST_SAID_GOODBYE

    def test_the_cap_is_announced_and_kept(self) -> None:
        talk = Talk.opened(ConversationSettings(call_cap_s=100.0, cap_warning_s=30.0))
        for count in range(20):
            if talk.machine.is_over:
                break
            turn = talk.say("And then?")
            talk.reply("And then this.", 2.0, item=f"r{count}", to=turn)
            talk.wait(4.0)
        talk.wait(5.0)
        assert talk.lines() == ["cap_warning", "goodbye"]
        close = the_close(talk)
        assert close.termination.reason is TerminationReason.CALL_CAP
        assert talk.when(CloseCall)[0] < 109.0

    def test_a_drain_says_that_it_is_our_doing(self) -> None:
        talk = Talk.opened()
        talk.reply(LONG_ANSWER, 8.0)
        talk.wait(0.5)
        talk.tell(DrainRequested())
        talk.wait(2.0)
        assert talk.lines() == ["sorry_fault"]
        assert the_close(talk).termination.reason is TerminationReason.DRAINED

    def test_a_drain_bids_who_has_what_they_rang_for_goodbye(self) -> None:
        talk = Talk.opened()
        talk.tool("take_message", {"message_id": "m1"})
        talk.tell(DrainRequested())
        talk.wait(2.0)
        assert talk.lines() == ["goodbye"]

    def test_media_that_never_opens_ends_the_call(self) -> None:
        talk = Talk()
        talk.tell(VoiceReady("test"))
        talk.wait(25.0)
        assert the_close(talk).termination.reason is TerminationReason.MEDIA_NEVER_OPENED

    def test_lost_media_is_a_failure(self) -> None:
        talk = Talk.opened()
        talk.tell(CallerHungUp(TerminationReason.MEDIA_LOST))
        close = the_close(talk)
        assert close.termination.result is TerminationResult.FAILED
        assert outcome_of(close.facts, close.termination) is Outcome.FAILED


class TestTools:
    def test_each_call_is_run_and_answered_once(self) -> None:
        talk = Talk.opened()
        talk.tool("take_message", {"message_id": "m1"})
        talk.tell(ToolCalled("c1", "take_message", {}))
        talk.tell(ToolResult("c1", "take_message", {"message_id": "m2"}))
        assert len(talk.of(RunTool)) == 1
        assert [effect.result for effect in talk.of(AnswerTool)] == [{"message_id": "m1"}]

    def test_a_late_result_was_answered_already(self) -> None:
        talk = Talk.opened()
        talk.tool("take_message", None)
        talk.wait(8.1)
        talk.tell(ToolResult("c1", "take_message", {"message_id": "m1"}))
        (answer,) = talk.of(AnswerTool)
        assert answer.result["status"] == "failed"
        talk.tell(CallerHungUp())
        close = the_close(talk)
        assert outcome_of(close.facts, close.termination) is Outcome.MESSAGE

    def test_a_result_that_nobody_asked_for_is_ignored(self) -> None:
        talk = Talk.opened()
        talk.tell(ToolResult("x", "end_call", {"status": "ok"}))
        assert talk.of(AnswerTool) == []
        assert talk.machine.phase is Phase.TALKING


class TestHandOff:
    def connecting(self) -> Talk:
        talk = Talk.opened()
        talk.say("Can I talk to Wanjiku, please?")
        talk.tool("hand_over", {"status": "connecting"})
        return talk

    def test_closes_when_the_line_was_heard_entirely(self) -> None:
        talk = self.connecting()
        talk.wait(0.3)
        talk.reply("I am connecting you to Wanjiku Kamau.", 2.5)
        talk.wait(2.4)
        assert talk.of(CloseForHandOff) == []
        talk.wait(0.5)
        assert len(talk.of(CloseForHandOff)) == 1
        assert talk.machine.phase is Phase.AWAY

    def test_who_talked_with_a_person_was_transferred(self) -> None:
        talk = self.connecting()
        talk.reply("I am connecting you.", 1.5)
        talk.wait(2.0)
        talk.wait(60.0)
        talk.tell(HandOffSettled(talked=True))
        close = the_close(talk)
        assert close.termination.reason is TerminationReason.HANDED_OFF
        assert outcome_of(close.facts, close.termination) is Outcome.TRANSFERRED

    def test_who_comes_back_is_not_greeted_and_goes_on(self) -> None:
        talk = self.connecting()
        talk.reply("I am connecting you.", 1.5)
        talk.wait(30.0)
        talk.tell(HandOffSettled(talked=False))
        talk.tell(MediaOpened(came_back_from="Wanjiku Kamau"))
        talk.tell(VoiceReady("test"))
        assert len(talk.of(GreetCaller)) == 1
        talk.reply("I am sorry, she does not answer. Shall I take a message?", 3.0, item="r9")
        talk.wait(3.5)
        talk.say("Yes please.")
        assert talk.machine.phase is Phase.TALKING

    def test_a_line_that_does_not_come_holds_nothing_up(self) -> None:
        talk = self.connecting()
        talk.wait(5.5)
        assert len(talk.of(CloseForHandOff)) == 1

    def test_thanks_do_not_call_it_off(self) -> None:
        talk = self.connecting()
        talk.reply("I am connecting you to Wanjiku Kamau, please hold the line.", 4.0)
        talk.wait(1.0)
        talk.utter(2.5)
        talk.heard("Thank you so much, I appreciate it")
        talk.wait(6.0)
        assert talk.of(CallOffHandOff) == []
        assert len(talk.of(CloseForHandOff)) == 1

    def test_wait_calls_it_off(self) -> None:
        talk = self.connecting()
        talk.reply("I am connecting you to Wanjiku Kamau, please hold the line.", 4.0)
        talk.wait(1.0)
        talk.utter(0.5)
        talk.wait(0.2)
        talk.heard("No, wait.")
        assert len(talk.of(CallOffHandOff)) == 1
        talk.wait(6.0)
        assert talk.of(CloseForHandOff) == []

    def test_a_refused_hand_over_changes_nothing(self) -> None:
        talk = Talk.opened()
        talk.tool("hand_over", {"status": "refused"})
        talk.wait(5.0)
        assert talk.machine.phase is Phase.TALKING


class TestVoices:
    def test_a_voice_that_fails_is_tried_again_and_then_the_next(self) -> None:
        talk = Talk.opened(ConversationSettings(voice_rungs=2))
        for reason in ("one", "two", "three", "four"):
            talk.tell(VoiceFailed(reason))
            talk.tell(VoiceReady("again"))
        assert [effect.rung for effect in talk.of(OpenVoice)] == [0, 1, 1]
        assert talk.lines() == ["sorry_fault"]
        talk.wait(3.0)
        assert the_close(talk).termination.reason is TerminationReason.VOICE_FAILED

    def test_a_caller_who_waits_hears_something_within_a_second(self) -> None:
        talk = Talk.opened(ConversationSettings(voice_rungs=2))
        talk.say("When are you open?")
        talk.tell(VoiceFailed("socket", recoverable=False))
        assert talk.lines() == ["filler"]
        assert talk.of(OpenVoice) == [OpenVoice(1, "socket", reply_owed=True)]
        talk.tell(VoiceReady("next"))
        talk.wait(1.5)
        talk.reply("From eight to five.", 1.0)
        talk.wait(2.0)
        assert len(talk.of(GreetCaller)) == 1
        assert talk.machine.phase is Phase.TALKING

    def test_what_the_old_voice_had_begun_is_finished(self) -> None:
        talk = Talk.opened(ConversationSettings(voice_rungs=2))
        talk.tell(ReplyStarted("r1"))
        talk.tell(ReplyAudio("r1", bytes(32_000)))
        talk.tell(VoiceFailed("socket"))
        assert [effect.item_id for effect in talk.of(EndItem)] == ["r1"]
        assert talk.of(OpenVoice)[0].reply_owed
        talk.wait(1.5)
        assert talk.playout.items == ["line-1-filler"], "and then something bridges the time"

    def test_a_voice_that_is_never_ready(self) -> None:
        talk = Talk(ConversationSettings(voice_rungs=2))
        talk.tell(MediaOpened())
        talk.wait(2.1)
        assert talk.of(OpenVoice) == [OpenVoice(1, "not ready in time")]

    def test_the_history_seeds_the_next_voice(self) -> None:
        talk = Talk.opened()
        talk.say("When are you open?")
        talk.reply("From eight to five.", 1.0)
        talk.wait(1.5)
        said = [(turn.speaker, turn.text) for turn in talk.machine.history()]
        assert said[1:] == [
            ("caller", "When are you open?"),
            ("receptionist", "From eight to five."),
        ]


def test_the_seconds_add_up() -> None:
    talk = Talk.opened()
    turn = talk.say("When are you open on Saturday?", 2.0)
    talk.wait(0.3)
    talk.reply(LONG_ANSWER, 6.0, to=turn)
    talk.wait(3.0)
    talk.utter(0.4)
    talk.wait(6.0)
    seconds = talk.machine.seconds(talk.now)
    assert seconds.total == pytest.approx(talk.now - BEGAN, abs=0.02)
    assert seconds.caller + seconds.both == pytest.approx(2.4, abs=0.1)
    assert 0.1 <= seconds.both <= 0.25
    assert seconds.thinking == pytest.approx(0.95, abs=0.15)
    assert seconds.receptionist == pytest.approx(6.9, abs=0.3)


def test_a_voice_whose_end_was_lost_does_not_keep_us_for_ever() -> None:
    talk = Talk.opened()
    talk.tell(CallerVoiceStarted(talk.audio_ms))
    talk.wait(150.0)
    assert talk.machine.is_over
