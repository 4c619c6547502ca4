"""The rules of one platform session: which document each of its posts is answered with.

The platform posts to the same voice URL when a call arrives and again for every edge of its life
(contract fact 8). What is wanted is that a caller gets one ``<Stream>``, exactly one more after a
hand-off in vain, the hand-off's own document when we have closed the stream for it, ``<Hangup/>``
after a goodbye, and the office's fallback if a platform goes on where nothing of ours is left;
everything else is answered with an empty document. What the platform does when we close the
socket is not known (contract fact 4), so the same rules serve a platform that posts to the voice
URL, one that runs the next verb (a ``<Redirect>`` to the continue URL behind each stream and each
dial), one that does both, and one that does neither.

The table. Rows are the visit's phase, columns what a post says; ``=`` gives the same document
again, byte for byte, so that a post that is delivered twice or races with itself yields one
stream; ``-`` is the empty document.

========= ========== ======== ============= ========== =============== ============ ===========
phase     plain      the end  stream began  stream     dial ended      continue     continue
                                            over                       after stream after dial
========= ========== ======== ============= ========== =============== ============ ===========
NEW       STREAM     STREAM   -             -          STREAM          FALLBACK     FALLBACK
OFFERED   = or -     = or -   -             -          -               FALLBACK     FALLBACK
TALKING   -          -, OVER  -             -          -               FALLBACK     FALLBACK
ARMED     HANDOFF    -, OVER  -             HANDOFF    HANDOFF         HANDOFF      HANDOFF
PASSING   = or -     -, OVER  -             = or -     RETURN, HANGUP  =            RETURN, HANGUP
RETURNING -          -, OVER  -             -          =               FALLBACK     =
GOODBYE   HANGUP     -, OVER  -             HANGUP     HANGUP          HANGUP       HANGUP
FALLEN    = or -     -, OVER  -             -          -               = or HANGUP  = or HANGUP
OVER      -          -        -             -          -               HANGUP       HANGUP
========= ========== ======== ============= ========== =============== ============ ===========

"= or -": the same document for a true duplicate of the post that was answered with it, while it
comes within `VisitSettings.duplicate_s` and its stream has not been opened. "RETURN, HANGUP":
one more stream if nobody was reached, else the caller has had their conversation. A first post
may say Completed and is still answered with a stream (contract section 3.2). A hand-off armed in
RETURNING or TALKING after a return works like the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from mapokezi.telephony.callbacks import CallState, DialOutcome, VoiceCallback
from mapokezi.telephony.urls import After


class Phase(StrEnum):
    """Where a visit stands."""

    NEW = "new"
    OFFERED = "offered"
    """A stream was given; its socket has not opened."""
    TALKING = "talking"
    ARMED = "armed"
    """A hand-off is decided; its document waits for the platform to ask."""
    PASSING = "passing"
    """The hand-off's document was given."""
    RETURNING = "returning"
    """Nobody was reached: one more stream was given; its socket has not opened."""
    GOODBYE = "goodbye"
    FALLEN = "fallen"
    """The office's fallback was given: nothing of ours will speak any more."""
    OVER = "over"


class Reply(StrEnum):
    """What to answer a post with."""

    STREAM = "stream"
    """A new stream, with a fresh token."""
    RETURN_STREAM = "return_stream"
    """One more stream, with a fresh token: the caller comes back from a hand-off in vain."""
    HANDOFF = "handoff"
    """The document that was armed."""
    AGAIN = "again"
    """The document that was given last, byte for byte."""
    FALLBACK = "fallback"
    """What the office chose for when the receptionist cannot take the call."""
    HANGUP = "hangup"
    EMPTY = "empty"


class _Tells(Enum):
    """What a post says, as far as the table asks."""

    PLAIN = auto()
    END = auto()
    STREAM_BEGAN = auto()
    STREAM_OVER = auto()
    DIAL_ENDED = auto()
    AFTER_STREAM = auto()
    AFTER_DIAL = auto()


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """Times of the rules, in seconds."""

    duplicate_s: float = 8.0
    """How long a post counts as a delivery of the one before: the platform's own limit for an
    answer is about 10 s, and a retry comes sooner."""
    dial_timeout_s: int = 30
    """How long a dialled leg rings if its action does not say."""
    dial_slack_s: float = 15.0
    """Beyond ringing: the spoken sentence and the network. A dial that took longer, and of which
    the platform does not tell the outcome, was a conversation."""


class Visit:
    """One platform session, from its first post to its last.

    The caller's duty: call `media_opened` when the session's socket opens, and the ``say_``
    methods as the conversation decides; give every post to `receive` and answer with what it says.
    """

    def __init__(self, settings: VisitSettings | None = None) -> None:
        """Start before the first post."""
        self._settings = settings or VisitSettings()
        self._phase = Phase.NEW
        self._answered: tuple[object, ...] | None = None
        self._answered_at = 0.0
        self._passing_since = 0.0
        self._dial_timeout_s = self._settings.dial_timeout_s
        self._outcome: DialOutcome | None = None
        self._dialled_s: int | None = None

    @property
    def phase(self) -> Phase:
        """Where the visit stands."""
        return self._phase

    @property
    def handoff_outcome(self) -> DialOutcome | None:
        """How the last hand-off ended, once the platform has shown it."""
        return self._outcome

    @property
    def dialled_s(self) -> int | None:
        """How long its dialled leg was joined to the caller; None: the platform did not tell."""
        return self._dialled_s

    # --- what our own side decides -----------------------------------------------------------

    def media_opened(self) -> None:
        """The media socket of the stream that was offered has opened."""
        if self._phase in (Phase.OFFERED, Phase.RETURNING):
            self._phase = Phase.TALKING

    def arm_handoff(self, dial_timeout_s: int | None) -> None:
        """A hand-off is decided: the next post gets its document."""
        if self._phase in (Phase.OFFERED, Phase.TALKING, Phase.RETURNING):
            self._phase = Phase.ARMED
            self._outcome = self._dialled_s = None
            self._dial_timeout_s = dial_timeout_s or self._settings.dial_timeout_s

    def disarm_handoff(self) -> bool:
        """Take an armed hand-off back; False if its document has been given already."""
        if self._phase is Phase.ARMED:
            self._phase = Phase.TALKING
            return True
        return False

    def say_goodbye(self) -> None:
        """The caller was said goodbye to: the call is only to be hung up."""
        if self._phase is not Phase.OVER:
            self._phase = Phase.GOODBYE

    def fall_back(self, callback: VoiceCallback, now: float, after: After | None = None) -> None:
        """The first post is answered with the office's fallback: we cannot take the call."""
        self._phase = Phase.FALLEN
        self._remember(_fingerprint(callback, after), now)

    def end(self) -> None:
        """The call is over, as far as we know."""
        self._phase = Phase.OVER

    # --- what the platform posts ---------------------------------------------------------------

    def receive(self, callback: VoiceCallback, now: float, after: After | None = None) -> Reply:
        """Decide the answer to a post.

        Args:
            callback: the post.
            now: seconds, monotonic.
            after: set if it came to the continue URL: what was just finished.
        """
        tells = _what_it_tells(callback, after)
        fingerprint = _fingerprint(callback, after)
        self._note_dial(tells, callback, now)
        if tells is _Tells.END and self._phase not in (Phase.NEW, Phase.OFFERED, Phase.FALLEN):
            self._end_of_call(callback, now)
            return Reply.EMPTY
        match self._phase:
            case Phase.NEW:
                return self._when_new(tells, fingerprint, now)
            case Phase.OFFERED | Phase.FALLEN:
                return self._when_answered(tells, fingerprint, now)
            case Phase.TALKING:
                return self._fall(tells, fingerprint, now)
            case Phase.ARMED:
                return self._when_armed(tells, fingerprint, now)
            case Phase.PASSING:
                return self._when_passing(tells, callback, fingerprint, now)
            case Phase.RETURNING:
                if tells in (_Tells.AFTER_DIAL, _Tells.DIAL_ENDED):
                    return Reply.AGAIN
                return self._fall(tells, fingerprint, now)
            case Phase.GOODBYE:
                return Reply.EMPTY if tells is _Tells.STREAM_BEGAN else Reply.HANGUP
            case Phase.OVER:
                return Reply.HANGUP if tells in _CONTINUES else Reply.EMPTY

    def _note_dial(self, tells: _Tells, callback: VoiceCallback, now: float) -> None:
        if self._phase in (Phase.PASSING, Phase.RETURNING) and callback.dial_duration_s is not None:
            self._dialled_s = callback.dial_duration_s
        if self._outcome is DialOutcome.IN_DOUBT and tells is _Tells.DIAL_ENDED:
            self._outcome = self._dialled(callback, now)  # the word of it came after the question

    def told_over(self, callback: VoiceCallback, now: float) -> bool:
        """The platform tells that the call is over where it reads no answer: among its events.

        Args:
            callback: what it tells.
            now: seconds, monotonic.

        Returns:
            Whether that was news. It is none if it repeats the post that was answered with the
            stream: a first post can say Completed.
        """
        if self._phase in (Phase.NEW, Phase.OVER):
            return False
        is_answered = self._phase in (Phase.OFFERED, Phase.FALLEN)
        if is_answered and self._is_duplicate(_fingerprint(callback, None), now):
            return False
        self._end_of_call(callback, now)
        return True

    def _end_of_call(self, callback: VoiceCallback, now: float) -> None:
        if self._phase is Phase.PASSING:
            self._outcome = self._dialled_until_the_end(callback, now)
        self._phase = Phase.OVER

    def _when_new(self, tells: _Tells, fingerprint: tuple[object, ...], now: float) -> Reply:
        if tells in (_Tells.STREAM_BEGAN, _Tells.STREAM_OVER):
            # A session of before our start. A stream here would be the second.
            self._phase = Phase.FALLEN
            return Reply.EMPTY
        if tells in _CONTINUES:
            return self._fall(tells, fingerprint, now)
        self._phase = Phase.OFFERED
        self._remember(fingerprint, now)
        return Reply.STREAM

    def _when_answered(self, tells: _Tells, fingerprint: tuple[object, ...], now: float) -> Reply:
        if self._is_duplicate(fingerprint, now):
            return Reply.AGAIN
        if tells is _Tells.END:
            self._phase = Phase.OVER
            return Reply.EMPTY
        if self._phase is Phase.FALLEN:
            return Reply.HANGUP if tells in _CONTINUES else Reply.EMPTY
        return self._fall(tells, fingerprint, now)

    def _when_armed(self, tells: _Tells, fingerprint: tuple[object, ...], now: float) -> Reply:
        if tells is _Tells.STREAM_BEGAN:
            return Reply.EMPTY
        self._phase = Phase.PASSING
        self._passing_since = now
        self._remember(fingerprint, now)
        return Reply.HANDOFF

    def _when_passing(
        self,
        tells: _Tells,
        callback: VoiceCallback,
        fingerprint: tuple[object, ...],
        now: float,
    ) -> Reply:
        if tells is _Tells.AFTER_STREAM:
            # The post before was only told to us, its answer not obeyed: the verb behind is.
            return Reply.HANDOFF
        if tells not in (_Tells.AFTER_DIAL, _Tells.DIAL_ENDED):
            return Reply.AGAIN if self._is_duplicate(fingerprint, now) else Reply.EMPTY
        self._outcome = self._dialled(callback, now)
        if self._outcome is DialOutcome.CONNECTED:
            self._phase = Phase.GOODBYE
            return Reply.HANGUP
        self._phase = Phase.RETURNING
        self._remember(fingerprint, now)
        return Reply.RETURN_STREAM

    def _dialled(self, callback: VoiceCallback, now: float) -> DialOutcome:
        if callback.dial_outcome is not None:
            return callback.dial_outcome
        told = _LEG_STATES.get(callback.state)
        if told is not None:
            return told
        return DialOutcome.CONNECTED if self._was_long(now) else DialOutcome.IN_DOUBT

    def _dialled_until_the_end(self, callback: VoiceCallback, now: float) -> DialOutcome | None:
        """The whole call ended in the dialled leg; None: nothing tells whether it connected."""
        if callback.dial_outcome is None and self._was_long(now):
            return DialOutcome.CONNECTED
        return callback.dial_outcome

    def _was_long(self, now: float) -> bool:
        return now - self._passing_since > self._dial_timeout_s + self._settings.dial_slack_s

    def _fall(self, tells: _Tells, fingerprint: tuple[object, ...], now: float) -> Reply:
        """The platform goes on although nothing was armed: our side is lost to it."""
        if tells not in _CONTINUES:
            return Reply.EMPTY
        self._phase = Phase.FALLEN
        self._remember(fingerprint, now)
        return Reply.FALLBACK

    def _remember(self, fingerprint: tuple[object, ...], now: float) -> None:
        self._answered = fingerprint
        self._answered_at = now

    def _is_duplicate(self, fingerprint: tuple[object, ...], now: float) -> bool:
        return (
            fingerprint == self._answered and now - self._answered_at <= self._settings.duplicate_s
        )


_CONTINUES = frozenset({_Tells.AFTER_STREAM, _Tells.AFTER_DIAL})

_LEG_STATES = {
    CallState.BUSY: DialOutcome.BUSY,
    CallState.NO_ANSWER: DialOutcome.NO_ANSWER,
    CallState.FAILED: DialOutcome.FAILED,
    CallState.CANCELED: DialOutcome.NO_ANSWER,
}
"""States that an inbound leg which was answered cannot have: they tell of the dialled one."""


def _what_it_tells(callback: VoiceCallback, after: After | None) -> _Tells:
    if after is not None:
        return _Tells.AFTER_DIAL if after is After.DIAL else _Tells.AFTER_STREAM
    if callback.is_end:
        leg = callback.state in _LEG_STATES and callback.is_active is None
        return _Tells.DIAL_ENDED if leg else _Tells.END
    if callback.state is CallState.STREAM_STARTED:
        return _Tells.STREAM_BEGAN
    if callback.is_stream_event:
        return _Tells.STREAM_OVER
    if callback.dial_outcome is not None or callback.state in _LEG_STATES:
        return _Tells.DIAL_ENDED
    return _Tells.PLAIN


def _fingerprint(callback: VoiceCallback, after: After | None) -> tuple[object, ...]:
    """What two deliveries of one post share. A lifecycle post differs in one of these."""
    return (
        after,
        callback.state_text,
        callback.is_active,
        callback.stream_event,
        callback.duration_s,
        callback.digits,
        callback.dial_outcome,
    )
