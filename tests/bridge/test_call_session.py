"""One call from the greeting to the hang-up, heard at the socket."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import structlog

from mapokezi.audio.tones import dtmf
from mapokezi.bridge import clock
from mapokezi.calls import Outcome, TerminationReason
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.silence import SilenceSettings
from mapokezi.errors import MapokeziError
from mapokezi.speech.errors import SpeechBusy
from mapokezi.voice.events import ReplyAudio, ReplyEnded, ReplyStarted, ToolCalled, VoiceReady

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True


async def test_the_greeting_is_first_and_at_once(worlds: Any) -> None:
    world = await worlds()
    talk = world.ring()
    opened = clock.monotonic()
    media = talk.open()
    assert media.sent[0][0] == opened, "the module is primed with the handshake"
    assert media.first_sound_at(world.words) - opened < 0.2
    await talk.wait(3.0)
    assert talk.heard(world.office.greeting)
    assert world.speech.spoken == [], "nothing is synthesised for it"
    await world.reception.close()


async def test_the_notice_is_on_record_only_when_it_was_heard(worlds: Any) -> None:
    world = await worlds()
    talk = world.ring()
    talk.open()
    await talk.wait(3.0)
    assert not talk.record.notice
    await talk.until(lambda: talk.record.notice is not None)
    assert talk.record.notice.wording == world.office.notice
    gone = world.ring()
    gone.open()
    await gone.wait(2.0)
    gone.gone("platform_closed")
    gone.complete()
    assert world.keeper.calls[gone.call.call_id].notice is None
    await world.reception.close()


async def test_a_turn_is_answered_with_a_fact(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    await talk.say("Where is your office?")
    stopped = clock.monotonic()
    await talk.until_heard("Mwavuli House on Ngong Road, next to the post office.")
    assert clock.monotonic() - stopped < 8.0
    await talk.wait(12.0)
    assert any(turn.startswith("receptionist: Our office is on") for turn in talk.turns), talk.turns
    assert "caller: Where is your office?" in talk.turns
    facts = [turn for turn in world.keeper.turns.values() if turn.fact_ids == ("location",)]
    assert len(facts) == 1
    await world.reception.close()


async def test_a_goodbye_is_heard_before_the_hang_up_and_the_socket_closed_after(
    worlds: Any,
) -> None:
    world = await worlds()
    talk = await world.pick_up()
    media = talk.media
    await talk.say("Thank you, goodbye.")
    record = await talk.until_over()
    assert record.termination.reason is TerminationReason.RECEPTIONIST_SAID_GOODBYE
    await asyncio.sleep(0.5)
    assert talk.heard(world.office.goodbye)
    ((hung_up_at, session),) = world.carrier.hung_up
    assert session == talk.call.session_id
    last_sound = max(at for at, kind, pcm in media.sent if kind == "audio")
    assert hung_up_at > last_sound, "the platform has all of it"
    goodbye_ms = len(world.words.sound(world.spelled(world.office.goodbye))) // 32
    assert hung_up_at - media.first_sound_at(world.words) > goodbye_ms / 1000
    assert media.closed_at >= hung_up_at
    assert media.close_code == 1000
    await world.reception.close()


async def test_a_barge_in_pauses_then_drops(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    media = talk.media
    await talk.say("What kind of cases do you handle?")
    await talk.until_heard("We deal with land")
    await talk.wait(1.5)
    began = clock.monotonic()
    await talk.say("Where is your office?")
    (killed_at,) = media.kills
    assert killed_at - began < 0.3
    await talk.until_heard("Mwavuli House")
    await talk.wait(6.0)
    (cut,) = [turn for turn in world.keeper.turns.values() if turn.cut]
    assert cut.text
    assert cut.unheard_text
    assert "playout_paused" in world.keeper.timeline
    assert "playout_dropped" in world.keeper.timeline
    await world.reception.close()


async def test_a_backchannel_pauses_and_we_go_on(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    await talk.say("What kind of cases do you handle?")
    await talk.until_heard("We deal with land")
    await talk.wait(1.5)
    await talk.say("Okay.", 300)
    await talk.wait(12.0)
    assert "playout_resumed" in world.keeper.timeline
    assert "playout_dropped" not in world.keeper.timeline
    assert not [turn for turn in world.keeper.turns.values() if turn.cut]
    answers = [turn for turn in talk.turns if turn.startswith("receptionist: We deal with")]
    assert len(answers) == 1
    await world.reception.close()


async def test_key_zero_over_our_speech_is_answered(worlds: Any) -> None:
    """The cut that a key makes must not take the answer to the key with it."""
    world = await worlds()
    talk = world.ring()
    talk.open()
    await talk.wait(2.0)
    await talk.live(dtmf("0", 160, 16_000))
    await talk.until_heard("One moment, let me try the reception.")
    await talk.until_heard("I am connecting you to the reception now. Please hold.")
    assert world.keeper.timeline.count("key_pressed") == 1
    await world.reception.close()


async def test_a_key_that_is_told_twice_counts_once(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    await talk.live(dtmf("7", 160, 16_000))
    talk.media.sink.key("7", clock.monotonic())
    await talk.wait(1.0)
    talk.gone("platform_closed")
    assert world.keeper.timeline.count("key_pressed") == 1
    await world.reception.close()


async def test_the_recording_has_both_sides_in_step(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    await talk.say("Where is your office?")
    await talk.until_heard("Mwavuli House")
    await talk.wait(6.0)
    talk.gone("platform_closed")
    (recording,) = world.recordings.opened.values()
    assert recording.is_ended
    words = world.words
    assert words.heard_in(bytes(recording.caller)) == "Where is your office?"
    ours = words.heard_in(bytes(recording.ours))
    assert ours.startswith(world.spelled(world.phrases.greeting))
    assert "Mwavuli House" in ours
    greeting_ms = len(words.sound(world.spelled(world.phrases.greeting))) // 32
    asked_at = bytes(recording.caller).index(words.sound("Where is your office?")[:64]) // 32
    assert asked_at > greeting_ms, "the caller is heard where the greeting has ended"
    await world.reception.close()


async def test_a_caller_who_says_nothing_is_nudged_and_let_go(worlds: Any) -> None:
    quick = ConversationSettings(silence=SilenceSettings(first_words_s=5.0))
    world = await worlds(conversation=quick)
    talk = await world.pick_up()
    record = await talk.until_over()
    assert record.termination.reason is TerminationReason.CALLER_SILENT
    assert record.outcome is Outcome.ABANDONED
    assert talk.heard("Are you still there?")
    assert talk.heard(world.office.goodbye)
    assert world.keeper.timeline.count("line_spoken") == 2
    await world.reception.close()


async def test_the_calls_cap_is_the_offices(worlds: Any) -> None:
    world = await worlds(call_cap_minutes=2, prepared=True)
    talk = await world.pick_up()
    while talk.record.ended_at is None:
        await talk.say("Is there parking?")
        await talk.wait(9.0)
    assert talk.record.termination.reason is TerminationReason.CALL_CAP
    assert talk.heard("We have about a minute left on this call.")
    length_s = (talk.record.ended_at - talk.record.answered_at).total_seconds()
    assert 120 <= length_s <= 130
    await world.reception.close()


async def test_after_the_end_nothing_is_fed_to_the_voice(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    await talk.say("Thank you, goodbye.")
    world.carrier.never_answers = True
    await talk.until_over()
    fed = len(world.speech.hearings[0].fed)
    await talk.wait(1.0)
    assert len(world.speech.hearings[0].fed) == fed
    await world.reception.close()


# -- voices that fail --


async def test_a_recogniser_that_fails_ends_in_an_apology_and_a_call_back(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    world.speech.deaf = SpeechBusy("busy", "busy")
    began = clock.monotonic()
    await talk.say("Where is your office?")
    await talk.wait(5.0)
    assert talk.heard("I did not hear anything."), "not understood is said, not passed over"
    await talk.say("Where is your office?")
    record = await talk.until_over()
    assert clock.monotonic() - began < 40
    assert talk.heard("I'm sorry, I can't go on with this call just now.")
    assert record.termination.reason is TerminationReason.VOICE_FAILED
    assert record.outcome is Outcome.FAILED
    (message,) = world.keeper.messages.values()
    assert message.number == talk.call.caller
    assert "call back" in message.reason
    assert message.urgent
    assert "voice" in world.reception.health()["last_errors"]
    await world.reception.close()


async def test_a_voice_that_fails_once_is_taken_up_where_it_failed(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    world.speech.dumb = SpeechBusy("busy", "busy")
    await talk.say("Where is your office?")
    await talk.until(lambda: len(world.speech.hearings) == 2)
    world.speech.dumb = None
    await talk.until_heard("Mwavuli House")
    await talk.wait(8.0)
    assert talk.record.ended_at is None
    assert "voice_replaced" in world.keeper.timeline
    greetings = [turn for turn in talk.turns if world.office.greeting in turn]
    assert len(greetings) == 1, "nobody is greeted twice"
    await world.reception.close()


async def test_a_speech_process_that_is_gone_is_waited_for(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    world.speech.away = True
    world.speech.hearings[-1].break_down()
    await talk.wait(2.0)
    world.speech.away = False
    await talk.wait(2.0)
    await talk.say("Where is your office?")
    await talk.until_heard("Mwavuli House")
    assert talk.record.ended_at is None
    await world.reception.close()


async def test_a_phrase_that_was_never_made_is_left_to_the_voice(worlds: Any) -> None:
    world = await worlds(prepared=False)
    talk = world.ring()
    talk.open()
    await talk.until_heard(world.phrases.greeting)
    assert world.speech.spoken == [world.spelled(world.phrases.greeting)]
    await talk.until(lambda: talk.record.notice is not None)
    await world.reception.close()


async def test_a_fault_in_carrying_something_out_is_the_ladders_business(worlds: Any) -> None:
    class Stumbling:
        """A voice whose own code is broken in one place."""

        def __init__(self) -> None:
            self.opened = 0

        def open(self, briefing: Any, tell: Any) -> None:
            self.tell = tell
            asyncio.get_running_loop().call_soon(tell, VoiceReady("stumbling"))

        def caller_digit(self, digit: str) -> None:
            raise ZeroDivisionError

        def caller_audio(self, pcm: bytes) -> None: ...

        def close(self) -> None: ...

    class One:
        def __init__(self) -> None:
            self.made: list[Stumbling] = []

        def open(self, call: Any, rung: int) -> Any:
            self.made.append(Stumbling())
            return self.made[-1] if rung == 0 else None

        def forget(self, call: Any) -> None: ...

    voices = One()
    world = await worlds(voices=lambda speech: voices)
    talk = await world.pick_up()
    with structlog.testing.capture_logs() as logs:
        talk.media.sink.key("1", clock.monotonic())
        await talk.wait(0.5)
        assert len(voices.made) == 2
        talk.media.sink.key("2", clock.monotonic())
        record = await talk.until_over()
    assert "effect_failed" in {entry["event"] for entry in logs}
    assert record.termination.reason is TerminationReason.VOICE_FAILED
    assert talk.heard("I'm sorry, I can't go on with this call just now.")
    await world.reception.close()


# -- deeds --


class Proposer:
    """A voice that proposes what a test wants, and remembers the answers."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.tell: Any = None
        self.opened: list[Any] = []
        self.is_closed = False

    def open(self, briefing: Any, tell: Any) -> None:
        self.opened.append(briefing)
        self.tell = tell
        asyncio.get_running_loop().call_soon(tell, VoiceReady("proposer"))

    def answer_tool(self, tool_call_id: str, result: Any) -> None:
        self.answers.append((tool_call_id, result))

    def say(self, item_id: str, pcm: bytes, rate_hz: int = 16_000) -> None:
        self.tell(ReplyStarted(item_id))
        for at in range(0, len(pcm), 3200):
            self.tell(ReplyAudio(item_id, pcm[at : at + 3200], rate_hz))
        self.tell(ReplyEnded(item_id))

    def close(self) -> None:
        self.is_closed = True

    def caller_audio(self, pcm: bytes) -> None: ...
    def caller_digit(self, digit: str) -> None: ...
    def speak(self, text: str, item_id: str) -> None: ...
    def reply_audible(self, item_id: str) -> None: ...
    def cut_reply(self, item_id: str, heard_ms: int, heard_text: str) -> None: ...
    def disregard_turn(self, turn_id: str) -> None: ...


class Proposers:
    def __init__(self) -> None:
        self.made: list[Proposer] = []

    def open(self, call: Any, rung: int) -> Any:
        self.made.append(Proposer())
        return self.made[-1] if rung == 0 else None

    def forget(self, call: Any) -> None: ...


async def test_a_deed_is_committed_before_its_answer_is_told(worlds: Any) -> None:
    voices = Proposers()
    world = await worlds(voices=lambda speech: voices)
    talk = await world.pick_up()
    (voice,) = voices.made
    world.keeper.gate = asyncio.Event()
    voice.tell(ToolCalled("t-1", "take_message", {"name": "Grace", "reason": "land"}))
    await talk.wait(1.0)
    assert voice.answers == []
    world.keeper.gate.set()
    await talk.wait(0.1)
    ((tool_call_id, result),) = voice.answers
    assert tool_call_id == "t-1"
    assert result["message_id"] in world.keeper.messages
    talk.gone("platform_closed")
    assert talk.record.outcome is Outcome.MESSAGE
    await world.reception.close()


async def test_a_message_is_stored_though_the_caller_hangs_up_meanwhile(worlds: Any) -> None:
    voices = Proposers()
    world = await worlds(voices=lambda speech: voices)
    talk = await world.pick_up()
    world.keeper.gate = asyncio.Event()
    voices.made[0].tell(ToolCalled("t-1", "take_message", {"name": "Grace", "reason": "land"}))
    await talk.wait(0.1)
    talk.gone("platform_closed")
    talk.complete()
    assert talk.record.ended_at is not None
    world.keeper.gate.set()
    await asyncio.sleep(0.1)
    assert len(world.keeper.messages) == 1
    await world.reception.close()


async def test_a_deed_that_fails_unforeseen_is_answered_all_the_same(worlds: Any) -> None:
    voices = Proposers()
    world = await worlds(voices=lambda speech: voices)
    talk = await world.pick_up()
    world.keeper.fails = ZeroDivisionError("nobody foresaw it")
    with structlog.testing.capture_logs() as logs:
        voices.made[0].tell(ToolCalled("t-1", "take_message", {"name": "Grace"}))
        await talk.wait(0.2)
    ((_, result),) = voices.made[0].answers
    assert result["status"] == "failed"
    assert "deed_failed" in {entry["event"] for entry in logs}
    world.keeper.fails = None
    await world.reception.close()


async def test_a_deed_that_hangs_is_given_up_in_time(worlds: Any) -> None:
    voices = Proposers()
    world = await worlds(voices=lambda speech: voices)
    talk = await world.pick_up()
    world.keeper.gate = asyncio.Event()
    voices.made[0].tell(ToolCalled("t-1", "take_message", {"name": "Grace"}))
    await talk.wait(8.5)
    ((_, result),) = voices.made[0].answers
    assert result["status"] == "failed"
    world.keeper.gate.set()
    await talk.wait(0.5)
    assert len(voices.made[0].answers) == 1, "each proposal is answered once"
    talk.gone("platform_closed")
    assert talk.record.outcome is Outcome.MESSAGE, "but stored is stored"
    await world.reception.close()


async def test_sound_at_another_rate_is_brought_to_ours(worlds: Any) -> None:
    import numpy as np

    voices = Proposers()
    world = await worlds(voices=lambda speech: voices)
    talk = await world.pick_up()
    before = len(talk.media.sent)
    at = np.arange(24_000)
    tone = (8000 * np.sin(2 * np.pi * 440 * at / 24_000)).astype("<i2").tobytes()
    voices.made[0].say("reply-1", tone, 24_000)
    await talk.wait(2.0)
    sent = b"".join(pcm for _, kind, pcm in talk.media.sent[before:] if kind == "audio")
    samples = np.frombuffer(sent, "<i2").astype(float)[:16_000]
    loudest = np.argmax(np.abs(np.fft.rfft(samples)))
    assert loudest == pytest.approx(440, abs=2)
    assert len(sent) == pytest.approx(32_000, abs=2_560)
    await world.reception.close()


async def test_what_a_replaced_voice_still_says_is_not_heard(worlds: Any) -> None:
    from mapokezi.voice.events import VoiceFailed

    voices = Proposers()
    world = await worlds(voices=lambda speech: voices)
    talk = await world.pick_up()
    old = voices.made[0]
    old.tell(VoiceFailed("gone"))
    await talk.wait(0.5)
    assert old.is_closed
    assert len(voices.made) == 2
    before = len(talk.media.sent)
    old.say("late", world.words.sound("Too late."))
    await talk.wait(1.0)
    assert not talk.heard("Too late.")
    assert len(talk.media.sent) == before
    await world.reception.close()


async def test_underruns_are_counted(worlds: Any) -> None:
    voices = Proposers()
    world = await worlds(voices=lambda speech: voices)
    talk = await world.pick_up()
    voice = voices.made[0]
    voice.tell(ReplyStarted("slow"))
    voice.tell(ReplyAudio("slow", world.words.sound("Half", 400)))
    await talk.wait(1.0)
    voice.tell(ReplyAudio("slow", world.words.sound("a word", 400)))
    voice.tell(ReplyEnded("slow"))
    await talk.wait(2.0)
    talk.gone("platform_closed")
    assert [(told.by_line, told.by_voice) for told in world.underruns] == [(0, 1)]
    await world.reception.close()


async def test_time_never_runs_backwards_for_the_machine(worlds: Any) -> None:
    world = await worlds()
    talk = world.ring()
    talk.open()
    now = clock.monotonic()
    talk.media.sink.caller_audio(bytes(640), now)
    talk.media.sink.caller_audio(bytes(640), now - 0.5)
    talk.media.sink.key("1", now - 0.3)
    await talk.wait(1.0)
    talk.gone("platform_closed")
    turns = world.keeper.turns.values()
    assert all(turn.ended_ms >= turn.started_ms for turn in turns)
    assert talk.record.seconds.total_ms == pytest.approx(1000, abs=100)
    await world.reception.close()


async def test_keeper_that_takes_nothing_is_no_reason_to_fall_silent(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    world.keeper.fails = MapokeziError("the disk is full")
    await talk.say("Can I speak to a person, please?")
    await talk.until_heard("I cannot put you through just now.")
    world.keeper.fails = None
    await world.reception.close()


@pytest.mark.parametrize("more_frames", range(6))
async def test_the_recording_holds_the_callers_last_frame(worlds: Any, more_frames: int) -> None:
    """The sound is looked at in lots; a hang-up comes in the middle of one."""
    world = await worlds()
    talk = await world.pick_up()
    await talk.wait(1.0 + 0.02 * more_frames)
    (recording,) = world.recordings.opened.values()
    mark = b"\x39\x30" * 320
    await talk.live(mark)
    talk.gone("platform_closed")
    talk.complete()
    assert recording.is_ended
    assert bytes(recording.caller[-640:]) == mark
    assert len(recording.ours) == len(recording.caller)
    await world.reception.close()


async def test_the_recording_is_whole_before_it_is_closed_by_our_goodbye(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    (recording,) = world.recordings.opened.values()
    left_behind: list[int] = []
    close = recording.close

    def closed() -> None:
        left_behind.append(len(recording.caller))
        close()

    recording.close = closed
    await talk.say("Thank you, goodbye.")
    await talk.until_over()
    assert left_behind, "it was closed"
    assert left_behind[0] == len(recording.caller) == len(recording.ours)
    await world.reception.close()


async def test_when_a_look_is_due_for_one_call_it_is_taken_at_those_beside_it(worlds: Any) -> None:
    world = await worlds()
    talks = [world.ring(), world.ring()]
    for talk in talks:
        talk.open()
    first, second = world.recordings.opened.values()
    for _ in range(7):
        for talk in talks:
            talk.media.sink.caller_audio(bytes(640), clock.monotonic())
    assert (len(first.caller), len(second.caller)) == (0, 0)
    talks[0].media.sink.caller_audio(bytes(640), clock.monotonic())
    assert (len(first.caller), len(second.caller)) == (8 * 640, 7 * 640)
    talks[0].gone("platform_closed")
    for _ in range(8):
        talks[1].media.sink.caller_audio(bytes(640), clock.monotonic())
    assert (len(first.caller), len(second.caller)) == (8 * 640, 15 * 640)
    await world.reception.close()
