"""What the line knows, in memory, of executors, presence, forwarding, the wallet, busy colleagues.

It is read from the database every other second, so that what the desk or a command sets is obeyed
soon, and a call never waits for it. What the line itself sets (an executor that is switched off)
holds at once, and is written until the database has taken it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.receptionist.barred_numbers import why_barred
from mapokezi.receptionist.handoff import JustNow, Ring
from mapokezi.receptionist.office import Office
from mapokezi.records.executors import Executor, Standing, StandingState, usable
from mapokezi.records.reachability import Forwarding, WalletFigure
from mapokezi.stores.reachability import HandOffState
from mapokezi.units import E164

log = structlog.get_logger("mapokezi.bridge.hand_off_board")

_EVERY_S = 2.0
_TIMES_IN_VAIN = 2
_WALLET_IS_OLD = timedelta(minutes=1)
"""An empty wallet may have been filled since: then it is looked into again."""
_FORWARDED_NAME = "the office"


class Book(Protocol):
    """Where all of it stands: `mapokezi.stores.reachability.ReachabilityBook`."""

    async def state(self) -> HandOffState:
        """Read all of it."""

    async def set_standing(self, standing: Standing) -> None:
        """Say how an executor stands."""

    async def note_wallet(self, figure: WalletFigure) -> None:
        """Keep what the wallet held."""


LookIntoWallet = Callable[[], Awaitable[WalletFigure]]
"""Asks the phone platform what the wallet holds."""
TellStaff = Callable[[Standing], Awaitable[None]]
"""Has the staff told that an executor was switched off; the same one twice is told once."""


class HandOffBoard:
    """The board of one line process."""

    def __init__(
        self,
        book: Book,
        *,
        unproven: bool,
        look_into_wallet: LookIntoWallet | None = None,
        tell_staff: TellStaff | None = None,
    ) -> None:
        """Begin with nothing known; `read` reads it, `run` keeps it fresh.

        Args:
            book: Where it stands.
            unproven: Whether executors may be used that nobody has proven: on the emulator.
            look_into_wallet: Asks the platform; None without a key.
            tell_staff: Tells the offices that an executor is off; called again if it fails.
        """
        self._book = book
        self._unproven = unproven
        self._look_into_wallet = look_into_wallet
        self._tell_staff = tell_staff
        self._state = HandOffState()
        self._unsaved: dict[Executor, Standing] = {}
        self._engaged: Counter[E164] = Counter()
        self._in_vain: Counter[Executor] = Counter()

    # -- what is known --

    def standing(self, executor: Executor) -> Standing:
        """How an executor stands."""
        known = self._unsaved.get(executor) or self._state.standings.get(executor)
        return known or Standing(executor)

    def usable(self, office: Office) -> tuple[Executor, ...]:
        """Which of an office's order may be used now, in its order; the callback is the last."""
        standings = {one: self.standing(one) for one in Executor}
        return usable(office.hand_off.executors, standings, unproven=self._unproven)

    def first(self, office: Office) -> Executor:
        """By which way a caller would be passed on."""
        return self.usable(office)[0]

    def just_now(self, office: Office, *, is_capped: bool = False) -> JustNow:
        """What is known of an office's people and money.

        Args:
            office: Whose.
            is_capped: Whether the caps leave no room for a dialled leg.
        """
        now = clock.wall()
        wallet = self._state.wallet
        return JustNow(
            away=frozenset(
                one.person_id
                for one in self._state.presence
                if one.office_id == office.id and one.is_away(now)
            ),
            engaged=frozenset(self._engaged),
            wallet_minor=wallet.balance_minor if wallet is not None else None,
            is_capped=is_capped,
        )

    def forwarded(self, office: Office, caller: E164 | None) -> Ring | None:
        """To whom all calls of an office go just now, if this caller may go there too."""
        found = self._forwarding(office.id, clock.wall())
        if found is None or why_barred(found.to, office, caller) is not None:
            return None
        wallet = self._state.wallet
        if (wallet is not None and wallet.balance_minor <= 0) or found.to in self._engaged:
            return None
        names = {person.id: person.name for person in office.people}
        return Ring(found.person_id, names.get(found.person_id, _FORWARDED_NAME), found.to)

    def _forwarding(self, office_id: OfficeId, now: datetime) -> Forwarding | None:
        found = self._state.forwardings.get(office_id)
        return found if found is not None and found.holds(now) else None

    # -- what the line sets --

    def engage(self, number: E164) -> None:
        """This number rings, or talks, with one of our callers."""
        self._engaged[number] += 1

    def release(self, number: E164) -> None:
        """It does not any more."""
        self._engaged[number] -= 1
        if self._engaged[number] <= 0:
            del self._engaged[number]

    def did_nothing(self, executor: Executor, why: str) -> None:
        """The platform did not do what it was asked for: once may be chance, twice is its way."""
        self._in_vain[executor] += 1
        if self._in_vain[executor] >= _TIMES_IN_VAIN:
            self.switch_off(executor, f"{why}, {_TIMES_IN_VAIN} times in a row")

    def did_something(self, executor: Executor) -> None:
        """It rang somebody."""
        del self._in_vain[executor]

    def switch_off(self, executor: Executor, why: str) -> None:
        """An executor has left a caller in silence: nobody is passed on by it any more."""
        if executor is Executor.CALLBACK or self.standing(executor).state is StandingState.OFF:
            return
        log.error("executor_switched_off", executor=executor.value, reason=why)
        before = self.standing(executor)
        self._unsaved[executor] = replace(
            before, state=StandingState.OFF, since=clock.wall(), why=why
        )

    # -- keeping it fresh --

    async def run(self) -> None:
        """Read it again and again; to be cancelled."""
        while True:
            await self.refresh()
            await asyncio.sleep(_EVERY_S)

    async def refresh(self) -> None:
        """Write what is not written yet, and read all of it. What cannot be read stays as it is."""
        try:
            await self._save()
            self._state = await self._book.state()
            await self._look_again()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is: calls go on with what is known
            log.warning("hand_off_board_not_read", reason=type(error).__name__)

    async def _save(self) -> None:
        for executor, standing in list(self._unsaved.items()):
            await self._book.set_standing(standing)
            if self._tell_staff is not None:
                await self._tell_staff(standing)
            if self._unsaved.get(executor) is standing:
                del self._unsaved[executor]
                known = {**self._state.standings, executor: standing}
                self._state = replace(self._state, standings=known)

    async def _look_again(self) -> None:
        wallet = self._state.wallet
        if self._look_into_wallet is None or wallet is None or wallet.balance_minor > 0:
            return
        if clock.wall() - wallet.seen_at >= _WALLET_IS_OLD:
            figure = await self._look_into_wallet()
            await self._book.note_wallet(figure)
            self._state = replace(self._state, wallet=figure)
