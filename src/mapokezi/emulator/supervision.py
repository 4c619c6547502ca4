"""Supervision: somebody listens in on a call, whispers to who answers it, or speaks to both.

Known from the SDK alone (contract section 7): the modes, who can supervise, that there is one at a
time, what it costs. How the events are called beyond ``call.supervision.*``, and that an
announcement is a tone here, is this emulator's own choice.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mapokezi.audio.tones import beep
from mapokezi.emulator.billing import SUPERVISION_PER_MIN_MINOR
from mapokezi.emulator.call_detail import DialledLeg
from mapokezi.emulator.call_states import CallState
from mapokezi.emulator.callees import DialOutcome, plan_dial
from mapokezi.emulator.clock import new_id
from mapokezi.emulator.events import Event
from mapokezi.emulator.heard_sound import HeardSound
from mapokezi.emulator.live_call import LiveCall, mixed
from mapokezi.emulator.parties import DialledParty, party_script
from mapokezi.emulator.sounds import Player
from mapokezi.emulator.telephone_line import LINE_RATE_HZ, SILENCE

RINGS_S = 30.0
"""How long a supervisor is rung; the real platform's limit is not known."""


class Part(StrEnum):
    """What a supervisor does in the call."""

    LISTEN = "listen"
    WHISPER = "whisper"
    """Heard by who answers the caller: the stream, a person dialled, the room."""
    BARGE = "barge"
    """Heard by the caller, too."""


class Announce(StrEnum):
    """Who is told that somebody joins: here by a tone."""

    NONE = "none"
    AGENT = "agent"
    BOTH = "both"


class By(StrEnum):
    """What a supervisor is reached by."""

    CLIENT = "client"
    SIP = "sip"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class SupervisionOrder:
    """Who is to supervise, and how."""

    by: By
    address: str
    part: Part = Part.LISTEN
    announce: Announce = Announce.NONE
    label: str = ""

    def price(self, outbound_per_min: int) -> int:
        """In minor units a minute."""
        return outbound_per_min if self.by is By.PHONE else SUPERVISION_PER_MIN_MINOR


class Supervision:
    """One supervisor of one call, from the ring to the end of either."""

    def __init__(self, call: LiveCall, order: SupervisionOrder, key: str = "") -> None:
        """Begin to ring.

        Args:
            call: One that is up.
            order: Who, and how.
            key: The request's idempotency key.
        """
        self.id, self.key = new_id("sup"), key
        self.order, self.part = order, order.part
        self.state = "ringing"
        """``ringing``, ``active``, ``ended`` or ``failed``."""
        price = order.price(call.modes.outbound_per_min)
        self.leg = DialledLeg(order.address, per_min_minor=price)
        self._call = call
        self._party: DialledParty | None = None
        self._says = SILENCE
        self._to_agent, self._to_caller = Player(), Player()
        call.supervision = self
        call.detail.supervisors.append(self.leg)
        call.at_end.append(self.stop)
        call.tell("supervision_rings", who=order.address, by=order.by.value)
        self._ringing = asyncio.create_task(self._run(), name=f"supervision {self.id}")

    @property
    def is_over(self) -> bool:
        """Whether nobody supervises by this any more."""
        return self.state in ("ended", "failed")

    def as_row(self) -> dict[str, Any]:
        """As the API tells it."""
        order = self.order
        return {
            "id": self.id,
            "call_id": self._call.detail.call_id,
            "mode": self.part.value,
            "supervisor": {order.by.value: order.address},
            "announce": order.announce.value,
            "label": order.label or None,
            "status": self.state,
            "rate_per_minute_minor": self.leg.per_min_minor,
        }

    def change(self, part: Part) -> None:
        """Do something else in the call from now on."""
        self.part = part
        self._call.tell("supervision_changed", mode=part.value)
        self._post("changed")

    def stop(self) -> None:
        """Be out of the call, once."""
        self._ringing.cancel()
        self._finish()

    # -- each tick --

    def speak(self, caller: bytes) -> tuple[bytes, bytes]:
        """20 ms for who answers the caller, and 20 ms for the caller.

        Args:
            caller: What the caller says.

        Returns:
            The caller with what the supervisor adds; and what the caller hears of the supervisor.
        """
        says = self._says
        whispers = says if self.part is not Part.LISTEN else SILENCE
        barges = says if self.part is Part.BARGE else SILENCE
        agent = mixed(mixed(caller, whispers), self._to_agent.take())
        return agent, mixed(barges, self._to_caller.take())

    def hear(self, pcm: bytes) -> None:
        """20 ms of both sides; what the supervisor says meanwhile is heard in the next."""
        if self._party is not None:
            self._says = self._party.exchange(pcm)

    # -- from ring to end --

    async def _run(self) -> None:
        call = self._call
        board = call.switchboard
        callee = board.callees.get(self.order.address, call.settings.unknown_callee)
        script = await party_script(callee, call.settings.synthesiser)
        plan = plan_dial([callee], RINGS_S)
        await board.clock.sleep(plan.at_s)
        self.leg.outcome = plan.outcome
        if plan.answerer is None:
            self._finish()
            return
        kept = HeardSound() if call.settings.keep_legs else None
        if kept is not None:
            call.heard[self.order.address] = kept
        party = DialledParty(script, kept)
        self._join(party)
        await party.stay()
        self._finish()

    def _join(self, party: DialledParty) -> None:
        self._party, self.state = party, "active"
        self.leg.answered_s = self._call.now_s
        tone = beep(LINE_RATE_HZ)
        if self.order.announce is not Announce.NONE:
            self._to_agent.play(tone)
        if self.order.announce is Announce.BOTH:
            self._to_caller.play(tone)
        self._call.tell("supervision_began", who=self.order.address, mode=self.part.value)
        self._post("started")

    def _finish(self) -> None:
        if self.is_over:
            return
        call, leg = self._call, self.leg
        took_part = leg.answered_s is not None
        leg.outcome = leg.outcome or DialOutcome.FAILED
        leg.ended_s = call.now_s
        self.state = "ended" if took_part else "failed"
        self._party, self._says = None, SILENCE
        call.supervision = None
        call.tell("supervision_ended", who=self.order.address, outcome=leg.outcome.value)
        self._post(self.state)

    def _post(self, what: str) -> None:
        call = self._call
        data = {**self.as_row(), "pbx_call_id": call.detail.session_id}
        facts = call.facts(CallState.ANSWERED)
        call.posts.deliver(Event(f"call.supervision.{what}", data, facts))
