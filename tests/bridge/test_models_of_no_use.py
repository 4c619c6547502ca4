"""Whole calls, in virtual time, over models that are there and of no use: slow, gone, or rubbish.

Beside the fault matrix, where a model is well at first; here it never is, or says what nobody
understands. The next voice takes over, and the caller is never left in silence.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.bridge.peers import ChatPeer, Lore, Peer, Saying, sound_of
from tests.bridge.test_fault_matrix import (
    KINDS,
    LONGEST_S,
    NEXT_KIND,
    Conversation,
    rung_up,
)
from tests.fakes import chat_server
from websockets.exceptions import ConnectionClosed

from mapokezi.voice.protocols.gemini_live.session import MOST_UNREAD

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

PARKING, WHERE = "Is there parking?", "Where is your office?"
ANSWERS = {
    PARKING: "Would that be for one car or for two, and would you come alone or with others?",
    WHERE: "We are at Mwavuli House on Ngong Road, next to the post office, on the fourth floor.",
}
SLOW_S = 10.0


def lore() -> Lore:
    def says(text: str) -> Callable[[str], list[Any]]:
        return lambda _known: [Saying(text)]

    return Lore({asked: says(said) for asked, said in ANSWERS.items()})


def make_slow(peer: Any) -> None:
    """It takes the connection, and ten seconds for every first word."""
    if isinstance(peer, ChatPeer):
        connected = peer.http._connected

        async def slow_http(reader: Any, writer: Any) -> None:
            await asyncio.sleep(SLOW_S)
            await connected(reader, writer)

        peer.http._connected = slow_http
        return
    serve = peer.serve

    async def slow(far: Any) -> None:
        await asyncio.sleep(SLOW_S)
        with contextlib.suppress(ConnectionClosed):  # by then nobody is there any more
            await serve(far)

    peer.serve = slow


def make_gone(peer: Any) -> None:
    """It takes the connection; nothing comes of it ever, not even its end."""
    if isinstance(peer, ChatPeer):

        async def never(_reader: Any, _writer: Any) -> None:
            await asyncio.Event().wait()

        peer.http._connected = never
        return

    async def serve(far: Any) -> None:
        far.freeze()
        await asyncio.Event().wait()

    peer.serve = serve


def make_rubbish(peer: Any) -> None:
    """Whatever it has to say, it says so that nobody can read it."""
    if isinstance(peer, ChatPeer):
        peer.server.thinks = lambda _asked: [chat_server.Raw(b"data: {]\n\n\xff\xfe")]
    else:
        peer._bend = lambda _message: b'{"type":'


WAYS = {"slow": make_slow, "gone": make_gone, "rubbish": make_rubbish}


async def held(worlds: Any, peers: dict[str, Peer], about: Lore) -> Conversation:
    """Two questions are asked, and answered by whoever can."""
    call, net = await rung_up(worlds, peers, about)
    call.talk.open()
    await call.talk.until(lambda: call.talk.record.notice is not None)
    await call.ask(PARKING, ANSWERS[PARKING])
    await call.ask(WHERE, ANSWERS[WHERE])
    call.talk.gone("platform_closed")
    call.talk.complete()
    assert call.talk.record.outcome is not None
    await call.world.reception.close()
    for peer in peers.values():
        await peer.close()
    await net.close()
    return call


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
async def test_the_next_voice_answers(worlds: Any, kind: str, way: str) -> None:
    about = lore()
    peers = {"first": KINDS[kind](about), "second": KINDS[NEXT_KIND[kind]](about)}
    WAYS[way](peers["first"])
    call = await held(worlds, peers, about)
    assert call.talk.record.voice == "second"
    assert max(silence for _, silence in call.silences) <= LONGEST_S, call.silences
    models = call.world.reception._parts.models
    assert models.health()["models"]["first"]["failures"] >= 1


@pytest.mark.parametrize("kind", ["gemini_live", "openai_realtime"])
async def test_a_model_that_turns_to_rubbish_is_left(worlds: Any, kind: str) -> None:
    about = lore()
    peers: dict[str, Any] = {"first": KINDS[kind](about), "second": KINDS[NEXT_KIND[kind]](about)}
    sent = 0

    def bend(message: bytes) -> bytes:
        nonlocal sent
        sent += 1
        return message if sent < 4 else b"\x00"

    peers["first"]._bend = bend
    call = await held(worlds, peers, about)
    assert call.talk.record.voice == "second"
    assert max(silence for _, silence in call.silences) <= LONGEST_S, call.silences
    noted = call.world.keeper.timeline.count("voice_noted")
    assert noted < MOST_UNREAD, "the record is not filled with it"


@pytest.mark.parametrize("kind", ["gemini_live", "openai_realtime"])
async def test_a_message_of_five_minutes_of_sound_is_not_heard_out(worlds: Any, kind: str) -> None:
    about = lore()
    peers: dict[str, Any] = {"first": KINDS[kind](about), "second": KINDS[NEXT_KIND[kind]](about)}
    sound = sound_of(ANSWERS[PARKING])
    giant = base64.b64encode(sound * (300 * 48_000 // len(sound) + 1)).decode()

    def bend(message: bytes) -> bytes:
        told = json.loads(message)
        if told.get("type") == "response.output_audio.delta":
            told["delta"] = giant
        for part in told.get("serverContent", {}).get("modelTurn", {}).get("parts", ()):
            part["inlineData"]["data"] = giant
        return json.dumps(told).encode()

    peers["first"]._bend = bend
    call = await held(worlds, peers, about)
    assert call.talk.record.voice == "second"
    assert max(silence for _, silence in call.silences) <= LONGEST_S, call.silences
    assert call.talk.record.termination is not None


@pytest.mark.parametrize("kind", ["gemini_live", "openai_realtime"])
async def test_what_is_new_to_us_is_passed_over(worlds: Any, kind: str) -> None:
    """Messages of types, and with fields, that no version of today knows."""
    about = lore()
    peer: Any = KINDS[kind](about)

    def bend(message: bytes) -> bytes:
        near = peer.ends[-1].near
        for strange in (b'{"type":"brand.new","item":7}', b'{"brandNew":{"a":[1]}}'):
            asyncio.get_running_loop().call_soon(near.came, strange)
        told = json.loads(message) | {"brand_new": {"deep": [None]}, "brandNew": 1}
        return json.dumps(told).encode()

    peer._bend = bend
    call = await held(worlds, {"first": peer}, about)
    assert call.talk.record.voice == "first"
