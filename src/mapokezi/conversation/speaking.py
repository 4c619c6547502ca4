"""What we say: items into the playout, lines of ours, pausing, dropping, and what was heard.

Reply sound is the one hot path of a conversation: some 50 pieces a second. It costs a dictionary
look-up and one effect.
"""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.audio.playout import Heard, PlayoutFinished, PlayoutStarted
from mapokezi.conversation.effects import (
    BeginItem,
    CutReply,
    DropPlayout,
    Effect,
    EndItem,
    GreetCaller,
    Line,
    PausePlayout,
    QueueAudio,
    ResumePlayout,
    SpeakLine,
)
from mapokezi.conversation.inputs import LineQueued
from mapokezi.conversation.items import Item, ItemKind, Items, ItemState, Piece, heard_text
from mapokezi.conversation.timeline import Moment, Timeline
from mapokezi.conversation.transcript import Transcript
from mapokezi.voice.events import ReplyAudio, ReplyStarted, ReplyText
from mapokezi.voice.joining import apart

GREETING = "greeting"
ANSWER_HEARD_SHARE = 0.6
"""Of an answer this much must have been heard for it to count as given."""
NEARLY_HEARD_MS = 800
"""With no more than this of a question unheard, what the caller says is the answer to it."""
_LAST_PIECES = 3
"""So many tell whether a sentence has ended, however small the pieces are."""


class Speaking:
    """Our side of the floor."""

    def __init__(
        self,
        emit: Callable[[Effect], None],
        timeline: Timeline,
        transcript: Transcript,
        stuck_s: float,
    ) -> None:
        """Begin with nothing said."""
        self._emit = emit
        self._timeline = timeline
        self._transcript = transcript
        self._stuck_s = stuck_s
        self._items = Items()
        self._stuck_at: float | None = None
        self._armed_ms = 0.0
        self._nth: dict[Line, int] = {}
        self.is_paused = False
        self.greeted = False
        self.answer_heard = False
        self.begun = 0
        """How many items of the voice brought sound so far."""
        self.ended_at: float | None = None
        """When the voice last told the end of an item."""

    @property
    def is_pending(self) -> bool:
        """Whether anything is announced, queued or playing."""
        return bool(self._items.pending)

    @property
    def is_in_playout(self) -> bool:
        """Whether the caller hears us, is about to, or would but for a pause."""
        return self._items.any_in_playout

    @property
    def is_replying(self) -> bool:
        """Whether a reply of the voice has begun and is not whole."""
        return any(
            item.kind is ItemKind.REPLY and not item.complete for item in self._items.pending
        )

    @property
    def is_streaming(self) -> bool:
        """Whether the voice is in the middle of an item."""
        return self._items.any_streaming

    def item(self, item_id: str) -> Item | None:
        """Give an item by its id."""
        return self._items.get(item_id)

    def unheard_ms(self, now: float) -> float:
        """Estimate how much of what is queued the caller has not heard."""
        return self._items.unheard_ms(now)

    def recent_text(self) -> str:
        """What we have been saying."""
        return self._items.recent_text()

    def question_is_out(self, now: float) -> bool:
        """Tell whether the caller has (nearly) heard the end of a question of ours."""
        item = self._items.playing
        if item is None or "?" not in item.text:
            return False
        heard = heard_text(item, item.heard_ms(now) + NEARLY_HEARD_MS)
        return "?" in heard and "?" not in item.text[len(heard) :]

    def greet(self, now: float) -> None:
        """Ask for the greeting."""
        self.greeted = True
        self._items.add(Item(GREETING, ItemKind.GREETING))
        self._arm(now)
        self._emit(GreetCaller(GREETING))

    def line(self, line: Line, now: float, nth: int | None = None, text: str = "") -> str:
        """Ask for a line of ours; give its id. ``text``: its words, where they are not fixed."""
        self._nth[line] = self._nth.get(line, 0) + 1
        item = self._items.new_line(line)
        self._timeline.note(Moment.LINE_SPOKEN, now, line=line.value, item_id=item.item_id)
        self._emit(SpeakLine(item.item_id, line, self._nth[line] if nth is None else nth, text))
        self._arm(now)
        return item.item_id

    def line_queued(self, event: LineQueued, now: float) -> None:
        """Take in what a line says and how long it is."""
        item = self._items.get(event.item_id)
        if item is None or item.kind is ItemKind.REPLY or item.is_over or item.complete:
            return
        item.complete = True
        item.queued_ms = float(event.total_ms)
        item.pieces.append(Piece(event.text))
        if event.total_ms <= 0:
            self._items.close(item, ItemState.CUT, now)
        elif item.state is ItemState.WAITING:
            item.state = ItemState.QUEUED
        self._arm(now)

    def reply_started(self, event: ReplyStarted, now: float) -> None:
        """Take in a new item of the voice, or the voice's say of a line of ours."""
        known = self._items.get(event.item_id)
        if known is None:
            self._items.add(Item(event.item_id, ItemKind.REPLY, event.in_reply_to))
            self._arm(now)
        elif known.kind is ItemKind.LINE and known.state is ItemState.WAITING:
            known.kind = ItemKind.REPLY

    def reply_audio(self, event: ReplyAudio, now: float) -> bool:
        """Pass sound on; True if it is the item's first."""
        item = self._items.get(event.item_id)
        if item is None or item.complete or item.is_over or not event.pcm:
            return False
        first = item.state is ItemState.WAITING
        if first:
            item.kind = ItemKind.REPLY
            item.state = ItemState.QUEUED
            self.begun += 1
            self._emit(BeginItem(event.item_id))
            self._arm(now)
        item.queued_ms += len(event.pcm) * 500 / event.sample_rate_hz
        self._emit(QueueAudio(event.item_id, event.pcm, event.sample_rate_hz))
        return first

    def goes_on(self, event: ReplyAudio) -> bool:
        """Count sound of an item that is being played or is about to be; False if it is not."""
        item = self._items.get(event.item_id)
        if item is None or item.complete or not item.in_playout or not event.pcm:
            return False
        item.queued_ms += len(event.pcm) * 500 / event.sample_rate_hz
        return True

    def reply_text(self, event: ReplyText) -> None:
        """Take in words of an item."""
        item = self._items.get(event.item_id)
        if item is None:
            return
        if item.state is not ItemState.HEARD:
            before = "".join(piece.text for piece in item.pieces[-_LAST_PIECES:])
            item.pieces.append(Piece(apart(before, event.text), event.starts_ms))
        item.fact_ids.extend(event.fact_ids)

    def reply_ended(self, item_id: str, now: float, *, broke_off: bool = False) -> None:
        """The voice will bring no more of an item, complete, broken off or taken back."""
        item = self._items.get(item_id)
        if item is None or item.complete or item.is_over:
            return
        item.complete, item.broken_off = True, broke_off
        self.ended_at = now
        if item.state is ItemState.WAITING:
            self._items.close(item, ItemState.CUT, now)
        else:
            self._emit(EndItem(item_id))
        self._arm(now)

    def end_streams(self, now: float) -> None:
        """The voice is gone: what it began is all there is."""
        for item in self._items.pending:
            if item.kind is ItemKind.REPLY and not item.complete:
                self.reply_ended(item.item_id, now, broke_off=True)

    def started(self, event: PlayoutStarted, now: float) -> Item | None:
        """Our sound reaches the caller; give the item if that is news."""
        item = self._items.get(event.item_id)
        if item is None or item.is_over or item.state is ItemState.PLAYING:
            return None
        item.state = ItemState.PLAYING
        item.started_at = event.at
        if not self.is_paused:
            item.run(event.at)
            self._timeline.ours(True, event.at)
        self._timeline.note(Moment.ITEM_STARTED, event.at, item_id=item.item_id)
        self._arm(now)
        return item

    def finished(self, event: PlayoutFinished, now: float) -> Item | None:
        """An item was heard to its end; give it if that is news."""
        item = self._items.get(event.item_id)
        if item is None or item.is_over:
            return None
        if item.state is ItemState.WAITING:
            self._items.close(item, ItemState.CUT, now)
            return item
        self._over(item, ItemState.HEARD, event.at)
        self._arm(now)
        return item

    def pause(self, now: float) -> None:
        """Fall silent, for the time being."""
        if self.is_paused:
            return
        self.is_paused = True
        self._halt(now)
        self._timeline.note(Moment.PLAYOUT_PAUSED, now)
        self._emit(PausePlayout())

    def resume(self, now: float, why: str) -> None:
        """Go on."""
        if not self.is_paused:
            return
        self.is_paused = False
        playing = self._items.playing
        if playing is not None:
            playing.run(now)
            self._timeline.ours(True, now)
        self._timeline.note(Moment.PLAYOUT_RESUMED, now, why=why)
        self._emit(ResumePlayout())
        self._arm(now)

    def drop(self, now: float, why: str) -> None:
        """Fall silent and forget what is unheard. `dropped` tells how much was heard."""
        self.is_paused = False
        self._timeline.note(Moment.PLAYOUT_DROPPED, now, why=why)
        for item in self._items.pending:
            if item.in_playout or item.kind is not ItemKind.REPLY:
                item.cut_heard_ms = item.heard_ms(now)
                self._cut(item, now)
        self._halt(now)
        self._emit(DropPlayout())
        self._arm(now)

    def is_answering(self, turn_id: str) -> bool:
        """Whether a reply to a turn is announced, queued or playing."""
        return any(
            item.kind is ItemKind.REPLY and item.in_reply_to == turn_id
            for item in self._items.pending
        )

    def take_back(self, turn_id: str, now: float) -> None:
        """Forget the replies to a turn that goes on, and whatever is being played."""
        if self.is_in_playout:
            self.drop(now, "rejoined")
        for item in self._items.pending:
            if item.kind is ItemKind.REPLY and item.in_reply_to == turn_id:
                self._cut(item, now)

    def dropped(self, heard: tuple[Heard, ...]) -> None:
        """Learn from the playout what was heard of the items that we dropped."""
        for told in heard:
            item = self._items.get(told.item_id)
            if item is None or item.state is not ItemState.CUT or item.told_cut:
                continue
            item.told_cut = True
            item.cut_heard_ms = told.heard_ms
            if told.complete:
                item.state = ItemState.HEARD
            self._transcript.said(item)
            self._note_answer(item, told.heard_ms)
            self._timeline.note(
                Moment.ITEM_CUT, item.ended_at or 0.0, item_id=told.item_id, heard_ms=told.heard_ms
            )
            if item.kind is ItemKind.REPLY and not told.complete:
                words = heard_text(item, told.heard_ms)
                self._emit(CutReply(told.item_id, told.heard_ms, words))

    def end(self, now: float) -> None:
        """The call is over: what plays now was heard as far as it got."""
        for item in self._items.pending:
            item.cut_heard_ms = item.heard_ms(now)
            self._note_answer(item, item.cut_heard_ms)
            self._cut(item, now)
        self._stuck_at = None

    def next_timer(self) -> float | None:
        """Give the instant at which the playout would be taken for stuck."""
        return None if self.is_paused else self._stuck_at

    def handle_timer(self, now: float) -> bool:
        """Give up what should long have been heard; True if something was given up."""
        due = self.next_timer()
        if due is None or now < due:
            return False
        if self._queued_ms() > self._armed_ms:
            self._arm(now)
            return False
        self._timeline.note(Moment.PLAYOUT_GIVEN_UP, now)
        for item in self._items.pending:
            item.cut_heard_ms = item.heard_ms(now)
            self._cut(item, now)
        self._halt(now)
        self._emit(DropPlayout())
        self._stuck_at = None
        return True

    def _arm(self, now: float) -> None:
        """Expect all that is queued to be heard in its own time, and a while for good measure."""
        if not self._items.pending:
            self._stuck_at = None
        else:
            self._armed_ms = self._queued_ms()
            self._stuck_at = now + self._items.unheard_ms(now) / 1000 + self._stuck_s

    def _queued_ms(self) -> float:
        return sum(item.queued_ms for item in self._items.pending)

    def _halt(self, now: float) -> None:
        for item in self._items.pending:
            item.halt(now)
        self._timeline.ours(False, now)

    def _cut(self, item: Item, now: float) -> None:
        self._items.close(item, ItemState.CUT, now)
        if item.started_at is not None:
            self._transcript.said(item)

    def _over(self, item: Item, state: ItemState, at: float) -> None:
        if item.started_at is None:
            item.started_at = max(0.0, at - item.queued_ms / 1000)
        self._items.close(item, state, at)
        self._timeline.ours(False, at)
        self._timeline.note(Moment.ITEM_HEARD, at, item_id=item.item_id)
        self._note_answer(item, int(item.queued_ms))
        self._transcript.said(item)

    def _note_answer(self, item: Item, heard_ms: int) -> None:
        if item.fact_ids and item.queued_ms:
            self.answer_heard |= heard_ms >= ANSWER_HEARD_SHARE * item.queued_ms
