"""The Realtime protocol against the fake server, over real sockets, with a small carrier."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.fakes.openai_server import Called, Conduct, OpenAIServer, Spoken, openai_server
from tests.voice.protocols.openai_talk import BRIEFING, profile, sound
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyInterrupted,
    ReplyStarted,
    ToolCalled,
    UsageReported,
    VoiceEvent,
    VoiceFailed,
    VoiceReady,
)
from mapokezi.voice.protocols.openai_realtime import make
from mapokezi.voice.session import SessionBriefing
from mapokezi.voice.wire import CloseSocket, ModelProtocol, OpenSocket, Send


class Carrier:
    """Carries one protocol's messages, with the `websockets` package."""

    def __init__(self, protocol: ModelProtocol) -> None:
        self.protocol = protocol
        self.events: list[VoiceEvent] = []
        self._happened = asyncio.Condition()
        self._sockets: dict[int, ClientConnection] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._outgoing: asyncio.Queue[tuple[int, str]] = asyncio.Queue()

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def run(self) -> None:
        """Carry out what the protocol wants now."""
        for order in self.protocol.orders():
            if isinstance(order, OpenSocket):
                self._start(self._dial(order))
            elif isinstance(order, Send):
                self._outgoing.put_nowait((order.connection, order.message.decode()))
            elif isinstance(order, CloseSocket):
                self._start(self._hang_up(order.connection))
        self.events += self.protocol.events()
        self._start(self._tell())
        if self._timer is not None:
            self._timer.cancel()
        due = self.protocol.next_timer()
        if due is not None:
            self._timer = asyncio.get_running_loop().call_at(due, self._due)

    def speak(self, frames: int = 10) -> None:
        """Let the caller's sound go by."""
        for _ in range(frames):
            message = self.protocol.caller_audio(sound(20, 16_000), self.now)
            if message is not None:
                self._outgoing.put_nowait((len(self._sockets), message.decode()))

    async def until(self, kind: type, count: int = 1) -> Any:
        """Wait for the n-th event of a kind."""

        def found() -> list[VoiceEvent]:
            return [event for event in self.events if isinstance(event, kind)]

        await self.when(lambda: len(found()) >= count)
        return found()[count - 1]

    async def when(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(30), self._happened:
            await self._happened.wait_for(holds)

    async def end(self) -> None:
        self.protocol.close(self.now)
        self.run()
        if self._timer is not None:
            self._timer.cancel()
        for socket in self._sockets.values():
            await socket.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _due(self) -> None:
        self.protocol.handle_timer(self.now)
        self.run()

    async def _tell(self) -> None:
        async with self._happened:
            self._happened.notify_all()

    async def _hang_up(self, number: int) -> None:
        await self._sockets[number].close()

    async def _send(self) -> None:
        while True:
            number, message = await self._outgoing.get()
            try:
                await self._sockets[number].send(message)
            except ConnectionClosed:
                continue

    async def _dial(self, order: OpenSocket) -> None:
        number = order.connection
        try:
            socket = await connect(order.url, additional_headers=order.headers, compression=None)
        except InvalidStatus as refused:
            status = refused.response.status_code
            self.protocol.socket_closed(number, status, "refused", self.now)
            return self.run()
        except OSError as error:
            self.protocol.socket_closed(number, 0, str(error), self.now)
            return self.run()
        self._sockets[number] = socket
        self.protocol.socket_opened(number, self.now)
        if number == 1:
            self._start(self._send())
        self.run()
        try:
            async for message in socket:
                data = message if isinstance(message, bytes) else message.encode()
                self.protocol.receive(number, data, self.now)
                self.run()
        except ConnectionClosed:
            pass
        self.protocol.socket_closed(number, socket.close_code or 1006, "", self.now)
        return self.run()


@asynccontextmanager
async def call(
    conduct: Conduct | None = None, **options: object
) -> AsyncIterator[tuple[OpenAIServer, Carrier]]:
    async with openai_server(conduct) as server:
        carrier = Carrier(make(profile(server.url, **options), BRIEFING, "m1-"))
        carrier.protocol.open(SessionBriefing("Be brief.", None), carrier.now)
        carrier.run()
        try:
            yield server, carrier
        finally:
            await carrier.end()


def audio_of(carrier: Carrier, item_id: str) -> int:
    """Give how many milliseconds of an item's sound were told."""
    pieces = [one for one in carrier.events if isinstance(one, ReplyAudio)]
    return sum(len(one.pcm) for one in pieces if one.item_id == item_id) // 48


@pytest.mark.anyio
@pytest.mark.parametrize("dialect", ["ga", "beta"])
async def test_a_conversation(dialect: str) -> None:
    conduct = Conduct(dialect, outputs=[[Spoken("We open at eight.", 300)]])
    async with call(conduct, dialect=dialect) as (server, carrier):
        assert await carrier.until(VoiceReady) == VoiceReady("cloud", leads_turns=True)
        session = await server.session()
        carrier.speak(50)
        item_id = await session.hear_voice(100)
        await session.hear_silence(900)
        ended = await carrier.until(CallerTurnEnded)
        started = await carrier.until(ReplyStarted)
        assert started.in_reply_to == ended.turn_id == "m1-turn-1"
        await carrier.until(ReplyEnded)
        assert audio_of(carrier, "m1-reply-1") == 300
        await session.transcribe(item_id, "When do you open?", pieces=3)
        heard = await carrier.until(CallerHeard, 4)
        assert (heard.text, heard.final) == ("When do you open?", True)
        assert (await carrier.until(UsageReported)).units["audio_in"] == 50
        assert len(session.heard) == pytest.approx(50 * 20 * 48, abs=3 * 48)
        assert session.errors == []


@pytest.mark.anyio
async def test_the_caller_cuts_in_and_the_server_knows_what_was_heard() -> None:
    conduct = Conduct(
        outputs=[[Spoken("One.", 500), Spoken("Two.", 400)]], waits_within_response=True
    )
    async with call(conduct) as (server, carrier):
        session = await server.session()
        await carrier.until(VoiceReady)
        await session.hear_voice()
        await session.hear_silence()
        await carrier.when(lambda: audio_of(carrier, "m1-reply-1") == 500)
        carrier.protocol.reply_audible("m1-reply-1", carrier.now)
        spoken = next(item for item in session.items if item.role == "assistant")
        await session.hear_voice()
        await carrier.until(ReplyInterrupted, 2)
        delta = base64.b64encode(bytes(4800)).decode()
        where = {"response_id": session.running_id, "item_id": spoken.id, "content_index": 0}
        await session.tell("response.output_audio.delta", delta=delta, **where)  # too late
        carrier.protocol.cut_reply("m1-reply-1", 230, "One", carrier.now)
        carrier.run()
        await session.hear_silence()
        await carrier.until(ReplyStarted, 2)
        assert spoken.truncated_ms == 230
        assert audio_of(carrier, "m1-reply-1") == 500
        assert session.errors == []


@pytest.mark.anyio
async def test_a_tool_and_a_caller_race_for_the_response() -> None:
    outputs: Any = [[Called("take_message", '{"name":"Grace"}')], [Spoken("First.")]]
    async with call(Conduct(outputs=outputs)) as (server, carrier):
        session = await server.session()
        await carrier.until(VoiceReady)
        await session.hear_voice()
        await session.hear_silence()
        called = await carrier.until(ToolCalled)
        await carrier.until(UsageReported)
        server.conduct.waits_within_response = True
        session.begin_response()  # we have not heard of it yet
        carrier.protocol.answer_tool(called.tool_call_id, {"status": "saved"}, carrier.now)
        carrier.run()
        await carrier.until(ReplyStarted)
        await carrier.when(lambda: session.refused_as_active == 1)
        server.conduct.waits_within_response = False
        session.go_on()
        await carrier.until(ReplyStarted, 2)
        await carrier.until(ReplyEnded, 2)
        outputs_told = [item for item in session.items if item.kind == "function_call_output"]
        assert [item.text for item in outputs_told] == ['{"status":"saved"}']
        assert session.errors == ["conversation_already_has_active_response"]
        assert not any(isinstance(event, VoiceFailed) for event in carrier.events)


@pytest.mark.anyio
async def test_a_dropped_connection_is_taken_up_again() -> None:
    async with call(Conduct(outputs=[[Spoken("We open at eight.", 300)]])) as (server, carrier):
        session = await server.session()
        await carrier.until(VoiceReady)
        item_id = await session.hear_voice()
        await session.hear_silence()
        await session.transcribe(item_id, "When do you open?")
        await carrier.until(ReplyEnded)
        await carrier.until(CallerHeard, 2)
        session.drop()
        fresh = await server.session(2)
        carrier.speak(20)
        await carrier.when(lambda: len(fresh.items) >= 2)
        assert [(item.role, item.text) for item in fresh.items] == [
            ("user", "When do you open?"),
            ("assistant", "We open at eight."),
        ]
        await fresh.hear_voice()
        await fresh.hear_silence()
        assert (await carrier.until(ReplyStarted, 2)).item_id == "m1-reply-2"
        assert not any(isinstance(event, VoiceFailed) for event in carrier.events)
        assert len([one for one in carrier.events if isinstance(one, VoiceReady)]) == 1


@pytest.mark.anyio
async def test_a_line_in_the_models_voice() -> None:
    async with call() as (server, carrier):
        await carrier.until(VoiceReady)
        carrier.protocol.speak("Are you still there?", "line-1", carrier.now)
        carrier.run()
        assert (await carrier.until(ReplyEnded)).item_id == "line-1"
        [item] = (await server.session()).items
        assert item.text == "Are you still there?"


@pytest.mark.anyio
async def test_a_cut_on_our_side_stops_the_response() -> None:
    conduct = Conduct(waits_within_response=True, echoes_metadata=False)
    async with call(conduct, interrupts=False) as (server, carrier):
        session = await server.session()
        await carrier.until(VoiceReady)
        await session.hear_voice()
        await session.hear_silence()
        await carrier.when(lambda: audio_of(carrier, "m1-reply-1") == 400)
        await session.hear_voice()
        carrier.protocol.cut_reply("m1-reply-1", 100, "Y", carrier.now)
        carrier.run()
        await carrier.until(ReplyCancelled)
        await session.hear_silence()
        await carrier.until(ReplyStarted, 2)
        spoken = [item for item in session.items if item.role == "assistant"]
        assert spoken[0].truncated_ms == 100
        assert len(session.sent("response.cancel")) == 1


@pytest.mark.anyio
@pytest.mark.parametrize(("status", "recoverable"), [(401, False), (429, True), (503, True)])
async def test_a_refused_handshake(status: int, recoverable: bool) -> None:
    async with call(Conduct(status_at_handshake=status)) as (_, carrier):
        failed = await carrier.until(VoiceFailed)
        assert failed == VoiceFailed(f"cloud: answered {status}: refused", recoverable)


@pytest.mark.anyio
async def test_a_refused_session_and_a_silent_one() -> None:
    async with call(Conduct(refuses_session=True)) as (_, carrier):
        assert (await carrier.until(VoiceFailed)).recoverable is False
    async with call(Conduct(acknowledges_session=False)) as (_, carrier):
        await carrier.until(VoiceReady)


@pytest.mark.anyio
async def test_rubbish_and_bursts_between_good_messages() -> None:
    async with call(Conduct(delta_ms=5, outputs=[[Spoken("word " * 200, 4000)]])) as (
        server,
        carrier,
    ):
        session = await server.session()
        await carrier.until(VoiceReady)
        await session.hear_voice()
        await session.tell_raw('{"type":"response.output_audio.delta","delta":"AAA')
        await session.tell_raw(b"\xff\xfe\x00")
        await session.tell("localai.progress", item=[1, 2])
        await session.hear_silence()
        await carrier.until(ReplyEnded)
        assert audio_of(carrier, "m1-reply-1") == 4000
