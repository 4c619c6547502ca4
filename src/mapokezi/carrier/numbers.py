"""Numbers: which are to be had, claiming one, where its calls go, giving it back.

Contract section 7. Its sources name several ways for most of this; the newest comes first, and the
next is tried where the platform does not have it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mapokezi.carrier.asking import Ask, Asking, done_already, part, query_of
from mapokezi.carrier.errors import CarrierError, Denied, Refused, RequestWrong
from mapokezi.carrier.reading import decoded, inside, record, rows
from mapokezi.units import Money

_READ = "numbers.read"
_CLAIM = "numbers.claim"

_BOTH = {
    "number": "e164",
    "phone_number": "e164",
    "country_iso2": "country",
    "monthly_retail_minor": "monthly_minor",
    "monthly_price_minor": "monthly_minor",
}
_TO_BE_HAD = {"id": "inventory_id", **_BOTH}
_OWN = {
    "number_id": "id",
    "inventory_id": "id",
    "voice_url": "voice_callback_url",
    "routing_url": "voice_callback_url",
    **_BOTH,
}


class AvailableNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number that can be claimed."""

    inventory_id: str
    """What `Numbers.claim` is given."""
    e164: str
    country: str | None = None
    """ISO 3166: ``KE``."""
    capabilities: tuple[str, ...] = ()
    monthly_minor: int | None = None
    inbound_per_min_minor: int | None = None
    outbound_per_min_minor: int | None = None
    currency: str = "KES"

    @property
    def monthly(self) -> Money | None:
        """What it costs a month."""
        return None if self.monthly_minor is None else Money(self.monthly_minor, self.currency)


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A number of the workspace's own; what the platform left out is None."""

    id: str
    e164: str
    country: str | None = None
    status: str | None = None
    """``active``, ``suspended`` or ``released``. A suspended one answers nobody."""
    capabilities: tuple[str, ...] = ()
    monthly_minor: int | None = None
    inbound_per_min_minor: int | None = None
    outbound_per_min_minor: int | None = None
    currency: str = "KES"
    claimed_at: str | None = None
    voice_callback_url: str | None = None
    """Where its calls are asked about (also called ``voice_url``, ``routing_url``)."""
    events_url: str | None = None

    @property
    def monthly(self) -> Money | None:
        """What it costs a month."""
        return None if self.monthly_minor is None else Money(self.monthly_minor, self.currency)


class Routed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a change of routing."""

    way: str
    """In which of the known ways it was done: ``PUT /routing voice_callback_url``."""
    confirmed: bool
    """Whether the platform's own list shows the new address; it may not tell."""


class _Claim(msgspec.Struct):
    inventory_id: str


class _Routing(msgspec.Struct, omit_defaults=True):
    voice_callback_url: str | None = None
    voice_url: str | None = None
    routing_url: str | None = None
    events_url: str | None = None
    voice_signing_secret: str | None = None


_WAYS = (
    ("PUT", "/routing", "voice_callback_url"),
    ("PATCH", "/routing", "voice_callback_url"),
    ("PUT", "/routing", "voice_url"),
    ("PATCH", "/routing", "voice_url"),
    ("PATCH", "", "routing_url"),
)
"""The integrator's newer client, the pages, and the first example, in this order."""


class Numbers:
    """The numbers; found as `SautiKit.numbers`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def available(
        self, country: str = "KE", currency: str = "KES"
    ) -> tuple[AvailableNumber, ...]:
        """Which numbers can be claimed.

        Raises:
            CarrierError: If it could not be learned.
        """
        deed = "list the numbers that are to be had"
        answer = await self._asking.ask(
            Ask(
                deed,
                "GET",
                "/v1/numbers/available",
                query=query_of(country=country, currency=currency),
                scope=_READ,
            )
        )
        found = rows(deed, decoded(deed, answer.body), "available", "numbers", "data")
        return tuple(record(deed, _told(row), AvailableNumber, _TO_BE_HAD) for row in found)

    async def claim(self, inventory_id: str) -> Number:
        """Claim a number: this costs its monthly price. It is never asked twice.

        Args:
            inventory_id: Of an `AvailableNumber`.

        Raises:
            WalletEmpty: If the wallet does not hold the price.
            CarrierError: If it was not claimed. With `may_be_done` nobody knows: look at `list`.
        """
        deed = "claim the number"
        part(deed, inventory_id)
        ways = (
            ("/v1/numbers/available/claim", _Claim(inventory_id)),
            (f"/v1/numbers/{inventory_id}/claim", None),
            ("/v1/numbers", _Claim(inventory_id)),
        )
        answer = await self._asking.first_that_exists(
            *(Ask(deed, "POST", path, body, again=False, scope=_CLAIM) for path, body in ways),
            patience=self._asking.limits.paid,
        )
        with done_already():
            claimed = inside(decoded(deed, answer.body), "number", "data")
            return record(deed, _told(claimed), Number, _OWN)

    async def list(self) -> tuple[Number, ...]:
        """The workspace's numbers.

        Raises:
            CarrierError: If they could not be read.
        """
        deed = "list the numbers"
        answer = await self._asking.ask(Ask(deed, "GET", "/v1/numbers", scope=_READ))
        found = rows(deed, decoded(deed, answer.body), "numbers", "data")
        return tuple(record(deed, _told(row), Number, _OWN) for row in found)

    async def route(
        self,
        number_id: str,
        voice_url: str,
        *,
        events_url: str | None = None,
        signing_secret: str | None = None,
    ) -> Routed:
        """Say where a number's calls go.

        The sources disagree about verb, path and the field's name, and an API may take a name that
        it does not know without a word: so the list is read again, and the next way is tried where
        it does not show the new address.

        Args:
            number_id: Of a `Number`.
            voice_url: Is asked what to do with each call.
            events_url: Is told of events; left as it is if None.
            signing_secret: What callbacks are signed with; left as it is if None.

        Raises:
            CarrierError: If it could not be set, in any of the ways.
        """
        deed = "set the number's routing"
        part(deed, number_id)
        if not voice_url.startswith(("https://", "http://")):
            raise RequestWrong(deed, "the voice URL is no web address")
        told: CarrierError | None = None
        for method, path, field in _WAYS:
            body = _Routing(
                **{field: voice_url}, events_url=events_url, voice_signing_secret=signing_secret
            )
            ask = Ask(deed, method, f"/v1/numbers/{number_id}{path}", body, scope=_CLAIM)
            try:
                await self._asking.ask(ask)
            except CarrierError as error:
                if error.status not in (400, 404, 405, 422):
                    raise
                told = told or error
                continue
            shown = await self._shown(number_id)
            if shown in (None, voice_url):
                return Routed(way=f"{method} {path or '/'} {field}", confirmed=shown is not None)
        raise told or Refused(
            deed, status=200, code="not_taken", message="the platform shows another address still"
        )

    async def release(self, number_id: str) -> None:
        """Give a number back: calls to it reach nobody from then on, and it may not be had again.

        Raises:
            CarrierError: If it was not released. With `may_be_done` nobody knows: look at `list`.
        """
        deed = "release the number"
        path = f"/v1/numbers/{part(deed, number_id)}"
        await self._asking.ask(
            Ask(deed, "DELETE", path, again=False, scope=_CLAIM), patience=self._asking.limits.paid
        )

    async def _shown(self, number_id: str) -> str | None:
        """The voice URL that the list shows; None if it does not tell."""
        try:
            numbers = await self.list()
        except Denied:
            return None
        return next((one.voice_callback_url for one in numbers if one.id == number_id), None)


def _told(row: Any) -> Any:
    """A row whose capabilities are a list, however they came: ``{"voice": true}``, ``"voice"``."""
    if not isinstance(row, dict):
        return row
    told = row.get("capabilities")
    if isinstance(told, dict):
        told = [name for name, has in told.items() if has]
    elif isinstance(told, str):
        told = told.replace(",", " ").split()
    return {**row, "capabilities": told}
