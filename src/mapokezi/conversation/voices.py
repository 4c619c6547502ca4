"""The voices of one call: the one in use watched, the next one opened."""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.conversation.effects import MUTE, Effect, Line, OpenVoice
from mapokezi.conversation.floor import Floor
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.timeline import Moment, Timeline
from mapokezi.conversation.tool_calls import ToolCalls
from mapokezi.conversation.voice_ladder import VoiceLadder
from mapokezi.voice.events import VoiceFailed, VoiceReady

_BROKE_OFF_S = 3.0
"""A voice that is gone so soon after the end of a reply may have been cut off in it: a protocol
tries to go on over another connection before it gives up."""


class Voices:
    """Keeps a voice at work as long as the office has one left.

    Methods that may find that none is left give the reason of the last one's fault, for the
    operator; else None.
    """

    def __init__(
        self,
        settings: ConversationSettings,
        emit: Callable[[Effect], None],
        timeline: Timeline,
        floor: Floor,
        tools: ToolCalls,
    ) -> None:
        """Begin with the first voice, which the bridge opens by itself."""
        self._ladder = VoiceLadder(settings.voice_rungs, settings.voice_open_s)
        self._emit = emit
        self._timeline = timeline
        self._floor = floor
        self._tools = tools
        self._mutes = 0
        self._mute_after_s = settings.mute_after_s
        self._ready_at = 0.0

    @property
    def is_exhausted(self) -> bool:
        """Whether no voice is left."""
        return self._ladder.is_exhausted

    def await_ready(self, now: float) -> None:
        """From now on the voice should be ready soon."""
        self._ladder.await_ready(now)

    def ready(self, event: VoiceReady, now: float) -> None:
        """The voice hears the caller; if a reply is owed, its time begins here."""
        self._timeline.note(Moment.VOICE_READY, now, name=event.name)
        self._ladder.ready()
        self._floor.voice_ready(leads_turns=event.leads_turns)
        self._ready_at = now

    def closed(self) -> None:
        """The voice is closed for a hand-off; the same is opened anew if the caller comes back."""
        self._ladder.closed()
        self._floor.voice_leads = self._floor.has_voice = False

    def opened_anew(self, now: float) -> None:
        """The same voice is opened anew, to be told what came of a hand-off: what it began ends."""
        floor = self._floor
        floor.voice_leads = floor.has_voice = False
        floor.speaking.end_streams(now)
        self._tools.forget_open()
        floor.listening.replaced(now)
        self.await_ready(now)

    def spoke(self) -> None:
        """The voice brought sound: it works."""
        self._ladder.spoke()
        self._mutes = 0

    def failed(self, event: VoiceFailed, now: float, *, may_open: bool) -> str | None:
        """The voice cannot go on."""
        self._timeline.note(Moment.VOICE_FAILED, now, reason=event.reason)
        return self._next(
            event.reason,
            now,
            recoverable=event.recoverable,
            may_open=may_open,
            is_bad=event.unheard_is_bad,
        )

    def next_timer(self) -> float | None:
        """Give the instant at which the voice should be ready."""
        return self._ladder.next_timer()

    def handle_timer(self, now: float, *, is_mute: bool, may_open: bool) -> str | None:
        """Act on a voice that is late, or mute while the caller waits."""
        if self._ladder.is_late(now):
            again = self._ladder.is_last
            return self._next("not ready in time", now, recoverable=again, may_open=may_open)
        return self._mute(now) if is_mute else None

    def _mute(self, now: float) -> str | None:
        """Nothing comes: say that we are there, and try another voice if that may help."""
        self._mutes += 1
        is_new = now - self._ready_at < self._mute_after_s
        waits_for_others = self._tools.any_open or not self._ladder.is_ready or is_new
        if self._floor.led.may_be_noise and self._mutes == 1:
            waits_for_others = True
        if waits_for_others or (self._ladder.is_last and self._mutes == 1):
            self._floor.speaking.line(Line.STILL_HERE, now)
            return None
        self._timeline.note(Moment.VOICE_MUTE, now)
        return self._next(MUTE, now, recoverable=self._ladder.is_last, may_open=True)

    def _broke_off(self, now: float) -> bool:
        """Tell whether a reply that the voice told the end of may have been ended by its fault."""
        ended_at, floor = self._floor.speaking.ended_at, self._floor
        since = None if ended_at is None else now - ended_at
        heard_since = floor.listening.is_voice_on or floor.listening.voice_since > (ended_at or 0.0)
        return since is not None and since <= _BROKE_OFF_S and not heard_since

    def _next(
        self, reason: str, now: float, *, recoverable: bool, may_open: bool, is_bad: bool = False
    ) -> str | None:
        floor = self._floor
        # Also a reply that was begun, and a deed whose result the caller is to hear.
        is_begun = (
            floor.speaking.is_replying
            or (is_bad and floor.speaking.is_in_playout)
            or self._broke_off(now)
        )
        is_speaking = floor.listening.is_voice_on
        is_unnoticed = floor.led.is_pending and not floor.speaking.is_pending
        is_open = floor.listening.has_open_turn and not is_speaking
        is_owed = (
            floor.wait.is_silent or is_begun or self._tools.any_open or is_unnoticed or is_open
        )
        is_unknown = floor.led.unnoticed > 0 or floor.turn_unheard or (is_unnoticed and not is_open)
        # What was said before the voice was ready, the next one is given as sound.
        gives_sound = floor.turn_unheard and not self._ladder.is_ready
        if is_bad:
            floor.cut(now, "bad sound")
        self._mutes = 0
        floor.voice_leads = floor.has_voice = False
        floor.speaking.end_streams(now)
        self._tools.forget_open()
        floor.listening.replaced(now)
        if is_speaking and not is_owed:
            floor.led.cut_short(now)
        if not may_open:
            return None
        rung = self._ladder.failed(now, recoverable=recoverable)
        if rung is None:
            return reason
        self._timeline.note(Moment.VOICE_REPLACED, now, rung=rung, reason=reason)
        owes = is_owed and not gives_sound
        self._emit(OpenVoice(rung, reason, reply_owed=owes, turn_unknown=is_unknown and owes))
        if is_owed:
            floor.bridge(now)
        return None
