"""Dial: ringing somebody for the caller and joining them, by the callees' scripts."""

from __future__ import annotations

import asyncio

from mapokezi.audio.tones import ringback
from mapokezi.emulator.billing import billed_seconds
from mapokezi.emulator.call_detail import DialledLeg
from mapokezi.emulator.callees import CalleeScript, DialOutcome, plan_dial
from mapokezi.emulator.clock import wall
from mapokezi.emulator.live_call import LiveCall, Question
from mapokezi.emulator.settings import AfterDial, CallState
from mapokezi.emulator.sounds import spoken
from mapokezi.emulator.telephone_line import LINE_RATE_HZ
from mapokezi.telephony.actions import Dial
from mapokezi.telephony.numbers import to_e164

RING_TIMEOUT_S = 30.0
"""How long the platform rings if the document does not say."""

_STATES = {
    DialOutcome.ANSWERED: CallState.DIAL_COMPLETED,
    DialOutcome.BUSY: CallState.BUSY,
    DialOutcome.NO_ANSWER: CallState.NO_ANSWER,
    DialOutcome.FAILED: CallState.FAILED,
}
_STATUS = {
    DialOutcome.ANSWERED: "completed",
    DialOutcome.BUSY: "busy",
    DialOutcome.NO_ANSWER: "no-answer",
    DialOutcome.FAILED: "failed",
}


async def dial(call: LiveCall, action: Dial, has_next: bool) -> Question | None:
    """Ring, and join the first who answers; then tell the voice URL what came of it."""
    numbers = action.numbers or ((action.sip,) if action.sip else ())
    legs = [DialledLeg(to_e164(number) or number, call.now_s) for number in numbers]
    scripts = [call.settings.callees.get(leg.number, call.settings.unknown_callee) for leg in legs]
    call.detail.legs += legs
    call.tell("dialling", numbers=[leg.number for leg in legs])
    outcome = DialOutcome.FAILED
    try:
        outcome = await _ring_and_talk(call, legs, scripts, float(action.timeout_s or 0))
    finally:
        call.player.stop()
        for leg in legs:
            if leg.ended_s is None:
                leg.ended_s = call.now_s
    answered = next((leg for leg in legs if leg.answered_s is not None), legs[0])
    call.tell("dial_ended", outcome=outcome.value, number=answered.number)
    return _report(call, outcome, answered, has_next)


async def _ring_and_talk(
    call: LiveCall, legs: list[DialledLeg], scripts: list[CalleeScript], timeout_s: float
) -> DialOutcome:
    plan = plan_dial(scripts, timeout_s or RING_TIMEOUT_S)
    call.player.play(ringback(5_000, LINE_RATE_HZ), loop=True)
    rings_until_s = call.now_s + plan.at_s
    # Made while it rings: a person who answers speaks at once, however busy this machine is.
    voice = b""
    if plan.answerer is not None:
        voice = await spoken(scripts[plan.answerer].says, "", call.settings.synthesiser)
    await asyncio.sleep(max(0.0, rings_until_s - call.now_s))
    call.player.stop()
    if plan.answerer is None:
        for leg in legs:
            leg.outcome = plan.outcome
        return plan.outcome
    call.answer(wall())
    leg, script = legs[plan.answerer], scripts[plan.answerer]
    leg.outcome, leg.answered_s = DialOutcome.ANSWERED, call.now_s
    call.tell("dial_answered", number=leg.number)
    call.player.play(voice)
    await asyncio.sleep(script.talk_s)
    leg.ended_s = call.now_s
    return DialOutcome.ANSWERED


def _report(
    call: LiveCall, outcome: DialOutcome, leg: DialledLeg, has_next: bool
) -> Question | None:
    call.dial_facts = (
        {
            "dial_status": _STATUS[outcome],
            "dial_duration_s": billed_seconds(leg.talked_s),
            "dial_number": leg.number,
        }
        if call.settings.tell_dial_outcome
        else {}
    )
    state = _STATES[outcome]
    if call.settings.after_dial is AfterDial.REPORT_IS_QUESTION:
        return Question(call.number.voice_url, state, else_go_on=True)
    call.post_in_background(call.number.voice_url, call.facts(state, **call.dial_facts))
    if has_next or outcome is DialOutcome.ANSWERED:
        return None
    return Question(call.number.voice_url, CallState.ANSWERED)
