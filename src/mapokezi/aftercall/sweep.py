"""The sweep: looks in the records for what has not been done, and has it begun.

Nothing is ever begun as a side effect of something else. A call that was recorded while the desk
was down, a message whose process was killed a moment later, an effect that failed: they are all
found here, in the same way, at the start and every half minute. What must not wait, messages and
notices, is looked for each second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from mapokezi.aftercall.durable import Begun, Durable
from mapokezi.aftercall.effects import KIND, Clock, EffectWork, ids_of, work_id_of
from mapokezi.stores.effects import DueEffect, EffectStore

log = structlog.get_logger("mapokezi.aftercall.sweep")

FOR = timedelta(days=8)
"""Calls and messages older than this are no longer looked at: as long as the platform's events
may come late, and longer than any effect is tried."""
EVERY_S = 30.0
LOOK_EVERY_S = 1.0
_AT_ONCE = 24
"""Pieces of work under way; the next ones begin when these are done."""
_MOST = 500
"""Of each kind in one look."""
_FORGET_AFTER = timedelta(days=30)
_FORGET_EVERY = timedelta(hours=6)

Find = Callable[[], Awaitable[Sequence[DueEffect]]]
"""Finds effects that are due by rules of its own: the day's digest, the wallet's hour."""


@dataclass(slots=True)
class SweepCounts:
    """What the sweep has done since it began."""

    sweeps: int = 0
    begun: int = 0
    begun_anew: int = 0
    """Tries that had ended without a word."""
    failed: int = 0
    """Looks that could not be taken: the database was away."""


@dataclass(frozen=True, slots=True)
class SweepParts:
    """What the sweep works with."""

    durable: Durable
    work: EffectWork
    store: EffectStore
    now: Clock
    after_calls: Sequence[str]
    """Effects of every ended call."""
    of_messages: Sequence[str]
    """Effects of every message, at once."""
    others: Sequence[Find] = ()
    look: Sequence[Callable[[], Awaitable[None]]] = field(default=())
    """What else is looked after each second."""


class Sweep:
    """Finds what is to be done, and begins it."""

    def __init__(self, parts: SweepParts) -> None:
        """Begin knowing nothing."""
        self._parts = parts
        self._soon = asyncio.Event()
        self._is_more = False
        self._forgotten_at = parts.now() - _FORGET_EVERY + timedelta(minutes=5)
        self.counts = SweepCounts()

    def look_soon(self) -> None:
        """Look at once: something has just been planned."""
        self._soon.set()

    async def run(self) -> None:
        """Sweep and look, for ever; to be cancelled."""
        loop = asyncio.get_running_loop()
        next_sweep = loop.time()
        while True:
            self._soon.clear()
            if loop.time() >= next_sweep:
                self._is_more = False
                await self._safely(self.sweep)
                next_sweep = loop.time() + (LOOK_EVERY_S if self._is_more else EVERY_S)
            await self._safely(self.look)
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._soon.wait()
            except TimeoutError:
                continue

    async def sweep(self) -> int:
        """Begin whatever is missing. Returns how much was begun."""
        self.counts.sweeps += 1
        now = self._parts.now()
        found: list[DueEffect] = []
        for find in self._parts.others:
            found += await find()
        found += await self._parts.store.due_after_calls(
            self._parts.after_calls, now - FOR, now, _MOST
        )
        begun = await self._begin(found)
        await self._forget_if_due()
        return begun

    async def look(self) -> int:
        """Begin what must not wait. Returns how much was begun."""
        now = self._parts.now()
        begun = 0
        for effect in self._parts.of_messages:
            found = await self._parts.store.due_of_messages(effect, now - FOR, now, _MOST)
            begun += await self._begin(found, most=2 * _AT_ONCE)
        for look in self._parts.look:
            await look()
        return begun

    async def _begin(self, found: Iterable[DueEffect], most: int = _AT_ONCE) -> int:
        begun = 0
        for due in found:
            if self._parts.durable.active >= most:
                self._is_more = True
                break
            came = await self._parts.durable.start(work_id_of(due), KIND, *ids_of(due))
            if came is Begun.OVER:
                self.counts.begun_anew += 1
                await self._parts.work.give_up_try(due)
            else:
                begun += 1
        self.counts.begun += begun
        return begun

    async def _forget_if_due(self) -> None:
        now = self._parts.now()
        if now - self._forgotten_at < _FORGET_EVERY:
            return
        self._forgotten_at = now
        before = now - _FORGET_AFTER
        effects = await self._parts.store.forget_old(before)
        work = await self._parts.durable.forget(int(before.timestamp() * 1000))
        if effects or work:
            log.info("done_work_forgotten", effects=effects, work=work)

    async def _safely(self, deed: Callable[[], Awaitable[int]]) -> None:
        try:
            await deed()
        except Exception as error:  # noqa: BLE001  the next look finds it all again
            self.counts.failed += 1
            log.warning("sweep_failed", fault=type(error).__name__)
