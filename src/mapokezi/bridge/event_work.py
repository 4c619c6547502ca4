"""The platform's events: kept before they are acknowledged, worked after.

The order is: the event is in the database, or in the spill file beside it, and *then* it is
acknowledged. So a kill at any instant loses nothing that was acknowledged, and what was not
acknowledged the platform sends again. Waiting for the disk costs a millisecond or some, of this
one post alone: no call waits for it.

An event is worked once, whoever delivered it how often. What follows from it in the records is
carried out in the transaction that claims it. What follows in memory (a call that this process
has is over) comes behind that, and comes to the same however often it is done.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec
import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.errands import Errands
from mapokezi.carrier import CarrierError, SautiKit
from mapokezi.errors import MapokeziError
from mapokezi.records.changes import SaveEvent
from mapokezi.records.event_record import EventRecord, WaitingEvent
from mapokezi.records.platform_call import PlatformCall, PlatformRecording
from mapokezi.records.ports import CallRecords, RecordKeeper
from mapokezi.stores.platform_calls import PlatformCallStore
from mapokezi.stores.platform_events import EventStore, PutOff, Worked
from mapokezi.telephony.callbacks import VoiceCallback
from mapokezi.telephony.events import EventKind, PlatformEvent

log = structlog.get_logger("mapokezi.bridge.event_work")

_AT_ONCE = 100
"""In one transaction: what is to be acknowledged waits for one of them at most."""
_GIVES_WAY_S = 0.25
"""How long the work waits at most for a crowd of events to be acknowledged."""
_LOOK_EVERY_S = 2.0
"""What other processes have left for this one, and what was put off."""
_AFTER_FAULT_S = 1.0
_LINGER_S = 0.02
"""For company: events of one call come together, and share a transaction."""
_FORGET_EVERY_S = 3600.0
_KEPT_WITHIN_S = 8.0
"""The platform gives an acknowledgement 10 s; without one it sends the event again."""
_PUT_OFF_S = (1, 5, 30, 120, 600, 3600, 6 * 3600, 24 * 3600)
"""How long an event waits each time for somebody to tell which session its UUID is of."""
_LOOKED_UP_AT_ONCE = 4


class EventNotKept(MapokeziError):  # noqa: N818  named as one says it
    """An event could not be kept: it is not acknowledged, and the platform sends it again."""


@dataclass(frozen=True, slots=True)
class EventParts:
    """What events are worked with, put together by `mapokezi.app`."""

    keeper: RecordKeeper
    store: EventStore
    ids: PlatformCallStore
    records: CallRecords
    calls: CallsInProgress
    node: str
    carrier: SautiKit | None = None
    """Asked which session a UUID is of, if nothing else tells."""


@dataclass(slots=True)
class EventCounts:
    """What was done since the start."""

    worked: int = 0
    put_off: int = 0
    given_up: int = 0
    """Events of calls that nobody knows."""


@dataclass(slots=True)
class _Round:
    """What one look at the waiting events comes to."""

    worked: list[Worked] = field(default_factory=list)
    put_off: list[PutOff] = field(default_factory=list)
    events: dict[str, PlatformEvent] = field(default_factory=dict)
    """By their key, those that have a session."""
    unknown: set[str] = field(default_factory=set)
    """UUIDs of which nobody has told the session."""
    given_up: int = 0


class EventWork:
    """Takes the platform's events, and works them. One a line process."""

    def __init__(self, parts: EventParts) -> None:
        """Begin with nothing waiting but what the database holds."""
        self.counts = EventCounts()
        self._parts = parts
        self._some = asyncio.Event()
        self._errands = Errands()
        self._asking: set[str] = set()
        self._lookups = asyncio.Semaphore(_LOOKED_UP_AT_ONCE)
        self._forgotten_at = -_FORGET_EVERY_S
        self._being_taken = 0
        self._none_being_taken = asyncio.Event()
        self._none_being_taken.set()

    async def take(self, event: PlatformEvent) -> None:
        """Keep an event; once this returns, it may be acknowledged.

        Raises:
            EventNotKept: neither the database nor the disk took it in time.
        """
        if event.kind is EventKind.UNKNOWN:
            return
        change = SaveEvent(_record_of(event, self._parts.node, clock.wall()))
        self._being_taken += 1
        self._none_being_taken.clear()
        try:
            async with asyncio.timeout(_KEPT_WITHIN_S):
                await self._parts.keeper.commit(change)
        except (MapokeziError, TimeoutError) as error:
            raise EventNotKept("the event could not be kept") from error
        finally:
            self._being_taken -= 1
            if not self._being_taken:
                self._none_being_taken.set()
        self._some.set()

    async def run(self) -> None:
        """Work what waits, for ever; to be cancelled."""
        try:
            while True:
                self._some.clear()
                wait_s = _LOOK_EVERY_S
                try:
                    await self._give_way()
                    while await self.work_due() == _AT_ONCE:
                        await self._give_way()
                    await self._forget_if_due()
                except Exception:
                    # The database is busy, full or away: the events stay where they are.
                    log.exception("events_not_worked")
                    wait_s = _AFTER_FAULT_S
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self._some.wait()
                await asyncio.sleep(_LINGER_S)
        finally:
            self._errands.cancel()

    async def _give_way(self) -> None:
        """Let those go first whose acknowledgement somebody waits for."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GIVES_WAY_S):
                await self._none_being_taken.wait()

    async def work_due(self) -> int:
        """Work what is due now. Returns how many events were looked at."""
        parts, now = self._parts, clock.wall()
        waiting = await parts.store.waiting(parts.node, now, _AT_ONCE)
        if not waiting:
            return 0
        todo = await self._decide(waiting, now)
        done = await parts.store.carry_out(todo.worked, todo.put_off, now)
        self.counts.worked += len(done)
        self.counts.put_off += len(todo.put_off)
        self.counts.given_up += todo.given_up
        if any(one.told is not None and one.told.call_uuid for one in todo.worked):
            self._some.set()  # what waited for that UUID is due now
        for key in done & todo.events.keys():
            self._tell(todo.events[key])
        for uuid in todo.unknown - self._asking:
            self._asking.add(uuid)
            self._errands.run(self._look_up(uuid))
        return len(waiting)

    async def _decide(self, waiting: Sequence[WaitingEvent], now: datetime) -> _Round:
        todo = _Round()
        uuids = {one.event.call_uuid for one in waiting if not one.event.session_id}
        sessions = await self._parts.ids.sessions_of(uuids)
        for one in waiting:
            event = _event_of(one.event)
            if event is None:  # written by another program than this one
                log.error("event_unreadable", kind=one.event.kind)
                todo.worked.append(Worked(one.event.key))
                continue
            session_id = one.event.session_id or sessions.get(one.event.call_uuid, "")
            if not session_id:
                self._put_off(one, todo, now)
                continue
            callback = replace(event.callback, session_id=session_id)
            event = replace(event, callback=callback)
            elsewhere = await self._node_of(event, one) if event.is_end else None
            if elsewhere is not None:
                todo.put_off.append(PutOff(one.event.key, now, node=elsewhere, counts=False))
                continue
            todo.worked.append(Worked(one.event.key, _told_by(event, one.event.received_at)))
            todo.events[one.event.key] = event
        return todo

    def _put_off(self, one: WaitingEvent, todo: _Round, now: datetime) -> None:
        event = one.event
        if not event.call_uuid or one.tries >= len(_PUT_OFF_S):
            log.warning("event_of_unknown_call", kind=event.kind, call_uuid=event.call_uuid)
            todo.worked.append(Worked(event.key))
            todo.given_up += 1
            return
        due_at = now + timedelta(seconds=_PUT_OFF_S[one.tries])
        todo.put_off.append(PutOff(event.key, due_at))
        todo.unknown.add(event.call_uuid)

    async def _node_of(self, event: PlatformEvent, one: WaitingEvent) -> str | None:
        """The node that has the event's call, if it is another one that should be told."""
        if one.event.node != self._parts.node:
            return None  # left lying by that very node
        callback = event.callback
        record = await self._parts.records.of_session(callback.session_id)
        if record is None and callback.direction == "inbound":
            log.warning("call_never_reached_us", session_id=callback.session_id)
        if record is None or record.ended_at is not None or record.node == self._parts.node:
            return None
        return record.node

    def _tell(self, event: PlatformEvent) -> None:
        """Let memory know; the records do already."""
        callback = event.callback
        self._parts.calls.note(callback, clock.monotonic(), may_end=event.is_end)

    async def _look_up(self, uuid: str) -> None:
        """Ask the platform whose a UUID is; what waits for it is woken by the answer."""
        carrier = self._parts.carrier
        try:
            if carrier is None:
                return
            async with self._lookups:
                detail = await carrier.calls.show(uuid)
            if detail.session_id:
                told = PlatformCall(detail.session_id, call_uuid=uuid)
                await self._parts.store.learn_ids(told, clock.wall())
                self._some.set()
        except CarrierError as error:
            log.warning("call_uuid_not_known", call_uuid=uuid, reason=str(error))
        finally:
            self._asking.discard(uuid)

    async def _forget_if_due(self) -> None:
        now = clock.monotonic()
        if now - self._forgotten_at >= _FORGET_EVERY_S:
            self._forgotten_at = now
            gone = await self._parts.store.forget_old(clock.wall())
            if gone:
                log.info("events_forgotten", number=gone)


def _record_of(event: PlatformEvent, node: str, at: datetime) -> EventRecord:
    facts = event
    if event.recording is not None:
        # The link opens the recording to whoever has it, and is dead in minutes; REST has others.
        bare = replace(event.recording, download_url="")
        callback = replace(event.callback, recording_url="")
        facts = replace(event, recording=bare, callback=callback)
    return EventRecord(
        key=event.key,
        kind=event.kind.value,
        received_at=at,
        node=node,
        session_id=event.callback.session_id,
        call_uuid=event.callback.call_uuid,
        facts=_facts_of(facts),
    )


def _facts_of(event: PlatformEvent) -> Mapping[str, object]:
    facts: Mapping[str, object] = msgspec.to_builtins(event)
    return facts


def _event_of(record: EventRecord) -> PlatformEvent | None:
    try:
        return msgspec.convert(dict(record.facts), PlatformEvent)
    except msgspec.ValidationError:
        return None


def _told_by(event: PlatformEvent, received_at: datetime) -> PlatformCall | None:
    """What goes on record of an event; None: nothing that is not known by its session alone."""
    callback: VoiceCallback = event.callback
    told = PlatformCall(callback.session_id, call_uuid=callback.call_uuid)
    if event.is_end:
        told = replace(
            told,
            ended_at=event.ended_at or event.occurred_at,
            duration_s=callback.duration_s,
            end=event.hangup_cause or event.failure_reason,
        )
    if event.recording is not None:
        recording = PlatformRecording(
            recording_id=event.recording.recording_id or event.key,
            told_at=event.occurred_at or received_at,
            duration_s=event.recording.duration_s,
            size_bytes=event.recording.size_bytes,
        )
        told = replace(told, recordings=(recording,))
    return None if told == PlatformCall(callback.session_id) else told
