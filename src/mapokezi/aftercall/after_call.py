"""The work after a call, put together: what is done, the sweep that finds it, what sends notices.

It runs in the desk's process. The line knows nothing of it and needs nothing of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field

import structlog

from mapokezi.aftercall.caller_codes import CodeSends
from mapokezi.aftercall.digest import DigestParts, Digests
from mapokezi.aftercall.durable import Durable
from mapokezi.aftercall.effects import KIND as EFFECT
from mapokezi.aftercall.effects import Clock, Effect, EffectWork
from mapokezi.aftercall.events_told import EVENT, EventParts, EventsTold
from mapokezi.aftercall.notice_sending import KIND as SEND
from mapokezi.aftercall.notice_sending import NoticeSending, SendingParts, Sends
from mapokezi.aftercall.noting import NOTE, Noting, NotingParts
from mapokezi.aftercall.ringing_back import RingingBack, RingingParts
from mapokezi.aftercall.rounds import Round, Rounds
from mapokezi.aftercall.settings import AfterCallSettings
from mapokezi.aftercall.sweep import Find, Sweep, SweepParts
from mapokezi.aftercall.telling import CALL_BACK, TELL, Telling, TellingParts
from mapokezi.aftercall.wallet_watch import WalletParts, WalletWatch
from mapokezi.calls import OfficeId
from mapokezi.carrier import SautiKit
from mapokezi.receptionist.office import Office
from mapokezi.stores.database import Database
from mapokezi.stores.errors import WorkTakenError
from mapokezi.stores.work_lease import WorkLease

log = structlog.get_logger("mapokezi.aftercall")

_RETRY_OPENING_S = 30.0
_LEASE_LOOKED_AFTER_S = 10.0
"""A desk that waits for another's end takes the work up so soon."""


@dataclass(frozen=True, slots=True)
class AfterCallParts:
    """What the work after calls is put together from."""

    records: Database
    url: str
    """Of the database; the durable work's own tables are put beside it."""
    offices: Mapping[OfficeId, Office]
    sender: Sends
    now: Clock
    carrier: SautiKit | None = None
    settings: AfterCallSettings = field(default_factory=AfterCallSettings)
    more_after_calls: Sequence[Effect] = ()
    """Further effects of every ended call: settling, recordings, a model's summary."""
    more_rounds: Sequence[tuple[Round, Effect]] = ()
    """Further rounds: retention."""


class AfterCall:
    """The work after calls."""

    def __init__(self, parts: AfterCallParts) -> None:
        """Put it together; nothing runs yet."""
        self._parts = parts
        records, offices, now = parts.records, parts.offices, parts.now
        told = EventsTold(EventParts(records, offices, now, self._planned))
        ringing = None
        if parts.carrier is not None:
            minute_minor = parts.settings.outbound_minute_minor
            ringing = RingingBack(RingingParts(records, parts.carrier, now, minute_minor))
        telling = Telling(TellingParts(records, offices, now, self._planned, ringing))
        self.sending = NoticeSending(
            SendingParts(records.notice_book, CodeSends(parts.sender, now), offices, now)
        )
        self.sending.planned = self._planned
        self._lease = WorkLease(parts.url)
        self.left_to = ""
        """Which other desk does the work, in a sentence; empty: none."""
        self._rounds: list[Round] = []
        effects: list[Effect] = [
            Noting(NotingParts(records, offices, now)).effect(),
            *told.effects(),
            *telling.effects(),
            *parts.more_after_calls,
        ]
        for one, effect in (*self._own_rounds(), *parts.more_rounds):
            self._rounds.append(one)
            effects.append(effect)
        work = EffectWork(effects, records.effects, now)
        self.durable = Durable(parts.url, {EFFECT: work.carry_out, SEND: self.sending.carry_out})
        find = (telling.not_taken, told.tasks_moved, Rounds(self._rounds, records.effects, now).due)
        self.sweep = self._make_sweep(work, find)

    def _make_sweep(self, work: EffectWork, others: Sequence[Find]) -> Sweep:
        parts = self._parts
        more = (effect.name for effect in parts.more_after_calls)
        return Sweep(
            SweepParts(
                durable=self.durable,
                work=work,
                store=parts.records.effects,
                now=parts.now,
                after_calls=(NOTE, CALL_BACK, EVENT, *more),
                of_messages=(TELL,),
                others=others,
                look=(self._send_due,),
            )
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run it, until the block is left. It begins beside: nobody waits for it."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while True:
                await self._open()
                log.info("after_calls_started")
                await self._work_while_it_is_ours()
        finally:
            log.info(
                "after_calls_ended",
                **asdict(self.sweep.counts),
                notices=asdict(self.sending.counts),
            )
            await self.durable.close()
            self._lease.free()

    async def _work_while_it_is_ours(self) -> None:
        """Sweep until another process has the work, which takes a server that lost our lease."""
        sweeping = asyncio.create_task(self.sweep.run())
        try:
            while not sweeping.done():
                await asyncio.wait({sweeping}, timeout=_LEASE_LOOKED_AFTER_S)
                await asyncio.to_thread(self._lease.keep)
            await sweeping
        except WorkTakenError as error:
            self._leave_to_another(error)
        finally:
            sweeping.cancel()
            await asyncio.gather(sweeping, return_exceptions=True)
        await self.durable.close()

    async def _open(self) -> None:
        """Open the durable work; a database that is away, or another desk, is waited for."""
        while True:
            try:
                await asyncio.to_thread(self._lease.take)
                self.left_to = ""
                freed = await self._parts.records.notice_book.free_left_open(self._parts.now())
                if freed:
                    log.warning("attempts_found_open", number=freed)
                await self.durable.open()
            except WorkTakenError as error:
                self._leave_to_another(error)
                await asyncio.sleep(_LEASE_LOOKED_AFTER_S)
            except Exception:
                log.exception("after_calls_not_started", tried_again_in_s=_RETRY_OPENING_S)
                await self.durable.close()
                await asyncio.sleep(_RETRY_OPENING_S)
            else:
                return

    def _leave_to_another(self, taken: WorkTakenError) -> None:
        if self.left_to != str(taken):
            log.error("after_calls_left_to_another", says=str(taken))
        self.left_to = str(taken)

    async def _send_due(self) -> None:
        await self.sending.begin_due(self.durable)

    def _planned(self) -> None:
        self.sweep.look_soon()

    def _own_rounds(self) -> list[tuple[Round, Effect]]:
        parts, settings = self._parts, self._parts.settings
        found: list[tuple[Round, Effect]] = []
        if settings.digest_at is not None:
            digests = Digests(
                DigestParts(
                    parts.records, parts.offices, parts.now, settings.digest_at, self._planned
                )
            )
            found.append((digests.round(), digests.effect()))
        if settings.wallet_days and parts.carrier is not None:
            watch = WalletWatch(
                WalletParts(
                    parts.records,
                    parts.offices,
                    parts.carrier,
                    parts.now,
                    settings.wallet_days,
                    self._planned,
                )
            )
            found.append((watch.round(), watch.effect()))
        return found
