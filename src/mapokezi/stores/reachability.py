"""How the executors stand, who is away, what is forwarded and what the wallet held: small tables.

The line reads all of it every other second (`HandOffState`); the desk and the commands write it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import OfficeId
from mapokezi.records.executors import Executor, Standing, StandingState
from mapokezi.records.reachability import Forwarding, Presence, PresenceState, WalletFigure
from mapokezi.stores.dialects import fault_of, insert_into
from mapokezi.stores.errors import StoreError
from mapokezi.stores.platform_events import Transacts
from mapokezi.stores.schema import executor_standings, forwardings, presence, wallet_figures
from mapokezi.units import E164

_WALLET = "platform"


@dataclass(frozen=True, slots=True)
class HandOffState:
    """All of it at one instant."""

    standings: Mapping[Executor, Standing] = field(default_factory=dict)
    """Those that somebody has tried or switched."""
    presence: tuple[Presence, ...] = ()
    forwardings: Mapping[OfficeId, Forwarding] = field(default_factory=dict)
    wallet: WalletFigure | None = None
    """None: nobody has looked into it yet."""


class ReachabilityStore:
    """Reads it."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def state(self) -> HandOffState:
        """Read all of it.

        Raises:
            StoreError: It could not be read.
        """
        tables = (executor_standings, presence, forwardings, wallet_figures)
        try:
            async with self._readers.connect() as connection:
                rows = [(await connection.execute(select(one))).mappings().all() for one in tables]
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(fault_of(error)) from None
        standings = (standing for row in rows[0] if (standing := _standing(row)) is not None)
        return HandOffState(
            standings={one.executor: one for one in standings},
            presence=tuple(map(_presence, rows[1])),
            forwardings={OfficeId(row["office_id"]): _forwarding(row) for row in rows[2]},
            wallet=next(map(_wallet, rows[3]), None),
        )


class ReachabilityBook(ReachabilityStore):
    """Reads it, and sets it. Every method is on disk when it returns."""

    def __init__(self, readers: AsyncEngine, writer: Transacts) -> None:
        """Write through the one writer."""
        super().__init__(readers)
        self._writer = writer

    async def set_standing(self, standing: Standing) -> None:
        """Say how an executor stands.

        Raises:
            SQLAlchemyError: It could not be written.
        """
        await self._put(executor_standings, _columns(standing))

    async def set_presence(self, said: Presence) -> None:
        """Say that somebody is away, or is back.

        Raises:
            SQLAlchemyError: It could not be written.
        """
        await self._put(presence, _columns(said))

    async def forward(self, forwarding: Forwarding) -> None:
        """Switch on that all calls of an office go to one number.

        Raises:
            SQLAlchemyError: It could not be written.
        """
        values = _columns(forwarding)
        values["number"] = values.pop("to")
        await self._put(forwardings, values)

    async def stop_forwarding(self, office_id: OfficeId) -> bool:
        """Switch it off again. Returns whether it was on.

        Raises:
            SQLAlchemyError: It could not be written.
        """
        wanted = delete(forwardings).where(forwardings.c.office_id == office_id)
        gone = await self._writer.transact(lambda connection: connection.execute(wanted).rowcount)
        return gone > 0

    async def note_wallet(self, figure: WalletFigure) -> None:
        """Keep what the wallet held.

        Raises:
            SQLAlchemyError: It could not be written.
        """
        await self._put(wallet_figures, {"wallet": _WALLET, **_columns(figure)})

    async def _put(self, table: Table, values: Mapping[str, Any]) -> None:
        keys = [column.name for column in table.primary_key]

        def put(connection: Connection) -> None:
            wanted = insert_into(connection, table).values(**values)
            rest = {name: value for name, value in values.items() if name not in keys}
            connection.execute(wanted.on_conflict_do_update(index_elements=keys, set_=rest))

        await self._writer.transact(put)


def _columns(kept: Standing | Presence | Forwarding | WalletFigure) -> dict[str, Any]:
    """Its values by column: the columns are called as the fields are."""
    fields = asdict(kept).items()
    return {name: one.value if isinstance(one, Enum) else one for name, one in fields}


def _standing(row: RowMapping | Any) -> Standing | None:
    """None: of an executor that this program does not have."""
    try:
        executor, state = Executor(row["executor"]), StandingState(row["state"])
    except ValueError:
        return None
    return Standing(executor, state, row["since"], row["why"], row["by_close"])


def _presence(row: RowMapping | Any) -> Presence:
    return Presence(
        office_id=OfficeId(row["office_id"]),
        person_id=row["person_id"],
        state=PresenceState(row["state"]),
        said_at=row["said_at"],
        until=row["until"],
        said_by=row["said_by"],
    )


def _forwarding(row: RowMapping | Any) -> Forwarding:
    return Forwarding(
        office_id=OfficeId(row["office_id"]),
        to=E164(row["number"]),
        switched_at=row["switched_at"],
        person_id=row["person_id"],
        until=row["until"],
        switched_by=row["switched_by"],
    )


def _wallet(row: RowMapping | Any) -> WalletFigure:
    return WalletFigure(row["balance_minor"], row["currency"], row["seen_at"])
