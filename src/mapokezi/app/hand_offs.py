"""Passing callers on, put together by the operator's settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from mapokezi.app.carrier import asks_emulator
from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_rooms import NoRooms
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.errands import Errands
from mapokezi.bridge.handing_over.board import HandOffBoard, LookIntoWallet, TellStaff
from mapokezi.bridge.handing_over.executor import MakeExecutor
from mapokezi.bridge.handing_over.left_behind import end_left_behind
from mapokezi.bridge.handing_over.leg_requests import LegRequests
from mapokezi.bridge.handing_over.open_rooms import OpenRooms
from mapokezi.bridge.handing_over.room import RoomParts
from mapokezi.bridge.handing_over.ways import HandOffWays
from mapokezi.calls import OfficeId
from mapokezi.carrier import SautiKit
from mapokezi.config import Settings
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.telling import plan_notices
from mapokezi.receptionist.telling_event import LEG_NOT_ENDED, TellingEvent
from mapokezi.records.executors import Executor, Standing
from mapokezi.records.notices import NoticeKind
from mapokezi.records.reachability import WalletFigure
from mapokezi.stores.database import Database
from mapokezi.stores.open_legs import OpenLegs, open_legs_file
from mapokezi.telephony.urls import CallbackUrls


def hand_offs_of(
    settings: Settings,
    records: Database,
    carrier: SautiKit | None,
    offices: Mapping[OfficeId, Office],
    more: Mapping[Executor, MakeExecutor] | None = None,
) -> HandOffWays:
    """Put the executors together.

    Args:
        settings: The operator's settings.
        records: The database.
        carrier: The phone platform; None if there is no key.
        offices: Who is told if an executor is switched off.
        more: What makes the executors beside dial and callback.
    """
    board = HandOffBoard(
        records.reachability,
        # Nobody is left in silence by trying it on the emulator; elsewhere a test comes first.
        unproven=asks_emulator(settings) or _is_here(settings.carrier.url),
        look_into_wallet=_look_into(carrier) if carrier is not None else None,
        tell_staff=_tells_staff(records, offices),
    )
    return HandOffWays(board, more or {})


@dataclass(frozen=True, slots=True)
class Rooms:
    """What holds calls in rooms; without a key of the platform's, nothing does."""

    rooms: OpenRooms | None = None
    ending: Callable[[], Coroutine[Any, Any, None]] | None = None
    """Ends what a line before this one has left up."""

    @property
    def makers(self) -> Mapping[Executor, MakeExecutor]:
        """What makes the executor of a call that is held in a room."""
        return {} if self.rooms is None else {Executor.CONFERENCE: self.rooms.ring_by}

    def begin(self, calls: CallsInProgress) -> list[asyncio.Task[None]]:
        """Hold the calls of a line; gives what goes on beside them."""
        if self.rooms is None or self.ending is None:
            return []
        calls.rooms = self.rooms
        return [asyncio.create_task(self.ending())]

    async def close(self) -> None:
        """Finish what was begun for calls that are over."""
        if self.rooms is not None:
            await self.rooms.close()


def rooms_of(
    settings: Settings, carrier: SautiKit | None, urls: CallbackUrls, records: Database
) -> Rooms:
    """Put together what holds calls in rooms.

    Args:
        settings: The operator's settings.
        carrier: The phone platform; None if there is no key.
        urls: What it is given.
        records: The database.
    """
    if carrier is None:
        return Rooms()
    open_legs = OpenLegs(open_legs_file(settings.data_folder, settings.line.node))
    requests = LegRequests(carrier, urls)
    parts = RoomParts(
        requests,
        open_legs,
        Errands(),
        events_url=lambda call: urls.room_events(call.call_id),
        leg_not_ended=tells_of_leg(records),
    )
    left = open_legs.all
    return Rooms(OpenRooms(parts, urls), lambda: end_left_behind(open_legs, requests, left))


@asynccontextmanager
async def board_obeyed(calls: CallsInProgress, board: HandOffBoard) -> AsyncIterator[None]:
    """Keep the board fresh, and have calls begin as it says.

    It decides by which first document, or at whose telephone. What it has not written is written
    when the block is left.
    """
    await board.refresh()
    calls.first_executor = partial(_first_of, calls, board)
    calls.forwarded = lambda call: board.forwarded(call.office, call.caller)
    running = asyncio.create_task(board.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await board.refresh()


def _first_of(calls: CallsInProgress, board: HandOffBoard, office: Office) -> Executor:
    """The office's first way that this line has: without a key of the platform's, no rooms."""
    has_rooms = not isinstance(calls.rooms, NoRooms)
    ways = board.usable(office)
    return next(one for one in ways if has_rooms or one is not Executor.CONFERENCE)


def hand_off_health(board: HandOffBoard) -> Mapping[str, str]:
    """How each executor stands, for `/healthz`."""
    return {one.value: board.standing(one).in_words for one in (Executor.DIAL, Executor.CONFERENCE)}


def _tells_staff(records: Database, offices: Mapping[OfficeId, Office]) -> TellStaff:
    async def tell(standing: Standing) -> None:
        now = clock.wall()
        since = standing.since or now
        for office in offices.values():
            event = TellingEvent(
                kind=NoticeKind.HAND_OFF,
                subject=f"executor.{standing.executor.value}.{since:%Y%m%d%H%M%S}.{office.id}",
                office_id=office.id,
                at=since,
                urgent=True,
            )
            if planned := plan_notices(event, office, now):
                await records.notice_book.plan(planned)

    return tell


def tells_of_leg(records: Database) -> Callable[[CallInProgress, str], Coroutine[Any, Any, None]]:
    """Give what tells a call's office that a leg of the call could not be ended.

    Args:
        records: Where notices are planned.
    """

    async def tell(call: CallInProgress, leg_session: str) -> None:
        now = clock.wall()
        event = TellingEvent(
            kind=NoticeKind.HAND_OFF,
            subject=f"leg.{call.call_id}.{leg_session or 'unnamed'}",
            office_id=call.office_id,
            at=now,
            call_id=call.call_id,
            urgent=True,
            reason=LEG_NOT_ENDED,
        )
        if planned := plan_notices(event, call.office, now):
            await records.notice_book.plan(planned)

    return tell


def _is_here(url: str) -> bool:
    """Whether a platform is on this machine: then it is an emulator."""
    return (urlsplit(url).hostname or "") in {"127.0.0.1", "::1", "localhost"}


def _look_into(carrier: SautiKit) -> LookIntoWallet:
    async def look() -> WalletFigure:
        held = await carrier.wallet.show()
        return WalletFigure(held.balance_minor, held.currency, clock.wall())

    return look
