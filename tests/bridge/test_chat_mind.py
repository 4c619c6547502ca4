"""A chat model in a cascade: what it is asked, what of its answers is spoken and done, and when."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest

from mapokezi.bridge.cascade_memory import CascadeMemory
from mapokezi.bridge.cascade_session import CascadeSession
from mapokezi.bridge.chat_voice import ChatModel, ForCall
from mapokezi.bridge.models import Trial
from mapokezi.bridge.speaking import SentenceSounds
from mapokezi.speech.errors import SpeechBusy
from mapokezi.speech.http_service import HttpFailed
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerTurnRejoined,
    ReplyEnded,
    ReplyOwed,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    UsageReported,
    VoiceEvent,
    VoiceFailed,
    VoiceNoted,
    VoiceReady,
)
from mapokezi.voice.profile import ModelBriefing, ModelProfile, ToolForModel
from mapokezi.voice.protocols.chat_completions.options import options_of
from mapokezi.voice.session import NotReached, PastTurn, SessionBriefing

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

FRAME = 640
TOOLS = tuple(
    ToolForModel(name, "", {"type": "object", "properties": {}})
    for name in ("take_message", "hand_over", "end_call")
)
DONE = b"data: [DONE]\n\n"
Step = bytes | float | Exception


def event(reason: str | None = None, **delta: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return f"data: {json.dumps({'choices': [choice]})}\n\n".encode()


def says(text: str) -> list[Step]:
    """An answer, two letters at a time, 10 ms each."""
    steps: list[Step] = []
    for at in range(0, len(text), 2):
        steps += [event(content=text[at : at + 2]), 0.01]
    return [*steps, event("stop"), DONE]


def calls(*names: str, text: str = "", arguments: str = "{}") -> list[Step]:
    steps: list[Step] = [event(content=text)] if text else []
    for index, name in enumerate(names):
        called = {"index": index, "id": f"v{index}", "function": {"name": name, "arguments": ""}}
        steps.append(event(tool_calls=[called]))
        for piece in (arguments[:3], arguments[3:]):
            part = {"index": index, "function": {"arguments": piece}}
            steps.append(event(tool_calls=[part]))
    return [*steps, event("tool_calls"), DONE]


class FarModel:
    """A model whose answers are set beforehand; it knows which were broken off."""

    def __init__(self) -> None:
        self.answers: list[Sequence[Step]] = []
        self.asked: list[dict[str, Any]] = []
        self.asked_at: list[float] = []
        self.whole: list[int] = []
        self.warmed: list[dict[str, Any]] = []
        self.cold: Exception | None = None
        """What a question for one token raises."""
        self.first_after_s = 0.2

    async def ask(self, body: bytes) -> AsyncGenerator[bytes, None]:
        if json.loads(body)["max_tokens"] == 1:
            self.warmed.append(json.loads(body))
            await asyncio.sleep(0.1)
            if self.cold is not None:
                raise self.cold
            yield DONE
            return
        number = len(self.asked)
        self.asked.append(json.loads(body))
        self.asked_at.append(asyncio.get_running_loop().time())
        answer = self.answers.pop(0) if self.answers else says("I am here.")
        await asyncio.sleep(self.first_after_s)
        for step in answer:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, bytes):
                yield step
            else:
                await asyncio.sleep(step)
        self.whole.append(number)

    def shown(self, number: int = -1) -> list[tuple[str, Any]]:
        """What it was shown in a question, without the instructions."""
        messages = self.asked[number]["messages"][1:]
        return [(one["role"], one.get("content")) for one in messages]


class Line:
    """A caller at one session after the other of the same call."""

    def __init__(self, kit: Any, **options: Any) -> None:
        self.words = kit.words()
        self.speech = kit.speech(self.words)
        self.far = FarModel()
        profile = ModelProfile(
            name="own", protocol="chat_completions", model="qwen3", options=options
        )
        self.model = ChatModel(profile=profile, options=options_of(profile), client=self.far)
        self.memory = CascadeMemory("c0-")
        self.sounds = SentenceSounds()
        self.events: list[VoiceEvent] = []
        self.at: list[float] = []
        self.session: CascadeSession

    def open(self, history: tuple[PastTurn, ...] = (), **briefing: Any) -> None:
        office = ModelBriefing(tools=TOOLS)
        trial = Trial(self.model.breaker)
        parts = ForCall(self.speech, self.sounds, self.memory, office, trial)
        self.session = self.model.session(parts)
        told = SessionBriefing("You are the receptionist.", None, history, **briefing)
        self.session.open(told, self.take)

    def take(self, event: VoiceEvent) -> None:
        self.events.append(event)
        self.at.append(asyncio.get_running_loop().time())

    def when(self, kind: type, nth: int = 0) -> float:
        return [
            at for event, at in zip(self.events, self.at, strict=True) if isinstance(event, kind)
        ][nth]

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
    def replies(self) -> list[str]:
        """The words of each item, as it was given to the voice."""
        return [
            "".join(text.text for text in self.of(ReplyText) if text.item_id == item.item_id)
            for item in self.of(ReplyStarted)
        ]


@pytest.fixture
async def line(kit: Any) -> Any:
    line = Line(kit)
    line.open()
    await line.wait(0.4)
    yield line
    line.session.close()
    await asyncio.sleep(0.1)
    assert len(asyncio.all_tasks()) <= 3, "no generation goes on"


async def test_a_turn_is_answered_clause_by_clause(line: Line) -> None:
    line.far.answers = [says("Certainly, my friend, we are here. **We open at nine.** 😀")]
    await line.say("When do you open?")
    await line.wait(3.0)
    assert line.events[0] == VoiceReady("own")
    assert line.replies == ["Certainly, my friend, we are here. We open at nine."]
    assert line.speech.spoken == ["Certainly, my friend,", "we are here.", "We open at nine."]
    (reply,) = line.of(ReplyStarted)
    assert reply.in_reply_to == line.of(CallerTurnEnded)[0].turn_id
    assert line.of(ReplyEnded) == [ReplyEnded(reply.item_id)]
    assert line.far.shown() == [("user", "When do you open?")]
    assert line.far.asked[0]["messages"][0]["content"].startswith("You are the receptionist.")
    assert len(line.far.asked[0]["tools"]) == 3
    assert line.model.breaker.failures == 0


async def test_the_model_is_asked_before_the_turn_is_sure_to_be_over(line: Line) -> None:
    await line.say("When do you open?")
    await line.wait(3.0)
    assert len(line.far.asked) == 1, "the early answer is the one that is spoken"
    assert line.far.asked_at[0] < line.when(CallerTurnEnded) - 0.2
    assert line.when(ReplyStarted) >= line.when(CallerTurnEnded)
    assert line.when(ReplyStarted) < line.when(CallerTurnEnded) + 0.1
    assert line.replies == ["I am here."]


async def test_without_an_early_start_it_is_asked_at_the_end(kit: Any) -> None:
    line = Line(kit, early_start=False)
    line.open()
    await line.wait(0.4)
    await line.say("When do you open?")
    await line.wait(3.0)
    assert line.far.asked_at == [pytest.approx(line.when(CallerTurnEnded), abs=0.01)]
    assert line.replies == ["I am here."]
    line.session.close()


async def test_an_early_answer_to_a_turn_that_goes_on_is_never_spoken_nor_done(line: Line) -> None:
    line.far.answers = [
        calls("end_call", text="Stale. Goodbye."),
        says("Fresh answer."),
    ]
    await line.say("I have a question about")
    await line.wait(0.6)
    assert len(line.far.asked) == 1, "begun early"
    await line.say("land transfers, please.")
    await line.wait(3.0)
    assert line.replies == ["Fresh answer."]
    assert not line.of(ToolCalled)
    assert line.far.shown() == [("user", "I have a question about land transfers, please.")]


async def test_a_reply_that_is_taken_back_leaves_no_trace(line: Line) -> None:
    line.far.answers = [
        [event(content="First answer, it goes on and on. "), *says("And on. " * 2)],
        says("Second answer."),
    ]
    await line.say("When do you open?")
    await line.wait(1.5)
    assert line.of(CallerTurnEnded)
    await line.say("On Saturday I mean?")
    assert line.of(CallerTurnRejoined)
    await line.wait(3.0)
    assert line.far.shown() == [("user", "When do you open? On Saturday I mean?")]
    assert line.replies[-1] == "Second answer."
    assert "on and on" not in json.dumps(line.far.asked[-1])


async def test_of_a_reply_that_was_cut_the_model_is_shown_what_was_heard(line: Line) -> None:
    line.far.answers = [says("We are in Mwavuli House. It is on the third floor. Come any day.")]
    await line.say("Where is your office?")
    await line.wait(1.6)
    (reply,) = line.of(ReplyStarted)
    line.session.reply_audible(reply.item_id)
    await line.wait(0.4)
    line.session.cut_reply(reply.item_id, 900, "We are in Mwavuli")
    await line.say("Is there parking?")
    await line.wait(3.0)
    assert line.far.shown() == [
        ("user", "Where is your office?"),
        ("assistant", "We are in Mwavuli —"),
        ("user", "Is there parking?"),
    ]
    assert line.replies[-1] == "I am here."


async def test_two_tools_are_run_and_their_results_shown_together(line: Line) -> None:
    line.far.answers = [
        calls("take_message", "hand_over", text="One moment.", arguments='{"name": "Ann"}'),
        says("It is saved."),
    ]
    await line.say("Take a message please.")
    await line.wait(2.0)
    first, second = line.of(ToolCalled)
    assert (first.name, first.arguments) == ("take_message", {"name": "Ann"})
    assert first.tool_call_id != second.tool_call_id
    line.session.answer_tool(second.tool_call_id, {"status": "refused"})
    await line.wait(1.0)
    assert len(line.far.asked) == 1, "both answers are waited for"
    line.session.answer_tool(first.tool_call_id, {"status": "saved", "message_id": "m1"})
    line.session.answer_tool(first.tool_call_id, {"status": "saved"})  # once is enough
    await line.wait(2.0)
    assert line.replies == ["One moment.", "It is saved."]
    roles = [role for role, _ in line.far.shown()]
    assert roles == ["user", "assistant", "tool", "tool"]
    assert '"m1"' in line.far.shown()[-1][1]


async def test_what_the_caller_says_while_a_tool_runs_is_answered_after_it(line: Line) -> None:
    line.far.answers = [calls("hand_over"), says("They are out. And yes, we do.")]
    await line.say("Can I speak to someone?")
    await line.wait(2.0)
    (tool,) = line.of(ToolCalled)
    await line.say("Do you do wills?")
    await line.wait(2.0)
    assert len(line.far.asked) == 1
    line.session.answer_tool(tool.tool_call_id, {"status": "refused"})
    await line.wait(2.0)
    assert [role for role, _ in line.far.shown()] == ["user", "assistant", "tool", "user"]
    assert line.replies == ["They are out. And yes, we do."]


async def test_arguments_that_are_no_object_are_told_to_the_model_and_not_run(line: Line) -> None:
    line.far.answers = [calls("take_message", arguments='{"name": '), says("Whose name?")]
    await line.say("Take a message please.")
    await line.wait(3.0)
    assert not line.of(ToolCalled)
    assert "no JSON object" in line.far.shown()[-1][1]
    assert line.replies == ["Whose name?"]


async def test_a_model_that_calls_tools_for_ever_has_to_speak_at_last(line: Line) -> None:
    line.far.answers = [*(calls("hand_over") for _ in range(5)), says("Sorry.")]
    await line.say("Can I speak to someone?")
    for _ in range(8):
        await line.wait(1.0)
        for tool in line.of(ToolCalled):
            line.session.answer_tool(tool.tool_call_id, {"status": "refused"})
    assert len(line.of(ToolCalled)) == 4
    assert line.far.asked[4]["tool_choice"] == "none"
    assert line.replies[-1] == "Sorry."


async def test_a_goodbye_is_said_before_the_call_is_ended(line: Line) -> None:
    line.far.answers = [calls("end_call"), calls("end_call", text="Goodbye.")]
    await line.say("That is all thank you.")
    await line.wait(3.0)
    (tool,) = line.of(ToolCalled)
    assert line.replies == ["Goodbye."]
    line.session.answer_tool(tool.tool_call_id, {"status": "ending"})
    await line.wait(1.0)
    assert len(line.far.asked) == 2, "nothing more is to be said"


async def test_keys_and_an_unknown_turn_are_told_in_brackets(line: Line) -> None:
    line.session.caller_digit("0")
    await line.wait(1.0)
    assert "they want a person" in line.far.shown()[-1][1]
    line.speech.deaf = SpeechBusy("busy", "busy")
    await line.say("Hello there.")
    await line.wait(3.0)
    assert "not understood" in line.far.shown()[-1][1]


async def test_a_number_that_was_asked_for_may_be_keyed_in(line: Line) -> None:
    line.far.answers = [says("What is your phone number?")]
    await line.say("Take a message please.")
    await line.wait(3.0)
    for digit in "0722000001":
        line.session.caller_digit(digit)
        await line.wait(0.2)
    await line.wait(1.0)
    assert line.far.shown()[-1][1] == "[desk: The caller keyed in 0722000001.]"
    assert len(line.far.asked) == 2


async def test_the_model_is_shown_its_instructions_while_the_caller_is_greeted(line: Line) -> None:
    (warmed,) = line.far.warmed
    await line.say("When do you open?")
    await line.wait(2.0)
    asked = line.far.asked[0]
    assert warmed["messages"][0] == asked["messages"][0]
    assert warmed["tools"] == asked["tools"]
    assert line.replies == ["I am here."], "what it says to that is not used"


@pytest.mark.parametrize(
    ("fault", "fails"),
    [
        (HttpFailed("no such key", 401, recoverable=False), True),
        (HttpFailed("loading the model", 503), False),
    ],
)
async def test_a_model_that_is_not_there_is_noticed_before_the_caller_waits(
    kit: Any, fault: Exception, fails: bool
) -> None:
    line = Line(kit)
    line.far.cold = fault
    line.open()
    await line.wait(1.0)
    assert [failed.recoverable for failed in line.of(VoiceFailed)] == [False] * fails
    line.session.close()
    quiet = Line(kit, warm_up=False)
    quiet.open()
    await quiet.wait(1.0)
    assert not quiet.far.warmed
    quiet.session.close()


# -- taking over, and failing --


async def test_a_session_that_takes_over_takes_the_pending_question_up(kit: Any) -> None:
    line = Line(kit)
    history = (PastTurn("receptionist", "Good day."), PastTurn("caller", "Where are you?"))
    line.open(history, reply_owed=True)
    await line.wait(2.0)
    assert line.far.shown() == [("user", "Where are you?")]
    assert line.replies == ["I am here."]
    line.session.close()
    line.open(history)
    await line.wait(2.0)
    assert len(line.far.asked) == 1, "nothing is owed, so nothing is said"
    line.session.close()
    line.open(history, came_back_from="Ann", not_reached=NotReached.ENGAGED)
    await line.wait(2.0)
    assert "The line to Ann is engaged just now." in line.far.shown()[-1][1]
    ids = [item.item_id for item in line.of(ReplyStarted)]
    assert len(set(ids)) == len(ids) == 2
    line.session.close()


async def test_of_a_hand_off_in_doubt_the_model_is_told_to_claim_nothing(kit: Any) -> None:
    line = Line(kit)
    history = (PastTurn("caller", "Ann, please."),)
    line.open(history, came_back_from="Ann", not_reached=NotReached.IN_DOUBT)
    await line.wait(2.0)
    told = line.far.shown()[-1][1]
    assert "did not pick up" not in told
    assert "could not be reached" not in told
    assert "Do not ring Ann again" in told
    line.session.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ([5.0], "in time"),
        ([HttpFailed("no such key", 401, recoverable=False)], "no such key"),
    ],
)
async def test_a_model_that_does_not_answer_is_left_for_the_next(
    line: Line, answer: Sequence[Step], reason: str
) -> None:
    line.far.answers = [answer, answer]
    await line.say("When do you open?")
    await line.wait(4.0)
    (failed,) = line.of(VoiceFailed)
    assert reason in failed.reason
    assert not failed.recoverable
    assert line.when(VoiceFailed) - line.when(CallerTurnEnded) <= 2.01
    assert line.model.breaker.failures == 1


@pytest.mark.parametrize(
    "fault",
    [
        [HttpFailed("overloaded", 429)],
        [HttpFailed("gone")],
        [b"data: {rubbish\n\n"],
        [],
        [event("stop"), DONE],
        [event(content="<think>hm</think> {}"), event("stop"), DONE],
    ],
)
async def test_what_may_pass_is_tried_once_more_and_then_given_up(
    line: Line, fault: Sequence[Step]
) -> None:
    line.far.answers = [fault, says("Here I am.")]
    await line.say("When do you open?")
    await line.wait(3.0)
    assert line.replies == ["Here I am."]
    assert not line.of(VoiceFailed)
    line.far.answers = [fault, fault]
    await line.say("And on Saturday?")
    await line.wait(4.0)
    (failed,) = line.of(VoiceFailed)
    assert not failed.recoverable


async def test_an_answer_that_stops_in_the_middle_may_be_given_anew(line: Line) -> None:
    half: list[Step] = [event(content="We open at nine. And we"), 0.6, HttpFailed("broken off")]
    line.far.answers = [half] * 2  # the first was begun before the turn was sure to be over
    await line.say("When do you open?")
    await line.wait(5.0)
    (failed,) = line.of(VoiceFailed)
    assert failed.recoverable
    assert line.replies == ["We open at nine."]


async def test_one_that_stalls_in_the_middle_is_not_waited_for_for_ever(line: Line) -> None:
    line.far.answers = [[event(content="We open at nine. "), event(content="And"), 60.0]]
    await line.say("When do you open?")
    await line.wait(6.0)
    (failed,) = line.of(VoiceFailed)
    assert "in time" in failed.reason
    # Counted from what came last, which was before the turn was sure to be over.
    assert 2.0 <= line.when(VoiceFailed) - line.when(ReplyStarted) <= 3.5


async def test_tokens_are_counted_and_what_was_cut_is_noted(line: Line) -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 70, "completion_tokens": 8}}
    line.far.answers = [
        [
            event(content="<think>x</think>We are open. We are op"),
            event("length"),
            f"data: {json.dumps(usage)}\n\n".encode(),
            DONE,
        ]
    ]
    await line.say("When do you open?")
    await line.wait(2.0)
    assert line.of(UsageReported) == [UsageReported({"text_in": 70, "text_out": 8}, "qwen3")]
    assert [(note.what, note.detail) for note in line.of(VoiceNoted)] == [
        ("control text left out", ""),
        ("answer cut short", "length"),
    ]
    assert line.replies == ["We are open."]


async def test_nothing_is_spoken_or_done_after_the_close(line: Line) -> None:
    line.far.answers = [calls("end_call", text="Goodbye.")]
    await line.say("That is all thank you.")
    await line.wait(0.4)
    line.session.close()
    before = len(line.events)
    await asyncio.sleep(3.0)
    assert len(line.events) == before
    assert not line.far.whole, "the model is told to stop"


async def test_a_backchannel_is_not_answered(line: Line) -> None:
    def disregard(event: VoiceEvent) -> None:
        line.events.append(event)
        if isinstance(event, CallerHeard):
            line.session.disregard_turn(event.turn_id)

    line.session._tell = disregard
    await line.say("mm-hm okay")
    await line.wait(3.0)
    assert not line.of(ReplyStarted)
    assert not line.of(CallerTurnEnded)


async def test_the_caller_waits_after_keys_and_after_a_tools_result(line: Line) -> None:
    line.session.caller_digit("0")
    await line.wait(3.0)
    assert line.replies == ["I am here."]
    assert line.when(ReplyOwed) < line.when(ReplyStarted)
    line.far.answers = [calls("take_message", text="One moment."), says("It is saved.")]
    await line.say("Take a message please.")
    await line.wait(2.0)
    before = len(line.of(ReplyOwed))
    (called,) = line.of(ToolCalled)
    line.session.answer_tool(called.tool_call_id, {"status": "saved", "message_id": "m1"})
    await line.wait(0.1)
    assert len(line.of(ReplyOwed)) == before + 1


async def test_lines_of_ours_are_shown_to_the_model(line: Line) -> None:
    await line.say("Hello there friend.")
    await line.wait(3.0)
    line.session.reply_audible(line.of(ReplyStarted)[0].item_id)
    await line.wait(1.0)
    line.session.told("Are you still there?")
    await line.say("Yes I am here.")
    await line.wait(3.0)
    assert line.far.shown()[1] == ("assistant", "I am here.\nAre you still there?")
