"""What must hold whatever happens, in whatever order."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.audio.playout import Heard, PlayoutFinished, PlayoutStarted
from mapokezi.calls import TerminationReason
from mapokezi.conversation.effects import (
    AnswerTool,
    BeginItem,
    CloseCall,
    DropPlayout,
    Effect,
    EndItem,
    GreetCaller,
    OpenVoice,
    PausePlayout,
    QueueAudio,
    ResumePlayout,
    RunTool,
)
from mapokezi.conversation.inputs import (
    CallerHungUp,
    ConversationInput,
    DrainRequested,
    EchoNoticed,
    EndRequested,
    HandOffSettled,
    HearingBegan,
    KeyPressed,
    LineQueued,
    MediaOpened,
    PlayoutDropped,
    ToolResult,
)
from mapokezi.conversation.machine import Conversation
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerTurnRejoined,
    CallerVoiceStarted,
    CallerVoiceStopped,
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    UsageReported,
    VoiceFailed,
    VoiceReady,
)

ITEMS = st.sampled_from(["r1", "r2", "r3", "greeting", "line-1-filler", "line-1-nudge"])
TURNS = st.sampled_from(["t1", "t2", "t3"])
CALLS = st.sampled_from(["c1", "c2", "c3"])
TOOLS = st.sampled_from(["take_message", "hand_over", "end_call", "find_time"])
AT_MS = st.integers(0, 120_000)
TEXTS = st.sampled_from(
    ["", "Mm-hm.", "No, wait.", "When are you open on Saturday?", "Thank you, bye.", "You"]
)
RESULTS = st.sampled_from(
    [{}, {"status": "connecting"}, {"status": "refused"}, {"status": "ok"}, {"message_id": "m"}]
)
HAPPENINGS: st.SearchStrategy[ConversationInput] = st.one_of(
    st.builds(MediaOpened, st.sampled_from([None, "Wanjiku"])),
    st.builds(KeyPressed, st.sampled_from("0123456789*#")),
    st.builds(
        CallerHungUp,
        st.sampled_from([TerminationReason.CALLER_HUNG_UP, TerminationReason.MEDIA_LOST]),
    ),
    st.builds(PlayoutStarted, ITEMS, st.just(0.0)),
    st.builds(PlayoutFinished, ITEMS, st.just(0.0)),
    st.builds(
        PlayoutDropped,
        st.lists(st.builds(Heard, ITEMS, AT_MS, AT_MS, st.booleans()), max_size=3).map(tuple),
    ),
    st.builds(LineQueued, ITEMS, TEXTS, st.integers(0, 5000)),
    st.builds(ToolCalled, CALLS, TOOLS),
    st.builds(ToolResult, CALLS, TOOLS, RESULTS),
    st.builds(EchoNoticed, st.booleans()),
    st.builds(EndRequested, goodbye_said=st.booleans()),
    st.builds(HandOffSettled, st.booleans()),
    st.sampled_from([HearingBegan(), DrainRequested(), UsageReported({"seconds": 1})]),
    st.builds(VoiceReady, st.just("v")),
    st.builds(VoiceFailed, st.just("fault"), st.booleans()),
    st.builds(CallerVoiceStarted, AT_MS),
    st.builds(CallerVoiceStopped, AT_MS),
    st.builds(CallerHeard, TURNS, TEXTS, st.booleans(), AT_MS, AT_MS),
    st.builds(CallerTurnEnded, TURNS, AT_MS),
    st.builds(CallerTurnRejoined, TURNS),
    st.builds(ReplyStarted, ITEMS, TURNS),
    st.builds(ReplyAudio, ITEMS, st.binary(max_size=64).map(lambda pcm: pcm * 2)),
    st.builds(ReplyText, ITEMS, TEXTS, st.none() | st.integers(0, 5000)),
    st.builds(ReplyEnded, ITEMS),
    st.builds(ReplyCancelled, ITEMS),
)
SEQUENCES = st.lists(
    st.tuples(HAPPENINGS, st.sampled_from([0.0, 0.02, 0.3, 2.0, 15.0])), max_size=60
)
OPENED = st.booleans()


def replay(
    events: list[tuple[ConversationInput, float]], *, opened: bool, rungs: int = 2
) -> tuple[Conversation, list[Effect], float]:
    """Play a sequence, waking the machine whenever it asks for it."""
    machine = Conversation(ConversationSettings(voice_rungs=rungs))
    done: list[Effect] = []
    now = 50.0
    sequence: list[tuple[ConversationInput, float]] = [(MediaOpened(), 0.0)] if opened else []
    for event, gap_s in [*sequence, *events]:
        until = now + gap_s
        while (due := machine.next_timer()) is not None and due <= until:
            now = max(now, due)
            machine.handle_timer(now)
            done += machine.effects()
        now = until
        machine.receive(event, now)
        done += machine.effects()
        if not isinstance(event, ReplyAudio):
            assert machine.is_over or machine.next_timer() is not None
    return machine, done, now


@given(SEQUENCES, OPENED)
@settings(max_examples=300, deadline=None)
def test_a_remembered_deadline_is_never_later_than_the_true_one(
    events: list[tuple[ConversationInput, float]], opened: bool
) -> None:
    machine = Conversation()
    now = 50.0
    for event, gap_s in [(MediaOpened(), 0.0), *events] if opened else events:
        now += gap_s
        for step in (machine.handle_timer, lambda at, event=event: machine.receive(event, at)):
            machine.next_timer()  # so that there is one to remember
            step(now)
            machine.effects()
            remembered = machine.next_timer()
            machine._is_timer_known = False  # what is remembered is under test
            true = machine.next_timer()
            assert true is None or (remembered is not None and remembered <= true)


@given(SEQUENCES, st.lists(st.binary(max_size=64).map(lambda pcm: pcm * 2), max_size=8))
@settings(max_examples=200, deadline=None)
def test_sound_that_goes_on_comes_to_the_same_by_the_short_way(
    events: list[tuple[ConversationInput, float]], sounds: list[bytes]
) -> None:
    longer, shorter = Conversation(), Conversation()
    now = 50.0
    told: list[tuple[ConversationInput, float]] = [(MediaOpened(), 0.0)]
    for pcm in sounds:
        told += [*events[:8], (ReplyAudio("r1", pcm), 0.02)]
        events = events[8:]
    for event, gap_s in told:
        now += gap_s
        wanted: list[list[Effect]] = []
        for machine in (longer, shorter):
            if isinstance(event, ReplyAudio) and machine is shorter and machine.goes_on(event):
                wanted.append([QueueAudio(event.item_id, event.pcm, event.sample_rate_hz)])
                assert machine.effects() == []
                continue
            machine.receive(event, now)
            wanted.append(machine.effects())
        assert wanted[0] == wanted[1]
        assert longer.facts(now) == shorter.facts(now)
        assert longer.transcript.turns == shorter.transcript.turns
        assert longer.next_timer() == shorter.next_timer()


@given(SEQUENCES, OPENED)
@settings(max_examples=300, deadline=None)
def test_every_call_ends_if_nothing_more_happens(
    events: list[tuple[ConversationInput, float]], opened: bool
) -> None:
    machine, done, now = replay([*events, (HearingBegan(), 0.0)], opened=opened)
    for _ in range(500):
        due = machine.next_timer()
        if due is None:
            break
        now = max(now, due)
        machine.handle_timer(now)
        done += machine.effects()
    assert machine.is_over
    assert sum(isinstance(effect, CloseCall) for effect in done) == 1


@given(SEQUENCES, OPENED)
@settings(max_examples=300, deadline=None)
def test_once_is_once(events: list[tuple[ConversationInput, float]], opened: bool) -> None:
    _, done, _ = replay(events, opened=opened)
    assert sum(isinstance(effect, GreetCaller) for effect in done) <= 1
    for kind in (RunTool, AnswerTool):
        ids = Counter(effect.tool_call_id for effect in done if isinstance(effect, kind))
        assert all(count == 1 for count in ids.values())
    answered = {effect.tool_call_id for effect in done if isinstance(effect, AnswerTool)}
    assert answered <= {effect.tool_call_id for effect in done if isinstance(effect, RunTool)}
    closes = [place for place, effect in enumerate(done) if isinstance(effect, CloseCall)]
    assert closes in ([], [len(done) - 1])


@given(SEQUENCES, OPENED)
@settings(max_examples=300, deadline=None)
def test_the_playout_is_told_things_in_order(
    events: list[tuple[ConversationInput, float]], opened: bool
) -> None:
    _, done, _ = replay(events, opened=opened)
    begun: set[str] = set()
    over: set[str] = set()
    paused = False
    for effect in done:
        if isinstance(effect, BeginItem):
            assert effect.item_id not in begun
            begun.add(effect.item_id)
        elif isinstance(effect, QueueAudio):
            assert effect.item_id in begun - over
        elif isinstance(effect, EndItem):
            assert effect.item_id in begun - over
            over.add(effect.item_id)
        elif isinstance(effect, PausePlayout):
            assert not paused
            paused = True
        elif isinstance(effect, ResumePlayout):
            assert paused
            paused = False
        elif isinstance(effect, DropPlayout):
            paused = False
            over |= begun


@given(SEQUENCES, st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_voices_are_tried_downwards(
    events: list[tuple[ConversationInput, float]], rungs: int
) -> None:
    _, done, _ = replay(events, opened=True, rungs=rungs)
    tried = [effect.rung for effect in done if isinstance(effect, OpenVoice)]
    assert tried == sorted(tried)
    assert all(rung < rungs for rung in tried)


@given(SEQUENCES)
@settings(max_examples=200, deadline=None)
def test_the_seconds_of_a_call_add_up(events: list[tuple[ConversationInput, float]]) -> None:
    timed: list[tuple[ConversationInput, float]] = [
        (type(event)(event.item_id, 50.0), gap_s)
        if isinstance(event, PlayoutStarted | PlayoutFinished)
        else (event, gap_s)
        for event, gap_s in events
        if not isinstance(event, HandOffSettled | ToolResult | CallerHungUp)
    ]
    machine, _, now = replay(timed, opened=True)
    seconds = machine.seconds(now)
    closed = [entry.at for entry in machine.timeline.entries if entry.moment == "closed"]
    open_until = closed[0] if closed else now
    assert abs(seconds.total - (open_until - 50.0)) < 1e-6
    assert min(seconds.caller, seconds.both, seconds.thinking, seconds.dead_air) >= 0.0
