"""One life of the work after calls, before or after an upgrade of the program.

``python after_calls_upgraded.py begin|finish DATABASE_URL FOLDER COUNT``. The first begins so many
pieces of work, each of which gets stuck in its second step, says so, and waits to be killed. The
second takes up what it finds, says what came of it, and ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from dbos import DBOS
from tests.processes.after_calls_child import FileReceiver, Places, a_call, the_office

from mapokezi.aftercall.after_call import AfterCall, AfterCallParts
from mapokezi.aftercall.effects import KIND, ids_of, work_id_of
from mapokezi.aftercall.settings import AfterCallSettings
from mapokezi.aftercall.telling import TELL, Telling
from mapokezi.aftercall.version import APPLICATION_VERSION
from mapokezi.bridge.clock import wall
from mapokezi.records.changes import SaveMessage
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.effects import DueEffect


async def live(what: str, url: str, folder: Path, count: int) -> None:
    """Live it."""
    settings = DatabaseSettings(url=url, spill_file=folder / "spill.jsonl")
    office = the_office()
    opened = (folder / "opened").open("a")
    open_task = Telling.open_task

    async def counted(self: Telling, due: DueEffect) -> str:
        came = await open_task(self, due)
        opened.write(due.subject + "\n")
        opened.flush()
        return came

    Telling.open_task = counted  # type: ignore[method-assign]
    async with open_database(settings) as records:
        work = AfterCall(
            AfterCallParts(
                records=records,
                url=url,
                offices={office.id: office},
                sender=FileReceiver(folder / "arrived", Places(folder, "", 0)),
                now=wall,
                settings=AfterCallSettings(digest_at=None),
            )
        )
        await (_begin if what == "begin" else _finish)(work, records, count)


async def _begin(work: AfterCall, records: Database, count: int) -> None:
    stuck = 0
    office = the_office()

    async def tell(self: Telling, due: DueEffect) -> str:
        nonlocal stuck
        stuck += 1
        await asyncio.Event().wait()
        return ""

    Telling.tell = tell  # type: ignore[method-assign]
    work = AfterCall(work._parts)
    await work.durable.open()
    for number in range(0, 5 * count, 5):  # each fifth of them leaves a message
        _, message = a_call(number, office)
        assert message is not None
        await records.writer.commit(SaveMessage(message))
        due = DueEffect(message.message_id, TELL, message.call_id, 0, message.created_at)
        await work.durable.start(work_id_of(due), KIND, *ids_of(due))
    while stuck < count:  # noqa: ASYNC110 - as a stranger sees it
        await asyncio.sleep(0.01)
    _say({"stuck": stuck, "version": APPLICATION_VERSION})
    await asyncio.Event().wait()


async def _finish(work: AfterCall, records: Database, count: int) -> None:
    await records.notice_book.free_left_open(wall())
    await work.durable.open()
    async with asyncio.timeout(200.0):
        while True:
            await work.sweep.sweep()
            await work.sweep.look()
            page = await records.notice_book.page(limit=500)
            done = [one for one in page.notices if one.state.value == "sent" and one.person_id]
            if not work.durable.active and len({one.call_id for one in done}) >= count:
                break
            await asyncio.sleep(0.05)
        # Work has done its deeds a moment before it is written that it has ended.
        assert work.durable._dbos is not None
        while "PENDING" in (states := await _states(work.durable._dbos)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    told: dict[str, object] = {"sent": len(done), "states": states, "version": APPLICATION_VERSION}
    await work.durable.close()
    _say(told)


async def _states(dbos: type[DBOS]) -> list[str]:
    """How the pieces of work stand."""
    return sorted({one.status for one in await dbos.list_workflows_async()})


def _say(told: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])))
    os._exit(0)
