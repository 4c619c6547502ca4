"""The desk, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from mapokezi.app.after_calls import AfterCallPlan
from mapokezi.app.answering import Answering
from mapokezi.app.carrier import carrier_of
from mapokezi.app.keeping import DeskKeeping, check_keys, keyring_of
from mapokezi.app.office_editing import OfficeEditing
from mapokezi.app.office_watch import OfficeWatch
from mapokezi.app.offices import standing_offices
from mapokezi.app.prices import price_table
from mapokezi.app.processing import documents_of
from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.config import Settings
from mapokezi.desk.app import build_desk
from mapokezi.desk.door import Door
from mapokezi.desk.server import serve_desk
from mapokezi.desk.settings import DeskParts
from mapokezi.line.ports import listening_socket
from mapokezi.receptionist.office import Office
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.seal_keys import Keyring


async def run_desk(settings: Settings, ready: Callable[[str], None] | None = None) -> None:
    """Run the desk.

    Args:
        settings: The operator's settings.
        ready: Called with the one-time link once the pages can be opened.

    Raises:
        ConfigurationError: If a setting is wrong, or the port cannot be had.
    """
    standing = await standing_offices(settings)
    offices = standing.offices
    price_table(settings)  # what is set wrong is told before anything is opened
    plan = AfterCallPlan(settings, offices)
    keys = keyring_of(settings)
    carrier = carrier_of(settings)
    listening = listening_socket(settings.desk.host, settings.desk.port, "desk.port")
    database = DatabaseSettings(
        url=settings.database_url, spill_file=settings.data_folder / "spilled-desk.jsonl"
    )
    async with open_database(database) as records:
        await standing.keep(records, clock.wall())
        await check_keys(settings, offices, keys, records.recordings)
        keeping = DeskKeeping(settings, records, offices, keys)
        door = Door(link_file(settings), clock.monotonic)
        work = plan.make(records, carrier, keeping)

        def troubles() -> tuple[str, ...]:
            missing = tuple(one.says for one in plan.missing)
            wrong = tuple(str(one) for one in standing.wrong.values())
            return (*missing, *wrong, work.left_to) if work.left_to else (*missing, *wrong)

        editing = OfficeEditing(settings, records, standing, keys=keys)
        desk = _desk_parts(settings, records, offices, keys, door, troubles, editing)
        app = build_desk(desk)

        def tell() -> None:
            if ready is not None:
                ready(desk_link(settings, door.key))

        watch = asyncio.create_task(OfficeWatch(settings, standing, records, _nothing_more).run())
        try:
            async with work.running():
                await serve_desk(app, listening, tell)
        finally:
            watch.cancel()
            door.close()
            await plan.close()
            await keeping.close()
            if carrier is not None:
                await carrier.close()


async def _nothing_more(_office: Office) -> None:
    """Whatever the desk does with an office, it asks the same mapping for it."""


def _desk_parts(
    settings: Settings,
    records: Database,
    offices: Mapping[OfficeId, Office],
    keys: Keyring,
    door: Door,
    troubles: Callable[[], tuple[str, ...]],
    editing: OfficeEditing,
) -> DeskParts:
    return DeskParts(
        offices=offices,
        calls=records.calls,
        messages=records.messages,
        tasks=records.tasks,
        call_notes=records.call_notes,
        effects=records.effects,
        notices=records.notice_book,
        keeper=records.writer,
        door=door,
        data_folder=settings.data_folder,
        recordings=records.recordings,
        trail=records.audit_trail,
        hand_offs=records.hand_offs,
        reachability=records.reachability,
        questions=records.questions,
        versions=records.office_versions,
        answer=Answering(settings, records, editing=editing).answer,
        editing=editing,
        keys=keys,
        prices=price_table(settings),
        documents=documents_of(settings),
        troubles=troubles,
    )


def link_file(settings: Settings) -> Path:
    """Where the desk keeps the key of its one-time link."""
    return settings.data_folder / "desk-link"


def desk_link(settings: Settings, key: str) -> str:
    """The one-time link to the desk."""
    return f"http://{settings.desk.host}:{settings.desk.port}/enter?key={key}"
