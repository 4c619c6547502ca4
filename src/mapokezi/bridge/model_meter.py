"""The caller's voice by its loudness alone, beside a cloud model.

A level meter gives the edges of the voice where the model tells of none, gives no sign of life at
all, or has told of a voice and not of its end. Nothing waits for them but the count of seconds, so
the sound is looked at in lots.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from mapokezi.audio.formats import bytes_of
from mapokezi.audio.level import LevelMeter, VoiceEdge, VoiceFell, VoiceRose
from mapokezi.voice.events import CallerVoiceStarted, CallerVoiceStopped, VoiceEvent

_BYTES_PER_MS = bytes_of(1)
RECENT_MS = 4_000
"""What was said longer ago than this was answered, or the caller has given it up."""
_LOT_BYTES = bytes_of(160)
"""Four of the meter's steps."""
_MOST_BYTES = bytes_of(400)
"""Looked at even if nobody asks."""
_TURN_BYTES = bytes_of(RECENT_MS)
_LEAD_BYTES = bytes_of(400)
"""A meter knows of a voice 80 ms late at most, and is asked after a lot."""
_NOTHING: tuple[VoiceEvent, ...] = ()
LATE_MS = 1_000
"""A voice that has stopped for so long has stopped, whatever the model says: detectors take 500 to
800 ms and a trip. A caller who waits is to be told something within three seconds."""


class ModelMeter:
    """The meter of one session."""

    def __init__(self) -> None:
        """Lead, until the model tells of an edge itself."""
        self.leads = True
        self.messages = 0
        """How many the model has sent, to be counted by its session."""
        self._meter = LevelMeter()
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._rose: VoiceRose | None = None
        self._messages_at_rise = 0
        self._fed_bytes = 0
        self._fell: VoiceFell | None = None
        """The end of a voice that the model still hears."""
        self._is_on = self._was_overruled = False
        """Whether the model hears a voice; whether its end was told in its place."""
        self._turn: deque[bytes] = deque()
        """The sound of what was said since the model last wrote words down, in lots."""
        self._turn_bytes = 0
        self._is_said = False
        """Whether there is a voice in it."""
        self._rises = False

    def model_told(self, is_voice: bool) -> None:
        """The model has told of an edge itself: its ears are better."""
        self.leads = False
        self._is_on = is_voice
        if not is_voice:
            self._fell, self._rose = None, None

    def untold(self) -> Sequence[VoiceEvent]:
        """Give, of a model that has failed, what the caller said and it may not have heard."""
        rose, fell = self._rose, self._fell
        if self._is_on and fell is not None:
            return [CallerVoiceStopped(fell.at_ms)]
        if self.leads or self._is_on or rose is None:
            return _NOTHING
        self._rose = None
        if fell is None:
            return [CallerVoiceStarted(rose.at_ms)]
        if self._fed_bytes // _BYTES_PER_MS - fell.at_ms > RECENT_MS:
            return _NOTHING
        return [CallerVoiceStarted(rose.at_ms), CallerVoiceStopped(fell.at_ms)]

    def written(self) -> None:
        """The model has written down what was said: whoever takes over is told it in words."""
        self._is_said = False
        self._forget_but(_LEAD_BYTES)

    @property
    def unwritten(self) -> bytes:
        """The caller's last words as sound, as long as the model has not written them down."""
        return b"".join((*self._turn, *self._waiting)) if self._is_said else b""

    @property
    def is_speaking(self) -> bool:
        """Whether the caller is in the middle of words that the model has not written down."""
        return self._is_said and self._rises

    def feed(self, pcm: bytes) -> Sequence[VoiceEvent]:
        """Take the caller's sound; give what is to be told, which nearly always is nothing."""
        self._waiting.append(pcm)
        self._waiting_bytes += len(pcm)
        return _NOTHING if self._waiting_bytes < _MOST_BYTES else self.look()

    def look(self) -> Sequence[VoiceEvent]:
        """Look at what has come, if that is a lot; give what is to be told."""
        if self._waiting_bytes < _LOT_BYTES:
            return _NOTHING
        sound = b"".join(self._waiting)
        self._waiting.clear()
        self._fed_bytes += self._waiting_bytes
        self._waiting_bytes = 0
        edges = self._meter.feed(sound)
        self._keep(sound, edges)
        told = [event for edge in edges for event in self._told(edge)]
        if self._is_on and self._fell is not None and self._is_late(self._fell):
            told.append(CallerVoiceStopped(self._fell.at_ms))
            self._is_on, self._was_overruled, self._fell, self._rose = False, True, None, None
        return told

    def _keep(self, sound: bytes, edges: Sequence[VoiceEdge]) -> None:
        """Keep the sound while it is a turn's; before a voice, no more than its first syllable."""
        for edge in edges:
            self._rises = isinstance(edge, VoiceRose)
            self._is_said = self._is_said or self._rises
        self._turn.append(sound)
        self._turn_bytes += len(sound)
        self._forget_but(_TURN_BYTES if self._is_said else _LEAD_BYTES)

    def _forget_but(self, most_bytes: int) -> None:
        while self._turn and self._turn_bytes - len(self._turn[0]) >= most_bytes:
            self._turn_bytes -= len(self._turn.popleft())

    def _is_late(self, fell: VoiceFell) -> bool:
        return self._fed_bytes // _BYTES_PER_MS - fell.at_ms >= LATE_MS

    def _told(self, edge: VoiceEdge) -> list[VoiceEvent]:
        """Tell of an edge, unless the model tells of them itself and is not struck dumb."""
        if isinstance(edge, VoiceRose):
            self._rose, self._messages_at_rise = edge, self.messages
            self._fell = None
            is_told, self._was_overruled = self.leads or self._was_overruled, False
            self._is_on = self._is_on or (is_told and not self.leads)
            return [CallerVoiceStarted(edge.at_ms)] if is_told else []
        self._fell = edge
        if self.leads:
            return [CallerVoiceStopped(edge.at_ms)]
        if self._rose is not None and self.messages == self._messages_at_rise:
            # Not a word from the far side all the while that somebody spoke: it may be dead.
            rose, self._rose = self._rose, None
            return [CallerVoiceStarted(rose.at_ms), CallerVoiceStopped(edge.at_ms)]
        return []
