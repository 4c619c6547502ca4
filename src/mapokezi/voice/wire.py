"""The seam between a cloud model's wire protocol and whatever carries its messages.

A protocol is a pure object: it is told what arrives and what the call wants, and it gives voice
events for the call and orders for the socket. It reads no clock and opens nothing, so every fault
of a far side can be played to it in a test. `mapokezi.bridge.model_socket` drives any of them.

A session may use several sockets, one after another (a resumption, a recycled connection). Each
has a number, from 1, and whatever bears an older number is stale: the answer to a tool call that
came over a connection which is gone must not be sent on the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mapokezi.voice.events import VoiceEvent
from mapokezi.voice.session import SessionBriefing


@dataclass(frozen=True, slots=True)
class OpenSocket:
    """Dial, and tell `socket_opened` or `socket_closed`. An older socket is closed by then."""

    connection: int
    url: str
    """``wss://``, or ``ws://`` for a server on this machine."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What the handshake carries; holds the key, so it is kept out of every log."""
    needs_token: bool = False
    """Whether the carrier of the socket adds ``Authorization: Bearer`` with a token of its own,
    because getting one takes I/O (Google's OAuth)."""
    subprotocols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CloseSocket:
    """Close; nothing more is told of this connection."""

    connection: int
    code: int = 1000


@dataclass(frozen=True, slots=True)
class Send:
    """Send one text message. Dropped silently if the connection is not the open one."""

    connection: int
    message: bytes
    """UTF-8 JSON."""


Order = OpenSocket | CloseSocket | Send


class ModelProtocol(Protocol):
    """One conversation with one cloud model, without I/O. Instants: monotonic seconds."""

    # -- the socket's side --

    def socket_opened(self, connection: int, now: float) -> None:
        """The handshake is done."""

    def socket_closed(self, connection: int, code: int, reason: str, now: float) -> None:
        """The far side closed or the network broke; or dialling failed.

        Args:
            connection: Which; an older one is ignored.
            code: The close code; 1006 if there was none; an HTTP status (from 100 to 599) if the
                handshake was refused with one; 0 if nothing could be reached.
            reason: What came with it, for the operator.
            now: When.
        """

    def receive(self, connection: int, message: bytes, now: float) -> bool | None:
        """Take in one whole message, text or binary alike.

        Returns:
            True if it brought nothing but more sound of an item that has brought some before: then
            there is no order, and nothing is due sooner than it was.
        """

    # -- the call's side; see `mapokezi.voice.session.VoiceSession` for what each means --

    def open(self, briefing: SessionBriefing, now: float) -> None:
        """Begin."""

    def caller_audio(self, pcm: bytes, now: float) -> bytes | None:
        """Give the message that carries this sound on the open connection, to be sent at once.

        The hot path, 50 times a second and call: no order, no list. None if nothing is to be sent
        now; the protocol then keeps the sound itself if it is to be sent later.

        Args:
            pcm: S16LE mono at 16 kHz, any even length.
            now: When.
        """

    def caller_digit(self, digit: str, now: float) -> None:
        """Tell of a key."""

    def speak(self, text: str, item_id: str, now: float) -> None:
        """Have a fixed sentence of ours spoken, word for word, as an item of this id."""

    def told(self, text: str, now: float) -> None:
        """Tell the model what we ourselves have said to the caller, without asking for a reply."""

    def reply_audible(self, item_id: str, now: float) -> None:
        """The caller begins to hear an item."""

    def cut_reply(self, item_id: str, heard_ms: int, heard_text: str, now: float) -> None:
        """The caller cut in after ``heard_ms`` of the item."""

    def disregard_turn(self, turn_id: str, now: float) -> None:
        """Do not answer what was just uttered, if that can still be told."""

    def answer_tool(self, tool_call_id: str, result: Mapping[str, Any], now: float) -> None:
        """Give a tool's result; a call that came over an older connection is dropped."""

    def close(self, now: float) -> None:
        """End: give the last orders. No event follows."""

    # -- what it wants --

    def events(self) -> list[VoiceEvent]:
        """Take the events for the call that have gathered, in order."""

    def orders(self) -> list[Order]:
        """Take the orders for the socket that have gathered, in order."""

    def next_timer(self) -> float | None:
        """Give the instant at which `handle_timer` is due."""

    def handle_timer(self, now: float) -> None:
        """Act on the deadlines that have come; too early, it does nothing."""
