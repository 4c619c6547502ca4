"""A Gemini Live server that misbehaves as scripted, over a real WebSocket on loopback.

Composed from what is known of the service (the contract's page of November 2026), not through our
own protocol code. It is as strict as the service about what clients send: a message that the
service would refuse closes the connection with the code that the service would use, and the
reason is kept in `GeminiServer.faults`.

Each connection plays the next of the server's scripts, a list of acts; after its last act it goes
on listening. With ``repeat_last`` any further connection plays the last script again::

    async with GeminiServer([Accept(), Hear(0.3), Say("Good morning."), Close(1011)]) as server:
        ...  # dial server.url
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
from collections.abc import Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import numpy as np
from tests.fakes.gemini_acts import (
    RATE_HZ,
    Accept,
    Act,
    Await,
    CallTool,
    CancelTool,
    Close,
    Drop,
    Freeze,
    GoAway,
    Hear,
    HearSound,
    HearVoice,
    Interrupt,
    Pause,
    Refuse,
    Say,
    SendMessage,
    SendRaw,
    Understand,
    Visit,
    content_of,
    murmur,
    silence,
    tone,
    usage,
)
from tests.fakes.gemini_rules import (
    Refused,
    check_configuration,
    check_tool_response,
    in_camel_case,
)
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import Event

__all__ = [
    "RATE_HZ",
    "Accept",
    "Act",
    "Await",
    "CallTool",
    "CancelTool",
    "Close",
    "Drop",
    "Freeze",
    "GeminiServer",
    "GoAway",
    "Hear",
    "HearSound",
    "HearVoice",
    "Interrupt",
    "Pause",
    "Refuse",
    "Say",
    "SendMessage",
    "SendRaw",
    "Understand",
    "Visit",
    "content_of",
    "murmur",
    "silence",
    "tone",
    "usage",
]

_LOUD = 500
"""The root mean square from which the caller's sound counts as voice, of 32768."""
_CLIENT_KEYS = frozenset(
    {"setup", "clientContent", "realtimeInput", "toolResponse", "contextUpdate"}
)


class _Connection(ServerConnection):
    """Counts pings: a client of this service must send none."""

    pings = 0

    def process_event(self, event: Event) -> None:
        if isinstance(event, Frame) and event.opcode is Opcode.PING:
            self.pings += 1
        super().process_event(event)


class GeminiServer:
    """The server; use as an asynchronous context manager."""

    def __init__(
        self,
        *scripts: Sequence[Act],
        repeat_last: bool = False,
        models: Sequence[str] = ("gemini-3.8-live", "gemini-3.8-live-extended-thinking"),
    ) -> None:
        """Begin with the scripts of the connections to come, and the models that there are."""
        self._scripts = [list(script) for script in scripts]
        self._repeat_last = repeat_last
        self._models = set(models)
        self._handles: dict[str, str] = {}
        """Handle to session."""
        self._open_sessions: dict[str, Visit] = {}
        self._taken = 0
        self._came = asyncio.Event()
        self._server: Server | None = None
        self.visits: list[Visit] = []
        self.faults: list[str] = []
        """What clients did that the service does not take."""
        self.failures: list[BaseException] = []
        """What went wrong in the scripts themselves."""

    @property
    def url(self) -> str:
        """The base address, for a profile."""
        assert self._server is not None
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return f"ws://127.0.0.1:{port}"

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await serve(
            self.serve,
            "127.0.0.1",
            0,
            process_request=self.at_handshake,
            create_connection=_Connection,
            ping_interval=None,
            max_size=None,
            close_timeout=1,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close; a script that failed fails the test."""
        assert self._server is not None
        for visit in self.visits:
            if not visit.is_over:
                visit.socket.transport.abort()
        self._server.close()
        await self._server.wait_closed()
        if self.failures and error is None:
            raise self.failures[0]

    async def visited(self, count: int, within_s: float = 30.0) -> Visit:
        """Wait for the ``count``-th connection."""
        async with asyncio.timeout(within_s):
            while len(self.visits) < count:
                self._came.clear()
                await self._came.wait()
        return self.visits[count - 1]

    async def give_handle(self, visit: Visit) -> None:
        """Give a new handle of a connection's session."""
        session = self._session_of(visit)
        handle = f"handle-{len(self._handles) + 1}"
        self._handles[handle] = session
        update = {"newHandle": handle, "resumable": True}
        await visit.send({"sessionResumptionUpdate": update})

    def _session_of(self, visit: Visit) -> str:
        return next(name for name, one in self._open_sessions.items() if one is visit)

    def _next_script(self) -> list[Act] | None:
        if self._taken < len(self._scripts):
            return self._scripts[self._taken]
        return self._scripts[-1] if self._repeat_last and self._scripts else None

    def at_handshake(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse a handshake with a response, or take it with None."""
        script = self._next_script()
        is_service = request.path.split("?")[0].endswith("BidiGenerateContent")
        if script is None or not is_service:
            return connection.respond(HTTPStatus.NOT_FOUND, "no such service\n")
        if script and isinstance(script[0], Refuse):
            self._taken += 1
            return connection.respond(HTTPStatus(script[0].status), "refused\n")
        return None

    async def serve(self, socket: ServerConnection) -> None:
        """Serve one connection to its end."""
        script = self._next_script()
        self._taken += 1
        assert socket.request is not None
        visit = Visit(
            len(self.visits) + 1,
            socket.request.path,
            {key.lower(): value for key, value in socket.request.headers.raw_items()},
            socket,
        )
        self.visits.append(visit)
        self._came.set()
        play = asyncio.create_task(self._play(visit, script or []))
        try:
            async for message in socket:
                self._take(visit, message)
        except Refused as refused:
            self.faults.append(f"{refused.code} {refused.reason}")
            await socket.close(refused.code, refused.reason)
        except ConnectionClosed:
            pass
        finally:
            play.cancel()
            await asyncio.gather(play, return_exceptions=True)
            visit.is_over = True
            visit.close_code = socket.close_code
            visit.pings = getattr(socket, "pings", 0)
            self._open_sessions = {
                name: one for name, one in self._open_sessions.items() if one is not visit
            }

    async def _play(self, visit: Visit, script: list[Act]) -> None:
        try:
            for act in script:
                await act(self, visit)
        except ConnectionClosed:
            pass
        except Exception as error:  # noqa: BLE001  (told at the end, by __aexit__)
            self.failures.append(error)

    def _take(self, visit: Visit, message: str | bytes) -> None:
        try:
            told = in_camel_case(json.loads(message))
        except ValueError as error:
            raise Refused(1007, "Invalid JSON payload received") from error
        if not isinstance(told, dict) or len(told) != 1 or not told.keys() <= _CLIENT_KEYS:
            raise Refused(1007, "Invalid JSON payload received. Unknown name")
        key, value = next(iter(told.items()))
        if key == "setup":
            self._check_setup(visit, value)
        elif not visit.is_accepted:
            raise Refused(1007, f"{key} before the setup was accepted")
        if key == "realtimeInput" and "audio" in value:
            self._take_audio(visit, value["audio"])
        else:
            visit.received.append(told)
        if key == "clientContent":
            visit.awaits_history = visit.awaits_history and not value.get("turnComplete")
        if key == "toolResponse":
            check_tool_response(value, is_vertex="aiplatform" in visit.path)
        visit.changed.set()

    def _take_audio(self, visit: Visit, sound: dict[str, Any]) -> None:
        if visit.awaits_history:
            raise Refused(1007, "realtime input before the initial history was complete")
        if sound.get("mimeType") != "audio/pcm;rate=16000":
            raise Refused(1007, "Unsupported mime type")
        usual = sound["data"].replace("-", "+").replace("_", "/")  # the SDK uses the URL alphabet
        pcm = base64.b64decode(usual, validate=True)
        visit.audio += pcm
        ms = len(pcm) // 32
        samples = np.frombuffer(pcm, "<i2").astype(np.float64)
        loudness = math.sqrt(float(np.mean(samples**2))) if len(samples) else 0.0
        if loudness >= _LOUD:
            visit.voice_ms += ms
            visit.quiet_ms = 0
        else:
            visit.quiet_ms += ms

    def _check_setup(self, visit: Visit, setup: dict[str, Any]) -> None:
        if visit.setup is not None:
            raise Refused(1007, "setup must be the first message and only the first")
        model = setup.get("model", "").rpartition("/")[2]
        if model not in self._models:
            raise Refused(1008, f"{setup.get('model')} is not found for API version v1beta")
        check_configuration(setup, model, is_vertex="aiplatform" in visit.path)
        handle = setup.get("sessionResumption", {}).get("handle")
        if handle:
            if handle not in self._handles:
                raise Refused(1008, "BidiGenerateContent session not found")
            if self._handles[handle] in self._open_sessions:
                raise Refused(1011, "The session is open on another connection")
        session = self._handles[handle] if handle else f"session-{visit.number}"
        self._open_sessions[session] = visit
        history = setup.get("historyConfig", {})
        visit.awaits_history = bool(history.get("initialHistoryInClientContent"))
        visit.setup = setup
