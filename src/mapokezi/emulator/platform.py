"""The phone platform: its numbers, the calls in progress, the tick that moves their sound."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from mapokezi.audio.tones import ringback
from mapokezi.emulator.call_detail import CallDetail, CallStatus
from mapokezi.emulator.clock import new_call_uuid, new_session_id, wall
from mapokezi.emulator.documents import run_call
from mapokezi.emulator.live_call import Earpiece, HangUp, LiveCall, Switchboard
from mapokezi.emulator.settings import CallState, EmulatorSettings, named_number
from mapokezi.emulator.telephone_line import LINE_RATE_HZ, LineSettings, TelephoneLine
from mapokezi.errors import MapokeziError
from mapokezi.telephony.numbers import to_e164

TICK_S = 0.020
MOST_BEHIND_S = 1.0
"""A loop that stood still for longer does not make the lost time up."""
CLOSE_WITHIN_S = 5.0
"""How long a platform that is stopped waits for answers to its last callbacks."""
MOST_DETAILS = 10_000
"""Ended calls that are remembered."""

log = structlog.get_logger("mapokezi.emulator.platform")


class UnknownNumber(MapokeziError):  # noqa: N818  named as one says it
    """Nobody has this number on the platform."""


class Ticker:
    """Calls back every 20 ms on an absolute grid: what is late is made up, not shifted."""

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._loop = asyncio.get_running_loop()
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.skipped = 0
        """Ticks that were given up because the loop stood still."""

    def start(self) -> None:
        """Begin; the first tick is 20 ms from now."""
        if self._timer is None:
            self._due = self._loop.time() + TICK_S
            self._timer = self._loop.call_at(self._due, self._run)

    def stop(self) -> None:
        """End."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _run(self) -> None:
        now = self._loop.time()
        if now - self._due > MOST_BEHIND_S:
            lost = int((now - self._due) / TICK_S)
            self.skipped += lost
            self._due += lost * TICK_S
        while self._due <= now:
            self._tick()
            self._due += TICK_S
        if self._timer is not None:
            self._timer = self._loop.call_at(self._due, self._run)


class Platform:
    """All calls of one emulated platform. Everything runs on one event loop."""

    def __init__(self, switchboard: Switchboard) -> None:
        self.switchboard = switchboard
        self.details: dict[str, CallDetail] = {}
        """Every call by its UUID, the newest last."""
        self._by_session: dict[str, str] = {}
        self._calls: dict[str, LiveCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticker = Ticker(self._tick)

    @property
    def settings(self) -> EmulatorSettings:
        """What the platform is set to."""
        return self.switchboard.settings

    @property
    def calls(self) -> tuple[LiveCall, ...]:
        """The calls that are up."""
        return tuple(self._calls.values())

    def ring(self, caller: str, dialled: str, line: LineSettings, earpiece: Earpiece) -> LiveCall:
        """A caller dials one of the platform's numbers.

        Raises:
            UnknownNumber: The number is not on the platform.
        """
        wanted = to_e164(dialled) or dialled
        number = named_number(self.settings, wanted)
        if number is None:
            raise UnknownNumber("the number you have dialled is not in service")
        detail = CallDetail(
            new_call_uuid(),
            new_session_id(),
            to_e164(caller) or caller,
            number.e164,
            wall(),
            self.settings.rates,
        )
        self._remember(detail)
        call = LiveCall(detail, number, self.switchboard, TelephoneLine(line), earpiece)
        self._calls[detail.call_id] = call
        call.player.play(ringback(5_000, LINE_RATE_HZ), loop=True)
        call.tell("ringing", call_id=detail.call_id, session_id=detail.session_id)
        self._ticker.start()
        task = asyncio.create_task(self._live(call), name=f"call {detail.session_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return call

    def find(self, name: str) -> CallDetail | None:
        """A call by its UUID or its session id."""
        return self.details.get(self._by_session.get(name, name))

    def hang_up(self, name: str) -> CallDetail | None:
        """End a call over the API; one that is over already stays as it is."""
        detail = self.find(name)
        if detail is not None and detail.call_id in self._calls:
            self._calls[detail.call_id].hang_up(HangUp("api"))
        return detail

    async def close(self) -> None:
        """End all calls, and wait until their last callbacks are posted."""
        for call in self.calls:
            call.hang_up(HangUp("platform", "MANAGER_REQUEST"))
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_WITHIN_S)
        self._ticker.stop()
        unfinished = [*self._tasks, *self.switchboard.connecting]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    def _tick(self) -> None:
        for call in self.calls:
            try:
                call.tick()
            except Exception:
                log.exception("call_sound_failed", call_id=call.detail.call_id)
                call.hang_up(HangUp("platform", "BEARERCAPABILITY_NOTAVAIL", CallStatus.FAILED))

    async def _live(self, call: LiveCall) -> None:
        """One call from its ring to its last callback."""
        runner = asyncio.create_task(run_call(call))
        try:
            await asyncio.wait({runner, call.hang_up_wanted}, return_when=asyncio.FIRST_COMPLETED)
            runner.cancel()
            ended = (await asyncio.gather(runner, return_exceptions=True))[0]
            if call.hang_up_wanted.done():
                how = call.hang_up_wanted.result()
            elif isinstance(ended, HangUp):
                how = ended
            else:
                log.error("document_failed", call_id=call.detail.call_id, exc_info=ended)
                call.tell("emulator_failed", why=repr(ended))
                how = HangUp("platform", "TEMPORARY_FAILURE", CallStatus.FAILED, "emulator")
        finally:
            self._calls.pop(call.detail.call_id, None)
        _finish(call, how)
        await call.settle()
        call.ended.set_result(call.detail)

    def _remember(self, detail: CallDetail) -> None:
        while len(self.details) >= MOST_DETAILS:
            oldest = next(iter(self.details))
            self._by_session.pop(self.details.pop(oldest).session_id, None)
        self.details[detail.call_id] = detail
        self._by_session[detail.session_id] = detail.call_id


def _finish(call: LiveCall, how: HangUp) -> None:
    """End a call: streams closed at once, the record completed, the end told."""
    for told in call.at_end:
        told()
    for fork in call.forks:
        fork.stop(empty_binary_first=call.settings.empty_binary_at_end)
    call.player.stop()
    detail = call.detail
    detail.ended_s, detail.ended_at = call.now_s, wall()
    detail.hung_up_by, detail.hangup_cause = how.by, how.cause
    detail.failure_code = how.failure_code
    answered = detail.answered_s is not None
    detail.status = how.status or _status(how, answered)
    events_url = call.number.events_url
    facts = call.facts(CallState.COMPLETED, is_active=False)
    call.tell("ended", cdr=detail.as_row())
    call.post_in_background(events_url, facts, "call.completed" if answered else "call.failed")
    call.post_in_background(call.number.voice_url, facts)


def _status(how: HangUp, answered: bool) -> CallStatus:
    if answered:
        return CallStatus.COMPLETED
    return CallStatus.CANCELED if how.by == "caller" else CallStatus.FAILED
