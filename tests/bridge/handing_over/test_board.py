"""What the line knows of executors, presence, forwarding, the wallet: fresh, never waited for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from mapokezi.bridge import clock
from mapokezi.bridge.handing_over.board import HandOffBoard
from mapokezi.calls import OfficeId
from mapokezi.receptionist.office import HandingOver
from mapokezi.records.executors import Executor, Standing, StandingState
from mapokezi.records.reachability import Forwarding, WalletFigure
from mapokezi.stores.errors import StoreError
from mapokezi.stores.reachability import HandOffState
from mapokezi.units import E164

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

OFFICE = OfficeId("law-office")
MOBILE = E164("+254700000101")


class Book:
    """A book in memory, which can fail."""

    def __init__(self, state: HandOffState | None = None) -> None:
        self.now = state or HandOffState()
        self.set: list[Standing] = []
        self.wallets: list[WalletFigure] = []
        self.fails: Exception | None = None

    async def state(self) -> HandOffState:
        if self.fails is not None:
            raise self.fails
        return self.now

    async def set_standing(self, standing: Standing) -> None:
        if self.fails is not None:
            raise self.fails
        self.set.append(standing)
        self.now = replace(self.now, standings={**self.now.standings, standing.executor: standing})

    async def note_wallet(self, figure: WalletFigure) -> None:
        self.wallets.append(figure)


@pytest.fixture
def office(kit: Any) -> Any:
    return kit.office(id=OFFICE)


async def test_what_is_set_elsewhere_is_obeyed_soon(office: Any) -> None:
    book = Book()
    board = HandOffBoard(book, unproven=True)
    running = asyncio.create_task(board.run())
    await asyncio.sleep(0)
    assert board.first(office) is Executor.DIAL
    off = Standing(Executor.DIAL, StandingState.OFF, clock.wall())
    book.now = HandOffState({Executor.DIAL: off})
    await asyncio.sleep(2.1)
    assert board.first(office) is Executor.CONFERENCE
    running.cancel()


async def test_the_offices_order_is_kept(office: Any) -> None:
    board = HandOffBoard(Book(), unproven=True)
    other = msgspec.structs.replace(
        office, hand_off=HandingOver(executors=(Executor.CONFERENCE, Executor.DIAL))
    )
    assert board.first(other) is Executor.CONFERENCE
    assert board.usable(other) == (Executor.CONFERENCE, Executor.DIAL, Executor.CALLBACK)


async def test_what_is_switched_off_is_off_at_once_and_written_until_it_is(office: Any) -> None:
    book, told = Book(), []

    async def tell(standing: Standing) -> None:
        told.append(standing.executor)

    board = HandOffBoard(book, unproven=True, tell_staff=tell)
    board.switch_off(Executor.DIAL, "dead air")
    assert Executor.DIAL not in board.usable(office)
    book.fails = StoreError("the database is gone")
    await board.refresh()
    assert Executor.DIAL not in board.usable(office)
    book.fails = None
    await board.refresh()
    assert [(one.state, one.why) for one in book.set] == [(StandingState.OFF, "dead air")]
    assert told == [Executor.DIAL]
    board.switch_off(Executor.DIAL, "again")
    await board.refresh()
    assert len(book.set) == 1, "what is off is not switched off again"


async def test_the_callback_is_never_off(office: Any) -> None:
    board = HandOffBoard(Book(), unproven=False)
    board.switch_off(Executor.CALLBACK, "whatever")
    assert board.usable(office) == (Executor.CALLBACK,)


async def test_in_vain_counts_only_in_a_row(office: Any) -> None:
    board = HandOffBoard(Book(), unproven=True)
    board.did_nothing(Executor.DIAL, "asked in vain")
    board.did_something(Executor.DIAL)
    board.did_nothing(Executor.DIAL, "asked in vain")
    assert board.first(office) is Executor.DIAL
    board.did_nothing(Executor.DIAL, "asked in vain")
    assert board.standing(Executor.DIAL).why == "asked in vain, 2 times in a row"


async def test_a_number_is_engaged_until_the_last_call_lets_it_go(office: Any) -> None:
    board = HandOffBoard(Book(), unproven=True)
    board.engage(MOBILE)
    board.engage(MOBILE)
    board.release(MOBILE)
    assert board.just_now(office).engaged == {MOBILE}
    board.release(MOBILE)
    assert board.just_now(office).engaged == frozenset()


async def test_all_calls_go_to_one_telephone_while_the_switch_is_on(office: Any) -> None:
    until = clock.wall() + timedelta(hours=1)
    forwarding = Forwarding(OFFICE, MOBILE, clock.wall(), "wanjiku-kamau", until)
    board = HandOffBoard(Book(HandOffState(forwardings={OFFICE: forwarding})), unproven=True)
    assert board.forwarded(office, None) is None, "not read yet"
    await board.refresh()
    ring = board.forwarded(office, E164("+254722000001"))
    assert ring is not None
    assert (ring.destination, ring.person_name) == (MOBILE, "Wanjiku Kamau")
    assert board.forwarded(office, MOBILE) is None, "a call from that telephone is answered"
    board.engage(MOBILE)
    assert board.forwarded(office, None) is None, "it is on another of our calls"
    board.release(MOBILE)
    await asyncio.sleep(3601)
    assert board.forwarded(office, None) is None, "the switch ends by itself"


async def test_an_empty_wallet_is_looked_into_again_and_forwards_nothing(office: Any) -> None:
    forwarding = Forwarding(OFFICE, MOBILE, clock.wall())
    empty = WalletFigure(0, "KES", clock.wall())
    book = Book(HandOffState(forwardings={OFFICE: forwarding}, wallet=empty))

    async def look() -> WalletFigure:
        return WalletFigure(50_000, "KES", clock.wall())

    board = HandOffBoard(book, unproven=True, look_into_wallet=look)
    await board.refresh()
    assert board.just_now(office).wallet_minor == 0
    assert board.forwarded(office, None) is None
    await asyncio.sleep(61)
    await board.refresh()
    assert board.just_now(office).wallet_minor == 50_000
    assert [one.balance_minor for one in book.wallets] == [50_000]
    assert board.forwarded(office, None) is not None
