"""Dial: ringing somebody for the caller and joining them, by the callees' scripts."""

from __future__ import annotations

import numpy as np

from mapokezi.audio.formats import pcm_of, samples_in
from mapokezi.audio.tones import ringback
from mapokezi.emulator.billing import billed_seconds
from mapokezi.emulator.call_detail import DialledLeg
from mapokezi.emulator.call_posts import Question
from mapokezi.emulator.call_states import CallState
from mapokezi.emulator.callees import CalleeScript, DialOutcome, plan_dial
from mapokezi.emulator.clock import wall
from mapokezi.emulator.heard_sound import HeardSound
from mapokezi.emulator.live_call import LiveCall
from mapokezi.emulator.mode_values.posts import AfterDial, DialTold
from mapokezi.emulator.parties import DialledParty, PartyScript, party_script
from mapokezi.emulator.recordings import keep_recording
from mapokezi.emulator.telephone_line import LINE_RATE_HZ
from mapokezi.telephony.actions import Dial
from mapokezi.telephony.numbers import to_e164

RING_TIMEOUT_S = 30.0
"""How long the platform rings if the document does not say."""

STATES = {
    DialOutcome.ANSWERED: CallState.DIAL_COMPLETED,
    DialOutcome.BUSY: CallState.BUSY,
    DialOutcome.NO_ANSWER: CallState.NO_ANSWER,
    DialOutcome.FAILED: CallState.FAILED,
}
"""What a callback says of a leg that came to this."""
_STATUS = {
    DialOutcome.ANSWERED: "completed",
    DialOutcome.BUSY: "busy",
    DialOutcome.NO_ANSWER: "no-answer",
    DialOutcome.FAILED: "failed",
}


async def dial(call: LiveCall, action: Dial, has_next: bool) -> Question | None:
    """Ring, and join the first who answers; then tell the voice URL what came of it."""
    numbers = action.numbers or ((action.sip,) if action.sip else ())
    legs = [DialledLeg(to_e164(number) or number) for number in numbers]
    call.detail.legs += legs
    call.tell("dialling", numbers=[leg.number for leg in legs])
    outcome = DialOutcome.FAILED
    try:
        if call.switchboard.wallet.affords(1, call.modes):
            outcome = await _ring_and_talk(call, legs, action)
        else:
            call.tell("dial_refused", why="wallet.insufficient_funds")
    finally:
        call.player.stop()
        call.joined = None
        for leg in legs:
            leg.outcome = leg.outcome or outcome
            if leg.ended_s is None:
                leg.ended_s = call.now_s
    answered = next((leg for leg in legs if leg.answered_s is not None), legs[0])
    call.tell("dial_ended", outcome=outcome.value, number=answered.number)
    return _report(call, outcome, answered, has_next)


async def _ring_and_talk(call: LiveCall, legs: list[DialledLeg], action: Dial) -> DialOutcome:
    callees = call.switchboard.callees
    scripts = [callees.get(leg.number, call.settings.unknown_callee) for leg in legs]
    plan = plan_dial(scripts, float(action.timeout_s or 0) or RING_TIMEOUT_S)
    call.player.play(ringback(5_000, LINE_RATE_HZ), loop=True)
    clock = call.switchboard.clock
    rings_until_s = call.now_s + clock.real_s(plan.at_s)
    # Made while it rings: a person who answers speaks at once, however busy this machine is.
    script = PartyScript()
    if plan.answerer is not None:
        script = await party_script(scripts[plan.answerer], call.settings.synthesiser)
    await clock.sleep((rings_until_s - call.now_s) * clock.speed)
    call.player.stop()
    if plan.answerer is None:
        _settle(legs, scripts, plan.outcome)
        return plan.outcome
    call.answer(wall())
    leg = legs[plan.answerer]
    leg.outcome, leg.answered_s = DialOutcome.ANSWERED, call.now_s
    call.tell("dial_answered", number=leg.number)
    await _talk(call, leg, script, records=action.record is not None)
    leg.ended_s = call.now_s
    return DialOutcome.ANSWERED


def _settle(legs: list[DialledLeg], scripts: list[CalleeScript], outcome: DialOutcome) -> None:
    """Say of each leg what came of it, where nobody answered."""
    for leg, script in zip(legs, scripts, strict=True):
        told = script.outcome in (DialOutcome.BUSY, DialOutcome.FAILED)
        leg.outcome = script.outcome if told and len(legs) > 1 else outcome


async def _talk(call: LiveCall, leg: DialledLeg, script: PartyScript, *, records: bool) -> None:
    kept = HeardSound() if call.settings.keep_legs else None
    if kept is not None:
        call.heard[leg.number] = kept
    party = DialledParty(script, kept)
    take = _JointRecording() if records else None

    def exchange(caller: bytes) -> bytes:
        voice = party.exchange(caller)
        if take is not None:
            take.feed(caller, voice)
        return voice

    call.joined = exchange
    try:
        await party.stay()
    finally:
        call.joined = None
        if take is not None:
            keep_recording(call, take.sound())


class _JointRecording:
    """Both sides of a dialled call, mixed."""

    def __init__(self) -> None:
        self._pcm = bytearray()

    def feed(self, one: bytes, other: bytes) -> None:
        self._pcm += pcm_of(samples_in(one).astype(np.float32) + samples_in(other))

    def sound(self) -> bytes:
        return bytes(self._pcm)


def _report(
    call: LiveCall, outcome: DialOutcome, leg: DialledLeg, has_next: bool
) -> Question | None:
    call.dial_facts = (
        {
            "dial_status": _STATUS[outcome],
            "dial_duration_s": billed_seconds(leg.talked_s),
            "dial_number": leg.number,
        }
        if call.modes.dial_outcome is DialTold.TOLD
        else {}
    )
    state = STATES[outcome]
    if call.modes.after_dial is AfterDial.REPORT_IS_QUESTION:
        return Question(call.number.voice_url, state, else_go_on=True)
    call.posts.tell(call.number.voice_url, call.facts(state, **call.dial_facts))
    if has_next or outcome is DialOutcome.ANSWERED:
        return None
    return Question(call.number.voice_url, CallState.ANSWERED)
