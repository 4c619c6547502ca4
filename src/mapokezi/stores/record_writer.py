"""The one task of a process that writes the records.

Calls hand over changes without waiting; the task carries out many in one transaction. A change
that fails is tried once more, apart from the others; if it fails again it goes to the spill file
(`mapokezi.stores.spill`), and the rest goes on. So does a change for which the queue has no room.
Once the database takes changes again, the spill file is read back.

If neither the database nor the spill file takes anything (a full disk), changes stay in memory
as long as there is room, and are tried again. Only then is a change lost, and the log says so.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.records.changes import Change
from mapokezi.records.ports import Kept
from mapokezi.records.redacted_changes import without_secrets
from mapokezi.stores.carry_out import carry_out_all, carry_out_each
from mapokezi.stores.dialects import fault_of
from mapokezi.stores.errors import RecordNotKeptError
from mapokezi.stores.spill import SpilledLine, SpillFile

_log = structlog.get_logger("mapokezi.stores")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class WriterSettings:
    """How the writer goes about it."""

    queue_limit: int = 10_000
    """Changes that may wait; a busy line makes some 100 a second."""
    overflow_limit: int = 10_000
    """Changes beyond those that may wait for the spill file."""
    batch_limit: int = 200
    """Changes in one transaction."""
    linger_s: float = 0.1
    """How long a change may wait for company; one that is waited for goes at once."""
    retry_s: float = 2.0
    """How long to wait before trying again when nothing takes changes."""
    read_back_s: float = 30.0
    """How long to wait between attempts to read the spill file back."""


@dataclass(slots=True)
class WriterCounts:
    """What the writer has done since it began."""

    kept: int = 0
    """Changes in the database."""
    transactions: int = 0
    retried: int = 0
    """Transactions that had to be tried again."""
    spilled: int = 0
    """Changes put into the spill file."""
    read_back: int = 0
    """Changes that went from the spill file into the database."""
    refused: int = 0
    """Lines of the spill file that could not be carried out."""
    lost: int = 0
    """Changes that nothing would take. Anything but 0 is an alarm."""


@dataclass(slots=True, eq=False)
class _Waiting:
    change: Change
    kept: asyncio.Future[Kept] | None = None

    def tell(self, kept: Kept | RecordNotKeptError) -> None:
        """Wake whoever waits for it, once."""
        if self.kept is not None and not self.kept.done():
            if isinstance(kept, Kept):
                self.kept.set_result(kept)
            else:
                self.kept.set_exception(kept)
        self.kept = None


class RecordWriter:
    """Keeps changes. Implements `mapokezi.records.ports.RecordKeeper`; owned by its event loop."""

    def __init__(
        self, engine: AsyncEngine, spill: SpillFile, settings: WriterSettings | None = None
    ) -> None:
        """Write through ``engine``, of which nobody else makes use."""
        self.counts = WriterCounts()
        self._engine = engine
        self._spill = spill
        self._settings = settings or WriterSettings()
        self._queue: deque[_Waiting] = deque()
        self._overflow: deque[_Waiting] = deque()
        self._overflow_task: asyncio.Task[None] | None = None
        self._some = asyncio.Event()
        self._hurry = asyncio.Event()
        self._engine_lock = asyncio.Lock()
        self._spill_lock = asyncio.Lock()
        self._disk = ThreadPoolExecutor(1, "mapokezi-spill")
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._spilled_waits = False
        self._read_back_at_s = 0.0

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="record-writer")

    @property
    def waiting(self) -> int:
        """Changes in the queue."""
        return len(self._queue)

    def put(self, change: Change) -> None:
        """Have a change carried out soon. Never blocks while the writer runs, never raises."""
        self._take(_Waiting(without_secrets(change)))

    async def commit(self, change: Change) -> Kept:
        """Have a change carried out, and wait until it is on the disk.

        Raises:
            RecordNotKeptError: neither the database nor the spill file takes it now. It stays
                in memory if there is room, and is tried again.
        """
        kept: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._take(_Waiting(without_secrets(change), kept))
        self._hurry.set()
        return await kept

    async def transact(self, work: Callable[[Connection], _T]) -> _T:
        """Run ``work`` in a transaction of its own, between those of the queue."""
        async with self._engine_lock, self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self, limit_s: float = 10.0) -> None:
        """Carry out what waits, then end. What is left after ``limit_s`` goes to the spill file."""
        self._closing = True
        self._some.set()
        self._hurry.set()
        if self._task is not None:
            _, late = await asyncio.wait({self._task}, timeout=limit_s)
            for task in late:
                task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._overflow.extend(self._queue)
        self._queue.clear()
        if self._overflow_task is not None:
            await self._overflow_task
        await self._empty_overflow()
        self._disk.shutdown()

    async def read_back(self) -> None:
        """Carry out what the spill file holds; what cannot be is put aside for the operator."""
        self._read_back_at_s = asyncio.get_running_loop().time() + self._settings.read_back_s
        async with self._spill_lock:
            try:
                lines = await self._on_disk(self._spill.read)
                refused = await self._carry_out_lines(lines)
                await self._on_disk(partial(self._spill.refuse, refused))
                await self._on_disk(self._spill.forget)
            except Exception as error:  # noqa: BLE001 - whatever it is, calls go on; the file stays
                self._spilled_waits = True
                _log.warning("spilled records not read back yet", fault=fault_of(error))
                return
            self._spilled_waits = False
        kept = len(lines) - len(refused)
        self.counts.read_back += kept
        self.counts.refused += len(refused)
        if lines:
            log = _log.error if refused else _log.info
            log("spilled records read back", kept=kept, refused=len(refused))

    async def _carry_out_lines(self, lines: list[SpilledLine]) -> list[SpilledLine]:
        """Carry out spilled changes. Returns the lines that the database refuses, or nobody reads.

        Done twice it comes to the same, so a kill in the middle does no harm.
        """
        refused = [line for line in lines if line.change is None]
        readable = [(line, line.change) for line in lines if line.change is not None]
        step = self._settings.batch_limit
        for first in range(0, len(readable), step):
            piece = readable[first : first + step]
            faults = await self.transact(
                partial(carry_out_each, changes=[change for _, change in piece])
            )
            refused += [piece[index][0] for index in faults]
        return refused

    # Into the queue.

    def _take(self, waiting: _Waiting) -> None:
        if self._closing and (self._task is None or self._task.done()):
            self._take_late(waiting)
        elif len(self._queue) < self._settings.queue_limit:
            self._queue.append(waiting)
            self._some.set()
            if len(self._queue) >= self._settings.batch_limit:
                self._hurry.set()
        elif len(self._overflow) < self._settings.overflow_limit:
            self._overflow.append(waiting)
            if self._overflow_task is None or self._overflow_task.done():
                self._overflow_task = asyncio.ensure_future(self._empty_overflow())
        else:
            self._lose([waiting])

    def _take_late(self, waiting: _Waiting) -> None:
        """A change after the end: no loop is left to serve, so this may wait for the disk."""
        try:
            unfit = self._spill.append([waiting.change])
        except OSError:
            self._lose([waiting])
            return
        if unfit:
            self._lose([waiting])
        else:
            waiting.tell(Kept.SPILL_FILE)

    async def _empty_overflow(self) -> None:
        """Put aside what found no room, until nothing is left."""
        while self._overflow:
            batch = list(self._overflow)
            taken = await self._put_aside(batch)
            for _ in batch:
                self._overflow.popleft()
            if not taken:
                self._lose(batch)

    # Out of the queue.

    async def _run(self) -> None:
        while not (self._closing and not self._queue):
            await self._wait_for_some()
            count = min(len(self._queue), self._settings.batch_limit)
            batch = [self._queue.popleft() for _ in range(count)]
            taken = False
            try:
                taken = await self._keep(batch)
            finally:
                if not taken:  # nothing took them, or `close` is out of patience
                    self._queue.extendleft(reversed(batch))
            if not taken:
                await asyncio.sleep(self._settings.retry_s)
            elif not self._queue:
                await self._read_back_if_due()

    async def _wait_for_some(self) -> None:
        """Until something waits and has had its time to find company, or the end has come."""
        while not self._queue and not self._closing:
            self._some.clear()
            await _wait_for(self._some, self._settings.read_back_s)
            if not self._queue:
                await self._read_back_if_due()
        if not self._closing:
            await _wait_for(self._hurry, self._settings.linger_s)
        if len(self._queue) <= self._settings.batch_limit:
            self._hurry.clear()

    async def _read_back_if_due(self) -> None:
        due = asyncio.get_running_loop().time() >= self._read_back_at_s
        if self._spilled_waits and due and not self._closing:
            await self.read_back()

    async def _keep(self, batch: list[_Waiting]) -> bool:
        """Get a batch into the database or the spill file.

        Returns:
            False if neither takes some; then ``batch`` holds these only.
        """
        failed = await self._keep_together(batch)
        if failed:
            self.counts.retried += 1
            failed = await self._keep_apart(batch)
        left = {id(waiting) for waiting in failed}
        for waiting in batch:
            if id(waiting) not in left:
                self.counts.kept += 1
                waiting.tell(Kept.DATABASE)
        batch[:] = failed
        return not failed or await self._put_aside(failed)

    async def _keep_together(self, batch: list[_Waiting]) -> list[_Waiting]:
        """Try all in one go. Returns all or none."""
        changes = [waiting.change for waiting in batch]
        try:
            await self.transact(partial(carry_out_all, changes=changes))
        except Exception as error:  # noqa: BLE001 - a bad change must not end the writer
            _log.warning("records tried again", kinds=_kinds(batch), fault=fault_of(error))
            return batch
        self.counts.transactions += 1
        return []

    async def _keep_apart(self, batch: list[_Waiting]) -> list[_Waiting]:
        """Try each change apart from the others. Returns those that the database refuses."""
        changes = [waiting.change for waiting in batch]
        try:
            faults = await self.transact(partial(carry_out_each, changes=changes))
        except Exception as error:  # noqa: BLE001 - as above
            _log.error("records refused", kinds=_kinds(batch), fault=fault_of(error))
            return list(batch)
        self.counts.transactions += 1
        for index, fault in faults.items():
            _log.error("record refused", kind=type(changes[index]).__name__, fault=fault)
        return [batch[index] for index in faults]

    async def _put_aside(self, batch: Sequence[_Waiting]) -> bool:
        """Put changes into the spill file; False if the disk does not take them."""
        changes = [waiting.change for waiting in batch]
        try:
            async with self._spill_lock:
                unfit = await self._on_disk(partial(self._spill.append, changes))
                self._spilled_waits = True
        except Exception as error:  # noqa: BLE001 - nothing may end the writer
            _log.error("spill file not written", kinds=_kinds(batch), fault=fault_of(error))
            for waiting in batch:
                waiting.tell(RecordNotKeptError("a record could not be kept: the disk takes none"))
            return False
        lost = {id(change) for change in unfit}
        self._lose([waiting for waiting in batch if id(waiting.change) in lost])
        for waiting in batch:
            waiting.tell(Kept.SPILL_FILE)
        self.counts.spilled += len(changes) - len(unfit)
        _log.warning("records spilled", kinds=_kinds(batch))
        return True

    def _lose(self, batch: Sequence[_Waiting]) -> None:
        if not batch:
            return
        self.counts.lost += len(batch)
        _log.critical("records lost", kinds=_kinds(batch))
        for waiting in batch:
            waiting.tell(RecordNotKeptError("a record could not be kept: nothing takes it"))

    async def _on_disk(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work)


async def _wait_for(event: asyncio.Event, limit_s: float) -> None:
    """Until the event is set or the time is over."""
    try:
        async with asyncio.timeout(limit_s):
            await event.wait()
    except TimeoutError:
        return


def _kinds(batch: Sequence[_Waiting]) -> dict[str, int]:
    """How many changes of which kind: all that the log is told of them."""
    return dict(Counter(type(waiting.change).__name__ for waiting in batch))
