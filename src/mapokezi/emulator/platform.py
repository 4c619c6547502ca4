"""The phone platform: its numbers, the calls in progress, the tick that moves their sound."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from typing import Any

import structlog

from mapokezi.audio.tones import ringback
from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.call_detail import CallDetail, CallStatus
from mapokezi.emulator.call_states import CallState
from mapokezi.emulator.clock import new_call_uuid, new_session_id, wall
from mapokezi.emulator.documents import run_call
from mapokezi.emulator.live_call import Earpiece, HangUp, LiveCall, Switchboard
from mapokezi.emulator.mode_values.account import CdrMode
from mapokezi.emulator.numbers import NumberBook
from mapokezi.emulator.outbound import OutboundCall, run_outbound
from mapokezi.emulator.parties import ScriptedPhone
from mapokezi.emulator.settings import EmulatorSettings, Number
from mapokezi.emulator.telephone_line import LINE_RATE_HZ, LineSettings, TelephoneLine
from mapokezi.emulator.ticker import Ticker
from mapokezi.errors import MapokeziError
from mapokezi.telephony.numbers import to_e164

CLOSE_WITHIN_S = 5.0
"""How long a platform that is stopped waits for answers to its last callbacks."""
MOST_DETAILS = 10_000
"""Ended calls that are remembered."""
SETTLES_AFTER_S = {CdrMode.PROMPT: 0.3, CdrMode.LATE: 4.0}
"""When a call's cost is known, by the emulated clock."""

log = structlog.get_logger("mapokezi.emulator.platform")


class UnknownNumber(MapokeziError):  # noqa: N818  named as one says it
    """Nobody has this number on the platform."""


class Platform:
    """All calls of one emulated platform. Everything runs on one event loop."""

    def __init__(self, switchboard: Switchboard) -> None:
        self.switchboard = switchboard
        self.numbers = NumberBook(switchboard.settings.numbers)
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

    def ring(
        self,
        caller: str,
        dialled: str,
        line: LineSettings,
        earpiece: Earpiece,
        changes: Mapping[str, Any] | None = None,
    ) -> LiveCall:
        """A caller dials one of the platform's numbers.

        Args:
            caller: Who rings; E.164 or as it is dialled in Kenya.
            dialled: The number.
            line: How good the line is.
            earpiece: The caller's telephone.
            changes: Modes of this call alone, as fields of `Behaviour`.

        Raises:
            UnknownNumber: The number is not on the platform.
        """
        number = self.numbers.find(to_e164(dialled) or dialled)
        if number is None:
            raise UnknownNumber("the number you have dialled is not in service")
        modes = self.switchboard.modes.of_new_call(number.e164, changes or {})
        caller = to_e164(caller) or caller
        detail = CallDetail(new_call_uuid(), new_session_id(), caller, number.e164, wall(), modes)
        call = self._begin(detail, number, line, earpiece)
        call.player.play(ringback(5_000, LINE_RATE_HZ), loop=True)
        self._run(call, run_call(call))
        return call

    def place(self, outbound: OutboundCall) -> LiveCall:
        """The platform rings somebody and has them talk with a voice URL."""
        detail = CallDetail(
            new_call_uuid(),
            new_session_id(),
            outbound.number.e164,
            outbound.to[0],
            wall(),
            outbound.modes,
            direction="outbound",
            client_request_id=outbound.client_request_id,
        )
        phone = ScriptedPhone(hangs_up_as="callee")
        call = self._begin(detail, outbound.number, LineSettings(), phone)
        phone.take(call)
        self._run(call, run_outbound(call, phone, outbound.to))
        return call

    def _begin(
        self, detail: CallDetail, number: Number, line: LineSettings, earpiece: Earpiece
    ) -> LiveCall:
        self._remember(detail)
        call = LiveCall(detail, number, self.switchboard, TelephoneLine(line), earpiece)
        self._calls[detail.call_id] = call
        call.tell("ringing", call_id=detail.call_id, session_id=detail.session_id)
        call.posts.tell_event("call.started", call.facts(CallState.RINGING))
        return call

    def _run(self, call: LiveCall, script: Coroutine[Any, Any, HangUp]) -> None:
        self._ticker.start()
        task = asyncio.create_task(self._live(call, script), name=f"call {call.detail.session_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def modes_of(self, name: str) -> Behaviour:
        """What holds for a call by its id, or for a number; else for the platform."""
        detail = self.find(name)
        if detail is not None:
            return detail.modes
        return self.switchboard.modes.of_number(name)

    def live(self, name: str) -> LiveCall | None:
        """A call that is up, by its UUID or its session id."""
        detail = self.find(name)
        return self._calls.get(detail.call_id) if detail else None

    def find(self, name: str) -> CallDetail | None:
        """A call by its UUID or its session id."""
        return self.details.get(self._by_session.get(name, name))

    def note(self, detail: CallDetail, kind: str, **what: Any) -> None:
        """Write something into a call's log, be it up or over."""
        call = self._calls.get(detail.call_id)
        if call is not None:
            call.tell(kind, **what)
            return
        last = detail.events[-1] if detail.events else {"frame": 0}
        t_ms = round((wall() - detail.started_at).total_seconds() * 1000)
        detail.events.append({"type": kind, "t_ms": t_ms, "frame": last["frame"], **what})

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
        await self.switchboard.chores.close()
        await self.switchboard.deliveries.close()

    def _tick(self) -> None:
        for call in self.calls:
            try:
                call.tick()
            except Exception:
                log.exception("call_sound_failed", call_id=call.detail.call_id)
                call.hang_up(HangUp("platform", "BEARERCAPABILITY_NOTAVAIL", CallStatus.FAILED))

    async def _live(self, call: LiveCall, script: Coroutine[Any, Any, HangUp]) -> None:
        """One call from its ring to its last callback."""
        runner = asyncio.create_task(script)
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
        self.switchboard.chores.start(_settle(call))
        if call.heard:
            await asyncio.to_thread(_write_sounds, call)
        await call.posts.settle()
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
    call.stop_streams()
    call.player.stop()
    detail = call.detail
    detail.ended_s, detail.ended_at = call.now_s, wall()
    detail.hung_up_by, detail.hangup_cause = how.by, how.cause
    detail.failure_code = how.failure_code
    answered = detail.answered_s is not None
    detail.status = how.status or _status(how, answered)
    facts = call.facts(CallState.COMPLETED, is_active=False)
    call.tell("ended", cdr=detail.as_row(settled=True), torn=call.mouth.torn)
    call.posts.tell_event("call.completed" if answered else "call.failed", facts)
    call.posts.tell(call.number.voice_url, replace(facts, state=_last_state(call)))


def _last_state(call: LiveCall) -> CallState:
    """What the last post says: an outbound call that nobody took is not ``Completed``."""
    if call.detail.is_outbound and call.detail.answered_s is None:
        return _IN_VAIN.get(call.detail.status, CallState.COMPLETED)
    return CallState.COMPLETED


_IN_VAIN = {
    CallStatus.BUSY: CallState.BUSY,
    CallStatus.NO_ANSWER: CallState.NO_ANSWER,
    CallStatus.FAILED: CallState.FAILED,
}


async def _settle(call: LiveCall) -> None:
    """Charge the wallet, and tell the cost to those who ask a moment later."""
    detail, board = call.detail, call.switchboard
    board.wallet.charge(detail.cost.minor)
    if detail.modes.cdr in SETTLES_AFTER_S:
        await board.clock.sleep(SETTLES_AFTER_S[detail.modes.cdr])
        detail.is_settled = True


def _write_sounds(call: LiveCall) -> None:
    folder = call.switchboard.recordings / "legs"
    for leg, sound in call.heard.items():
        call.detail.sounds[leg] = sound.write(folder, call.detail.session_id, leg)


def _status(how: HangUp, answered: bool) -> CallStatus:
    if answered:
        return CallStatus.COMPLETED
    return CallStatus.CANCELED if how.by == "caller" else CallStatus.FAILED
