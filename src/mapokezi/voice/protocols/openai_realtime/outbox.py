"""What is to leave: orders for the socket, events for the call."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

import msgspec

from mapokezi.voice.events import VoiceEvent
from mapokezi.voice.wire import Order, Send

_MOST_REMEMBERED = 200
"""Errors come within moments of what they are about."""


class Purpose(Enum):
    """What a message of ours was for, should an error come back."""

    SESSION = auto()
    RESPONSE = auto()
    CANCEL = auto()
    CUT = auto()
    ITEM = auto()
    COMMIT = auto()


class Outbox:
    """Gathers what leaves. What is sent while no connection is open is dropped."""

    def __init__(self) -> None:
        """Begin without a connection."""
        self.connection = 0
        self.is_open = False
        self._orders: list[Order] = []
        self._events: list[VoiceEvent] = []
        self._count = 0
        self._purposes: dict[str, Purpose] = {}

    def tell(self, event: VoiceEvent) -> None:
        """Tell the call."""
        self._events.append(event)

    def order(self, order: Order) -> None:
        """Order something of the socket."""
        self._orders.append(order)

    def send(self, message: dict[str, Any], purpose: Purpose, event_id: str = "") -> None:
        """Send a message under an ``event_id``, by which an error tells what it is about."""
        if not self.is_open:
            return
        event_id = event_id or self.new_id()
        self._purposes[event_id] = purpose
        if len(self._purposes) > _MOST_REMEMBERED:
            del self._purposes[next(iter(self._purposes))]
        self.send_raw(msgspec.json.encode({"event_id": event_id, **message}))

    def send_raw(self, message: bytes) -> None:
        """Send a message that is written already."""
        if self.is_open:
            self._orders.append(Send(self.connection, message))

    def new_id(self) -> str:
        """Give an ``event_id`` that no other message has."""
        self._count += 1
        return f"mapokezi-{self._count}"

    def purpose_of(self, event_id: str | None) -> Purpose | None:
        """Tell what a message was for; None if it is not ours or an error of it was told."""
        return self._purposes.pop(event_id, None) if event_id else None

    def take_orders(self) -> list[Order]:
        """Take the orders that have gathered."""
        taken, self._orders = self._orders, []
        return taken

    def take_events(self) -> list[VoiceEvent]:
        """Take the events that have gathered."""
        taken, self._events = self._events, []
        return taken

    def forget_events(self) -> None:
        """Tell nothing of what has gathered."""
        self._events.clear()
