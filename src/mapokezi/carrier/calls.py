"""Calls: placing one, what became of it, ending it, its recording. Contract section 7."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from mapokezi.carrier.asking import Ask, Asking, done_already, part, query_of
from mapokezi.carrier.errors import CarrierError, NotFound, RequestWrong
from mapokezi.carrier.orders import CallOrder, PlacedCall, body_of, check_order
from mapokezi.carrier.reading import decoded, inside, record, rows
from mapokezi.carrier.recordings import (
    RECORDING_ASKED_AT_S,
    RecordingPending,
    RecordingReady,
    not_ready,
    recording_of,
)
from mapokezi.units import Money

_READ = "calls.read"


class CallDetail(msgspec.Struct, frozen=True, kw_only=True):
    """The platform's own record of a call; what it left out is None."""

    id: str
    """The platform's UUID."""
    session_id: str | None = None
    """The PBX session, ``HD_...``: what callbacks and the stream know."""
    direction: str | None = None
    local_e164: str | None = None
    remote_e164: str | None = None
    country: str | None = None
    status: str | None = None
    """``ringing``, ``answered``, ``completed``, ``failed``, ``no_answer``, ``busy``,
    ``canceled``."""
    started_at: str | None = None
    answered_at: str | None = None
    ended_at: str | None = None
    duration_seconds: int | None = None
    cost_minor: int | None = None
    cost_currency: str | None = None
    rate_per_minute_minor: int | None = None
    """Of the leg that the record is of: the caller's own."""
    failure_code: str | None = None
    metadata: dict[str, Any] = {}
    events: tuple[Any, ...] = ()
    """As the platform has them; their form is not known. Only where one call is shown."""

    @property
    def has_paid_leg_beside(self) -> bool | None:
        """Whether the bill holds a leg that was dialled for the caller and answered.

        A dialled leg costs from its answer (contract section 7.1), so the bill then is higher than
        the caller's own leg can be, started minutes counted in full. None: it does not tell.
        """
        if self.cost_minor is None or self.rate_per_minute_minor is None:
            return None
        if self.rate_per_minute_minor and self.duration_seconds is None:
            return None
        own = self.rate_per_minute_minor * -(-(self.duration_seconds or 0) // 60)
        if self.cost_minor > own:
            return True
        return None if own else False

    @property
    def cost(self) -> Money | None:
        """What the platform charged, once it knows."""
        if self.cost_minor is None:
            return None
        return Money(self.cost_minor, self.cost_currency or "KES")


class CallPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some calls, the latest first, and where the next ones begin."""

    calls: tuple[CallDetail, ...]
    next_cursor: str | None = None
    """For the next page; None on the last one."""


class Calls:
    """The calls; found as `SautiKit.calls`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def place(self, order: CallOrder, *, idempotency_key: str = "") -> PlacedCall:
        """Ring somebody. This costs money from the answer on.

        It is asked again after a fault, always with the same key, so that nobody is rung twice.

        Args:
            order: Who is rung, and what then.
            idempotency_key: Drawn if empty. Give one of your own, kept with your record of the
                deed, if it must not be done twice even if this program dies in between.

        Raises:
            RequestWrong: If the label or the key breaks a rule; nothing was sent.
            WalletEmpty: If the wallet does not hold enough.
            Conflict: If the key was used for another call that still lives.
            CarrierError: If it was not placed.
        """
        deed = "place the call"
        check_order(deed, order)
        key = idempotency_key or secrets.token_hex(16)
        if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
            raise RequestWrong(deed, "an idempotency key has 1 to 255 visible ASCII characters")
        answer = await self._asking.ask(
            Ask(deed, "POST", "/v1/calls", body_of(order), headers={"Idempotency-Key": key})
        )
        with done_already():
            placed = record(deed, inside(decoded(deed, answer.body), "call", "data"), PlacedCall)
        return msgspec.structs.replace(placed, idempotency_key=key)

    async def list(
        self,
        *,
        status: str | None = None,
        direction: str | None = None,
        q: str | None = None,
        session_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        cursor: str | None = None,
        limit: int = 25,
    ) -> CallPage:
        """One page of the calls, the latest first.

        Args:
            status: Only those of this status.
            direction: ``inbound`` or ``outbound``.
            q: Free text, as the platform takes it.
            session_id: The call of this PBX session.
            from_: As the platform takes it; its pages do not say whether number or instant.
            to: The same.
            cursor: `CallPage.next_cursor` of the page before.
            limit: 1 to 100.

        Raises:
            RequestWrong: If the limit is none.
            CarrierError: If they could not be read.
        """
        deed = "list the calls"
        if not 1 <= limit <= 100:
            raise RequestWrong(deed, "a page has 1 to 100 calls")
        query = query_of(
            status=status,
            direction=direction,
            q=q,
            session_id=session_id,
            from_=from_,
            to=to,
            cursor=cursor,
            limit=limit,
        )
        answer = await self._asking.ask(Ask(deed, "GET", "/v1/calls", query=query, scope=_READ))
        page = decoded(deed, answer.body)
        found = tuple(record(deed, row, CallDetail) for row in rows(deed, page, "data", "calls"))
        following = page.get("next_cursor") if isinstance(page, dict) else None
        return CallPage(calls=found, next_cursor=str(following) if following else None)

    async def each(self, *, most: int = 1000, **filters: str | None) -> AsyncIterator[CallDetail]:
        """Each call of every page, the latest first.

        Args:
            most: At most so many.
            filters: As for `list`.

        Raises:
            CarrierError: If a page could not be read.
        """
        cursor: str | None = None
        seen: set[str] = set()
        while most > 0:
            page = await self.list(limit=min(most, 100), cursor=cursor, **filters)
            for call in page.calls[:most]:
                yield call
            most -= len(page.calls)
            cursor = page.next_cursor
            if cursor is None or cursor in seen:  # a cursor that comes back would never end
                return
            seen.add(cursor)

    async def show(self, call: str) -> CallDetail:
        """The platform's record of a call.

        Args:
            call: The platform's UUID, or the session id ``HD_...``.

        Raises:
            CarrierError: If there is none, or it could not be read.
        """
        deed = "read the call's record"
        answer = await self._asking.ask(
            Ask(deed, "GET", f"/v1/calls/{part(deed, call)}", scope=_READ)
        )
        return record(deed, inside(decoded(deed, answer.body), "call", "data"), CallDetail)

    async def hang_up(self, call: str) -> None:
        """End a live call. Ending an ended one is no error (the platform says: idempotent).

        Args:
            call: The platform's UUID, or the session id ``HD_...``.

        Raises:
            CarrierError: If the platform refused or did not answer, after one more try.
        """
        deed = "hang up"
        await self._asking.ask(
            Ask(deed, "POST", f"/v1/calls/{part(deed, call)}/hangup"),
            patience=self._asking.limits.hang_up,
        )

    async def recording(self, call: str) -> RecordingReady | RecordingPending:
        """Where a call's recording is, or that it is being made.

        Args:
            call: The platform's UUID, or the session id ``HD_...``.

        Raises:
            NotFound: If there is none; for some seconds after a hang-up, that may be not yet.
            Gone: If there will never be one; `message` has the platform's reason.
            CarrierError: If it could not be learned.
        """
        deed = "find the call's recording"
        answer = await self._asking.ask(
            Ask(
                deed,
                "GET",
                f"/v1/calls/{part(deed, call)}/recording",
                scope=_READ,
                good=frozenset({202, 302, 303, 307}),
            )
        )
        return recording_of(deed, answer, self._asking.base_url)

    async def wait_for_recording(self, call: str, *, within_s: float = 120.0) -> RecordingReady:
        """Where a call's recording is, once it is made.

        Not found is asked again at 0.8, 2.4, 6 and 14 s; one that is being made when the platform
        says, 30 s later if it does not.

        Args:
            call: The platform's UUID, or the session id ``HD_...``.
            within_s: How long to wait in all.

        Raises:
            NotFound: If there is none 14 s later, or after `within_s`.
            CarrierError: If it will never be, or is not ready after `within_s`.
        """
        clock = self._asking.clock
        began_at = clock.now()
        looks = list(RECORDING_ASKED_AT_S[1:])
        while True:
            missing: CarrierError = not_ready()
            try:
                found = await self.recording(call)
            except NotFound as error:
                if not looks:
                    raise
                missing, next_at_s = error, looks.pop(0)
            else:
                if isinstance(found, RecordingReady):
                    return found
                next_at_s = clock.now() - began_at + max(found.retry_after_s, 1.0)
            if next_at_s > within_s:
                raise missing
            await clock.sleep(max(0.0, began_at + next_at_s - clock.now()))
