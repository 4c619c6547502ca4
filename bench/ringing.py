"""Calls placed for a measure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count
from threading import Lock

from bench.stage import OFFICE_NUMBER, Stage
from mapokezi.emulator.caller_ear import Hear
from mapokezi.emulator.callers import Caller
from mapokezi.emulator.phone_call import CallHeard, CallPlan, LineConditions, place_call
from mapokezi.records.call_record import CallInFull

NOISE_DBFS = -50.0
"""An ordinary line, as in the measure of names and numbers."""
_subscribers = count(720_100_000)


@dataclass(frozen=True, slots=True)
class Rung:
    """A call that was placed: as it was heard, and as it is on record."""

    heard: CallHeard
    record: CallInFull

    @property
    def record_ahead_ms(self) -> int:
        """What to take from an instant of the record to have its place in the sound heard.

        The record counts from the call's arrival, the sound from its answer; the opening of the
        media stream is in both. Right to some 40 ms.
        """
        opened = next(e.at_ms for e in self.record.timeline if e.what == "media_opened")
        return opened - (self.heard.stream_opened_ms or 0)


def shared(ear: Hear) -> Hear:
    """Let several calls have one ear: a recogniser is not made for two at a time."""
    lock = Lock()

    def hear(pcm: bytes) -> str:
        with lock:
            return ear(pcm)

    return hear


def new_number() -> str:
    """Give a number that has not rung yet: calls from one number are limited."""
    return f"+254{next(_subscribers)}"


async def ring(
    up: Stage,
    caller: Caller,
    line: LineConditions | None = None,
    hear: Hear | None = None,
    longest_s: float = 240.0,
    from_number: str = "",
) -> CallHeard:
    """Place one call and live it through.

    Raises:
        RuntimeError: It was not answered, so there is nothing to measure.
    """
    plan = CallPlan(
        caller=caller,
        from_number=from_number or new_number(),
        to_number=OFFICE_NUMBER,
        url=up.phone_url,
        line=line or LineConditions(noise_dbfs=NOISE_DBFS),
        hear=hear,
        longest_s=longest_s,
    )
    heard = await place_call(plan)
    if not heard.answered:
        raise RuntimeError(f"a call was not answered: {heard.ended}")
    return heard


async def ring_and_read(
    up: Stage,
    caller: Caller,
    line: LineConditions | None = None,
    hear: Hear | None = None,
    longest_s: float = 240.0,
    from_number: str = "",
) -> Rung:
    """Place one call, and read its record."""
    heard = await ring(up, caller, line, hear, longest_s, from_number)
    return Rung(heard, await up.call_of(session_of(heard)))


def session_of(heard: CallHeard) -> str:
    """Give the platform's name of a call.

    Raises:
        LookupError: The line was lost before the platform told it.
    """
    if not heard.session_id:
        raise LookupError("the line was lost, and the call has no name")
    return heard.session_id


async def some_at_once(
    calls: Sequence[Callable[[], Awaitable[Rung]]], at_once: int, apart_s: float = 1.7
) -> list[Rung]:
    """Place calls, so many at once; they do not begin in the same instant.

    Args:
        calls: each places one.
        at_once: how many may go on at a time.
        apart_s: how long after one the next begins at the earliest.
    """
    waiting = list(enumerate(calls))
    done: dict[int, Rung] = {}

    async def work(place: int) -> None:
        await asyncio.sleep(place * apart_s)
        while waiting:
            number, call = waiting.pop(0)
            done[number] = await call()
            print(".", end="", flush=True)

    async with asyncio.TaskGroup() as group:
        for place in range(at_once):
            group.create_task(work(place))
    print()
    return [done[number] for number in sorted(done)]
