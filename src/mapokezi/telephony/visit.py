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
PASSING   = or -     -, OVER  -             = or -     NEXT, RETURN,   =            NEXT, RETURN,
                                                       HANGUP                       HANGUP
RETURNING -          -, OVER  -             -          =               FALLBACK     =
GOODBYE   HANGUP     -, OVER  -             HANGUP     HANGUP          HANGUP       HANGUP
FALLEN    = or -     -, OVER  -             -          -               = or HANGUP  = or HANGUP
OVER      -          -        -             -          -               HANGUP       HANGUP
========= ========== ======== ============= ========== =============== ============ ===========

Continue after room, which a call has that is held in one: OFFERED and TALKING get one more stream,
which holds the call by itself, for the room is over or the platform has none; RETURNING the same
again; JOINED, in which caller and colleague talk in the room, HANGUP, and for any other post but
the end nothing; every other phase as after stream.

"= or -": the same document for a true duplicate of the post that was answered with it, while it
comes within `VisitSettings.duplicate_s` and its stream has not been opened. "NEXT, RETURN,
HANGUP": the next round's document if nobody was reached and there is a further round, one more
stream if there is none (or if nobody can tell whether somebody was reached), else the caller has
had their conversation. A first post may say Completed and is still answered with a stream
(contract section 3.2). A hand-off armed in RETURNING or TALKING after a return works like the
first. A visit whose calls all go to somebody's own telephone is PASSING from its first post.

The end of a round may be told twice: by a post to the voice URL, whose answer may or may not be
obeyed, and by the question how to go on. Whichever comes first begins the next round; the other
one gets the same document again. The question names its round in its URL; a post that comes
within `VisitSettings.late_word_s` of a round's beginning is of the round before.
"""

from __future__ import annotations

from enum import StrEnum

from mapokezi.telephony.callbacks import DialOutcome, VoiceCallback
from mapokezi.telephony.urls import After
from mapokezi.telephony.visit_posts import (
    CONTINUES,
    LEG_STATES,
    Tells,
    fingerprint_of,
    outcome_told,
    what_it_tells,
)
from mapokezi.telephony.visit_settings import VisitSettings

__all__ = ["Phase", "Reply", "Visit", "VisitSettings"]


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
    JOINED = "joined"
    """The caller talks with a colleague in the call's room, without us."""
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
    NEXT_ROUND = "next_round"
    """Nobody was reached: the document of the next round of the hand-off."""
    AGAIN = "again"
    """The document that was given last, byte for byte."""
    FALLBACK = "fallback"
    """What the office chose for when the receptionist cannot take the call."""
    HANGUP = "hangup"
    EMPTY = "empty"


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
        self._dial_timeouts_s: tuple[int, ...] = (self._settings.dial_timeout_s,)
        self._round = 0
        self._outcome: DialOutcome | None = None
        self.round_outcome: DialOutcome | None = None
        """How the round ended behind which another one follows."""
        self._dialled_s: int | None = None

    @property
    def phase(self) -> Phase:
        """Where the visit stands."""
        return self._phase

    @property
    def round(self) -> int:
        """Which round of the hand-off is due or under way, counted from 0."""
        return self._round

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

    def arm_handoff(self, *dial_timeouts_s: int | None) -> None:
        """A hand-off is decided: the next post gets its document.

        Args:
            dial_timeouts_s: of each round, how long it rings; None: as long as the platform does.
        """
        if self._phase in (Phase.OFFERED, Phase.TALKING, Phase.RETURNING):
            self._phase = Phase.ARMED
            self._take_rounds(dial_timeouts_s)

    def pass_at_once(self, callback: VoiceCallback, now: float, dial_timeout_s: int | None) -> None:
        """The first post is answered with a dial: all calls go to somebody's own telephone."""
        self._take_rounds((dial_timeout_s,))
        self._phase, self._passing_since = Phase.PASSING, now
        self._remember(fingerprint_of(callback, None), now)

    def _take_rounds(self, timeouts_s: tuple[int | None, ...]) -> None:
        usual = self._settings.dial_timeout_s
        self._dial_timeouts_s = tuple(one or usual for one in timeouts_s) or (usual,)
        self._outcome = self._dialled_s = None
        self._round = 0

    def disarm_handoff(self) -> bool:
        """Take an armed hand-off back; False if its document has been given already."""
        if self._phase is Phase.ARMED:
            self._phase = Phase.TALKING
            return True
        return False

    def join(self) -> None:
        """The caller and a colleague are in the room together, and we leave them."""
        if self._phase is not Phase.OVER:
            self._phase = Phase.JOINED

    def say_goodbye(self) -> None:
        """The caller was said goodbye to: the call is only to be hung up."""
        if self._phase is not Phase.OVER:
            self._phase = Phase.GOODBYE

    def fall_back(self, callback: VoiceCallback, now: float, after: After | None = None) -> None:
        """The first post is answered with the office's fallback: we cannot take the call."""
        self._phase = Phase.FALLEN
        self._remember(fingerprint_of(callback, after), now)

    def end(self) -> None:
        """The call is over, as far as we know."""
        self._phase = Phase.OVER

    # --- what the platform posts ---------------------------------------------------------------

    def receive(
        self,
        callback: VoiceCallback,
        now: float,
        after: After | None = None,
        of_round: int | None = None,
    ) -> Reply:
        """Decide the answer to a post.

        Args:
            callback: the post.
            now: seconds, monotonic.
            after: set if it came to the continue URL: what was just finished.
            of_round: which round of a hand-off that was; None: the post does not tell.
        """
        tells = what_it_tells(callback, after)
        fingerprint = fingerprint_of(callback, after)
        self._note_dial(tells, callback, now)
        if tells is Tells.END and self._phase not in (Phase.NEW, Phase.OFFERED, Phase.FALLEN):
            self._end_of_call(callback, now)
            return Reply.EMPTY
        if self._phase is Phase.NEW:
            return self._when_new(tells, fingerprint, now)
        if tells is Tells.AFTER_ROOM and self._phase in _HELD:
            return self._when_room_is_over(fingerprint, now)
        if self._phase is Phase.PASSING:
            if self._is_of_round_before(tells, now, of_round):
                return Reply.AGAIN
            return self._when_passing(tells, callback, fingerprint, now)
        return self._in_phase(tells, fingerprint, now)

    def _in_phase(self, tells: Tells, fingerprint: tuple[object, ...], now: float) -> Reply:
        match self._phase:
            case Phase.OFFERED | Phase.FALLEN:
                return self._when_answered(tells, fingerprint, now)
            case Phase.TALKING:
                return self._fall(tells, fingerprint, now)
            case Phase.ARMED:
                return self._when_armed(tells, fingerprint, now)
            case Phase.RETURNING:
                if tells in (Tells.AFTER_DIAL, Tells.DIAL_ENDED):
                    return Reply.AGAIN
                return self._fall(tells, fingerprint, now)
            case Phase.JOINED:
                return Reply.EMPTY
            case Phase.GOODBYE:
                return Reply.EMPTY if tells is Tells.STREAM_BEGAN else Reply.HANGUP
            case _:
                return Reply.HANGUP if tells in CONTINUES else Reply.EMPTY

    def _note_dial(self, tells: Tells, callback: VoiceCallback, now: float) -> None:
        if self._phase in (Phase.PASSING, Phase.RETURNING) and callback.dial_duration_s is not None:
            self._dialled_s = callback.dial_duration_s
        if self._outcome is DialOutcome.IN_DOUBT and tells is Tells.DIAL_ENDED:
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
        if is_answered and self._is_duplicate(fingerprint_of(callback, None), now):
            return False
        self._end_of_call(callback, now)
        return True

    def _end_of_call(self, callback: VoiceCallback, now: float) -> None:
        if self._phase is Phase.PASSING:
            self._outcome = self._dialled_until_the_end(callback, now)
        self._phase = Phase.OVER

    def _when_new(self, tells: Tells, fingerprint: tuple[object, ...], now: float) -> Reply:
        if tells in (Tells.STREAM_BEGAN, Tells.STREAM_OVER):
            # A session of before our start. A stream here would be the second.
            self._phase = Phase.FALLEN
            return Reply.EMPTY
        if tells in CONTINUES:
            return self._fall(tells, fingerprint, now)
        self._phase = Phase.OFFERED
        self._remember(fingerprint, now)
        return Reply.STREAM

    def _when_answered(self, tells: Tells, fingerprint: tuple[object, ...], now: float) -> Reply:
        if self._is_duplicate(fingerprint, now):
            return Reply.AGAIN
        if tells is Tells.END:
            self._phase = Phase.OVER
            return Reply.EMPTY
        if self._phase is Phase.FALLEN:
            return Reply.HANGUP if tells in CONTINUES else Reply.EMPTY
        return self._fall(tells, fingerprint, now)

    def _when_armed(self, tells: Tells, fingerprint: tuple[object, ...], now: float) -> Reply:
        if tells is Tells.STREAM_BEGAN:
            return Reply.EMPTY
        self._phase = Phase.PASSING
        self._passing_since = now
        self._remember(fingerprint, now)
        return Reply.HANDOFF

    def _when_room_is_over(self, fingerprint: tuple[object, ...], now: float) -> Reply:
        if self._phase is Phase.JOINED:
            self._phase = Phase.GOODBYE
            return Reply.HANGUP
        if self._phase is Phase.RETURNING or self._is_duplicate(fingerprint, now):
            return Reply.AGAIN
        self._remember(fingerprint, now)
        if self._phase is Phase.OFFERED:
            return Reply.STREAM
        self._phase = Phase.RETURNING
        return Reply.RETURN_STREAM

    def _when_passing(
        self,
        tells: Tells,
        callback: VoiceCallback,
        fingerprint: tuple[object, ...],
        now: float,
    ) -> Reply:
        if tells is Tells.AFTER_STREAM:
            # The post before was only told to us, its answer not obeyed: the verb behind is.
            return Reply.HANDOFF
        if tells not in (Tells.AFTER_DIAL, Tells.DIAL_ENDED):
            return Reply.AGAIN if self._is_duplicate(fingerprint, now) else Reply.EMPTY
        outcome = self._outcome = self._dialled(callback, now)
        if outcome is DialOutcome.CONNECTED:
            self._phase = Phase.GOODBYE
            return Reply.HANGUP
        if outcome is not DialOutcome.IN_DOUBT and self._round + 1 < len(self._dial_timeouts_s):
            self._round += 1
            self._passing_since = now
            self._outcome, self.round_outcome, self._dialled_s = None, outcome, None
            self._remember(fingerprint, now)
            return Reply.NEXT_ROUND
        self._phase = Phase.RETURNING
        self._remember(fingerprint, now)
        return Reply.RETURN_STREAM

    def _is_of_round_before(self, tells: Tells, now: float, of_round: int | None) -> bool:
        if self._round == 0:
            return False
        if tells is Tells.AFTER_DIAL and of_round is not None:
            return of_round < self._round
        is_early = now - self._passing_since <= self._settings.late_word_s
        return tells is Tells.DIAL_ENDED and is_early

    def _dialled(self, callback: VoiceCallback, now: float) -> DialOutcome:
        told = outcome_told(callback, self._settings.least_talk_s)
        told = told or LEG_STATES.get(callback.state)
        if told is not None:
            return told
        return DialOutcome.CONNECTED if self._was_long(now) else DialOutcome.IN_DOUBT

    def _dialled_until_the_end(self, callback: VoiceCallback, now: float) -> DialOutcome | None:
        """The whole call ended in the dialled leg; None: nothing tells whether it connected."""
        if callback.dial_outcome is None and self._was_long(now):
            return DialOutcome.CONNECTED
        return callback.dial_outcome

    def _was_long(self, now: float) -> bool:
        rings_s = self._dial_timeouts_s[self._round]
        return now - self._passing_since > rings_s + self._settings.dial_slack_s

    def _fall(self, tells: Tells, fingerprint: tuple[object, ...], now: float) -> Reply:
        """The platform goes on although nothing was armed: our side is lost to it."""
        if tells not in CONTINUES:
            return Reply.EMPTY
        self._phase = Phase.FALLEN
        self._remember(fingerprint, now)
        return Reply.FALLBACK

    def _remember(self, fingerprint: tuple[object, ...], now: float) -> None:
        self._answered = fingerprint
        self._answered_at = now

    def _is_duplicate(self, fingerprint: tuple[object, ...], now: float) -> bool:
        is_same = fingerprint == self._answered
        return is_same and now - self._answered_at <= self._settings.duplicate_s


_HELD = frozenset({Phase.OFFERED, Phase.TALKING, Phase.RETURNING, Phase.JOINED})
"""In which the room's end says something."""
