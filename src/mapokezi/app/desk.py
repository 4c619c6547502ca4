"""The desk, put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mapokezi.app.offices import read_offices
from mapokezi.app.prices import price_table
from mapokezi.bridge import clock
from mapokezi.config import Settings
from mapokezi.desk.app import build_desk
from mapokezi.desk.door import Door
from mapokezi.desk.server import serve_desk
from mapokezi.desk.settings import DeskParts
from mapokezi.line.ports import listening_socket
from mapokezi.stores.database import DatabaseSettings, open_database


async def run_desk(settings: Settings, ready: Callable[[str], None] | None = None) -> None:
    """Run the desk.

    Args:
        settings: The operator's settings.
        ready: Called with the one-time link once the pages can be opened.

    Raises:
        ConfigurationError: If a setting is wrong, or the port cannot be had.
    """
    offices = read_offices(settings)
    prices = price_table(settings)
    listening = listening_socket(settings.desk.host, settings.desk.port, "desk.port")
    door = Door(link_file(settings), clock.monotonic)
    database = DatabaseSettings(
        url=settings.database_url, spill_file=settings.data_folder / "spilled-desk.jsonl"
    )
    async with open_database(database) as records:
        app = build_desk(
            DeskParts(
                offices=offices,
                calls=records.calls,
                messages=records.messages,
                keeper=records.writer,
                door=door,
                data_folder=settings.data_folder,
                prices=prices,
            )
        )

        def tell() -> None:
            if ready is not None:
                ready(desk_link(settings, door.key))

        try:
            await serve_desk(app, listening, tell)
        finally:
            door.close()


def link_file(settings: Settings) -> Path:
    """Where the desk keeps the key of its one-time link."""
    return settings.data_folder / "desk-link"


def desk_link(settings: Settings, key: str) -> str:
    """The one-time link to the desk."""
    return f"http://{settings.desk.host}:{settings.desk.port}/enter?key={key}"
