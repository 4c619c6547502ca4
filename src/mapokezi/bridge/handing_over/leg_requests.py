"""What is asked of the phone platform about single legs, and what its answers come to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from mapokezi.bridge import clock
from mapokezi.carrier import (
    CallDetail,
    CallOrder,
    CarrierError,
    Gone,
    NotFound,
    PlatformFault,
    SautiKit,
    Unreachable,
    Unreadable,
)
from mapokezi.telephony.conference_legs import LegOutcome
from mapokezi.telephony.numbers import same_subscriber
from mapokezi.telephony.room_posts import is_live_status, outcome_of_status
from mapokezi.telephony.urls import CallbackUrls

log = structlog.get_logger("mapokezi.bridge.leg_requests")

_LISTED_WITHIN_S = 6.0
"""A call that was placed and is not in the platform's list by then was not placed."""
_MOST_LISTED = 100
_HANG_UP_TRIES = 5
_BETWEEN_S = 2.0
_AROUND = timedelta(seconds=90)
"""Our clock and the platform's may differ so much; and a lost order is looked for so late."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What came of asking the platform to ring somebody."""

    session_id: str = ""
    """Empty: it did not say that it rings."""
    outcome: LegOutcome = LegOutcome.FAILED
    may_ring: bool = False
    """Whether it may ring all the same."""


@dataclass(frozen=True, slots=True)
class LegSeen:
    """How the platform says that a leg stands."""

    is_live: bool
    outcome: LegOutcome | None


class LegRequests:
    """Asks the platform; nothing here raises for a fault of its side."""

    def __init__(self, carrier: SautiKit, urls: CallbackUrls) -> None:
        """Ask with this client, and have posts about legs come to these addresses."""
        self._carrier, self._urls = carrier, urls

    async def place(self, from_number: str, to_number: str, label: str) -> Placed:
        """Ring somebody; the label comes back with every post of the leg."""
        order = CallOrder(
            from_=from_number,
            to=[to_number],
            caller_id=from_number,
            voice_callback_url=self._urls.colleague,
            client_request_id=label,
        )
        try:
            placed = await self._carrier.calls.place(order, idempotency_key=label)
        except (Unreachable, PlatformFault, Unreadable) as error:
            log.warning("leg_not_placed", reason=str(error), may_ring=True)
            return Placed(may_ring=True)
        except CarrierError as error:
            log.warning("leg_not_placed", reason=str(error), may_ring=error.may_be_done)
            return Placed(may_ring=error.may_be_done)
        return Placed(placed.session_id)

    async def hang_up(self, session_id: str) -> bool:
        """End a leg. Returns whether it is over for sure."""
        try:
            await self._carrier.calls.hang_up(session_id)
        except (NotFound, Gone):
            return True
        except CarrierError as error:
            log.warning("leg_not_hung_up", session_id=session_id, reason=str(error))
            return False
        return True

    async def hang_up_surely(self, session_id: str) -> None:
        """End a leg, and try it several times if need be."""
        for _ in range(_HANG_UP_TRIES):
            if await self.hang_up(session_id):
                return
            await asyncio.sleep(_BETWEEN_S)
        log.error("leg_not_hung_up", session_id=session_id, reason="tried for the last time")

    async def look(self, session_id: str) -> LegSeen | None:
        """Ask how a leg stands; None if that is not to be learned."""
        try:
            detail = await self._carrier.calls.show(session_id)
        except NotFound:
            return None
        except CarrierError as error:
            log.warning("leg_not_seen", session_id=session_id, reason=str(error))
            return None
        return LegSeen(is_live_status(detail.status), outcome_of_status(detail.status))

    async def find_and_end(self, label: str, to_number: str, ordered_at: float) -> bool:
        """Look for a leg of which it is not known whether it rings, and end it.

        Args:
            label: with which it was to be placed.
            to_number: who was to be rung.
            ordered_at: when; monotonic seconds.

        Returns:
            Whether there is none for sure, or none any more.
        """
        age_s = clock.monotonic() - ordered_at
        since = clock.wall() - timedelta(seconds=age_s) - _AROUND
        try:
            calls = self._carrier.calls.each(most=_MOST_LISTED, direction="outbound")
            listed = [one async for one in calls if is_live_status(one.status)]
        except CarrierError as error:
            log.warning("legs_not_listed", reason=str(error))
            return False
        found = [one for one in listed if _is_it(one, label, to_number, since)]
        ended = [await self.hang_up(one.session_id or one.id) for one in found]
        return all(ended) if ended else age_s >= _LISTED_WITHIN_S


def _is_it(one: CallDetail, label: str, to_number: str, since: datetime) -> bool:
    """By its label where the platform shows it, else by number and time."""
    told = str(one.metadata.get("client_request_id", ""))
    if told:
        return told == label
    if one.remote_e164 is None or not same_subscriber(one.remote_e164, to_number):
        return False
    try:
        started = datetime.fromisoformat(one.started_at or "")
    except ValueError:
        return True
    return started.tzinfo is None or started >= since
