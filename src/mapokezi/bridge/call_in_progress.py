"""One call that this node has in hand, as the webhook, the media socket and the call share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mapokezi.bridge.admission import Refusal
from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.ring_order import Ring
from mapokezi.records.executors import Executor
from mapokezi.records.known_caller import KnownCaller
from mapokezi.telephony.actions import Action
from mapokezi.telephony.callbacks import CallState, DialOutcome, VoiceCallback
from mapokezi.telephony.visit import Phase, Visit
from mapokezi.units import E164

_LIVE_PHASES = frozenset(
    {
        Phase.OFFERED,
        Phase.TALKING,
        Phase.ARMED,
        Phase.PASSING,
        Phase.RETURNING,
        Phase.JOINED,
    }
)
"""A call in one of these is waited for when the program stops, and fills the house."""


@dataclass(slots=True)
class MediaToken:
    """Lets one media socket in, once and soon."""

    value: str
    expires_at: float
    used: bool = False


@dataclass(slots=True, eq=False)
class CallInProgress:
    """One call of this node. The hooks at the end are set by whoever opens its conversation."""

    call_id: CallId
    session_id: str
    """The platform's; one of our own if it told none."""
    caller: E164 | None
    """None if withheld. A claim, never a proof."""
    dialled: E164 | None
    office: Office
    arrived_at: datetime
    """Aware, UTC."""
    arrived_mono: float
    first_state: CallState
    """What the first post said; ``COMPLETED`` happens (contract section 3.2)."""
    visit: Visit = field(repr=False)
    is_signed: bool = False
    """Whether the post that announced it was signed: then it is the platform's for sure, and what
    costs money may begin before the media token is presented."""
    known: KnownCaller | None = None
    """What is on record of the caller's number; None: nothing is known (yet)."""
    rings_back: CallId | None = None
    """The flash for which it is we who have rung; None: the caller has."""
    only_messages: bool = False
    """Whether the office takes no more than a message from this caller."""
    refusal: Refusal | None = None
    """Set if the call got the fallback and never a conversation."""
    token: MediaToken | None = field(default=None, repr=False)
    streams_offered: int = 0
    media_opened_at: float | None = None
    """Of the newest socket; monotonic seconds."""
    touched_at: float = 0.0
    """The last post or socket; what is long over is forgotten by it."""
    armed: tuple[Action, ...] | None = None
    """The hand-off's document, once it is decided."""
    further_rounds: tuple[tuple[Action, ...], ...] = ()
    """What follows it, one after the other, if nobody is reached."""
    first_executor: Executor = Executor.DIAL
    """By which way the caller would be passed on: it decided the first document."""
    on_trial: Executor | None = None
    """The way that is tried in this call alone, proven or not: `mapokezi doctor` has placed it."""
    closes_on_trial: bool = False
    """Whether that is the dial by our closing the stream, without asking by text."""
    forwarded_to: Ring | None = None
    """Whose telephone rings before we answer, for all calls go there just now."""
    leg_is_elsewhere: bool = False
    """Whether the caller talks with a person without us: then the call is not hung up by us."""
    handoff_served_at: float | None = None
    """When the platform fetched that document; None: not (yet). For the watchdog."""
    dial_taken_by: E164 | None = None
    """Whose telephone took the call, as the platform told of the hand-off's dialled leg."""
    last_document: tuple[Action, ...] = field(default=(), repr=False)
    duplicates: int = 0
    """Posts that were delivered twice."""
    drain_now: Callable[[], None] | None = None
    """Hook: the program is stopping and can wait no longer; say goodbye and end."""
    end_now: Callable[[str], None] | None = None
    """Hook: somebody asks to end this call; the argument is the reason, for the record."""

    @property
    def office_id(self) -> OfficeId:
        """Whose call it is."""
        return self.office.id

    @property
    def state(self) -> Phase:
        """Where the visit stands."""
        return self.visit.phase

    @property
    def ids(self) -> dict[str, str]:
        """By which others know it: in each live event."""
        return {"call_id": self.call_id, "session_id": self.session_id}

    @property
    def is_live(self) -> bool:
        """Whether it is waited for when the program stops, and fills the house."""
        return self.visit.phase in _LIVE_PHASES

    @property
    def handoff_outcome(self) -> DialOutcome | None:
        """How the last hand-off ended, once the platform has shown it."""
        return self.visit.handoff_outcome

    @property
    def handoff_talked_s(self) -> int | None:
        """How long its dialled leg was joined to the caller; None: the platform did not tell."""
        return self.visit.dialled_s

    @property
    def came_back(self) -> bool:
        """Whether the stream on offer, or open, follows a hand-off in vain."""
        return self.streams_offered > 1

    def wait_for_media_anew(self, until: float) -> None:
        """The stream's document was given once more: its socket has time until then."""
        if self.token is not None and not self.token.used:
            self.token.expires_at = until

    def heed_dialled_leg(self, callback: VoiceCallback) -> None:
        """Keep who took the call, if the post tells: several may have rung at once."""
        if callback.dial_number is not None and callback.dial_outcome is DialOutcome.CONNECTED:
            self.dial_taken_by = callback.dial_number

    def heed_stream_error(self, callback: VoiceCallback, now: float, wait_s: float) -> None:
        """Wait less for the first stream's socket if the platform tells that it failed.

        Of a later stream the word may be meant for the one before: posts come late.
        """
        failed = callback.state is CallState.STREAM_ERROR
        if failed and self.state is Phase.OFFERED and self.token is not None:
            self.token.expires_at = min(self.token.expires_at, now + wait_s)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a post is answered with."""

    actions: tuple[Action, ...]
    call: CallInProgress | None = None
    is_new: bool = False
    refusal: Refusal | None = None


def _nothing(_call: CallInProgress) -> None:
    pass


def _nothing_of(_call: CallInProgress, _callback: VoiceCallback) -> None:
    pass


@dataclass(frozen=True, slots=True)
class CallHooks:
    """What the composition does as calls move. All are called synchronously and may not block."""

    on_arrival: Callable[[CallInProgress], None] = _nothing
    """A call has come and is offered a stream: the arrival row is to be written."""
    on_refused: Callable[[CallInProgress], None] = _nothing
    """A call has come and got no stream: `CallInProgress.refusal` says why. It got the office's
    fallback, or the busy tone if it is `Refusal.TOO_MANY`."""
    on_lifecycle: Callable[[CallInProgress, VoiceCallback], None] = _nothing_of
    """Any later post about a call, its end too."""
    on_went_on: Callable[[CallInProgress], None] = _nothing
    """The platform went on behind the stream and got the fallback: the conversation is lost."""
    on_handoff_served: Callable[[CallInProgress], None] = _nothing
    """The platform fetched the hand-off's document."""
    on_round_ended: Callable[[CallInProgress], None] = _nothing
    """Nobody was reached in one round of the hand-off, and the next round's document is due."""
    on_handoff_ended: Callable[[CallInProgress], None] = _nothing
    """`CallInProgress.handoff_outcome` is known; not connected: one more stream is on offer."""
    on_never_opened: Callable[[CallInProgress], None] = _nothing
    """A stream was offered and no socket came: the call is dropped from memory's count."""
