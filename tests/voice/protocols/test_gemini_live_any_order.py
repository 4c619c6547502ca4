"""Whatever comes, in whatever order: what a call may rely on."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.voice.protocols.gemini_talk import PREFIX, FarSide, audio, part

from mapokezi.voice.events import (
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    VoiceEvent,
    VoiceFailed,
)
from mapokezi.voice.wire import CloseSocket, OpenSocket, Order

CONTENTS: list[dict[str, Any]] = [
    audio(b"\x01\x02"),
    audio(b"\x01\x02\x03"),
    {"modelTurn": {"parts": [part(b"\x05\x05", thought=True)]}},
    {"outputTranscription": {"text": " word"}},
    {"inputTranscription": {"text": " caller"}},
    {"inputTranscription": {"text": " done", "finished": True}},
    {"interimInputTranscription": {"text": "maybe"}},
    {"interrupted": True},
    {"generationComplete": True},
    {"turnComplete": True},
    {"turnComplete": True, "interactionStatus": "IN_PROGRESS"},
    {"turnComplete": True, "turnCompleteReason": "RESPONSE_REJECTED"},
    {"waitingForInput": True},
]
MESSAGES: list[dict[str, Any]] = [
    {"setupComplete": {}},
    {"toolCall": {"functionCalls": [{"id": "c1", "name": "look_up"}]}},
    {"toolCall": {"functionCalls": [{"id": "c2", "name": "take_message"}, {"name": "look_up"}]}},
    {"toolCall": {"functionCalls": [{"id": "c3", "name": "nothing"}]}},
    {"toolCallCancellation": {"ids": ["c1", "c2"]}},
    {"sessionResumptionUpdate": {"newHandle": "h", "resumable": True}},
    {"goAway": {"timeLeft": "2s"}},
    {"usageMetadata": {"promptTokenCount": 3}},
]
STEPS = st.one_of(
    st.tuples(st.just("content"), st.lists(st.sampled_from(CONTENTS), min_size=1, max_size=3)),
    st.tuples(st.just("message"), st.sampled_from(MESSAGES)),
    st.tuples(st.just("opened"), st.none()),
    st.tuples(st.just("closed"), st.sampled_from([0, 1000, 1006, 1007, 1008, 1011, 503])),
    st.tuples(st.just("wait"), st.sampled_from([0.0, 0.05, 0.6, 1.6, 4.0])),
    st.tuples(st.just("speak"), st.none()),
    st.tuples(st.just("told"), st.none()),
    st.tuples(st.just("key"), st.none()),
    st.tuples(st.just("audio"), st.none()),
    st.tuples(st.just("cut"), st.none()),
    st.tuples(st.just("answer"), st.none()),
    st.tuples(st.just("older"), st.sampled_from(MESSAGES)),
)


class Walk:
    """Plays steps to a session, as a driver would that makes no mistakes of its own."""

    def __init__(self) -> None:
        self.far = FarSide()
        self.far.open()
        self.spoken = 0

    def step(self, kind: str, value: Any) -> None:  # noqa: C901, PLR0912
        """Take one step. A table in the form of code."""
        far, protocol = self.far, self.far.protocol
        match kind:
            case "content":
                together: dict[str, Any] = {}
                for one in value:
                    together |= one
                far.send(serverContent=together)
            case "message":
                far.send(**value)
            case "opened":
                far.handshake()
            case "closed":
                far.close(value, "because")
            case "wait":
                far.wait(value)
            case "speak":
                self.spoken += 1
                far.speak("A sentence.", f"line-{self.spoken}")
            case "told":
                protocol.told("We said so.", far.now)
            case "key":
                protocol.caller_digit("5", far.now)
            case "audio":
                protocol.caller_audio(bytes(640), far.now)
            case "cut":
                for begun in far.of(ReplyStarted)[-1:]:
                    protocol.cut_reply(begun.item_id, 20, "so far", far.now)
            case "answer":
                for call in far.of(ToolCalled)[-1:]:
                    far.answer(call.tool_call_id, {"status": "done"})
            case "older":
                far.send_raw(json.dumps(value).encode(), connection=far.connection + 7)
        far.gather()


def items_are_in_order(events: list[VoiceEvent]) -> None:
    begun: set[str] = set()
    over: set[str] = set()
    for event in events:
        match event:
            case ReplyStarted(item_id):
                assert item_id not in begun
                assert item_id.startswith((PREFIX, "line-"))
                begun.add(item_id)
            case ReplyAudio(item_id, pcm, rate_hz):
                assert item_id in begun - over
                assert pcm
                assert len(pcm) % 2 == 0
                assert b"\x05" not in pcm
                assert rate_hz == 24_000
            case ReplyText(item_id, text):
                assert item_id in begun
                assert text
            case ReplyEnded(item_id):
                assert item_id in begun - over
                over.add(item_id)
            case ReplyCancelled(item_id):
                assert item_id not in over
                over.add(item_id)
            case _:
                pass
    assert len(begun - over) <= 1


def one_socket_at_a_time(orders: list[Order], closed_by_server: set[int]) -> None:
    open_socket: int | None = None
    for order in orders:
        if isinstance(order, OpenSocket):
            assert open_socket is None or open_socket in closed_by_server
            open_socket = order.connection
        elif isinstance(order, CloseSocket):
            assert order.connection == open_socket
            open_socket = None


@given(st.lists(STEPS, max_size=40))
def test_whatever_comes_the_call_gets_what_it_may_rely_on(steps: list[tuple[str, Any]]) -> None:
    walk = Walk()
    walk.far.accept()
    closed: set[int] = set()
    for kind, value in steps:
        if kind == "closed":
            closed.add(walk.far.connection)
        walk.step(kind, value)
    walk.far.wait(30)
    far = walk.far
    items_are_in_order(far.told)
    one_socket_at_a_time(far.orders, closed)
    tools = [event.tool_call_id for event in far.of(ToolCalled)]
    assert len(tools) == len(set(tools))
    assert all(tool.startswith(PREFIX) for tool in tools)
    failures = far.of(VoiceFailed)
    assert len(failures) <= 1
    if failures:
        assert far.protocol.next_timer() is None
    over = {one.item_id for one in far.of(ReplyEnded)}
    over |= {one.item_id for one in far.of(ReplyCancelled)}
    begun = {one.item_id for one in far.of(ReplyStarted)}
    ours = {f"line-{nth}" for nth in range(1, walk.spoken + 1)}
    # A sentence of ours is heard or taken back, never forgotten.
    assert ours <= over | begun


@given(st.lists(st.sampled_from(CONTENTS), min_size=1, max_size=12), st.booleans())
def test_bundled_fields_are_as_good_as_one_after_the_other(
    contents: list[dict[str, Any]], ends: bool
) -> None:
    """Sound and words, then the ends: together or apart the call is told the same."""
    spoken: list[dict[str, Any]] = [
        one for one in contents if one.keys() <= {"modelTurn", "outputTranscription"}
    ]
    apart, together = FarSide().ready(), FarSide().ready()
    bundle: dict[str, Any] = {}
    for one in spoken:
        if one.keys() & bundle.keys():
            together.send(serverContent=bundle)
            bundle = {}
        bundle |= one
        if "outputTranscription" in bundle:  # within a message the sound is taken first
            together.send(serverContent=bundle)
            bundle = {}
    end = {"generationComplete": True, "turnComplete": True} if ends else {}
    together.send(serverContent=bundle | end)
    for one in spoken:
        apart.send(serverContent=one)
    for key in end:
        apart.send(serverContent={key: True})
    assert together.told == apart.told


@given(st.lists(st.integers(1, 2_000), min_size=1, max_size=30))
def test_no_sample_is_lost_however_the_sound_is_cut(sizes: list[int]) -> None:
    far = FarSide().ready()
    sound = bytes(nth % 251 for nth in range(sum(sizes)))
    at = 0
    for size in sizes:
        far.content(**audio(sound[at : at + size]))
        at += size
    whole = len(sound) // 2 * 2
    assert b"".join(event.pcm for event in far.of(ReplyAudio)) == sound[:whole]
