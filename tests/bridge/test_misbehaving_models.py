"""Whole calls, in virtual time, over models that misbehave on the wire; each through its protocol.

What each protocol makes of such messages is tested with it (`tests/voice/protocols`); here it is
what the caller hears of them, and what is on record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.bridge.peers import Calling, GeminiPeer, Lore, OpenAIPeer, Peer, Saying, Step
from tests.bridge.test_fault_matrix import (
    KINDS,
    LONGEST_S,
    NEXT_KIND,
    Conversation,
    Ear,
    is_speech,
    rung_up,
)

from mapokezi.bridge import clock

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

PARKING, WHERE = "Is there parking?", "Where is your office?"
ANSWERS = {
    PARKING: "Would that be for one car or for two, and would you come alone or with others?",
    WHERE: "We are at Mwavuli House on Ngong Road, next to the post office, on the fourth floor.",
}


def lore(**more: Callable[[str], Sequence[Step]]) -> Lore:
    def says(text: str) -> Callable[[str], Sequence[Step]]:
        return lambda _known: [Saying(text)]

    return Lore({asked: says(said) for asked, said in ANSWERS.items()} | more)


async def picked_up(worlds: Any, peers: dict[str, Peer], about: Lore) -> tuple[Conversation, Any]:
    """The caller has heard the greeting out."""
    call, net = await rung_up(worlds, peers, about)
    call.talk.open()
    await call.talk.until(lambda: call.talk.record.notice is not None)
    return call, net


async def over(call: Conversation, net: Any, peers: dict[str, Peer]) -> None:
    """The caller hangs up; nothing is left."""
    call.talk.gone("platform_closed")
    call.talk.complete()
    assert call.talk.record.outcome is not None
    await call.world.reception.close()
    for peer in peers.values():
        await peer.close()
    await net.close()


CLOSE_CODES = (1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)


@pytest.mark.parametrize("code", [*CLOSE_CODES, 3000, 4000, 4408, 4999])
@pytest.mark.parametrize("kind", ["gemini_live", "openai_realtime"])
async def test_the_call_goes_on_whatever_the_close_code(worlds: Any, kind: str, code: int) -> None:
    about = lore()
    peers = {"first": KINDS[kind](about), "second": KINDS[NEXT_KIND[kind]](about)}
    call, net = await picked_up(worlds, peers, about)
    first: Any = peers["first"]
    closed: list[int] = []

    def close(moment: str, _text: str) -> None:
        if moment == "reply" and not closed:
            closed.append(code)
            asyncio.get_running_loop().create_task(first.ends[-1].close(code, "so it is"))

    first.on_moment = close
    await call.ask(PARKING, ANSWERS[PARKING])
    await call.ask(WHERE, ANSWERS[WHERE])
    assert closed == [code]
    assert max(silence for _, silence in call.silences) <= LONGEST_S, call.silences
    await over(call, net, peers)


@pytest.mark.parametrize("reason", ["insufficient_quota", "BidiGenerateContent session not found"])
@pytest.mark.parametrize("kind", ["gemini_live", "openai_realtime"])
async def test_and_whatever_its_reason(worlds: Any, kind: str, reason: str) -> None:
    about = lore()
    peers = {"first": KINDS[kind](about), "second": KINDS[NEXT_KIND[kind]](about)}
    call, net = await picked_up(worlds, peers, about)
    first: Any = peers["first"]
    await call.ask(PARKING, ANSWERS[PARKING])
    await first.ends[-1].close(1008, reason)
    await call.talk.wait(3.0)
    await call.ask(WHERE, ANSWERS[WHERE])
    assert max(silence for _, silence in call.silences) <= LONGEST_S, call.silences
    await over(call, net, peers)


async def test_told_to_go_and_then_left_in_silence(worlds: Any) -> None:
    """goAway, and not a message after it: the protocol moves by its own timer, unheard."""
    about = lore()
    peer = GeminiPeer(about)
    call, net = await picked_up(worlds, {"first": peer}, about)
    await call.ask(PARKING, ANSWERS[PARKING])
    await peer.server.visits[0].send({"goAway": {"timeLeft": "5s"}})
    peer.ends[0].freeze()
    await call.talk.wait(8.0)
    await call.ask(WHERE, ANSWERS[WHERE])
    assert len(peer.server.visits) == 2, "the same model, over another connection"
    assert call.talk.record.voice == "first"
    assert max(silence for _, silence in call.silences) <= LONGEST_S, call.silences
    await over(call, net, {"first": peer})


@pytest.mark.parametrize("kind", KINDS)
async def test_a_burst_is_heard_at_its_own_pace(worlds: Any, kind: str) -> None:
    """A whole reply in one instant: nothing of it is lost, and the caller still cuts in."""
    about = lore()
    peer: Any = KINDS[kind](about)
    peer.slowness = 0.0
    call, net = await picked_up(worlds, {"first": peer}, about)
    await call.ask(PARKING, ANSWERS[PARKING])
    await call.ask(WHERE, ANSWERS[WHERE])
    turns = [turn for turn in call.world.keeper.turns.values() if turn.speaker == "receptionist"]
    assert not any(turn.cut for turn in turns)
    assert call.talk.record.voice == "first"
    assert max(silence for _, silence in call.silences) <= 1.5, call.silences
    await over(call, net, {"first": peer})


@pytest.mark.parametrize("kind", ["gemini_live", "openai_realtime"])
async def test_late_sound_of_a_reply_that_was_cut_is_not_heard(worlds: Any, kind: str) -> None:
    about = lore()
    peer: Any = KINDS[kind](about)
    call, net = await picked_up(worlds, {"first": peer}, about)
    about.said = PARKING
    await call.talk.say(PARKING)
    await call.talk.wait(3.0)
    about.said = WHERE
    began = clock.monotonic()
    await call.talk.say(WHERE)  # over the reply
    media = call.talk.medias[0]
    assert media.kills, "the rest of the reply was taken back"
    ear = Ear.of(media.sent)
    spoken = [at for at, frame in ear.frames if at > began + 0.6 and is_speech(frame)]
    assert not [at for at in spoken if at < clock.monotonic()], "we are silent while they speak"
    await call.talk.until(lambda: call.said(ANSWERS[WHERE]))
    (cut,) = [turn for turn in call.world.keeper.turns.values() if turn.cut]
    assert ANSWERS[PARKING].startswith(cut.text)
    assert cut.unheard_text
    await over(call, net, {"first": peer})


@pytest.mark.parametrize("kind", KINDS)
async def test_an_unknown_tool_is_refused_and_the_talk_goes_on(worlds: Any, kind: str) -> None:
    def launch(known: str) -> Sequence[Step]:
        if "refused" in known or "no such tool" in known or "unknown" in known:
            return [Saying(ANSWERS[WHERE])]
        return [Calling("launch_missiles", {"at": "once"}), Saying(ANSWERS[WHERE])]

    about = lore(**{WHERE: launch})
    peer: Any = KINDS[kind](about)
    call, net = await picked_up(worlds, {"first": peer}, about)
    await call.ask(WHERE, ANSWERS[WHERE])
    await call.ask(PARKING, ANSWERS[PARKING])
    assert call.talk.record.voice == "first"
    assert max(silence for _, silence in call.silences) <= LONGEST_S
    await over(call, net, {"first": peer})


async def test_a_call_in_the_beta_dialect(worlds: Any) -> None:
    about = lore()
    peer = OpenAIPeer(about, dialect="beta")
    call, net = await picked_up(worlds, {"first": peer}, about)
    await call.ask(PARKING, ANSWERS[PARKING])
    await call.ask(WHERE, ANSWERS[WHERE])
    assert call.talk.record.voice == "first"
    assert peer.server.sessions[0].errors == []
    await over(call, net, {"first": peer})


async def test_two_items_of_sound_are_both_heard_in_order(worlds: Any) -> None:
    both = [Saying("Would that be for one car or two?"), Saying("And would you come alone?")]
    about = lore(**{PARKING: lambda _known: both})
    peer = OpenAIPeer(about)
    call, net = await picked_up(worlds, {"first": peer}, about)
    await call.ask(PARKING, both[1].text)
    told = [turn for turn in call.talk.turns if "car" in turn or "alone" in turn]
    assert [one for one in both if any(one.text in turn for turn in told)] == both
    await call.ask(WHERE, ANSWERS[WHERE])
    await over(call, net, {"first": peer})


RUBBISH = (b"", b"{", b'{"serverContent":{"modelTurn":', b"\xff\xfe", b"[]", b"null", b'"text"')


@pytest.mark.parametrize("kind", ["gemini_live", "openai_realtime"])
async def test_half_messages_between_good_ones_are_passed_over(worlds: Any, kind: str) -> None:
    about = lore()
    peer: Any = KINDS[kind](about)
    call, net = await picked_up(worlds, {"first": peer}, about)
    number = 0

    def with_rubbish(message: bytes) -> bytes:
        nonlocal number
        number += 1
        near = peer.ends[-1].near
        loop = asyncio.get_running_loop()
        loop.call_soon(near.came, RUBBISH[number % len(RUBBISH)])
        return message

    peer.ends[-1].bend = with_rubbish
    await call.ask(PARKING, ANSWERS[PARKING])
    await call.ask(WHERE, ANSWERS[WHERE])
    assert number > 50
    assert call.talk.record.voice == "first"
    await over(call, net, {"first": peer})


async def test_bundled_fields_make_a_whole_turn(worlds: Any) -> None:
    """Words, sound, both ends and usage in one message."""
    about = lore()
    peer = GeminiPeer(about, bundled=True)
    call, net = await picked_up(worlds, {"first": peer}, about)
    await call.ask(PARKING, ANSWERS[PARKING])
    await call.ask(WHERE, ANSWERS[WHERE])
    await over(call, net, {"first": peer})
    (used,) = call.talk.record.model_usage
    assert used.units["audio_out"] > 0


async def test_errors_of_truncation_and_of_the_race_are_survived(worlds: Any) -> None:
    """What the service refuses is not held against it: the talk goes on."""
    about = lore()
    peer = OpenAIPeer(about)
    call, net = await picked_up(worlds, {"first": peer}, about)
    await call.ask(PARKING, ANSWERS[PARKING])
    session = peer.server.sessions[-1]
    for code in ("conversation_already_has_active_response", "invalid_value", "item_truncate"):
        error = {"type": "invalid_request_error", "code": code, "message": code, "event_id": None}
        await session.tell("error", error=error)
    await call.ask(WHERE, ANSWERS[WHERE])
    assert call.talk.record.voice == "first"
    await over(call, net, {"first": peer})


async def test_a_cancelled_tool_is_done_no_further(worlds: Any) -> None:
    """The service takes a call back while it is under way: its result goes nowhere."""
    arguments = {"name": "Grace Njeri", "number": "+254722000001", "reason": "land"}
    about = lore(**{WHERE: lambda _known: [Calling("take_message", arguments)]})
    peer = GeminiPeer(about)
    call, net = await picked_up(worlds, {"first": peer}, about)
    call.world.keeper.gate = asyncio.Event()
    about.said = WHERE
    await call.talk.say(WHERE)
    visit = peer.server.visits[0]
    called = asyncio.Event()
    peer.on_moment = lambda kind, _text: called.set() if kind == "tool" else None
    await call.talk.until(called.is_set)
    await call.talk.wait(0.2)
    await visit.send({"toolCallCancellation": {"ids": ["call-1-1"]}})
    await call.talk.wait(0.2)
    call.world.keeper.gate.set()
    await call.talk.wait(1.0)
    assert visit.of("toolResponse") == []
    assert len(call.world.keeper.messages) == 1, "what was being saved is saved"
    await over(call, net, {"first": peer})
