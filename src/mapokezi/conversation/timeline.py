"""Every instant of a call that somebody may ask for, and where its seconds went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise


class Moment(StrEnum):
    """What an entry of the timeline is about."""

    MEDIA_OPENED = "media_opened"
    MEDIA_REOPENED = "media_reopened"
    GREETING_ASKED = "greeting_asked"
    FIRST_WORD = "first_word"
    VOICE_READY = "voice_ready"
    VOICE_FAILED = "voice_failed"
    VOICE_MUTE = "voice_mute"
    VOICE_REPLACED = "voice_replaced"
    VOICE_NOTED = "voice_noted"
    TURN_NOT_NOTICED = "turn_not_noticed"
    REPLY_INTERRUPTED = "reply_interrupted"
    TOOL_WITHDRAWN = "tool_withdrawn"
    CALLER_VOICE_STARTED = "caller_voice_started"
    CALLER_VOICE_STOPPED = "caller_voice_stopped"
    CALLER_VOICE_GIVEN_UP = "caller_voice_given_up"
    CALLER_TURN_ENDED = "caller_turn_ended"
    CALLER_TURN_REJOINED = "caller_turn_rejoined"
    KEY_PRESSED = "key_pressed"
    REPLY_FIRST_AUDIO = "reply_first_audio"
    ITEM_STARTED = "item_started"
    ITEM_HEARD = "item_heard"
    ITEM_CUT = "item_cut"
    PLAYOUT_PAUSED = "playout_paused"
    PLAYOUT_RESUMED = "playout_resumed"
    PLAYOUT_DROPPED = "playout_dropped"
    PLAYOUT_GIVEN_UP = "playout_given_up"
    TURN_DISREGARDED = "turn_disregarded"
    LINE_SPOKEN = "line_spoken"
    TOOL_CALLED = "tool_called"
    TOOL_ANSWERED = "tool_answered"
    TOOL_LATE = "tool_late"
    HAND_OFF_BEGUN = "hand_off_begun"
    HAND_OFF_CALLED_OFF = "hand_off_called_off"
    HAND_OFF_CLOSED = "hand_off_closed"
    HAND_OFF_STEP = "hand_off_step"
    HAND_OFF_SETTLED = "hand_off_settled"
    LEAVING = "leaving"
    STAYING = "staying"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One instant."""

    at: float
    moment: Moment
    detail: Mapping[str, str | int] = field(default_factory=dict)
    """Ids, counts, grounds; never what somebody said."""


@dataclass(frozen=True, slots=True)
class Seconds:
    """The seconds of a call by who was heard. They add up to the call's length."""

    caller: float = 0.0
    receptionist: float = 0.0
    both: float = 0.0
    """Both at once; not counted in the two above."""
    thinking: float = 0.0
    """The caller had finished and waited for us."""
    dead_air: float = 0.0
    """Nobody spoke and nobody owed a reply."""

    @property
    def total(self) -> float:
        """The length of the call with media open."""
        return self.caller + self.receptionist + self.both + self.thinking + self.dead_air


@dataclass(frozen=True, slots=True)
class ResponseGap:
    """How long the caller waited for a reply to one turn."""

    turn_id: str
    caller_end_to_first_audio_ms: int
    """From the instant the caller's voice stopped to our first sound at the caller."""
    by_filler: bool = False
    """Whether that sound was a filler, not the reply."""


class _Track:
    """Spans of time in which something was so."""

    def __init__(self) -> None:
        self.spans: list[tuple[float, float]] = []
        self.since: float | None = None

    def begin(self, at: float) -> None:
        if self.since is None:
            self.since = max(at, self.spans[-1][1]) if self.spans else at

    def end(self, at: float) -> None:
        if self.since is not None:
            if at > self.since:
                self.spans.append((self.since, at))
            self.since = None

    def until(self, now: float) -> list[tuple[float, float]]:
        rest = [] if self.since is None or now <= self.since else [(self.since, now)]
        return [*self.spans, *rest]


class Timeline:
    """The instants of one conversation, in the order in which they were noticed."""

    def __init__(self) -> None:
        """Begin before the media opens."""
        self.entries: list[Entry] = []
        self.gaps: list[ResponseGap] = []
        self._open = _Track()
        self._caller = _Track()
        self._ours = _Track()
        self._thinking = _Track()

    def note(self, moment: Moment, at: float, **detail: str | int) -> None:
        """Enter an instant."""
        self.entries.append(Entry(at, moment, detail))

    def media(self, is_open: bool, at: float) -> None:
        """The media opened, or closed."""
        if is_open:
            self._open.begin(at)
            return
        for track in (self._open, self._caller, self._ours, self._thinking):
            track.end(at)

    def caller(self, is_heard: bool, at: float) -> None:
        """The caller's voice began, or stopped."""
        if is_heard:
            self._caller.begin(at)
        else:
            self._caller.end(at)

    def ours(self, is_heard: bool, at: float) -> None:
        """Our sound began to reach the caller, or stopped."""
        if is_heard:
            self._ours.begin(at)
        else:
            self._ours.end(at)

    def thinking(self, owes_reply: bool, at: float) -> None:
        """The caller began to wait for us, or need wait no longer."""
        if owes_reply:
            self._thinking.begin(at)
        else:
            self._thinking.end(at)

    def answered(self, turn_id: str, ended_at: float, at: float, *, by_filler: bool) -> None:
        """Our first sound after a turn of the caller's reached them."""
        gap_ms = round((at - ended_at) * 1000)
        self.gaps.append(ResponseGap(turn_id, gap_ms, by_filler))

    def seconds(self, now: float) -> Seconds:
        """Attribute every second with open media to who was heard, up to ``now``."""
        tracks = [track.until(now) for track in (self._open, self._caller, self._ours)]
        tracks.append(self._thinking.until(now))
        edges = sorted({edge for spans in tracks for span in spans for edge in span})
        sums = {"caller": 0.0, "receptionist": 0.0, "both": 0.0, "thinking": 0.0, "dead_air": 0.0}
        places = [0, 0, 0, 0]
        for begins, ends in pairwise(edges):
            is_open, caller, ours, thinking = (
                _covers(tracks[index], places, index, begins) for index in range(4)
            )
            if is_open:
                sums[_kind(caller, ours, thinking)] += ends - begins
        return Seconds(**sums)


def _covers(spans: list[tuple[float, float]], places: list[int], index: int, at: float) -> bool:
    """Tell whether a span covers ``at``; called with ``at`` growing, so it only moves on."""
    place = places[index]
    while place < len(spans) and spans[place][1] <= at:
        place += 1
    places[index] = place
    return place < len(spans) and spans[place][0] <= at


def _kind(caller: bool, ours: bool, thinking: bool) -> str:
    if caller:
        return "both" if ours else "caller"
    if ours:
        return "receptionist"
    return "thinking" if thinking else "dead_air"
