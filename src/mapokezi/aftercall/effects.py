"""Effects: what is done once for each call, message or day, in steps that bear being done twice.

Each step comes to ``""`` (go on) or to a word that says why the effect must be tried again later.
Whatever goes wrong in a step is such a word, too: the effect is put off, more and more seldom, and
given up in the end. What is given up stands in our table with its reason, and in the log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from mapokezi.aftercall.durable import RunStep
from mapokezi.calls import CallId
from mapokezi.stores.effects import DueEffect, EffectStore

log = structlog.get_logger("mapokezi.aftercall.effects")

KIND = "effect"
"""Of the durable work that carries effects out."""
NOT_NEEDED = "not_needed"
"""What a step comes to when the rest of the effect would be in vain: it counts as done."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Clock = Callable[[], datetime]
"""Gives the time of day, aware, in UTC."""

PATIENT = tuple(
    timedelta(seconds=seconds)
    for seconds in (30, 60, 120, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 86_400)
)
"""How long an effect is put off after each try: some three and a half days in all."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an effect."""

    name: str
    """Never changed without a new `mapokezi.aftercall.version.APPLICATION_VERSION`."""
    do: Callable[[DueEffect], Awaitable[str]]
    """Comes to ``""``, `NOT_NEEDED`, or a word that says why it is to be tried again."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What is done once for a subject."""

    name: str
    steps: Sequence[Step]
    again_after: Sequence[timedelta] = PATIENT
    gives_up: bool = True
    """Otherwise it is tried for ever, at the last of the distances."""

    def put_off_for(self, tries: int) -> timedelta | None:
        """How long to wait after a try; None: it is given up.

        Args:
            tries: how many there were before this one.
        """
        if tries < len(self.again_after):
            return self.again_after[tries]
        return None if self.gives_up else self.again_after[-1]


def work_id_of(due: DueEffect) -> str:
    """The id of the work of one try: ``SUBJECT:EFFECT``, and behind it which version and try."""
    version = f":{_version_us(due.version)}" if due.version is not None else ""
    tries = f":{due.tries}" if due.tries else ""
    return f"{due.subject}:{due.effect}{version}{tries}"


def ids_of(due: DueEffect) -> tuple[str, ...]:
    """A due effect as ids."""
    version = "" if due.version is None else str(_version_us(due.version))
    return (due.effect, due.subject, due.call_id or "", str(due.tries), version)


def _version_us(version: datetime) -> int:
    return (version - _EPOCH) // timedelta(microseconds=1)


def _due_of(ids: Sequence[str]) -> DueEffect:
    effect, subject, call_id, tries, version = ids
    return DueEffect(
        subject,
        effect,
        CallId(call_id) if call_id else None,
        int(tries),
        _EPOCH + timedelta(microseconds=int(version)) if version else None,
    )


class EffectWork:
    """Carries out effects, and writes down what came of each."""

    def __init__(self, effects: Sequence[Effect], store: EffectStore, now: Clock) -> None:
        """Take the effects, each of its own name."""
        self._effects = {effect.name: effect for effect in effects}
        self._store = store
        self._now = now

    async def carry_out(self, run: RunStep, ids: tuple[str, ...]) -> None:
        """Carry out one try of an effect."""
        due = _due_of(ids)
        effect = self._effects.get(due.effect)
        if effect is None:  # of a newer program, or taken away since
            log.warning("effect_not_known", effect=due.effect)
            return
        for step in effect.steps:
            why = await run(step.name, self._guarded(step, due))
            if why == NOT_NEEDED:
                break
            if why:
                await run("put_off", self._put_off(effect, due, why))
                return
        await run("finish", self._finish(due))

    async def give_up_try(self, due: DueEffect) -> None:
        """A try has ended without a word of what came of it: count it, so that another begins."""
        state = await self._store.state(due.subject, due.effect)
        if state is not None and state.is_past(due):
            return  # it has just ended, and its word is there
        log.warning("effect_begun_anew", effect=due.effect, tries=due.tries)
        await self._store.put_off(due, self._now(), "ended_without_word")

    def _guarded(self, step: Step, due: DueEffect) -> Callable[[], Awaitable[str]]:
        async def do() -> str:
            try:
                return await step.do(due)
            except Exception as error:  # noqa: BLE001  whatever it is, it must be tried again
                fault = type(error).__name__
                log.warning("effect_failed", effect=due.effect, step=step.name, fault=fault)
                return fault

        return do

    def _put_off(self, effect: Effect, due: DueEffect, why: str) -> Callable[[], Awaitable[str]]:
        async def do() -> str:
            wait = effect.put_off_for(due.tries)
            if wait is None:
                log.error("effect_given_up", effect=due.effect, call_id=due.call_id, why=why)
                await self._store.finish(due, self._now(), why)
            else:
                await self._store.put_off(due, self._now() + wait, why)
            return ""

        return do

    def _finish(self, due: DueEffect) -> Callable[[], Awaitable[str]]:
        async def do() -> str:
            await self._store.finish(due, self._now())
            return ""

        return do
