"""The platform's prepaid wallet: at zero nobody can be put through; the staff are told before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from mapokezi.aftercall.effects import Clock, Effect, Step
from mapokezi.aftercall.rounds import Round
from mapokezi.calls import OfficeId
from mapokezi.carrier import SautiKit
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.telling import plan_notices
from mapokezi.receptionist.telling_event import TellingEvent
from mapokezi.records.lists import CallFilter
from mapokezi.records.notices import NoticeKind
from mapokezi.records.reachability import WalletFigure
from mapokezi.stores.database import Database
from mapokezi.stores.effects import DueEffect

WALLET = "wallet"
_MEASURED = timedelta(days=7)
"""What the days have cost is reckoned from as many."""
_AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=15))
"""Then the next hour's round comes."""


@dataclass(frozen=True, slots=True)
class WalletParts:
    """What the wallet is watched with."""

    records: Database
    offices: Mapping[OfficeId, Office]
    carrier: SautiKit
    now: Clock
    warn_days: int
    """The staff are told when it is enough for so many days or fewer."""
    planned: Callable[[], None]


class WalletWatch:
    """Looks into the wallet each hour; tells each office at most once a day."""

    def __init__(self, parts: WalletParts) -> None:
        """Take the carrier."""
        self._parts = parts

    def effect(self) -> Effect:
        """What is done each hour."""
        return Effect(WALLET, (Step("look_into_wallet", self.look),), _AGAIN_AFTER)

    def round(self) -> Round:
        """When it is done."""
        return Round(WALLET, lambda now: (f"{WALLET}.{now:%Y%m%d%H}",))

    async def look(self, due: DueEffect) -> str:
        """Look into the wallet, and plan who is told if it runs out."""
        balance = await self._parts.carrier.wallet.show()
        figure = WalletFigure(balance.balance_minor, balance.currency, self._parts.now())
        await self._parts.records.reachability.note_wallet(figure)
        days = days_left(balance.balance_minor, await self._spent_minor())
        is_near = days is not None and days <= self._parts.warn_days
        if not is_near and not balance.is_low:
            return ""
        now = self._parts.now()
        state = "empty" if balance.balance_minor <= 0 else "low"
        for office in self._parts.offices.values():
            event = TellingEvent(
                kind=NoticeKind.WALLET,
                subject=f"{WALLET}.{now:%Y%m%d}.{state}.{office.id}",
                office_id=office.id,
                at=now,
                urgent=balance.balance_minor <= 0,
                days_left=None if balance.balance_minor <= 0 else max(1, days or 1),
            )
            planned = plan_notices(event, office, now)
            if planned and await self._parts.records.notice_book.plan(planned):
                self._parts.planned()
        return ""

    async def _spent_minor(self) -> int:
        """What calls have cost in the days that are measured."""
        wanted = CallFilter(arrived_from=self._parts.now() - _MEASURED)
        spent, older = 0, None
        while True:
            page = await self._parts.records.calls.page(wanted, older, limit=500)
            spent += sum(call.cost.amount.minor for call in page.calls if call.cost is not None)
            older = page.older
            if older is None:
                return spent


def days_left(balance_minor: int, spent_minor: int) -> int | None:
    """For how many whole days a wallet is enough; None: for as long as nothing is spent.

    Args:
        balance_minor: what it holds.
        spent_minor: what calls have cost in the last seven days.
    """
    if balance_minor <= 0:
        return 0
    if spent_minor <= 0:
        return None
    return balance_minor * _MEASURED.days // spent_minor
