"""The platform's side of ``/phone``: a telephone as a WebSocket, for a program or a browser.

The telephone sends ``{"type": "dial", "from", "to", "line", "modes"}``, then 20 ms of its mouth as
binary (S16LE mono 8 kHz, or 16 with ``"rate_hz": 16000`` in the dial) at true pace,
``{"type": "digit", "digit"}``, ``{"type": "hangup"}``; a socket that closes hangs up. It gets 20 ms
of sound every 20 ms from the first ring to the end of the call, and events as JSON, each with
``type``, ``t_ms`` since the dial and ``frame``, the number of sound messages sent before it:
``ringing answered said stream_open dialling dial_answered recording ... ended``. ``ended`` carries
the call's record as ``cdr``, and the socket is closed.

uvicorn hands the upgrade over to picows: see `phone_protocol_class`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from picows import (
    WSCloseCode,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
)

from mapokezi.emulator.live_call import HangUp, LiveCall
from mapokezi.emulator.modes import UnknownMode, read_changes
from mapokezi.emulator.origins import may_use
from mapokezi.emulator.phone_sound import PhoneSound
from mapokezi.emulator.platform import Platform, UnknownNumber
from mapokezi.emulator.telephone_line import LINE_RATE_HZ, LineSettings
from mapokezi.upgrade import upgraded_protocol_class

PHONE_PATH = "/phone"
LARGEST_MESSAGE_BYTES = 65_536
"""Four seconds of sound at once; a telephone sends 320 bytes."""
_READ_BUFFER_BYTES = 4_096

_log = logging.getLogger("mapokezi.emulator.phone")
_log.setLevel(logging.WARNING)


class ConnectedPhone(WSListener):
    """One telephone that is connected: at most one call."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._transport: WSTransport | None = None
        self._call: LiveCall | None = None
        self._writable = True
        self._sound = PhoneSound()

    # -- Earpiece --

    def hear(self, pcm: bytes) -> None:
        """Send 20 ms to the telephone; one that does not read loses sound, not the emulator."""
        if self._transport is not None and self._writable:
            self._transport.send(WSMsgType.BINARY, self._sound.to_phone(pcm))

    def tell(self, event: dict[str, Any]) -> None:
        """Send an event; after the last one the socket is closed."""
        transport = self._transport
        if transport is None:
            return
        transport.send(WSMsgType.TEXT, json.dumps(event).encode())
        if event["type"] == "ended":
            self._close(transport)

    # -- WSListener --

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The telephone is there."""
        self._transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take what the telephone sends."""
        match frame.msg_type:
            case WSMsgType.BINARY:
                if self._call is not None:
                    self._call.mouth.feed(self._sound.from_phone(frame.get_payload_as_bytes()))
            case WSMsgType.TEXT:
                self._take(frame.get_payload_as_bytes())
            case WSMsgType.CLOSE:
                self._close(transport)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """The telephone is gone: its call is over."""
        self._transport = None
        self._hang_up()

    def pause_writing(self) -> None:
        """The telephone does not read."""
        self._writable = False

    def resume_writing(self) -> None:
        """It reads again."""
        self._writable = True

    def _close(self, transport: WSTransport) -> None:
        self._transport = None
        transport.send_close(WSCloseCode.OK)
        transport.disconnect()

    def _take(self, text: bytes) -> None:
        try:
            message = json.loads(text)
            kind = message["type"]
        except (ValueError, TypeError, KeyError):
            self._complain("a message is a JSON object with a type")
            return
        match kind:
            case "dial" if self._call is None:
                self._dial(message)
            case "digit" if self._call is not None:
                self._press(self._call, message)
            case "hangup":
                self._hang_up()
            case _:
                self._complain(f"{kind!r} cannot be done now")

    def _dial(self, message: Mapping[str, Any]) -> None:
        try:
            line = line_settings(message.get("line") or {})
            self._sound = PhoneSound(_rate_hz(message))
            self._call = self._platform.ring(
                str(message.get("from", "")),
                str(message.get("to", "")),
                line,
                self,
                read_changes(message.get("modes") or {}),
            )
        except (UnknownNumber, UnknownMode, ValueError) as error:
            self._complain(str(error))
            self.tell({"type": "ended", "t_ms": 0, "frame": 0, "cdr": None, "why": str(error)})

    def _press(self, call: LiveCall, message: Mapping[str, Any]) -> None:
        try:
            call.press(str(message.get("digit", "")))
        except ValueError as error:
            self._complain(str(error))

    def _hang_up(self) -> None:
        if self._call is not None:
            self._call.hang_up(HangUp("caller"))

    def _complain(self, why: str) -> None:
        self.tell({"type": "refused", "t_ms": 0, "frame": 0, "why": why})


def _rate_hz(message: Mapping[str, Any]) -> int:
    rate_hz = message.get("rate_hz", LINE_RATE_HZ)
    if not isinstance(rate_hz, int):
        raise ValueError("rate_hz is a number")  # noqa: TRY004  as with everything in a dial
    return rate_hz


def line_settings(asked: Mapping[str, Any]) -> LineSettings:
    """Read the line that a telephone asks for; what it does not say is a good line.

    Raises:
        ValueError: A name or a value is not one.
    """
    known = {field.name for field in fields(LineSettings)}
    values: dict[str, Any] = {}
    for name, value in asked.items():
        if name not in known:
            raise ValueError(f"line.{name} is not known")
        if value is None:
            continue
        if not _is_number(value):
            raise ValueError(f"line.{name} is not a number that a line can have")
        values[name] = int(value) if name in ("seed", "jitter_buffer_ms") else float(value)
    if not 0 <= values.get("loss", 0) <= 1:
        raise ValueError("line.loss is a share from 0 to 1")
    return LineSettings(**values)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= 10_000


def phone_protocol_class(platform: Platform) -> type[asyncio.Protocol]:
    """Make the class that uvicorn's ``ws=`` is given: picows in uvicorn's place."""

    def listener(request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        if request.path.partition(b"?")[0].decode(errors="replace") != PHONE_PATH:
            refused = WSUpgradeResponse.create_error_response(404, b"the telephone is at /phone\n")
            return WSUpgradeResponseWithListener(refused, None)
        headers, bound_to = request.headers, platform.settings.host
        if not may_use(headers.get("Origin"), headers.get("Host", ""), bound_to):
            refused = WSUpgradeResponse.create_error_response(403, b"not from another site\n")
            return WSUpgradeResponseWithListener(refused, None)
        accepted = WSUpgradeResponse.create_101_response()
        return WSUpgradeResponseWithListener(accepted, ConnectedPhone(platform))

    return upgraded_protocol_class(
        listener,
        _log,
        max_frame_bytes=LARGEST_MESSAGE_BYTES,
        read_buffer_bytes=_READ_BUFFER_BYTES,
    )
