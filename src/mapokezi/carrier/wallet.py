"""The prepaid wallet (contract section 7): at zero, calls are refused, inbound ones too."""

from __future__ import annotations

import msgspec

from mapokezi.carrier.asking import Ask, Asking
from mapokezi.carrier.errors import RequestWrong
from mapokezi.carrier.reading import decoded, inside, record
from mapokezi.units import Money

_READ = "wallet.read"


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What the wallet holds."""

    balance_minor: int
    currency: str = "KES"
    low_balance_threshold_minor: int | None = None
    status: str | None = None
    workspace_id: str | None = None

    @property
    def balance(self) -> Money:
        """What it holds."""
        return Money(self.balance_minor, self.currency)

    @property
    def is_low(self) -> bool:
        """Whether it is empty, or below what the workspace wants to be warned at."""
        return self.balance_minor <= (self.low_balance_threshold_minor or 0)


class _Threshold(msgspec.Struct):
    threshold_minor: int


class Wallet:
    """The wallet; found as `SautiKit.wallet`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def show(self) -> Balance:
        """What the wallet holds.

        Raises:
            CarrierError: If it could not be read.
        """
        deed = "read the wallet"
        answer = await self._asking.first_that_exists(
            *(Ask(deed, "GET", path, scope=_READ) for path in ("/v1/wallet", "/v1/wallet/balance"))
        )
        return record(deed, inside(decoded(deed, answer.body), "wallet", "data"), Balance)

    async def warn_below(self, threshold_minor: int) -> None:
        """Have the platform warn (``wallet.low_balance``) below so much.

        Args:
            threshold_minor: In minor units: 50,000 is KES 500.00.

        Raises:
            RequestWrong: If it is below zero.
            CarrierError: If it could not be set.
        """
        deed = "set the wallet's threshold"
        if threshold_minor < 0:
            raise RequestWrong(deed, "a threshold is not below zero")
        body = _Threshold(threshold_minor)
        await self._asking.first_that_exists(
            *(Ask(deed, method, "/v1/wallet/threshold", body) for method in ("PATCH", "PUT"))
        )
