"""The caller's turns, as far as the server's transcription shows them.

Gemini tells no edges of the caller's voice, and its transcripts are not ordered with respect to
its own turn: words may come before the reply to them, or after it has begun. So a turn goes

======== ====================================== ===============================================
state    on                                     then
======== ====================================== ===============================================
NONE     words                                  OPEN, a new turn
NONE     the model begins by itself             ANSWERED, a new turn whose words are still to come
OPEN     words                                  OPEN
OPEN     0.5 s without, ``finished``            ENDED: the words are final, the turn has ended
OPEN     the model begins                       ANSWERED: the words are final, the turn has ended
ENDED    words; the model waits for more        OPEN; the turn is rejoined
ENDED    the model begins                       ANSWERED
ANSWERED words within 1 s of the reply's start  ANSWERED: they are of the turn that is answered
ANSWERED later words                            OPEN, a new turn
ANSWERED the caller cuts in                     NONE
======== ====================================== ===============================================

Positions in the caller's sound are those at which the words arrived: they are late by the
recogniser's delay. A level meter knows better.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from mapokezi.voice.events import CallerHeard, CallerTurnEnded, CallerTurnRejoined, VoiceEvent
from mapokezi.voice.joining import apart
from mapokezi.voice.protocols.gemini_live.deadlines import Deadline, Deadlines
from mapokezi.voice.protocols.gemini_live.incoming import Transcription
from mapokezi.voice.protocols.gemini_live.said import Said

QUIET_S = 0.5
"""Words that pause this long are taken for final."""
LATE_WORDS_S = 1.0
"""Words that come this soon after a reply has begun are of the turn that it answers."""


class _State(Enum):
    NONE = auto()
    OPEN = auto()
    ENDED = auto()
    ANSWERED = auto()


class CallerWords:
    """The caller's turn of the moment."""

    def __init__(
        self,
        prefix: str,
        tell: Callable[[VoiceEvent], None],
        deadlines: Deadlines,
        said: Said,
        heard_ms: Callable[[], int],
    ) -> None:
        """Begin with nothing heard; ``heard_ms`` gives how much caller sound was fed."""
        self._prefix = prefix
        self._tell = tell
        self._deadlines = deadlines
        self._said = said
        self._heard_ms = heard_ms
        self._state = _State.NONE
        self._nth = 0
        self._turn_id = ""
        self._text = ""
        self._started_ms = self._ended_ms = 0
        self._answered_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the caller seems to be talking."""
        return self._state is _State.OPEN

    @property
    def is_owed(self) -> bool:
        """Whether the caller's turn has ended and no reply has begun."""
        return self._state is _State.ENDED

    def fragment(self, words: Transcription, now: float) -> None:
        """Take in a further piece of the caller's words; it may begin inside a word."""
        if words.text:
            self._goes_on(now)
            self._text += apart(self._text, words.text)
            self._ended_ms = self._heard_ms()
            self._tell_words(final=self._state is _State.ANSWERED)
        if self._state is _State.OPEN:
            if words.finished:
                self._end()
            else:
                self._deadlines.set(Deadline.WORDS, now + QUIET_S)

    def running_view(self, words: Transcription, now: float) -> None:
        """Take in a guess at the words so far; settled words of the turn replace it."""
        if not words.text or not words.text.strip() or (self._text and self.is_open):
            return
        if self._state is _State.ANSWERED and now - self._answered_at <= LATE_WORDS_S:
            return
        self._goes_on(now)
        self._ended_ms = self._heard_ms()
        self._tell_words(final=False, text=(self._text + words.text))
        self._deadlines.set(Deadline.WORDS, now + QUIET_S)

    def quiet(self) -> None:
        """The words have paused."""
        if self._state is _State.OPEN:
            self._end()

    def model_begins(self, now: float, *, is_asked: bool) -> str:
        """The model's turn begins.

        Args:
            now: When.
            is_asked: Whether it answers something that we asked or gave it, not the caller.

        Returns:
            The caller's turn that it answers; empty if it answers none.
        """
        if self._state is _State.OPEN:
            self._end()
        if self._state is not _State.ENDED:
            if is_asked:
                return ""
            self._new_turn()
            self._tell(CallerTurnEnded(self._turn_id, self._ended_ms))
        self._deadlines.clear(Deadline.WORDS)
        self._state = _State.ANSWERED
        self._answered_at = now
        return self._turn_id

    def model_waits(self) -> None:
        """The model expects the caller to go on: no reply is owed."""
        if self._state is _State.ENDED:
            self._rejoin()

    def caller_cut_in(self) -> None:
        """Further words are a new turn's."""
        if self._state is _State.ANSWERED:
            self._state = _State.NONE

    def _goes_on(self, now: float) -> None:
        if self._state is _State.ENDED:
            self._rejoin()
        is_late = self._state is _State.ANSWERED and now - self._answered_at <= LATE_WORDS_S
        if self._state is not _State.OPEN and not is_late:
            self._new_turn()
            self._state = _State.OPEN

    def _new_turn(self) -> None:
        self._nth += 1
        self._turn_id = f"{self._prefix}t{self._nth}"
        self._text = ""
        self._started_ms = self._ended_ms = self._heard_ms()

    def _rejoin(self) -> None:
        self._state = _State.OPEN
        self._tell(CallerTurnRejoined(self._turn_id))

    def _end(self) -> None:
        self._deadlines.clear(Deadline.WORDS)
        self._state = _State.ENDED
        if self._text.strip():
            self._tell_words(final=True)
        self._tell(CallerTurnEnded(self._turn_id, self._ended_ms))

    def _tell_words(self, *, final: bool, text: str = "") -> None:
        words = (text or self._text).strip()
        if not words:
            return
        self._said.caller(self._turn_id, words)
        self._tell(CallerHeard(self._turn_id, words, final, self._started_ms, self._ended_ms))
