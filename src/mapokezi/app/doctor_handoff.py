"""The doctor's proof of a hand-off: one real call in which one executor is tried, step by step.

What a phone platform does when a stream is ended, and whether its rooms work, stands nowhere
(contract facts 4 and 6). So an executor is used on a live deployment only once it was seen to work
there: the platform rings a telephone of the operator's, who asks the receptionist for a person and
is passed on to a colleague by that executor alone. If both heard each other, it is switched on.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from mapokezi.app.doctor_call import Quote
from mapokezi.app.doctor_finding import Deployment, Finding, green, grey, red
from mapokezi.bridge import clock
from mapokezi.bridge.handing_over.executor import StepKind
from mapokezi.bridge.handing_over.trials import trial_label
from mapokezi.carrier import CallOrder, CarrierError
from mapokezi.errors import MapokeziError
from mapokezi.records.call_record import CallRecord, HandOffOutcome, HandOffSummary
from mapokezi.records.executors import Executor, Standing, StandingState
from mapokezi.stores.database import DatabaseSettings, open_database, open_for_reading
from mapokezi.stores.errors import StoreError

_LONGEST_MINUTES = 5
_TALKED_S = 3.0
"""Shorter than that, nobody can have heard anybody."""


def cost_of_trial(quote: Quote, executor: Executor = Executor.CONFERENCE) -> str:
    """What it costs, as it is said before anything is done."""
    again = (
        ". If the platform does not act when it is asked by text, a second such call follows, in "
        "which the stream is closed: you may hear nothing for four seconds then"
    )
    return (
        f"rings {quote.to} from {quote.from_number}, and a colleague for you: two legs, each "
        f"{quote.by_minute} a minute from its answer, for as long as you talk, {_LONGEST_MINUTES} "
        "minutes at most; nothing if nobody answers" + (again if executor is Executor.DIAL else "")
    )


@dataclass(frozen=True, slots=True)
class TrialLimits:
    """How long the parts of the trial may take, in seconds."""

    arrives_s: float = 60.0
    """Until the operator has answered, and our record of the call stands."""
    asks_s: float = 60.0
    """Until they have asked for a person, and somebody is rung."""
    settles_s: float = 180.0
    """Until the two have talked and put down, or nobody took the call."""
    ends_s: float = 15.0
    """Until a call that we have ended is on record as ended."""
    look_every_s: float = 0.5


async def prove(
    deployment: Deployment,
    quote: Quote,
    executor: Executor,
    heard_each_other: Callable[[], bool],
    limits: TrialLimits | None = None,
) -> AsyncIterator[Finding]:
    """Make the call, and tell of each step. Costs money: two legs.

    Where the platform does not act on being asked by text, the dial is tried in a second call, by
    closing the stream, as the platform's own page has it (contract section 5).

    Args:
        deployment: After its examination, with nothing red.
        quote: Whom to ring as the caller, and from which number.
        executor: Which is tried.
        heard_each_other: Asks the operator, at the end.
        limits: How long each part may take.
    """
    limits = limits or TrialLimits()
    by_text = _Trial(deployment, executor, limits)
    async for finding in by_text.made(quote, heard_each_other):
        yield finding
    if by_text.is_ignored:
        yield grey(
            _check(executor, "once more"),
            "your telephone rings again: ask for a person "
            "once more. Now the stream is closed, as SautiKit's page has it; what you may hear is "
            "silence, for four seconds at most",
        )
        by_close = _Trial(deployment, executor, limits, by_close=True)
        async for finding in by_close.made(quote, heard_each_other):
            yield finding


class _Trial:
    """The call that is being made."""

    def __init__(
        self,
        deployment: Deployment,
        executor: Executor,
        limits: TrialLimits,
        *,
        by_close: bool = False,
    ) -> None:
        self._deployment, self._executor, self._limits = deployment, executor, limits
        self._by_close = by_close
        self._session_id = ""
        self.is_ignored = False
        """Whether the platform did not act on being asked by text."""

    async def made(
        self, quote: Quote, heard_each_other: Callable[[], bool]
    ) -> AsyncIterator[Finding]:
        """Place the call, follow it, and see that it ends."""
        carrier = self._deployment.carrier
        assert carrier is not None, "without one nothing is quoted"
        key = secrets.token_hex(8)
        label = trial_label(self._executor, key, by_close=self._by_close)
        order = CallOrder(from_=quote.from_number, to=[quote.to], client_request_id=label)
        try:
            placed = await carrier.calls.place(order, idempotency_key=key)
        except CarrierError as error:
            yield red(self._check("ringing you"), str(error), error.mend)
            return
        self._session_id = placed.session_id
        try:
            async for finding in self._followed(heard_each_other):
                yield finding
        finally:
            with contextlib.suppress(CarrierError):
                await asyncio.shield(carrier.calls.hang_up(placed.session_id))
        if self.is_ignored:
            await self._until(_is_over, self._limits.ends_s)

    async def _followed(self, heard_each_other: Callable[[], bool]) -> AsyncIterator[Finding]:
        """From the ringing to the verdict; the first step that fails is the last that is told."""
        limits = self._limits
        record = await self._until(_is_answered, limits.arrives_s)
        if not _is_answered(record):
            mend = "answer the telephone; if it did not ring, see callbacks and media socket, above"
            yield red(self._check("you are greeted"), "the receptionist was not reached", mend)
            return
        yield green(self._check("you are greeted"), "the receptionist talks with you")
        record = await self._until(self._is_rung, limits.asks_s)
        tried = self._tried(record)
        if not tried:
            yield red(self._check("a colleague is rung"), "nobody was rung", _WHY_NOT_RUNG)
            return
        if tried[0].outcome is HandOffOutcome.NOT_SUPPORTED:
            yield await self._not_supported()
            return
        yield green(self._check("a colleague is rung"), f"{_who(tried[0])} was rung")
        record = await self._until(self._is_settled, limits.settles_s)
        tried = self._tried(record)
        if tried[0].outcome is HandOffOutcome.NOT_SUPPORTED:
            yield await self._not_supported()
            return
        came = self._came_to(tried)
        yield came
        if not came.is_red:
            yield await self._verdict(tried, heard_each_other)

    def _came_to(self, tried: Sequence[HandOffSummary]) -> Finding:
        check = self._check("somebody takes the call")
        joined = [one for one in tried if one.is_connected]
        if joined:
            return green(check, f"{_who(joined[-1])} did, by {self._executor.value}")
        first = tried[0].outcome  # if they asked once more, that was another try
        told = first.value.replace("_", " ") if first is not None else "nobody can tell what"
        return red(check, f"it came to: {told}", "try again, and have the colleague take the call")

    async def _not_supported(self) -> Finding:
        """Nobody was rung, for the platform did not do its part: what was seen of it."""
        check = self._check("the platform does its part")
        if self._executor is Executor.DIAL and not self._by_close:
            self.is_ignored = True
            return grey(check, "asked by text, it rang nobody")
        other = Executor.CONFERENCE if self._executor is Executor.DIAL else Executor.DIAL
        mend = (
            f"nothing on our side: no caller is passed on by it. Prove the other way, with "
            f"--by {other.value}"
        )
        if not self._by_close:
            return red(check, "the platform did not do what it was asked", mend)
        record = await self._until(_is_over, self._limits.ends_s)
        seen = await self._seen(record)
        return red(check, f"the stream was closed, and {seen}", mend)

    async def _seen(self, record: CallRecord | None) -> str:
        """What followed our closing, by the steps on the call's timeline."""
        if record is None:
            return "nothing is on record of what followed"
        try:
            async with open_for_reading(self._deployment.settings.database_url) as records:
                found = await records.calls.get(record.call_id)
        except (StoreError, SQLAlchemyError) as error:
            return f"what followed cannot be read: {error}"
        kinds = {entry.values.get("kind") for entry in found.timeline} if found else set()
        if StepKind.DEAD_AIR.value in kinds:
            return "you heard nothing: the platform asked for nothing, until we ended the call"
        return "the platform ended the call"

    async def _verdict(
        self, tried: Sequence[HandOffSummary], heard_each_other: Callable[[], bool]
    ) -> Finding:
        check = self._check("you hear each other")
        talked_s = max((one.talked_ms or 0) / 1000 for one in tried)
        if talked_s < _TALKED_S:
            return red(check, f"the talk was {talked_s:.0f} s long: nobody can have heard anybody",
                       "try again, and talk with the colleague for some seconds")  # fmt: skip
        if not await asyncio.to_thread(heard_each_other):
            return red(check, "you say that you did not",
                       "try again, with --report FILE; if it stays so, send that to SautiKit: "
                       "no caller is passed on by it meanwhile")  # fmt: skip
        now = clock.wall()
        why = f"mapokezi doctor: connected for {talked_s:.0f} s"
        if self._by_close:
            why += ", by closing the stream"
        standing = Standing(self._executor, StandingState.PROVEN, now, why, by_close=self._by_close)
        try:
            await self._switch_on(standing)
        except (StoreError, SQLAlchemyError, MapokeziError) as error:
            return red(check, f"it works, but that could not be kept: {error}", "try again")
        return green(check, f"{self._executor.value} is {standing.in_words}, and switched on")

    async def _switch_on(self, standing: Standing) -> None:
        settings = self._deployment.settings
        database = DatabaseSettings(
            url=settings.database_url, spill_file=settings.data_folder / "spilled-doctor.jsonl"
        )
        async with open_database(database) as records:
            await records.reachability.set_standing(standing)

    def _is_rung(self, record: CallRecord | None) -> bool:
        return bool(self._tried(record)) or _is_over(record)

    def _is_settled(self, record: CallRecord | None) -> bool:
        tried = self._tried(record)
        is_ignored = bool(tried) and tried[0].outcome is HandOffOutcome.NOT_SUPPORTED
        return is_ignored or _is_over(record)

    def _tried(self, record: CallRecord | None) -> Sequence[HandOffSummary]:
        if record is None:
            return ()
        return [one for one in record.hand_offs if one.executor == self._executor.value]

    def _check(self, step: str) -> str:
        return _check(self._executor, step)

    async def _record(self) -> CallRecord | None:
        try:
            async with open_for_reading(self._deployment.settings.database_url) as records:
                return await records.calls.of_session(self._session_id)
        except (StoreError, SQLAlchemyError):
            return None  # the line has not made it yet, or is busy with it

    async def _until(
        self, is_enough: Callable[[CallRecord | None], bool], limit_s: float
    ) -> CallRecord | None:
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + limit_s
        while True:
            record = await self._record()
            if is_enough(record) or loop.time() >= ends_at:
                return record
            await asyncio.sleep(self._limits.look_every_s)


_WHY_NOT_RUNG = (
    "ask for a person, or press 0; the office must be open, and somebody in it reachable "
    "(people.toml: mobile)"
)


def _check(executor: Executor, step: str) -> str:
    return f"hand-off by {executor.value}, {step}"


def _who(tried: HandOffSummary) -> str:
    return tried.person_id or "the reception"


def _is_answered(record: CallRecord | None) -> bool:
    return record is not None and record.answered_at is not None


def _is_over(record: CallRecord | None) -> bool:
    return record is not None and record.ended_at is not None
