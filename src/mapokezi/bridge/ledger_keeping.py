"""Gives each ended call its ledger on its way into the records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mapokezi.records.call_ledger import with_ledger
from mapokezi.records.call_record import CallRecord
from mapokezi.records.changes import Change, SaveEnd
from mapokezi.records.ledger import Rates
from mapokezi.records.ports import Kept, RecordKeeper


class LedgerKeeper:
    """Keeps records as another keeper does, those of ended calls with their ledger."""

    def __init__(
        self,
        keeper: RecordKeeper,
        rates: Rates,
        ended: Callable[[CallRecord], None] = lambda _record: None,
    ) -> None:
        """Hand everything on to ``keeper``.

        Args:
            keeper: what keeps the records.
            rates: the phone platform's prices.
            ended: told each ended call, its ledger in it.
        """
        self._keeper = keeper
        self._rates = rates
        self._ended = ended

    def put(self, change: Change) -> None:
        """Have a change carried out soon. Never blocks or raises."""
        self._keeper.put(self._priced(change))

    async def commit(self, change: Change) -> Kept:
        """Have a change carried out and wait until a kill cannot undo it.

        Raises:
            mapokezi.errors.MapokeziError: it could not be kept anywhere.
        """
        return await self._keeper.commit(self._priced(change))

    def _priced(self, change: Change) -> Change:
        if not isinstance(change, SaveEnd):
            return change
        priced = replace(change, record=with_ledger(change.record, self._rates))
        self._ended(priced.record)
        return priced
