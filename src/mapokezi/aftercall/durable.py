"""Work that survives the death of its process: DBOS, and the one module that knows it.

Work has an id. Started twice under one id it is done once; killed, it is taken up at the next
start where its last step ended. A step that was cut short runs again, so each bears that. What is
kept of work are ids (`mapokezi.aftercall.plain_values`), in tables beside ours
(`mapokezi.stores.work_database`). DBOS listens on no port, reports to nobody, and writes warnings
to our log and nothing elsewhere.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from mapokezi.aftercall import plain_values
from mapokezi.aftercall.version import APPLICATION, APPLICATION_VERSION, EXECUTOR
from mapokezi.stores.work_database import SCHEMA, WorkDatabase, open_work_database

if TYPE_CHECKING:
    from dbos import DBOS, DBOSConfig, Serializer

log = structlog.get_logger("mapokezi.aftercall.durable")

_ENDS_WITHIN_S = 3.0
"""What is under way at the end is let go on for so long; the rest is taken up at the next start."""
_ORPHANED_AFTER_S = 120.0
_UNDER_WAY = ("PENDING", "ENQUEUED", "DELAYED")
_PARTS = "mapokezi.aftercall.dbos_parts"
_FORGOTTEN_AT_ONCE = 500
_THREADS = 8
"""They wait for the work's own tables."""


class RunStep(Protocol):
    """Runs a step of the work that calls it, once, and gives what it came to."""

    async def __call__(self, name: str, do: Callable[[], Awaitable[str]]) -> str:
        """Run it.

        Args:
            name: of the step; within one piece of work the steps' names always come in one order.
            do: comes to an id or a word, empty for nothing.
        """


Work = Callable[[RunStep, tuple[str, ...]], Awaitable[None]]
"""Carries out one kind of work, step by step, on what the ids name."""


class Begun(Enum):
    """What came of starting work under an id."""

    UNDER_WAY = "under_way"
    """It has been begun, now or before, and goes on in this process."""
    OVER = "over"
    """Work of this id has ended already, well or not; it is not done again."""


class Durable:
    """Carries out work durably. There is one in a process; it lives on one event loop."""

    def __init__(self, url: str, kinds: Mapping[str, Work]) -> None:
        """Prepare; nothing is opened yet.

        Args:
            url: of our own database; the work's tables are put beside it.
            kinds: what carries out each kind of work.
        """
        self._url = url
        self._kinds = kinds
        self._dbos: type[DBOS] | None = None
        self._database: WorkDatabase | None = None
        self._workflow: Callable[..., Any] | None = None
        self._named: Any = None
        self._active: dict[str, asyncio.Task[Any] | None] = {}
        self._orphans: dict[str, float] = {}

    @property
    def active(self) -> int:
        """How many pieces of work go on just now."""
        return len(self._active)

    async def open(self) -> None:
        """Begin: what an earlier process left undone is taken up.

        Loading takes about a second of a thread's time; the event loop stands still only for the
        opening of the tables.
        """
        _keep_to_itself()
        parts = await asyncio.to_thread(importlib.import_module, _PARTS)
        self._named = parts.SetWorkflowID
        dbos: type[DBOS] = parts.DBOS
        self._dbos = dbos
        self._database = open_work_database(self._url)
        dbos(config=_config(self._database, parts.IdsOnly()))
        self._workflow = dbos.workflow(name="work")(self._carry_out())
        dbos.launch()
        await self._break_off_other_versions()

    async def close(self) -> None:
        """End: what goes on is let finish for some seconds, then left for the next start."""
        if self._dbos is None:
            return
        dbos, self._dbos = self._dbos, None
        tasks = [task for task in self._active.values() if task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=_ENDS_WITHIN_S)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(max_workers=1) as apart:
            await loop.run_in_executor(apart, lambda: dbos.destroy(destroy_registry=True))
        # DBOS has put its own in the place of the loop's executor, and has just shut that down.
        loop.set_default_executor(ThreadPoolExecutor())
        if self._database is not None:
            self._database.close()
            self._database = None

    async def start(self, work_id: str, kind: str, *ids: str) -> Begun:
        """Start work, unless work of this id has been started before.

        Args:
            work_id: names it; made of our own ids.
            kind: one of those that this carries out.
            ids: what it is about.
        """
        assert self._dbos is not None
        assert self._workflow is not None
        if work_id in self._active:
            return Begun.UNDER_WAY
        known = await self._dbos.get_workflow_status_async(work_id)
        if known is not None:
            return await self._known(work_id, known.status)
        self._active[work_id] = None
        try:
            with self._named(work_id):
                await self._dbos.start_workflow_async(self._workflow, kind, *ids)
        except BaseException:
            self._active.pop(work_id, None)
            raise
        return Begun.UNDER_WAY

    async def forget(self, before_ms: int) -> int:
        """Forget work that ended before an instant, in milliseconds of the epoch."""
        assert self._dbos is not None
        old = await self._dbos.list_workflows_async(
            status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
            completed_before=_iso(before_ms),
            limit=_FORGOTTEN_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if old:
            await self._dbos.delete_workflows_async([one.workflow_id for one in old])
        return len(old)

    def _carry_out(self) -> Callable[..., Any]:
        async def work(kind: str, *ids: str) -> None:
            assert self._dbos is not None
            work_id = str(self._dbos.workflow_id)
            self._active[work_id] = asyncio.current_task()
            try:
                await self._kinds[kind](self._run_step, ids)
            finally:
                self._active.pop(work_id, None)
                self._orphans.pop(work_id, None)

        return work

    async def _run_step(self, name: str, do: Callable[[], Awaitable[str]]) -> str:
        assert self._dbos is not None

        async def step() -> str:
            return await do()

        return await self._dbos.run_step_async({"name": name}, step)

    async def _known(self, work_id: str, status: str) -> Begun:
        if status not in _UNDER_WAY:
            self._orphans.pop(work_id, None)
            return Begun.OVER
        # It waits to be taken up again, which takes a second or two; or its outcome could not be
        # written, and nobody will ever take it up.
        now = asyncio.get_running_loop().time()
        since = self._orphans.setdefault(work_id, now)
        if now - since > _ORPHANED_AFTER_S and self._dbos is not None:
            log.warning("work_broken_off", work=work_id, why="nobody carries it out")
            await self._dbos.cancel_workflow_async(work_id)
            self._orphans.pop(work_id, None)
        return Begun.UNDER_WAY

    async def _break_off_other_versions(self) -> None:
        assert self._dbos is not None
        found = await self._dbos.list_workflows_async(
            status=list(_UNDER_WAY), load_input=False, load_output=False
        )
        others = [one.workflow_id for one in found if one.app_version != APPLICATION_VERSION]
        if others:
            log.warning("work_of_other_version", number=len(others), so="it is begun anew")
            await self._dbos.cancel_workflows_async(others)


def _config(database: WorkDatabase, serializer: Serializer) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "application_version": APPLICATION_VERSION,
        "executor_id": EXECUTOR,
        "system_database_url": database.url,
        "system_database_engine": database.engine,
        "dbos_system_schema": SCHEMA,
        "serializer": serializer,
        "enable_otlp": False,
        "log_level": "WARNING",
        "max_executor_threads": _THREADS,
        # We start no work on a schedule of its, and wait for no notification: the sweep does.
        "scheduler_polling_interval_sec": 3600.0,
    }


def _iso(epoch_ms: int) -> str:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat()


def _keep_to_itself() -> None:
    """See that DBOS reports nowhere and prints nothing, whatever stands in the environment."""
    for name in [name for name in os.environ if name.startswith("DBOS__")]:
        log.warning("variable_ignored", name=name)
        del os.environ[name]
    theirs = logging.getLogger("dbos")
    if not any(isinstance(one, plain_values.PlainLines) for one in theirs.filters):
        theirs.addFilter(plain_values.PlainLines())
        theirs.addHandler(logging.NullHandler())  # without any it would print to stderr itself
    theirs.propagate = True
