"""Webhooks of the workspace: numbers, wallet, storage (contract sections 7 and 8).

What happens in calls is not among them: that goes to each number's ``events_url``, which
`Numbers.route` sets.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mapokezi.carrier.asking import Ask, Asking, done_already, part
from mapokezi.carrier.errors import RequestWrong
from mapokezi.carrier.reading import decoded, inside, record

_SPELLINGS = {
    "webhook_id": "id",
    "signing_secret": "secret",
    "new_secret": "secret",
    "webhook_secret": "secret",
}


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription, as it is told once: the secret is not shown again."""

    secret: str
    """``whsec_...``: signs what is posted."""
    id: str | None = None
    url: str | None = None
    events: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Webhook(id={self.id!r}, url={self.url!r}, events={self.events!r}, secret=...)"


class _Subscription(msgspec.Struct):
    url: str
    events: list[str]


class Webhooks:
    """The workspace's webhooks; found as `SautiKit.webhooks`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def create(self, url: str, events: Sequence[str]) -> Webhook:
        """Subscribe to events of the workspace. It is not asked twice.

        Args:
            url: ``https://``.
            events: ``number.provisioned``, ``number.released``, ``wallet.top_up``,
                ``wallet.low_balance``, ``storage.tier_changed``.

        Raises:
            RequestWrong: If nothing is subscribed to, or calls' events are.
            CarrierError: If it was refused. With `may_be_done` it may stand, its secret lost.
        """
        deed = "create the webhook"
        if not events or isinstance(events, str):
            raise RequestWrong(deed, "a webhook has at least one event")
        if any(event.startswith("call.") for event in events):
            raise RequestWrong(deed, "events of calls go to the number's events_url")
        body = _Subscription(url, list(events))
        answer = await self._asking.ask(Ask(deed, "POST", "/v1/webhooks", body, again=False))
        with done_already():
            made = inside(decoded(deed, answer.body), "webhook", "data")
            return record(deed, made, Webhook, _SPELLINGS)

    async def rotate_secret(self, webhook_id: str) -> Webhook:
        """Have a new secret drawn. It is not asked twice: each time voids the one before.

        Until every delivery signed with the old one has come (retries go on for days), check
        signatures against both.

        Raises:
            CarrierError: If it was refused. With `may_be_done` the old secret may be void: rotate
                again.
        """
        deed = "rotate the webhook's secret"
        path = f"/v1/webhooks/{part(deed, webhook_id)}/rotate-secret"
        answer = await self._asking.ask(Ask(deed, "POST", path, again=False))
        with done_already():
            made = inside(decoded(deed, answer.body), "webhook", "data")
            drawn = record(deed, made, Webhook, _SPELLINGS)
        return msgspec.structs.replace(drawn, id=drawn.id or webhook_id)
