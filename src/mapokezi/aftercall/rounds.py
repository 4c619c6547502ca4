"""Rounds: what is done once a day or an hour, and made up for if the desk was down then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mapokezi.aftercall.effects import Clock
from mapokezi.stores.effects import DueEffect, EffectStore


@dataclass(frozen=True, slots=True)
class Round:
    """Something that is done once for each subject, which changes with the clock."""

    effect: str
    subjects: Callable[[datetime], Sequence[str]]
    """What it is to have been done for by an instant: ``digest.law-office.20261122``."""


class Rounds:
    """Finds the rounds that are due."""

    def __init__(self, rounds: Sequence[Round], store: EffectStore, now: Clock) -> None:
        """Take the rounds."""
        self._rounds = rounds
        self._store = store
        self._now = now

    async def due(self) -> tuple[DueEffect, ...]:
        """Those whose time has come, and which are not done."""
        now = self._now()
        found = []
        for one in self._rounds:
            for subject in one.subjects(now):
                state = await self._store.state(subject, one.effect)
                if state is None:
                    found.append(DueEffect(subject, one.effect))
                elif state.done_at is None and state.due_at is not None and state.due_at <= now:
                    found.append(DueEffect(subject, one.effect, tries=state.tries))
        return tuple(found)
