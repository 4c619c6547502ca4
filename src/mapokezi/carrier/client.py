"""The client of SautiKit's REST API, put together.

Facts from ``contract/sautikit.md`` (compiled 2026-11-22): base, key and errors section 2, the calls
section 7. It is a library by itself: nothing of the receptionist is needed to use it.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from mapokezi.carrier.asking import Asking
from mapokezi.carrier.calls import Calls
from mapokezi.carrier.conferences import Conferences
from mapokezi.carrier.numbers import Numbers
from mapokezi.carrier.pace import Clock, TimeLimits
from mapokezi.carrier.pricing import PublicPrices, read_pricing
from mapokezi.carrier.wallet import Wallet
from mapokezi.carrier.webhooks import Webhooks

SAUTIKIT_URL = "https://api.sautikit.com"
"""Where SautiKit's API is."""
_USUAL = TimeLimits()
_REAL = Clock()


class SautiKit:
    """One pool of connections to the platform, for one API key.

    Use it as ``async with SautiKit(SAUTIKIT_URL, key) as sautikit``, or `close` it. One is enough
    for a whole program; its calls may run beside one another.

    Args:
        base_url: `SAUTIKIT_URL`, or the emulator's address; ``https://``, or ``http://`` on this
            machine.
        api_key: Opaque; sent as a bearer token, never shown in a log, a repr or an error.
        limits: How long to go on with a call of the API, and how often to ask again.
        clock: Time; a test gives its own.

    Raises:
        ConfigurationError: If the address or the key cannot be one.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        limits: TimeLimits = _USUAL,
        clock: Clock = _REAL,
    ) -> None:
        self._asking = Asking(base_url, api_key, limits, clock)
        self.numbers = Numbers(self._asking)
        self.calls = Calls(self._asking)
        self.conferences = Conferences(self._asking)
        self.wallet = Wallet(self._asking)
        self.webhooks = Webhooks(self._asking)

    @property
    def base_url(self) -> str:
        """Where it asks."""
        return self._asking.base_url

    async def pricing(self) -> PublicPrices:
        """The public price list; the key is not sent.

        Raises:
            CarrierError: If it could not be read.
        """
        return await read_pricing(self._asking)

    async def close(self) -> None:
        """Give the connections back."""
        await self._asking.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        """Without the key."""
        return f"SautiKit({self.base_url!r})"
