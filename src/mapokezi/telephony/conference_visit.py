"""The rules of joining a caller with a colleague in a room: pure, no input, no clock.

The caller's call begins in a room of its own, where only the receptionist is heard, by a stream
beside it. When a person is wanted, colleagues are rung with legs of their own; who presses 1 in
the briefing is sent to the room; when both are in it, the receptionist leaves. One machine serves
one call, with as many hand-offs as it has.

What must hold, whatever happens in which order, and whatever post is lost:

- nobody is left in a room alone: whoever is there without the other is hung up;
- no leg rings or stays open when it is not wanted: its end is asked for until the platform says
  that it is over, also of a leg of which it is not known whether it rings;
- the caller is with the receptionist, or with a colleague, or gone: the receptionist leaves only
  when both are in the room, and from then on the end of one is the end of the other.

The stages are in `mapokezi.telephony.conference_stages`, the legs' phases in `conference_legs`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from mapokezi.telephony import conference_stages as stages
from mapokezi.telephony.conference_ends import LegEnds
from mapokezi.telephony.conference_legs import (
    EndCaller,
    JoinOutcome,
    Leg,
    LegOutcome,
    LegPhase,
    LegReply,
    LegTells,
    OrderLeg,
    ReceptionistLeaves,
    RoomEffect,
    Round,
    Settled,
    Step,
    StepKind,
)
from mapokezi.telephony.conference_looks import LegLooks
from mapokezi.telephony.conference_stages import RoomSettings, Stage

_WAITED_FOR = stages.EARLY | {LegPhase.BRIEFED}
_CHOSEN = frozenset({LegPhase.TAKING, LegPhase.IN_ROOM})


class ConferenceVisit:
    """One call's room, and who is rung for it.

    The caller's duty: tell it what the platform posts and answers, carry out `effects` in order,
    and wake it at `next_timer`. Everything may be told twice, late, or never.
    """

    def __init__(self, settings: RoomSettings | None = None) -> None:
        """Begin with a call whose caller was not seen in the room."""
        self._settings = settings or RoomSettings()
        self._effects: list[RoomEffect] = []
        self._legs: dict[str, Leg] = {}
        self._ends = LegEnds(self._effects.append)
        self._rounds: deque[Round] = deque()
        self._rung: list[Leg] = []
        """Of this hand-off."""
        self._due: float | None = None
        """Of the stage: the caller enters, the round is over, both have been together."""
        self._looks = LegLooks(self._settings.look_s)
        self.stage = Stage.IDLE
        self.is_caller_in = False
        """Whether the caller was seen entering the room, and not leaving it."""

    # --- what is known ---------------------------------------------------------------------------

    def leg(self, leg_id: str) -> Leg | None:
        """A leg of this call, also one that is over."""
        return self._legs.get(leg_id)

    @property
    def legs(self) -> Sequence[Leg]:
        """Every leg of the last hand-off, in the order of ringing."""
        return tuple(self._rung)

    @property
    def has_open_legs(self) -> bool:
        """Whether any leg may still cost money."""
        return any(leg.is_up for leg in self._legs.values())

    @property
    def is_under_way(self) -> bool:
        """Whether a hand-off has begun and not settled."""
        return self.stage not in (Stage.IDLE, Stage.OVER)

    def effects(self) -> list[RoomEffect]:
        """Take what is to be done, in order."""
        taken = self._effects.copy()
        self._effects.clear()
        return taken

    # --- what we decide --------------------------------------------------------------------------

    def begin(self, rounds: Iterable[Round], now: float) -> bool:
        """Have people rung, one round after the other.

        Returns:
            False if another hand-off is under way, or the call is over.
        """
        if self.stage is not Stage.IDLE:
            return False
        self._rounds, self._rung = deque(rounds), []
        if self.is_caller_in:
            self._next_round(now)
        else:
            self.stage, self._due = Stage.ENTERING, now + self._settings.enter_s
        return True

    def give_up(self, now: float) -> None:
        """The caller does not want to wait; too late once the receptionist has left."""
        if self.stage in (Stage.ENTERING, Stage.RINGING, Stage.JOINING, Stage.TOGETHER):
            self._settle(JoinOutcome.GIVEN_UP, now)

    # --- what the platform tells -----------------------------------------------------------------

    def caller_entered(self, now: float) -> None:
        """The caller's join is confirmed."""
        if self.stage is Stage.OVER:
            return
        self.is_caller_in = True
        if self.stage is Stage.ENTERING:
            self._next_round(now)

    def caller_left_room(self, now: float) -> None:
        """The caller is not in the room any more: mostly they have hung up, or the room is over."""
        if not self.is_caller_in:
            return
        self.is_caller_in = False
        if self.stage is Stage.TALKING:
            self._talk_over(now)
        elif self.stage in (Stage.RINGING, Stage.JOINING, Stage.TOGETHER):
            self._settle(JoinOutcome.FAILED, now)

    def caller_gone(self, now: float) -> None:
        """The caller has hung up, or the call is being ended by us."""
        if self.stage is Stage.OVER:
            return
        self.is_caller_in = False
        if self.stage is Stage.TALKING:
            self._connected(now)
        elif self.is_under_way:
            self._settle(JoinOutcome.CALLER_GONE, now)
        self._end_all(now)
        self._settled_as(Stage.OVER)

    def placed(self, leg_id: str, session_id: str, now: float) -> None:
        """The platform rings somebody: this is the leg's session."""
        leg = self._legs.get(leg_id)
        if leg is None or not leg.is_up:
            return
        self.learn_session(leg_id, session_id, now)
        if leg.phase is LegPhase.ORDERED:
            leg.phase = LegPhase.RINGING
            self._tell(leg, StepKind.RINGS)

    def not_placed(self, leg_id: str, outcome: LegOutcome, now: float, *, may_ring: bool) -> None:
        """The platform did not say that it rings.

        Args:
            leg_id: Which leg.
            outcome: What it comes to.
            now: Seconds, monotonic.
            may_ring: Whether it may ring all the same: the answer was lost.
        """
        leg = self._legs.get(leg_id)
        if leg is None or not leg.is_up or leg.session_id:
            return
        if may_ring:
            self._ends.find(leg, outcome, now)
        else:
            self._over(leg, outcome, now)
        self._look_on(now)

    def asked(self, leg_id: str, tells: LegTells, now: float, key: str = "") -> LegReply:
        """Decide the answer to a post about a leg. The same post twice has the same answer.

        Args:
            leg_id: Which leg; one that is not known is hung up.
            tells: What the post says.
            now: Seconds, monotonic.
            key: Of `LegTells.KEY`.
        """
        leg = self._legs.get(leg_id)
        if leg is None:
            return LegReply.HANGUP
        leg.looked_at = now
        if tells is LegTells.OTHER:
            return LegReply.NOTHING
        if leg.phase in stages.EARLY:
            self._answered(leg, now)
        if leg.phase is LegPhase.BRIEFED:
            return self._in_briefing(leg, tells, key, now)
        if leg.phase in _CHOSEN:
            return stages.reply_in_room(leg, tells, key)
        if leg.outcome is LegOutcome.DECLINED:
            return LegReply.DECLINED
        return LegReply.TOO_LATE if leg.phase is LegPhase.ENDING else LegReply.HANGUP

    def learn_session(self, leg_id: str, session_id: str, now: float) -> None:
        """A post about a leg told its session, maybe before the order was answered."""
        leg = self._legs.get(leg_id)
        if leg is not None and leg.is_up and session_id and not leg.session_id:
            leg.session_id = session_id
            self._ends.session_known(leg, now)

    def leg_entered(self, leg_id: str, now: float) -> None:
        """A colleague was seen entering the room."""
        leg = self._legs.get(leg_id)
        if leg is None:
            return
        leg.looked_at = now
        if leg.phase is LegPhase.TAKING:
            leg.phase, leg.due, leg.joined_at = LegPhase.IN_ROOM, None, now
            self.stage, self._due = Stage.TOGETHER, now + self._settings.together_s
            self._tell(leg, StepKind.JOINED)
        elif leg.phase in (LegPhase.ENDING, LegPhase.OVER):
            self._ends.end(leg, leg.outcome or LegOutcome.NOT_NEEDED, now)  # alone in there

    def leg_left_room(self, leg_id: str, now: float) -> None:
        """A colleague is not in the room any more; the leg may still be up."""
        leg = self._legs.get(leg_id)
        if leg is not None and leg.phase is LegPhase.IN_ROOM:
            self._lost_colleague(leg, now)
            self._ends.end(leg, leg.outcome or LegOutcome.FAILED, now)
            self._look_on(now)

    def leg_over(self, leg_id: str, told: LegOutcome | None, now: float) -> None:
        """The platform says that a leg is over.

        Args:
            leg_id: Which.
            told: What it came to, if it says more than that.
            now: Seconds, monotonic.
        """
        leg = self._legs.get(leg_id)
        if leg is None or not leg.is_up:
            return
        if leg.phase in _CHOSEN:
            self._lost_colleague(leg, now)
        self._over(leg, leg.outcome or stages.outcome_by_phase(leg, told), now)
        self._look_on(now)

    def ended(self, leg_id: str, now: float, *, is_over: bool) -> None:
        """The platform has answered to `EndLeg` or `FindAndEndLeg`, or could not be asked."""
        leg = self._legs.get(leg_id)
        if leg is None or not leg.is_up:
            return
        if is_over and leg.phase is LegPhase.ENDING:
            self._over(leg, leg.outcome or LegOutcome.NOT_NEEDED, now)
            self._look_on(now)
        else:
            self._ends.not_ended(leg, now)

    # --- time ------------------------------------------------------------------------------------

    def next_timer(self) -> float | None:
        """The instant at which `handle_timer` is due; None: only if something is told."""
        dues = [self._due, self._looks.next_timer(self._legs.values())]
        dues += [leg.due for leg in self._legs.values() if leg.is_up]
        return min((due for due in dues if due is not None), default=None)

    def handle_timer(self, now: float) -> None:
        """Act on what has come due."""
        for leg in list(self._legs.values()):
            if leg.is_up and leg.due is not None and leg.due <= now:
                self._leg_due(leg, now)
        if self._due is not None and self._due <= now:
            self._stage_due(now)
        self._effects += self._looks.take_due(self._legs.values(), now)

    def _leg_due(self, leg: Leg, now: float) -> None:
        match leg.phase:
            case LegPhase.BRIEFED:
                self._ends.end(leg, LegOutcome.DECLINED, now)
            case LegPhase.TAKING:
                self._lost_colleague(leg, now)
                self._ends.end(leg, LegOutcome.FAILED, now)
            case LegPhase.ENDING:
                self._ends.due(leg, now)
            case _:
                leg.due = None
        self._look_on(now)

    def _stage_due(self, now: float) -> None:
        self._due = None
        match self.stage:
            case Stage.ENTERING:
                self._settle(JoinOutcome.NOT_SUPPORTED, now)
            case Stage.RINGING:
                for leg in self._rung:
                    if leg.phase in stages.EARLY:
                        self._ends.end(leg, LegOutcome.NO_ANSWER, now)
                self._look_on(now)
            case Stage.TOGETHER:
                self._receptionist_leaves(now)

    # --- the hand-off ----------------------------------------------------------------------------

    def _next_round(self, now: float) -> None:
        if not self._rounds:
            self._settle(stages.outcome_of(self._rung), now)
            return
        following = self._rounds.popleft()
        self.stage, self._due = Stage.RINGING, now + following.seconds
        for wanted in following.legs:
            leg = Leg(wanted.leg_id, wanted.number, now, looked_at=now)
            self._legs[leg.leg_id] = leg
            self._rung.append(leg)
            self._effects.append(OrderLeg(leg.leg_id, leg.number))
        self._look_on(now)

    def _look_on(self, now: float) -> None:
        """Ring the next ones, if nobody of this round can take the call any more."""
        if self.stage is Stage.RINGING and not any(leg.phase in _WAITED_FOR for leg in self._rung):
            self._next_round(now)

    def _answered(self, leg: Leg, now: float) -> None:
        leg.phase, leg.answered_at = LegPhase.BRIEFED, now
        leg.due = now + self._settings.briefing_s
        self._tell(leg, StepKind.ANSWERED)

    def _in_briefing(self, leg: Leg, tells: LegTells, key: str, now: float) -> LegReply:
        if tells is LegTells.ANSWERED:
            return LegReply.BRIEFING
        if key.startswith(stages.TAKES):
            return self._take(leg, now)
        if not key.startswith(stages.DECLINES):
            return LegReply.PROMPT
        self._ends.let_end(leg, LegOutcome.DECLINED, now)
        self._look_on(now)
        return LegReply.DECLINED

    def _take(self, leg: Leg, now: float) -> LegReply:
        """They press 1: the first to do so has the call. By then every other leg is ended."""
        leg.phase, leg.due = LegPhase.TAKING, now + self._settings.taking_s
        self.stage, self._due = Stage.JOINING, None
        for other in self._rung:
            if other is not leg and other.phase in _WAITED_FOR:
                self._ends.end(other, LegOutcome.NOT_NEEDED, now)
        self._tell(leg, StepKind.TAKES)
        return LegReply.JOIN

    def _receptionist_leaves(self, now: float) -> None:
        leg = next(one for one in self._rung if one.phase is LegPhase.IN_ROOM)
        self.stage = Stage.TALKING
        self._looks.watch_caller(now)
        self._effects.append(ReceptionistLeaves(leg.leg_id))

    def _lost_colleague(self, leg: Leg, now: float) -> None:
        """Who pressed 1 is there no more: what that means depends on who is with the caller."""
        if self.stage is Stage.TALKING:
            self._talk_over(now, lost=leg)
        elif self.stage in (Stage.JOINING, Stage.TOGETHER):
            leg.outcome, leg.joined_at = LegOutcome.FAILED, None
            self.stage, self._due = Stage.RINGING, None

    def _talk_over(self, now: float, lost: Leg | None = None) -> None:
        """One of the two is gone, and the receptionist has left: the call is over for both."""
        self._connected(now)
        self._end_all(now, but=lost)
        self._settled_as(Stage.OVER)
        self._effects.append(EndCaller())

    def _connected(self, now: float) -> None:
        leg = next(one for one in self._rung if one.joined_at is not None)
        leg.outcome = LegOutcome.CONNECTED
        leg.over_at = now
        self._effects.append(Settled(JoinOutcome.CONNECTED, leg.leg_id))

    def _settled_as(self, stage: Stage) -> None:
        self.stage, self._due = stage, None
        self._rounds.clear()
        self._looks.forget_caller()

    def _settle(self, outcome: JoinOutcome, now: float) -> None:
        self._settled_as(Stage.IDLE)
        self._end_all(now)
        self._effects.append(Settled(outcome))

    # --- legs ------------------------------------------------------------------------------------

    def _end_all(self, now: float, but: Leg | None = None) -> None:
        for leg in self._legs.values():
            if leg is not but and leg.phase in _WAITED_FOR | _CHOSEN:
                self._ends.end(leg, leg.outcome or LegOutcome.NOT_NEEDED, now)

    def _over(self, leg: Leg, outcome: LegOutcome, now: float) -> None:
        self._ends.over(leg, outcome, now)
        self._tell(leg, StepKind.OVER)

    def _tell(self, leg: Leg, kind: StepKind) -> None:
        self._effects.append(Step(leg.leg_id, kind))
