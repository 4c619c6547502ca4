"""Calls that the platform places: ``POST /v1/calls`` (contract section 7)."""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.call_detail import CallStatus
from mapokezi.emulator.callees import DialOutcome, plan_dial
from mapokezi.emulator.clock import wall
from mapokezi.emulator.documents import run_call
from mapokezi.emulator.live_call import HangUp, LiveCall
from mapokezi.emulator.parties import ScriptedPhone, party_script
from mapokezi.emulator.settings import Number

RINGS_S = 45.0
"""How long an outbound call rings; the real one's limit is not known."""

_ENDS = {
    DialOutcome.BUSY: HangUp("platform", "USER_BUSY", CallStatus.BUSY, "busy"),
    DialOutcome.NO_ANSWER: HangUp("platform", "NO_ANSWER", CallStatus.NO_ANSWER, "no_answer"),
    DialOutcome.FAILED: HangUp(
        "platform", "NETWORK_OUT_OF_ORDER", CallStatus.FAILED, "network_failure"
    ),
}


@dataclass(frozen=True, slots=True)
class OutboundCall:
    """Whom to ring, and who answers for it."""

    number: Number
    """The platform's own; its voice URL is the call's."""
    to: tuple[str, ...]
    """Rung at once; the first to answer has the call."""
    modes: Behaviour
    client_request_id: str = ""


async def run_outbound(call: LiveCall, phone: ScriptedPhone, to: tuple[str, ...]) -> HangUp:
    """Ring; once somebody answers, the voice URL says what to do."""
    settings, board = call.settings, call.switchboard
    clock, callees = board.clock, board.callees
    scripts = [callees.get(number, settings.unknown_callee) for number in to]
    plan = plan_dial(scripts, RINGS_S)
    answers_at = call.now_s + clock.real_s(plan.at_s)
    if plan.answerer is not None:
        phone.follow(await party_script(scripts[plan.answerer], settings.synthesiser))
    await clock.sleep((answers_at - call.now_s) * clock.speed)
    if plan.answerer is None:
        return _ENDS[plan.outcome]
    call.detail.dialled = to[plan.answerer]
    call.answer(wall())
    return await run_call(call)
