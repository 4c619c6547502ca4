"""Records of calls to keep, read and show: one place for all tests that need some."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mapokezi.audio.wav import wav_bytes
from mapokezi.calls import (
    CallId,
    OfficeId,
    Outcome,
    Speaker,
    Termination,
    TerminationReason,
    TerminationResult,
)
from mapokezi.records.call_record import (
    CallRecord,
    HandOffOutcome,
    HandOffSummary,
    NoticeGiven,
    SecondsAttributed,
    TimelineEntry,
    TurnRecord,
)
from mapokezi.records.caller_notices import NoticeHeard, NoticeKind
from mapokezi.records.changes import (
    Change,
    SaveArrival,
    SaveEnd,
    SaveMessage,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.records.claim_record import ClaimRecord
from mapokezi.records.event_record import EventRecord
from mapokezi.records.ledger import Cost, Direction, LedgerLine, Spell
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.records.model_usage import ModelUsage
from mapokezi.records.platform_call import PlatformCall, PlatformRecording
from mapokezi.units import E164, Milliseconds, Money

ARRIVED = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Examples:
    """Records with every field filled, numbered; each call a minute after the one before."""

    def arrival(self, number: int = 0) -> CallRecord:
        """A call that has just arrived."""
        return CallRecord(
            call_id=CallId(f"c-{number:06}"),
            session_id=f"HD_{number:06}",
            office_id=OfficeId("law-office"),
            caller=E164("+254722000100"),
            dialled=E164("+254209000000"),
            arrived_at=ARRIVED + timedelta(minutes=number),
            node="n-1",
        )

    def ended(self, number: int = 0, outcome: Outcome = Outcome.RESOLVED) -> CallRecord:
        """The same call at its end, 65 seconds later. Its recording is not there."""
        arrival = self.arrival(number)
        at = arrival.arrived_at
        return replace(
            arrival,
            answered_at=at + timedelta(milliseconds=250),
            ended_at=at + timedelta(seconds=65),
            outcome=outcome,
            termination=Termination(
                TerminationResult.COMPLETED, TerminationReason.CALLER_HUNG_UP, "as usual"
            ),
            voice="local",
            recording=f"recordings/{arrival.call_id}.wav",
            notice=NoticeGiven("You speak to an automated receptionist.", at),
            notices=(
                NoticeHeard(
                    NoticeKind.AUTOMATED,
                    "You speak to an automated receptionist.",
                    "en",
                    at + timedelta(seconds=4),
                ),
                NoticeHeard(
                    NoticeKind.RECORDED,
                    "Simu hii inarekodiwa.",
                    "sw",
                    at + timedelta(seconds=6, milliseconds=250),
                ),
            ),
            seconds=SecondsAttributed(*(Milliseconds(n) for n in (9_000, 8_000, 700, 600, 50))),
            cost=Cost(Money(125), estimated=True),
            office_version=4,
            ledger=(
                self.ledger_line(Spell.RINGING, 250, 0),
                self.ledger_line(Spell.CALLER, 9_000, 0),
                self.ledger_line(Spell.DEAD_AIR, 50, 0),
                replace(
                    self.ledger_line(Spell.TALKED, 25_000, 125),
                    leg=2,
                    direction=Direction.OUTBOUND,
                ),
            ),
            hand_offs=(
                HandOffSummary("wanjiku-kamau", "dial", at, HandOffOutcome.NO_ANSWER, at),
                HandOffSummary("", "dial", at),
            ),
            model_usage=(
                ModelUsage("live", "vendor-live-1", {"audio_in": 1_600, "audio_out": 900}),
                ModelUsage("spare", "", {"transcribed_ms": 4_000}),
            ),
            claims=(
                ClaimRecord(
                    "price", "It is free.", "It costs two hundred shillings.", 61_500, True
                ),
                ClaimRecord("emergency", "", "Please dial 9 9 9.", 62_000),
            ),
        )

    def ledger_line(self, spell: Spell, ms: int, minor: int) -> LedgerLine:
        """A line of the caller's own leg."""
        return LedgerLine(0, Direction.INBOUND, "", spell, Milliseconds(ms), Money(minor))

    def event(self, number: int = 0) -> EventRecord:
        """An event of the platform's."""
        return EventRecord(
            key=f"id:evt-{number}",
            kind="call.completed",
            received_at=ARRIVED + timedelta(minutes=number, seconds=66),
            node="n-1",
            session_id=f"HD_{number:06}",
            call_uuid=f"0193a5f2-7c11-7d3a-9b1e-{number:012x}",
            facts={"kind": "call.completed", "parts": [1, None, True]},
        )

    def platform_call(self, number: int = 0) -> PlatformCall:
        """What the platform has told of a call."""
        at = ARRIVED + timedelta(minutes=number, seconds=65)
        return PlatformCall(
            session_id=f"HD_{number:06}",
            call_uuid=f"0193a5f2-7c11-7d3a-9b1e-{number:012x}",
            ended_at=at,
            duration_s=65,
            end="NORMAL_CLEARING",
            recordings=(PlatformRecording("rec-1", at, 12, 192_044),),
        )

    def turn(
        self,
        call: int = 0,
        number: int = 0,
        text: str = "Good morning.",
        *,
        ours: bool = True,
        unheard: str = "How may I help you?",
    ) -> TurnRecord:
        """A turn of a call, ours or the caller's."""
        started_ms = 61_000 * number
        return TurnRecord(
            call_id=CallId(f"c-{call:06}"),
            number=number,
            speaker=Speaker.RECEPTIONIST if ours else Speaker.CALLER,
            text=text,
            started_ms=Milliseconds(started_ms),
            ended_ms=Milliseconds(started_ms + 900),
            cut=ours and bool(unheard),
            unheard_text=unheard if ours else "",
            fact_ids=("parking", "no-longer-there") if ours else (),
        )

    def entry(self, call: int = 0, number: int = 0) -> TimelineEntry:
        """An instant of a call."""
        return TimelineEntry(
            call_id=CallId(f"c-{call:06}"),
            number=number,
            at_ms=Milliseconds(1_250 + 20 * number),
            what="playout_paused",
            values={"item_id": "i-1", "heard_ms": 480, "parts": [1, 2.5, None, True]},
        )

    def message(
        self, call: int = 0, number: int | None = None, for_person: str = "wanjiku-kamau"
    ) -> MessageRecord:
        """A message left in a call, by default of the call's number."""
        number = call if number is None else number
        return MessageRecord(
            message_id=MessageId(f"m-{number:06}"),
            call_id=CallId(f"c-{call:06}"),
            office_id=OfficeId("law-office"),
            name="Grace Njeri",
            number="+254722000100",
            reason="The transfer of a plot in Kiambu.",
            created_at=ARRIVED + timedelta(minutes=number, seconds=50),
            best_time="tomorrow at ten",
            for_person=for_person,
            urgent=True,
            unsure=("name",),
        )

    def whole_call(self) -> tuple[Change, ...]:
        """A call with everything."""
        wants = self.turn(number=1, text="I want to leave a message.", ours=False)
        return (
            SaveArrival(self.arrival()),
            SaveTurn(self.turn(text="Good day.", unheard="How can I help you?")),
            SaveTurn(wants),
            SaveTimeline((self.entry(),)),
            SaveMessage(self.message()),
            SaveEnd(self.ended(outcome=Outcome.MESSAGE)),
        )

    def recorded(self, data_folder: Path, sound: bytes = bytes(6400)) -> CallRecord:
        """The first call at its end, with a recording that is there."""
        ended = self.ended()
        assert ended.recording is not None
        path = data_folder / ended.recording
        path.parent.mkdir(parents=True)
        path.write_bytes(wav_bytes(sound, 16_000, channels=2))
        return ended
