"""The model's turn: when it begins, what of it is told, when each of its ends has come.

A turn of the server goes content..., ``generationComplete``, (it waits while it thinks we play),
``turnComplete``; when the caller cuts in: content..., ``interrupted``, ``turnComplete``. An item
of ours lasts from the first content to ``generationComplete``, or to the call of a tool that the
talk waits for, so that what was said before is played out to its end meanwhile. What comes after
is an item of its own.

Sound or words that come between ``interrupted`` and its ``turnComplete`` are late: they are
dropped. ``interrupted`` while nothing is generated is told all the same, for the caller may
still be hearing what was generated long before.

The words of an item come as a transcription of their own, which may be late: they are told under
the item that they belong to, after its end too.
"""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.voice.events import (
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyInterrupted,
    ReplyStarted,
    ReplyText,
    VoiceEvent,
)
from mapokezi.voice.joining import apart
from mapokezi.voice.protocols.gemini_live.said import Said

DROPPING_S = 3.0
"""An interrupted turn that is never completed must not swallow the next one."""
LATE_WORDS_S = 1.0
"""Words that come this soon after a turn's end are still of that turn."""
_NEVER = float("-inf")

Begins = Callable[[float], tuple[str, str]]
"""Called when a turn begins, with the instant; gives the id that its first item is to have (empty:
one of the model's own) and the caller's turn that it answers."""


class Reply:
    """What the model says, item by item."""

    def __init__(
        self, prefix: str, tell: Callable[[VoiceEvent], None], said: Said, begins: Begins
    ) -> None:
        """Begin with a model that is silent."""
        self._prefix = prefix
        self._tell = tell
        self._said = said
        self._begins = begins
        self._nth = 0
        self._item_id = ""
        self._latest_id = ""
        """The item that late words belong to."""
        self._text = ""
        """The words of the latest item."""
        self._odd = b""
        self._answers = self._given_id = ""
        self._is_ours = self._has_sound = False
        self._drop_until = _NEVER
        self._is_cut_by_us = False
        self._unwanted_until = _NEVER
        self._ended_at = _NEVER
        self.is_generating = False
        """Whether content has come and none of its ends."""
        self.is_turn_open = False
        """Whether the server still counts its turn as under way."""
        self.brought_sound = False
        """Whether the turn under way brought any."""
        self.begun = 0
        """How many items have begun so far."""

    @property
    def item_id(self) -> str:
        """The item that is under way; empty if none is."""
        return self._item_id

    @property
    def has_sound(self) -> bool:
        """Whether the latest item brought any."""
        return self._has_sound

    def audio(self, pcm: bytes, rate_hz: int, now: float) -> None:
        """Take in sound: S16LE mono, any length."""
        if not self._is_wanted(now):
            return
        if not self._item_id:
            self._begin_item()
        self.more(pcm, rate_hz)

    @property
    def goes_on(self) -> bool:
        """Whether an item is under way that has brought sound, and more of it is wanted."""
        return (
            self.is_generating
            and self._has_sound
            and bool(self._item_id)
            and self.is_turn_open
            and self._drop_until == _NEVER
        )

    def more(self, pcm: bytes, rate_hz: int) -> None:
        """Take in sound of the item under way: S16LE mono, any length."""
        if self._odd:
            pcm = self._odd + pcm
            self._odd = b""
        if len(pcm) % 2:
            self._odd, pcm = pcm[-1:], pcm[:-1]
        if pcm:
            self.brought_sound = self._has_sound = True
            self._tell(ReplyAudio(self._item_id, pcm, rate_hz))

    def words(self, text: str, now: float) -> None:
        """Take in words of the model's speech."""
        if not (self._item_id or self._are_late(now)):
            if not text.strip() or not self._is_wanted(now):
                return
            self._begin_item()
        if not self._text:
            text = text.lstrip()
        if text and self._latest_id:
            text = apart(self._text, text)
            self._text += text
            self._said.ours(self._latest_id, self._text)
            self._tell(ReplyText(self._latest_id, text))

    def begin_turn(self, now: float) -> None:
        """The model does something: its turn is under way."""
        if not self.is_turn_open and not self._is_dropping(now):
            self.is_turn_open = True
            self.brought_sound = False
            self._given_id, self._answers = self._begins(now)

    def interrupted(self, now: float, *, by_caller: bool) -> None:
        """The server has cut its turn short."""
        late_may_come = self.is_generating or self._is_dropping(now)
        item_id, self._item_id = self._item_id, ""
        self._forget_item(now)
        self.is_generating = self._is_cut_by_us = False
        self._drop_until = now + DROPPING_S if late_may_come else _NEVER
        self.is_turn_open = late_may_come
        self._given_id = ""
        if by_caller:
            self._tell(ReplyInterrupted())
        if item_id:
            self._tell(ReplyCancelled(item_id))

    def generation_complete(self, now: float) -> None:
        """Nothing more of what is being generated will come."""
        if self._is_dropping(now) and not self._is_cut_by_us:
            return  # a late word of an interrupted turn, like its content
        self._drop_until = _NEVER
        self.is_generating = self._is_cut_by_us = False
        self._end_item(now)

    def turn_complete(self, now: float) -> None:
        """The server's turn is over, and so is whatever was to be dropped of it."""
        self._drop_until = _NEVER
        self._is_cut_by_us = False
        self.is_generating = self.is_turn_open = self.brought_sound = False
        self._given_id = ""
        self._end_item(now)

    def tool_waits(self, now: float) -> None:
        """The model has called a tool and is silent until it is answered."""
        self.is_generating = False
        self._end_item(now)

    def tool_answered(self) -> None:
        """Words from here on are of what the model says next."""
        if not self._item_id:
            self._latest_id = ""
            self._ended_at = _NEVER

    def drop_rest(self, now: float, at_most_s: float) -> None:
        """What is still to come of this generation is not wanted: we have cut it short."""
        if self.is_generating:
            self._end_item(now)
            self._forget_item(now)
            self._drop_until = now + at_most_s
            self._is_cut_by_us = True

    def take_back(self, item_id: str, now: float) -> bool:
        """A sentence of ours is not wanted any more, nor is the rest of the turn that has it.

        Returns:
            Whether the turn under way is that one; if so, it is told that the item is cancelled.
        """
        if item_id not in {self._item_id, self._given_id}:
            return False
        self._item_id = self._given_id = ""
        self._tell(ReplyCancelled(item_id))
        self.drop_rest(now, DROPPING_S)
        return True

    def superseded(self, now: float, at_most_s: float) -> None:
        """We ask for something else: whatever comes of the turn under way is not wanted."""
        self._unwanted_until = _NEVER
        if self.is_generating:
            self.drop_rest(now, at_most_s)
        elif not self._is_dropping(now):
            self.is_turn_open = False

    def next_is_unwanted(self, until: float) -> None:
        """A turn that begins before this instant comes too late: drop it as a whole."""
        self._unwanted_until = until

    def next_is_wanted(self) -> None:
        """The caller has spoken since: what comes next is an answer."""
        self._unwanted_until = _NEVER

    def lost(self, now: float) -> None:
        """The connection is gone, and with it the rest."""
        self._end_item(now, broke_off=True)
        self.turn_complete(now)
        self._forget_item(now)
        self._unwanted_until = _NEVER

    def heard(self, item_id: str, text: str, now: float) -> None:
        """Keep what the caller really heard of an item that was cut short."""
        self._said.ours(item_id, text)
        if item_id == self._latest_id:
            self._forget_item(now)

    def _are_late(self, now: float) -> bool:
        """Tell whether words without an open item are of the last one."""
        if self._is_dropping(now):
            return True
        if now - self._ended_at <= LATE_WORDS_S:
            return True
        return bool(self._latest_id) and self.is_turn_open

    def _is_dropping(self, now: float) -> bool:
        if self._drop_until == _NEVER:
            return False
        if now >= self._drop_until:
            self._drop_until = _NEVER
            self.is_turn_open = self._is_cut_by_us = False
        return self._drop_until != _NEVER

    def _is_wanted(self, now: float) -> bool:
        """Take note of content; begin a turn if none is under way."""
        if self._is_dropping(now):
            return False
        self.is_generating = True
        if not self.is_turn_open and now < self._unwanted_until:
            self.is_turn_open = True
            self._unwanted_until = _NEVER
            self.drop_rest(now, DROPPING_S)
            return False
        self.begin_turn(now)
        return True

    def _begin_item(self) -> None:
        self._item_id, self._given_id = self._given_id, ""
        self._is_ours = bool(self._item_id)
        self._has_sound = False
        if not self._item_id:
            self._nth += 1
            self._item_id = f"{self._prefix}r{self._nth}"
        self._latest_id = self._item_id
        self._text = ""
        self.begun += 1
        self._tell(ReplyStarted(self._item_id, self._answers))

    def _end_item(self, now: float, *, broke_off: bool = False) -> None:
        self._odd = b""
        if self._item_id:
            item_id, self._item_id = self._item_id, ""
            self._ended_at = now
            unsaid = self._is_ours and not self._has_sound  # another voice has to say it
            ended = ReplyEnded(item_id, broke_off)
            self._tell(ReplyCancelled(item_id) if unsaid else ended)

    def _forget_item(self, now: float) -> None:
        """Words that still come of the last item are not wanted."""
        self._odd = b""
        self._latest_id = ""
        self._ended_at = now
