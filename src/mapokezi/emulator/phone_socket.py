"""A telephone's line into the emulator: the WebSocket ``/phone``, from the caller's side.

The wire: the client sends ``{"type": "dial", "from", "to", "line", "modes"}``, then frames of 20 ms
(8 kHz S16LE mono) at true pace, ``{"type": "digit", "digit"}``, ``{"type": "hangup"}``. The server
sends binary frames of the same form while the call is up, and events as JSON:
``ringing answered said stream_open dialling dial_answered recording ended``, each with ``t_ms``
from the dial and ``frame``, the number of frames sent before it; ``ended`` with the call's ``cdr``
and ``torn``, the holes in the caller's voice for which the frames came too late.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from typing import Any, Protocol

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from picows.common import WSError

from mapokezi.errors import MapokeziError

_CONNECT_TIMEOUT_S = 5.0


class PhoneLineLost(MapokeziError):  # noqa: N818 - in the words of the trade
    """The emulator cannot be reached, or the line to it broke in the middle of a call."""


class Telephone(Protocol):
    """What a caller holds in the hand: a line to a phone platform."""

    async def dial(self, request: Mapping[str, Any]) -> None:
        """Connect and dial.

        Raises:
            PhoneLineLost: if the platform cannot be reached.
        """

    def next_frame(self) -> bytes | None:
        """Take the next 20 ms that came in since the answer, None if nothing has come."""

    def waiting_frames(self) -> int:
        """How many frames have come in and were not taken."""

    def next_event(self) -> Mapping[str, Any] | None:
        """Take the next event that came in."""

    def speak(self, frame: bytes) -> None:
        """Send 20 ms of the caller's voice."""

    def press(self, digit: str) -> None:
        """Press a key."""

    def hang_up(self) -> None:
        """End the call."""

    @property
    def is_connected(self) -> bool:
        """Whether the line to the platform stands."""

    async def close(self) -> None:
        """Put the telephone away."""


class PhoneSocket(WSListener):
    """A telephone on the emulator's ``/phone`` socket."""

    def __init__(self, url: str) -> None:
        """Take the socket's address: ``ws://127.0.0.1:8080/phone``."""
        self._url = url
        self._transport: WSTransport | None = None
        self._frames: deque[bytes] = deque()
        self._events: deque[Mapping[str, Any]] = deque()
        self._closed = asyncio.Event()

    async def dial(self, request: Mapping[str, Any]) -> None:
        """Connect and dial."""
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                await ws_connect(lambda: self, self._url)
        except (OSError, WSError, TimeoutError) as error:
            reason = str(error) or type(error).__name__
            raise PhoneLineLost(f"no phone platform answers at {self._url} ({reason})") from error
        self._send_json({"type": "dial", **request})

    def next_frame(self) -> bytes | None:
        """Take the next 20 ms that came in."""
        return self._frames.popleft() if self._frames else None

    def waiting_frames(self) -> int:
        """How many frames wait."""
        return len(self._frames)

    def next_event(self) -> Mapping[str, Any] | None:
        """Take the next event that came in."""
        return self._events.popleft() if self._events else None

    def speak(self, frame: bytes) -> None:
        """Send 20 ms of the caller's voice."""
        if self._transport is not None:
            self._transport.send(WSMsgType.BINARY, frame)

    def press(self, digit: str) -> None:
        """Press a key."""
        self._send_json({"type": "digit", "digit": digit})

    def hang_up(self) -> None:
        """End the call; the event ``ended`` follows."""
        self._send_json({"type": "hangup"})

    @property
    def is_connected(self) -> bool:
        """Whether the line to the platform stands."""
        return self._transport is not None

    async def close(self) -> None:
        """Close the socket, and wait until it is closed."""
        if self._transport is None:
            return
        self._transport.send_close(WSCloseCode.OK)
        self._transport.disconnect()
        await self._closed.wait()

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Take the transport."""
        self._transport = transport

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Note that the line is gone."""
        self._transport = None
        self._closed.set()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Sort what comes in."""
        if frame.msg_type == WSMsgType.BINARY:
            self._frames.append(frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.TEXT:
            event = json.loads(frame.get_payload_as_utf8_text())
            if event.get("type") == "answered":
                self._frames.clear()  # what came before is the ring-back tone
            self._events.append(event)
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()

    def _send_json(self, message: Mapping[str, Any]) -> None:
        if self._transport is not None:
            self._transport.send(WSMsgType.TEXT, json.dumps(message).encode())
