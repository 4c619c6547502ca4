"""The public price list (contract section 7): read without a key."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import msgspec

from mapokezi.carrier.asking import Ask, Asking
from mapokezi.carrier.reading import decoded, inside, record
from mapokezi.units import Money


class PublicPrices(msgspec.Struct, frozen=True, kw_only=True):
    """What SautiKit asks for, in whole shillings as it writes them; None: not told."""

    currency: str = "KES"
    number_monthly_kes: Decimal | None = None
    outbound_per_min_kes: Decimal | None = None
    inbound_per_min_kes: Decimal | None = None
    recording_free_gb: Decimal | None = None

    @property
    def number_monthly(self) -> Money | None:
        """A number, a month."""
        return self._money(self.number_monthly_kes)

    @property
    def outbound_per_min(self) -> Money | None:
        """A minute of a call that we place or pass on."""
        return self._money(self.outbound_per_min_kes)

    @property
    def inbound_per_min(self) -> Money | None:
        """A minute of a call that comes in."""
        return self._money(self.inbound_per_min_kes)

    def _money(self, amount: Decimal | None) -> Money | None:
        if amount is None:
            return None
        return Money(int((amount * 100).to_integral_value(ROUND_HALF_UP)), self.currency)


async def read_pricing(asking: Asking) -> PublicPrices:
    """Read the price list.

    Raises:
        CarrierError: If it could not be read.
    """
    deed = "read the public prices"
    answer = await asking.ask(Ask(deed, "GET", "/v1/public/pricing", public=True))
    return record(deed, inside(decoded(deed, answer.body), "pricing", "data"), PublicPrices)
