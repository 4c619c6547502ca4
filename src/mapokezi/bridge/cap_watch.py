"""Watches what calls cost while they go on, and ends those that have reached a cap.

Once a second, not with each frame. A call that is over a cap is said goodbye to as one that has
lasted too long: the sentence that is being said is finished, the caller hears the office's goodbye,
and the record says which cap it was. A caller who was passed on talks with a person, where nothing
of ours can speak: that talk is left alone, and the cap holds from their return, or from the next
call on. A caller who rings when the day's cap is used up gets the office's fallback, and the staff
are told to ring them back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.office import Office
from mapokezi.records.call_ledger import with_ledger
from mapokezi.records.call_record import CallRecord
from mapokezi.records.caps import Capped, Caps, Used
from mapokezi.records.ledger import Rates
from mapokezi.records.lists import CallFilter, day_span
from mapokezi.records.model_prices import PriceTable
from mapokezi.records.ports import CallRecords
from mapokezi.telephony.visit import Phase
from mapokezi.units import E164, Milliseconds

log = structlog.get_logger("mapokezi.bridge.cap_watch")

_LOOK_EVERY_S = 1.0
_READ_EVERY_S = 60.0
"""How often the day is read from the records anew: calls of other line processes stand there."""
_PAGE = 200


@dataclass(frozen=True, slots=True)
class CapParts:
    """What caps are watched with."""

    caps: Caps
    rates: Rates
    prices: PriceTable
    records: CallRecords
    offices: Mapping[OfficeId, Office]


@dataclass(slots=True)
class _Watched:
    """A call that goes on."""

    call: CallInProgress
    keeping: CallKeeping
    end: Callable[[str], None]


@dataclass(slots=True)
class _Sums:
    """What some calls of one office have used, together and by caller."""

    all: Used = field(default_factory=Used)
    by_number: dict[E164, Used] = field(default_factory=dict)

    def add(self, caller: E164 | None, used: Used) -> None:
        self.all += used
        if caller is not None:
            self.by_number[caller] = self.of(caller) + used

    def of(self, caller: E164 | None) -> Used:
        return self.by_number.get(caller, Used()) if caller is not None else Used()


@dataclass(slots=True)
class _Day:
    """One office's day: what its ended calls have used."""

    day: date
    known: dict[CallId, Used] = field(default_factory=dict)
    sums: _Sums = field(default_factory=_Sums)

    def count(self, record: CallRecord, used: Used, *, by_number: bool) -> None:
        """Count a call, or count it anew: its bill has come."""
        before = self.known.get(record.call_id, Used())
        self.known[record.call_id] = used
        self.sums.add(record.caller if by_number else None, used - before)


class CapWatch:
    """The caps of one line process."""

    def __init__(self, parts: CapParts) -> None:
        """Begin with no calls; `read_day` says what was used before."""
        self._parts = parts
        self._watched: dict[CallId, _Watched] = {}
        self._days: dict[OfficeId, _Day] = {}
        self._read_at = -_READ_EVERY_S

    # -- the calls --

    def watch(self, call: CallInProgress, keeping: CallKeeping, end: Callable[[str], None]) -> None:
        """Watch a call from the beginning of its conversation.

        Args:
            call: the call.
            keeping: has its record as it stands.
            end: says goodbye; told which cap is reached.
        """
        if self._parts.caps:
            self._watched[call.call_id] = _Watched(call, keeping, end)

    def ended(self, record: CallRecord) -> None:
        """A call is over: from now on it counts as its ledger says."""
        self._watched.pop(record.call_id, None)
        self._count(record)

    def may_begin(self, call: CallInProgress) -> bool:
        """Whether the caps of the day leave room for a call that has just arrived."""
        live = self._live_sums().get(call.office_id, _Sums())
        reached = self._parts.caps.reached(self._of_the_day(call, live))
        if reached:
            log.warning("call_not_taken", call_id=call.call_id, reason=reached)
        return not reached

    # -- time --

    async def run(self) -> None:
        """Look once a second, for ever; to be cancelled."""
        while self._parts.caps:
            if clock.monotonic() - self._read_at >= _READ_EVERY_S:
                await self._read_patiently()
            self.look()
            await asyncio.sleep(_LOOK_EVERY_S)

    def look(self) -> None:
        """End the calls that have reached a cap."""
        live = self._live_sums()
        for watched in list(self._watched.values()):
            call = watched.call
            if call.state in (Phase.PASSING, Phase.OVER):
                continue
            used = {Capped.CALL: self._of_call(watched)}
            used |= self._of_the_day(call, live[call.office_id])
            if reached := self._parts.caps.reached(used):
                log.warning("cap_reached", call_id=call.call_id, reason=reached)
                del self._watched[call.call_id]
                watched.end(reached)

    async def read_day(self) -> None:
        """Read what ended calls of the day have used."""
        self._read_at = clock.monotonic()
        if not self._caps_days:
            return
        for office in self._parts.offices.values():
            begins, _ = day_span(_day_of(office, clock.wall()), _zone_of(office))
            wanted, mark = CallFilter(office_id=office.id, arrived_from=begins), None
            while True:
                page = await self._parts.records.page(wanted, mark, _PAGE)
                for record in page.calls:
                    self._count(record)
                if (mark := page.older) is None:
                    break

    async def _read_patiently(self) -> None:
        try:
            await self.read_day()
        except Exception:
            log.exception("day_not_read")  # what this process knows of the day holds until then

    # -- what was used --

    @property
    def _caps_days(self) -> bool:
        return bool(self._parts.caps.day or self._parts.caps.number)

    def _count(self, record: CallRecord) -> None:
        office = self._parts.offices.get(record.office_id)
        if office is None or record.ended_at is None or not self._caps_days:
            return  # what no cap asks for would only fill the memory, a line a call
        if _day_of(office, record.arrived_at) == (today := self._today(office)).day:
            today.count(record, self._used_by(record), by_number=bool(self._parts.caps.number))

    def _live_sums(self) -> dict[OfficeId, _Sums]:
        sums: dict[OfficeId, _Sums] = {}
        for watched in self._watched.values():
            call = watched.call
            sums.setdefault(call.office_id, _Sums()).add(call.caller, self._of_call(watched))
        return sums

    def _of_the_day(self, call: CallInProgress, live: _Sums) -> dict[Capped, Used]:
        ended = self._today(call.office).sums
        return {
            Capped.DAY: ended.all + live.all,
            Capped.NUMBER: ended.of(call.caller) + live.of(call.caller),
        }

    def _of_call(self, watched: _Watched) -> Used:
        """What a call has used so far: as if it ended now."""
        record = watched.keeping.record
        now = max(clock.wall(), record.arrived_at)
        return self._used_by(replace(record, ended_at=now))

    def _used_by(self, record: CallRecord) -> Used:
        parts = self._parts
        priced = record if record.ledger else with_ledger(record, parts.rates)
        on_line = priced.cost.amount.minor if priced.cost is not None else 0
        models = parts.prices.bill(record.model_usage, record.arrived_at.date()).converted
        length_ms = 0
        if record.answered_at is not None and record.ended_at is not None:
            length_ms = (record.ended_at - record.answered_at) // timedelta(milliseconds=1)
        return Used(Milliseconds(max(0, length_ms)), on_line + (models.minor if models else 0))

    def _today(self, office: Office) -> _Day:
        day = _day_of(office, clock.wall())
        known = self._days.get(office.id)
        if known is None or known.day != day:
            known = self._days[office.id] = _Day(day)
        return known


def _zone_of(office: Office) -> ZoneInfo:
    return ZoneInfo(office.hours.timezone)


def _day_of(office: Office, at: datetime) -> date:
    return at.astimezone(_zone_of(office)).date()
