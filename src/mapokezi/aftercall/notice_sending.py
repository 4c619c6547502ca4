"""Notices sent: to each person in order, at once when all is well, joined after an outage.

What goes to one address by one way is a *lane*. One piece of durable work at a time sends of a
lane, so nobody is told things out of order. It takes all that is due there: one notice, as a rule;
what has piled up while a receiver was away goes as one. What may have arrived before is never
joined with what has not: it is worded as a repeat, and must not be mistaken.

An attempt is written down before it is made (`mapokezi.stores.notice_changes`). Killed between
the two, it is known that something may have gone out: once more, worded as a repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from mapokezi.aftercall.durable import Begun, Durable, RunStep
from mapokezi.aftercall.effects import Clock
from mapokezi.calls import OfficeId
from mapokezi.notify.sender import Refused, Sent
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.telling import (
    join_notices,
    may_go_at,
    plan_instead,
    try_again_at,
)
from mapokezi.records.notices import Notice, NoticeId, NoticeKind, NoticeState, WayKind
from mapokezi.stores.notices import NoticeBook

log = structlog.get_logger("mapokezi.aftercall.notice_sending")

KIND = "send"
"""Of the durable work that sends notices."""
_MOST_JOINED = 50
"""In one: more is read by nobody."""
_MOST_LANES = 16
"""At once."""
_GIVEN_UP = frozenset({NoticeState.FAILED, NoticeState.UNSURE})


class Sends(Protocol):
    """Sends a notice by its way; gives up in time by itself. `mapokezi.notify.sender.Sender`."""

    async def send(self, notice: Notice) -> Sent | Refused:
        """Send it."""


@dataclass(slots=True)
class SendingCounts:
    """What has become of attempts since the start."""

    sent: int = 0
    """Notices that a way took."""
    joined: int = 0
    """Of these, those that went out together with others."""
    refused: int = 0
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class SendingParts:
    """What notices are sent with."""

    book: NoticeBook
    sender: Sends
    offices: Mapping[OfficeId, Office]
    now: Clock


class NoticeSending:
    """Sends what is due, lane by lane."""

    def __init__(self, parts: SendingParts) -> None:
        """Begin with nothing under way."""
        self._parts = parts
        self._lanes: set[str] = set()
        self._held: dict[str, datetime] | None = None
        """Until when a lane waits for its receiver; None: not looked for since the start."""
        self.counts = SendingCounts()
        self.planned: Callable[[], None] = lambda: None
        """Told when a failure has led to another notice."""

    async def begin_due(self, durable: Durable) -> None:
        """Have each lane begin that has something due and is free."""
        now = self._parts.now()
        if self._held is None:
            self._held = _held_at(await self._parts.book.put_off(now))
        found = await self._parts.book.due(now, per_lane=_MOST_JOINED)
        for lane, due in _lanes_of(await self._in_time(found, now)).items():
            if lane in self._lanes or self._is_held(lane, due, now):
                continue
            if len(self._lanes) >= _MOST_LANES:
                return
            first = due[0]
            ids = [notice.notice_id for notice in due]
            self._lanes.add(lane)
            try:
                began = await durable.start(_work_id(first), KIND, *ids)
            except BaseException:
                self._lanes.discard(lane)
                raise
            if began is Begun.OVER:
                # Its work ended and the book does not say so: claimed here, it is counted on.
                self._lanes.discard(lane)
                await self._send_all(ids)

    async def carry_out(self, run: RunStep, ids: tuple[str, ...]) -> None:
        """Send some notices of one lane."""
        lane = ""
        try:
            first = await self._parts.book.get(NoticeId(ids[0])) if ids else None
            if first is not None:
                lane = _lane(first)
                self._lanes.add(lane)

            async def send() -> str:
                await self._send_all([NoticeId(one) for one in ids])
                return ""

            await run("send", send)
        finally:
            self._lanes.discard(lane)

    async def _in_time(self, due: Sequence[Notice], now: datetime) -> list[Notice]:
        """Leave out what has come up in somebody's quiet hours."""
        found = []
        for notice in due:
            at = self._may_go_at(notice, now)
            if at <= now:
                found.append(notice)
            else:
                await self._parts.book.postpone(notice.key, at)
        return found

    def _may_go_at(self, notice: Notice, at: datetime) -> datetime:
        office = self._parts.offices.get(notice.office_id)
        return at if office is None else may_go_at(notice, office, at)

    def _is_held(self, lane: str, due: Sequence[Notice], now: datetime) -> bool:
        """Whether a lane waits for its receiver: what is new waits behind what was refused.

        Something new and urgent does not wait: the receiver may be back.
        """
        held = self._held or {}
        until = held.get(lane)
        if until is None or now >= until or any(one.urgent and not one.attempts for one in due):
            held.pop(lane, None)
            return False
        return True

    async def _send_all(self, ids: Sequence[NoticeId]) -> None:
        """Claim and send, what goes together in one; the rest waits if a part is not taken."""
        found = [await self._parts.book.get(notice_id) for notice_id in ids]
        for together in _groups([one for one in found if one is not None and not one.is_over]):
            claimed = []
            for notice in together:
                began = await self._parts.book.begin_attempt(notice.key, self._parts.now())
                if began is not None:  # else it was sent before, or is not to be sent just now
                    claimed.append(began)
            if claimed and not await self._send(claimed):
                return

    async def _send(self, together: Sequence[Notice]) -> bool:
        try:
            came = await self._parts.sender.send(join_notices(together))
        except Exception as error:  # noqa: BLE001  a way's own fault: nothing is known of it
            log.error("way_failed", way=together[0].way, fault=type(error).__name__)
            why = f"a fault of this way: {type(error).__name__}"
            came = Refused(why=why, may_retry=True, maybe_arrived=True)
        if isinstance(came, Sent):
            await self._note_sent(together, came)
            return True
        await self._note_refused(together, came)
        return not came.may_retry

    async def _note_sent(self, together: Sequence[Notice], came: Sent) -> None:
        for notice in together:
            await self._parts.book.sent(notice.key, self._parts.now(), came.receipt)
        self.counts.sent += len(together)
        if len(together) > 1:
            self.counts.joined += len(together)

    async def _note_refused(self, together: Sequence[Notice], came: Refused) -> None:
        now = self._parts.now()
        # What waits in one lane is tried again together, so that it stays in order.
        again = [
            None if at is None else self._may_go_at(one, at)
            for one in together
            for at in [try_again_at(one, now, came.retry_after_s)]
        ]
        soonest = min((at for at in again if at is not None), default=None)
        for notice, at in zip(together, again, strict=True):
            again_at = soonest if at is not None and came.may_retry else None
            state = await self._parts.book.failed(
                notice.key, now, came.why, again_at, maybe_arrived=came.maybe_arrived
            )
            self.counts.refused += 1
            if state in _GIVEN_UP:
                self.counts.given_up += 1
                log.error("notice_given_up", notice_id=notice.notice_id, way=notice.way)
                await self._tell_otherwise(notice)
        if soonest is not None and came.may_retry:
            self._held = {**(self._held or {}), _lane(together[0]): soonest}
            log.warning("notices_put_off", way=together[0].way, number=len(together))

    async def _tell_otherwise(self, notice: Notice) -> None:
        office = self._parts.offices.get(notice.office_id)
        if office is None:
            return
        instead = plan_instead(notice, office, self._parts.now())
        if instead and await self._parts.book.plan(instead):
            self.planned()


def _work_id(first: Notice) -> str:
    """Names the work of one attempt at a lane: by its first notice, and its how-many-eth try."""
    return f"{first.call_id or first.office_id}:notice:{first.notice_id}:{first.attempts}"


def _lane(notice: Notice) -> str:
    return f"{notice.office_id}\n{notice.way}\n{notice.address}"


def _lanes_of(due: Iterable[Notice]) -> dict[str, list[Notice]]:
    """What is due, by lane, in each as it was planned, the urgent first."""
    lanes: dict[str, list[Notice]] = {}
    for notice in due:
        lanes.setdefault(_lane(notice), []).append(notice)
    return lanes


def _held_at(put_off: Iterable[Notice]) -> dict[str, datetime]:
    """Until when lanes wait for their receivers, by what was tried of them before the start."""
    held: dict[str, datetime] = {}
    for notice in put_off:
        lane = _lane(notice)
        held[lane] = min(notice.not_before, held.get(lane, notice.not_before))
    return held


def _groups(found: Sequence[Notice]) -> list[list[Notice]]:
    """What is sent together. A system is told each thing by itself: it knows them by their ids."""
    groups: list[list[Notice]] = []
    for notice in found:
        last = groups[-1] if groups else None
        if (
            last
            and notice.way_kind is not WayKind.WEBHOOK
            and NoticeKind.CALLER_CODE not in {notice.kind, last[0].kind}
            and _repeats(last[0]) == _repeats(notice)
        ):
            last.append(notice)
        else:
            groups.append([notice])
    return groups


def _repeats(notice: Notice) -> bool:
    """Whether it goes out as a repeat: it was begun before, and nothing is known of that."""
    return notice.is_repeat or notice.state is NoticeState.SENDING
