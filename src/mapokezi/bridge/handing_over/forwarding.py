"""A call that goes to somebody's own telephone before we answer: "all calls to my mobile".

The platform rings it at once. Whoever is not reached there is answered by the receptionist, in the
same call; the talk of who is, we have no part in.
"""

from __future__ import annotations

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.handing_over.dial import kept_outcome
from mapokezi.calls import Termination, TerminationReason, TerminationResult
from mapokezi.conversation.outcome import OutcomeFacts
from mapokezi.records.call_record import CallRecord, HandOffOutcome

_FORWARDED = "all calls are put through to a person's own telephone"


class Forwarded:
    """One such call, until it is over or the receptionist has it."""

    def __init__(self, call: CallInProgress, keeping: CallKeeping) -> None:
        """The telephone rings."""
        self._call, self._keeping = call, keeping
        self._since = clock.monotonic()
        self.is_under_way = True
        """Whether it rings, or they talk."""
        ring = call.forwarded_to
        keeping.hand_off_begun(ring.person_id if ring is not None else "")

    def ended(self) -> Termination | None:
        """The dialled leg is over.

        Returns:
            How the call ended; None if the receptionist takes it now.
        """
        if not self.is_under_way:
            return None
        self.is_under_way = False
        outcome = kept_outcome(self._call.handoff_outcome)
        talked = outcome is HandOffOutcome.CONNECTED
        told = self._call.handoff_talked_s
        rang_and_talked_s = clock.monotonic() - self._since
        talked_s = float(told) if told is not None else rang_and_talked_s
        self._keeping.hand_off_ended(
            outcome, talked_s if talked else 0.0, is_talk_known=told is not None
        )
        if not talked:
            return None
        return Termination(TerminationResult.COMPLETED, TerminationReason.HANDED_OFF, _FORWARDED)

    def caller_gone(self) -> OutcomeFacts:
        """The call is over, and nobody told how the dialled leg was: the bill may.

        Returns:
            What its outcome rests on: the caller heard it ring for a while.
        """
        self.is_under_way = False
        return OutcomeFacts(open_s=clock.monotonic() - self._since)

    def record(self, termination: Termination) -> CallRecord:
        """The call's record, whole: they talked, without us."""
        return self._keeping.ended_unheard(termination, OutcomeFacts(talked_to_person=True))
