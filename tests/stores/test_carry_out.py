"""Which function carries out which change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from mapokezi.calls import CallId
from mapokezi.records.changes import Change, SaveArrival, SaveTurn
from mapokezi.stores import carry_out
from mapokezi.stores.carry_out import carry_out_each
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.spill import KINDS

if TYPE_CHECKING:
    from tests.sample_records import Examples


def test_every_kind_of_change_can_be_carried_out() -> None:
    assert set(carry_out._DEEDS) == set(get_args(Change)) == set(KINDS.values())


@pytest.mark.anyio
async def test_one_that_fails_costs_no_other(
    settings: DatabaseSettings, examples: Examples
) -> None:
    orphan = SaveTurn(replace(examples.turn(), call_id=CallId("nowhere")))
    async with open_database(settings) as database:
        faults = await database.writer.transact(
            lambda connection: carry_out_each(
                connection,
                [SaveArrival(examples.arrival()), orphan, SaveTurn(examples.turn())],
            )
        )
        assert list(faults) == [1]
        assert faults[1].startswith("IntegrityError")
        found = await database.calls.get(CallId("c-000000"))
        assert found is not None
        assert found.turns == (examples.turn(),)


@pytest.mark.anyio
async def test_a_fault_of_the_database_undoes_all(
    settings: DatabaseSettings, examples: Examples
) -> None:
    async with open_database(settings) as database:
        await database.writer.transact(lambda c: c.execute(text("DROP TABLE turns")).close())
        with pytest.raises((OperationalError, ProgrammingError)):
            await database.writer.transact(
                lambda connection: carry_out_each(
                    connection, [SaveArrival(examples.arrival()), SaveTurn(examples.turn())]
                )
            )
        assert (await database.calls.page()).calls == ()
