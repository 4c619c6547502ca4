"""How executors stand, who is away, where all calls go: written, read, replaced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mapokezi.calls import OfficeId
from mapokezi.records.executors import Executor, Standing, StandingState
from mapokezi.records.reachability import Forwarding, Presence, PresenceState, WalletFigure
from mapokezi.stores.database import DatabaseSettings, open_database, open_for_reading
from mapokezi.stores.errors import StoreError
from mapokezi.stores.reachability import HandOffState
from mapokezi.units import E164

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OFFICE = OfficeId("law-office")


async def test_all_of_it_is_read_as_it_was_set(settings: DatabaseSettings) -> None:
    standing = Standing(Executor.DIAL, StandingState.OFF, NOW, "dead air", by_close=True)
    away = Presence(OFFICE, "brian-otieno", PresenceState.AWAY, NOW, NOW + timedelta(hours=2), "w")
    forwarding = Forwarding(OFFICE, E164("+254700000101"), NOW, "wanjiku-kamau", None, "desk")
    wallet = WalletFigure(1250, "KES", NOW)
    async with open_database(settings) as database:
        book = database.reachability
        assert await book.state() == HandOffState()
        await book.set_standing(standing)
        await book.set_presence(away)
        await book.forward(forwarding)
        await book.note_wallet(wallet)
    async with open_for_reading(settings.url) as read:
        assert await read.reachability.state() == HandOffState(
            {Executor.DIAL: standing}, (away,), {OFFICE: forwarding}, wallet
        )


async def test_what_is_set_again_replaces_what_stood(settings: DatabaseSettings) -> None:
    async with open_database(settings) as database:
        book = database.reachability
        for state in (StandingState.OFF, StandingState.PROVEN):
            await book.set_standing(Standing(Executor.DIAL, state, NOW))
        for presence in (PresenceState.AWAY, PresenceState.AVAILABLE):
            await book.set_presence(Presence(OFFICE, "brian-otieno", presence, NOW))
        for held in (5, 0):
            await book.note_wallet(WalletFigure(held, "KES", NOW))
        found = await book.state()
        assert found.standings[Executor.DIAL].state is StandingState.PROVEN
        (presence_now,) = found.presence
        assert not presence_now.is_away(NOW)
        assert found.wallet is not None
        assert found.wallet.balance_minor == 0


async def test_the_switch_is_on_until_it_is_off(settings: DatabaseSettings) -> None:
    async with open_database(settings) as database:
        book = database.reachability
        assert not await book.stop_forwarding(OFFICE)
        until = NOW + timedelta(hours=1)
        await book.forward(Forwarding(OFFICE, E164("+254700000101"), NOW, until=until))
        found = (await book.state()).forwardings[OFFICE]
        assert found.holds(NOW)
        assert not found.holds(until)
        assert await book.stop_forwarding(OFFICE)
        assert not (await book.state()).forwardings


async def test_an_absence_ends_by_itself() -> None:
    away = Presence(OFFICE, "b", PresenceState.AWAY, NOW, NOW + timedelta(hours=1))
    assert away.is_away(NOW)
    assert not away.is_away(NOW + timedelta(hours=1))
    assert Presence(OFFICE, "b", PresenceState.AWAY, NOW).is_away(NOW + timedelta(days=30))


async def test_a_database_that_cannot_be_read_is_said_so(settings: DatabaseSettings) -> None:
    async with open_database(settings) as database:
        await database.writer.transact(
            lambda connection: connection.exec_driver_sql("DROP TABLE presence")
        )
        with pytest.raises(StoreError):
            await database.reachability.state()
