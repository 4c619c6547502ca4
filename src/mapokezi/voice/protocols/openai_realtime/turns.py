"""The caller's turns: when the voice was heard, and what was said, as the server tells it.

Each turn is an item of the server's. Transcripts are made beside the model: they come late, often
after the reply, and out of order. They are told in the order of the items; a later one waits a
moment for those before it, and no longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerVoiceStarted,
    CallerVoiceStopped,
)
from mapokezi.voice.joining import apart
from mapokezi.voice.protocols.openai_realtime.memory import CALLER, Entry, Memory
from mapokezi.voice.protocols.openai_realtime.outbox import Outbox
from mapokezi.voice.protocols.openai_realtime.uplink import Uplink

WAITS_FOR_EARLIER_S = 1.0
"""A transcript waits so long for those of earlier turns."""
_MOST_TURNS = 50


class _Words(Enum):
    AWAITED = auto()
    THERE = auto()
    """All of them are known, or will never be."""
    TOLD = auto()


@dataclass(slots=True, eq=False)
class Turn:
    """One say of the caller."""

    turn_id: str
    item_id: str
    """The server's; empty until it has named it."""
    entry: Entry | None = None
    started_ms: int = 0
    ended_ms: int = 0
    is_ended: bool = False
    """Its end was told."""
    text: str = ""
    words: _Words = _Words.AWAITED
    failed: bool = False
    there_at: float = 0.0
    is_overtaken: bool = False
    """A later turn's words were told already."""
    is_disregarded: bool = False
    has_reply: bool = False
    """Sound of a reply to it has come."""
    is_answered: bool = False
    """The caller has begun to hear the reply."""


class Turns:
    """The caller's side of one call."""

    def __init__(
        self, outbox: Outbox, memory: Memory, uplink: Uplink, lead_ms: tuple[int, int], prefix: str
    ) -> None:
        """Begin with a silent caller.

        Args:
            outbox: Takes the events.
            memory: Knows the order of the items.
            uplink: Knows the call's time.
            lead_ms: How much silence the server's detector counts to a turn, before and after.
            prefix: Of the turns' ids.
        """
        self._outbox = outbox
        self._memory = memory
        self._uplink = uplink
        self._before_ms, self._after_ms = lead_ms
        self._prefix = prefix
        self._count = 0
        self._turns: list[Turn] = []
        self._ignored: set[str] = set()
        self.is_voice_on = False
        self.latest: Turn | None = None
        """The turn that was ended last."""

    @property
    def is_latest_lost(self) -> bool:
        """Whether nobody knows what the caller said last."""
        return self.latest is not None and not self.latest.text

    @property
    def is_latest_unanswered(self) -> bool:
        """Whether the caller's last turn is still to be answered."""
        turn = self.latest
        return turn is not None and not (turn.has_reply or turn.is_disregarded)

    def find(self, turn_id: str) -> Turn | None:
        """Give a turn by the id that the call knows."""
        return next((turn for turn in self._turns if turn.turn_id == turn_id), None)

    # -- the voice --

    def voice_started(self, server_ms: float | None, item_id: str | None) -> None:
        """The server's detector hears a voice."""
        at = self._uplink.fed_ms if server_ms is None else self._at(server_ms + self._before_ms)
        self.voice_started_at(at, item_id or "")

    def voice_stopped(self, server_ms: float | None, item_id: str | None) -> Turn:
        """The server's detector takes the turn for over."""
        at = self._uplink.fed_ms if server_ms is None else self._at(server_ms - self._after_ms)
        return self.voice_stopped_at(at, item_id or "")

    def voice_started_at(self, at_ms: int, item_id: str = "") -> None:
        """A voice began, at an instant of the call's."""
        self.is_voice_on = True
        turn = self._turn(item_id)
        turn.started_ms = at_ms
        self._outbox.tell(CallerVoiceStarted(at_ms))

    def voice_stopped_at(self, at_ms: int, item_id: str = "") -> Turn:
        """The voice stopped, at an instant of the call's, and with it the turn."""
        turn = self._turn(item_id)
        turn.ended_ms = max(at_ms, turn.started_ms)
        if self.is_voice_on:
            self.is_voice_on = False
            self._outbox.tell(CallerVoiceStopped(turn.ended_ms))
        self._end(turn)
        return turn

    def committed(self, item_id: str | None, previous_item_id: str | None) -> Turn | None:
        """The turn is an item of the conversation; None if the caller had said nothing."""
        if not item_id or item_id in self._ignored:
            return None
        turn = self._turn(item_id)
        turn.entry = self._memory.place(item_id, CALLER, previous_item_id)
        self._remember(turn)
        self._turns.sort(key=self._position)
        if not turn.is_ended:
            self.voice_stopped_at(self._uplink.fed_ms, item_id)
        return turn

    def timed_out(self, item_id: str | None) -> None:
        """The server makes an item of a silence: it is no turn."""
        self._ignored.add(item_id or "")

    def new_connection(self) -> None:
        """The items of the old connection are gone; nothing more comes of them."""
        if self.is_voice_on:
            self.is_voice_on = False
            self._outbox.tell(CallerVoiceStopped(self._uplink.fed_ms))
        for turn in self._turns:
            if turn.words is _Words.AWAITED:
                turn.failed = True
            if turn.words is not _Words.TOLD:
                self._tell(turn)
        self._turns.clear()
        self._ignored.clear()
        self.latest = None

    def not_answered(self, turn_id: str) -> None:
        """The model has chosen to leave a turn without an answer."""
        turn = self.find(turn_id)
        if turn is not None:
            turn.has_reply = True

    def disregard(self, turn_id: str) -> Turn | None:
        """Mark a turn as none, or the one under way if it has no name; None if it is too late."""
        turn = self.find(turn_id) if turn_id else None
        if not turn_id and self.is_voice_on:
            turn = self._turns[-1]
        if turn is None or turn.is_answered:
            return None
        turn.is_disregarded = True
        self._remember(turn)
        return turn

    # -- the words --

    def words(self, item_id: str | None, delta: str) -> None:
        """Take in a further piece of what the caller is saying."""
        turn = self._known(item_id)
        if turn is None or turn.words is not _Words.AWAITED or not delta:
            return
        turn.text += apart(turn.text, delta)
        self._remember(turn)
        if not any(one.words is not _Words.TOLD for one in self._before(turn)):
            self._outbox.tell(self._heard(turn, final=False))

    def all_words(self, item_id: str | None, transcript: str, now: float) -> None:
        """Take in all that the caller said in a turn."""
        turn = self._known(item_id)
        if turn is not None and turn.words is _Words.AWAITED:
            turn.text = transcript.strip()
            self._remember(turn)
            self._there(turn, now)

    def no_words(self, item_id: str | None, now: float) -> None:
        """Nobody will ever know what the caller said, beyond what is known."""
        turn = self._known(item_id)
        if turn is not None and turn.words is _Words.AWAITED:
            turn.failed = True
            self._there(turn, now)

    def next_timer(self) -> float | None:
        """Give the instant at which a transcript does not wait any longer."""
        waiting = [turn.there_at for turn in self._turns if turn.words is _Words.THERE]
        return min(waiting) + WAITS_FOR_EARLIER_S if waiting else None

    def handle_timer(self, now: float) -> None:
        """Tell what has waited long enough."""
        due = self.next_timer()
        if due is not None and now >= due:
            for turn in [one for one in self._turns if one.words is _Words.THERE]:
                for earlier in self._before(turn):
                    earlier.is_overtaken |= earlier.words is _Words.AWAITED
            self._release()

    # -- within --

    def _at(self, server_ms: float) -> int:
        return self._uplink.at_ms(server_ms)

    def _known(self, item_id: str | None) -> Turn | None:
        if item_id is None or item_id in self._ignored:
            return None
        return next((turn for turn in self._turns if turn.item_id == item_id), None)

    def _turn(self, item_id: str) -> Turn:
        """Find the turn of an item, or the one that has no item yet, or begin one."""
        for turn in self._turns:
            if item_id and turn.item_id == item_id:
                return turn
        for turn in self._turns:
            if not turn.item_id and (item_id or not turn.is_ended):
                turn.item_id = item_id
                return turn
        self._count += 1
        turn = Turn(f"{self._prefix}turn-{self._count}", item_id, started_ms=self._uplink.fed_ms)
        self._turns.append(turn)
        del self._turns[:-_MOST_TURNS]
        return turn

    def _position(self, turn: Turn) -> int:
        return self._memory.position(turn.item_id)

    def _before(self, turn: Turn) -> list[Turn]:
        earlier = self._turns[: self._turns.index(turn)]
        return [one for one in earlier if not one.is_overtaken]

    def _end(self, turn: Turn) -> None:
        if not turn.is_ended:
            turn.is_ended = True
            self.latest = turn
            self._outbox.tell(CallerTurnEnded(turn.turn_id, turn.ended_ms))

    def _remember(self, turn: Turn) -> None:
        if turn.entry is not None:
            turn.entry.text = "" if turn.is_disregarded else turn.text

    def _there(self, turn: Turn, now: float) -> None:
        turn.words, turn.there_at = _Words.THERE, now
        self._release()

    def _release(self) -> None:
        """Tell the words of all turns before which none is awaited."""
        for turn in list(self._turns):
            if turn.words is _Words.AWAITED and not turn.is_overtaken:
                return
            if turn.words is _Words.THERE:
                self._tell(turn)

    def _tell(self, turn: Turn) -> None:
        turn.words = _Words.TOLD
        if turn.text or not turn.failed:
            self._outbox.tell(self._heard(turn, final=True))

    def _heard(self, turn: Turn, *, final: bool) -> CallerHeard:
        ended_ms = turn.ended_ms if turn.is_ended else self._uplink.fed_ms
        return CallerHeard(turn.turn_id, turn.text, final, turn.started_ms, ended_ms)
