"""The caller's voice by its loudness alone, beside a cloud model.

A level meter gives the edges of the voice where the model tells of none, or gives no sign of life
at all. Nothing waits for them but the count of seconds, so the sound is looked at in lots.
"""

from __future__ import annotations

from collections.abc import Sequence

from mapokezi.audio.formats import bytes_of
from mapokezi.audio.level import LevelMeter, VoiceEdge, VoiceRose
from mapokezi.voice.events import CallerVoiceStarted, CallerVoiceStopped, VoiceEvent

_LOT_BYTES = bytes_of(240)
"""Six of the meter's steps."""
_NOTHING: tuple[VoiceEvent, ...] = ()


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

    def feed(self, pcm: bytes) -> Sequence[VoiceEvent]:
        """Take the caller's sound; give what is to be told, which nearly always is nothing."""
        self._waiting.append(pcm)
        self._waiting_bytes += len(pcm)
        if self._waiting_bytes < _LOT_BYTES:
            return _NOTHING
        sound = b"".join(self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0
        return [event for edge in self._meter.feed(sound) for event in self._told(edge)]

    def _told(self, edge: VoiceEdge) -> list[VoiceEvent]:
        """Tell of an edge, unless the model tells of them itself and is not struck dumb."""
        if isinstance(edge, VoiceRose):
            self._rose, self._messages_at_rise = edge, self.messages
            return [CallerVoiceStarted(edge.at_ms)] if self.leads else []
        if self.leads:
            return [CallerVoiceStopped(edge.at_ms)]
        if self._rose is not None and self.messages == self._messages_at_rise:
            # Not a word from the far side all the while that somebody spoke: it may be dead.
            return [CallerVoiceStarted(self._rose.at_ms), CallerVoiceStopped(edge.at_ms)]
        return []
