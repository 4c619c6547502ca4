"""Workspace webhooks: who is told of numbers and money, each with its own secret."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mapokezi.emulator.clock import new_id
from mapokezi.emulator.deliveries import Deliveries
from mapokezi.emulator.events import Event
from mapokezi.emulator.mode_values.posts import Posting
from mapokezi.emulator.modes import ModeBoard

KINDS = (
    "number.provisioned",
    "number.released",
    "wallet.top_up",
    "wallet.low_balance",
    "storage.tier_changed",
)
"""What can be subscribed to; calls cannot, they go to a number's events URL."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One webhook of the workspace."""

    id: str
    url: str
    kinds: tuple[str, ...]
    secret: str

    def as_row(self) -> dict[str, Any]:
        """As it is listed: the secret is shown once, and not here."""
        return {"id": self.id, "url": self.url, "events": list(self.kinds)}


class Subscriptions:
    """All webhooks of the workspace."""

    def __init__(self, deliveries: Deliveries, modes: ModeBoard) -> None:
        self._deliveries, self._modes = deliveries, modes
        self._all: dict[str, Subscription] = {}

    def all(self) -> list[Subscription]:
        """Every one."""
        return list(self._all.values())

    def add(self, url: str, kinds: tuple[str, ...]) -> Subscription:
        """Subscribe."""
        made = Subscription(new_id("whk"), url, kinds, _new_secret())
        self._all[made.id] = made
        return made

    def rotate(self, webhook_id: str) -> Subscription | None:
        """Give it a new secret."""
        known = self._all.get(webhook_id)
        if known is None:
            return None
        self._all[webhook_id] = replace(known, secret=_new_secret())
        return self._all[webhook_id]

    def remove(self, webhook_id: str) -> bool:
        """Unsubscribe."""
        return self._all.pop(webhook_id, None) is not None

    def tell(self, kind: str, data: Mapping[str, Any]) -> None:
        """Deliver an event to all who subscribed to its kind."""
        modes = self._modes.platform
        if modes.event_posts is Posting.NONE:
            return
        event = Event(kind, data)
        for one in self._all.values():
            if kind not in one.kinds:
                continue
            delivery = self._deliveries.prepare(event, one.url, one.secret, modes)
            for _ in range(2 if modes.event_posts is Posting.TWICE else 1):
                self._deliveries.send(delivery)


def _new_secret() -> str:
    return f"whsec_{secrets.token_hex(16)}"
