"""The one clock of a call's outbound sound: what was queued, sent, played out and heard.

The media module tells nothing back: no underruns, no position, no back-pressure, and its marks
are wrong (contract/media-module.md, section 3). So the caller's ear is computed from what was
sent and when. What the module was measured to do, and what follows here:

- The first sound of a call waits in it until 160 ms are there, later sound until 80 ms are: it is
  primed with 160 ms of zeros, and sound goes out in steps of 80 ms, four messages of 20 ms each;
  an item is padded with zeros to whole steps, so that no tail stays stuck, and before its first
  sound if hardly any is missing (models send pieces of 40 ms, of which a filter holds some back).
- A burst is heard some 20 ms after it was sent, and then without a gap as long as more is there:
  200 to 400 ms are kept ahead of the ear, topped up two steps at a time. More would do no good
  and would only have to be taken back.
- ``killAudio`` silences the call within 20 ms and empties the queue; sound sent less than 20 ms
  after it may be lost, so nothing is sent for 40 ms.

Positions are whole samples on the call's own clock, 0 at `Playout.open`. An item's *sent* and
*heard* are the furthest ever reached, so that heard <= sent <= queued holds at all times, also
when a few words are said again after a pause.
"""

from __future__ import annotations

import math
from collections import deque

from mapokezi.audio.earpiece import Earpiece, Item, Stretch
from mapokezi.audio.formats import BYTES_PER_SAMPLE
from mapokezi.audio.heard import Dropped, Heard, PlayoutEvent, PlayoutFinished, PlayoutStarted
from mapokezi.audio.playout_settings import PlayoutSettings
from mapokezi.audio.underruns import Underruns
from mapokezi.audio.word_start import word_start

__all__ = ["Dropped", "Heard", "Playout", "PlayoutEvent", "PlayoutFinished"]
__all__ += ["PlayoutSettings", "PlayoutStarted"]


class Playout:
    """One call's outbound sound. It has no clock: ``now`` is monotonic seconds.

    The caller of this class sends what `due` gives as one binary message each, calls it again
    at `next_timer` and after `queue`, `end` and `resume`, and sends ``killAudio`` when `pause` or
    `drop` say so. An item ends once: with a `PlayoutFinished`, or in what `drop` gives.
    `advance` must be called regularly, for until then the sound is kept.
    """

    def __init__(self, settings: PlayoutSettings | None = None) -> None:
        """Begin with nothing queued and the socket not open."""
        self._settings = chosen = settings or PlayoutSettings()
        self._rate = chosen.sample_rate_hz
        self._by = chosen.in_samples()
        self._opened: float | None = None
        self._now = 0
        self._calm_until = -math.inf
        """Until then nothing begins or ends at the ear, unless something is done."""
        self._idle_until: float | None = None
        """Nothing is to be sent before this, unless something is done; None: not known."""
        self._timer: float | None = None
        """What `next_timer` gave last, in samples; good until then, unless something is done."""
        self._ear = Earpiece()
        self._items: deque[Item] = deque()
        self._past: dict[str, int] = {}  # items that are over: how much was heard
        self._events: list[PlayoutEvent] = []
        self._primed = self._spoken = self._paused = False
        self._not_before = 0
        self._queued = self._sent = self._heard = 0
        self.underruns = Underruns()

    @property
    def queued_ms(self) -> float:
        """All sound that was queued so far."""
        return self._queued * 1000 / self._rate

    @property
    def sent_ms(self) -> float:
        """How much of it was sent at least once."""
        return self._sent * 1000 / self._rate

    @property
    def played_ms(self) -> float:
        """How much of it was heard at least once, as of the last call with ``now``."""
        self._account(self._now)
        return self._heard * 1000 / self._rate

    @property
    def is_paused(self) -> bool:
        """Whether sound is held since `pause`."""
        return self._paused

    def open(self, now: float) -> None:
        """Start the call's clock: the media socket is open. `due` gives the priming zeros."""
        if self._opened is None:
            self._opened = now
            self._unsettle()

    def begin(self, item_id: str) -> None:
        """Give an item its place: items are heard in the order in which they were begun."""
        if item_id not in self._past and self._item(item_id) is None:
            self._items.append(Item(item_id))
            self._unsettle()

    def queue(
        self, item_id: str, pcm: bytes, rate_hz: int | None = None, *, now: float | None = None
    ) -> bool:
        """Add sound to an item, which is begun if it was not.

        Args:
            item_id: Which.
            pcm: S16LE mono. A half sample waits for its other half.
            rate_hz: Its rate, if not the settings', to which it is brought; an item keeps to one.
            now: When it came; if that is not told, it counts as there in time (see `underruns`).

        Returns:
            Whether it was taken. It is not if the item was ended or is over: a voice model may
            still send what a barge-in has made useless.
        """
        item = self._item(item_id)
        if item is None:
            self.begin(item_id)
            item = self._item(item_id)
        if item is None or item.ended:
            return False
        if rate_hz is not None and not item.total:
            item.comes_at(rate_hz, self._rate)
        waited, had_step = item.total > item.next, self._has_step(item)
        self._queued += item.add(pcm)
        is_whole_now = self._has_step(item) is not had_step
        if is_whole_now:
            item.step_came = now
        if not waited or is_whole_now:
            self._idle_until = self._timer = None
        return True

    def end(self, item_id: str, *, now: float | None = None) -> None:
        """Tell that nothing more of an item will come; ``now`` as in `queue`."""
        item = self._item(item_id)
        if item is not None and not item.ended:
            if not self._has_step(item):
                item.step_came = now
            self._queued += item.end()
            self._unsettle()

    def due(self, now: float) -> list[bytes]:
        """Give the messages that are to be sent right now, each a frame of 20 ms."""
        at = self._settle(now)
        if self._opened is None or (self._idle_until is not None and at < self._idle_until):
            return []
        frames: list[bytes] = []
        if not self._primed:
            self._primed = True
            zeros = bytes(self._by.prime * BYTES_PER_SAMPLE)
            frames += self._ear.lay(Stretch(at + self._by.delay, zeros), self._by.frame)
            self._unsettle()
        item = self._head()
        sendable = None if item is None else self._sendable_from(item)
        if sendable is None or at < sendable:
            self._idle_until = math.inf if sendable is None else sendable
            return frames
        while item is not None:
            frames += self._send_step(item, at)
            item = self._head()
            is_full = self._ear.end + self._by.step - at > self._by.high
            if item is None or is_full or not self._has_step(item):
                break
        return frames

    def is_due(self, now: float) -> bool:
        """Say whether `due` or `events` may have something to give: cheaper than asking them."""
        timer = self.next_timer()
        return timer is not None and timer <= now

    def next_timer(self) -> float | None:
        """Say when `due` or `events` is to be called next, at the latest.

        None if there is nothing to be sent or finished until something is queued, ended or
        resumed. An instant that has passed means: now.
        """
        if self._opened is None:
            return None
        if self._timer is not None and self._now < self._timer and not self._events:
            return None if self._timer == math.inf else self._instant(self._timer)
        head = self._head()
        if self._events or not self._primed:
            return self._instant(self._now)
        is_begun = bool(self._items) and self._items[-1].started
        due = math.inf if is_begun else self._ear.first_start()
        if self._items and (done_at := self._items[0].done_at) is not None:
            due = min(due, done_at)
        if head is not None and (sendable := self._sendable_from(head)) is not None:
            due = min(due, sendable)
        self._timer = due
        return None if due == math.inf else self._instant(due)

    def pause(self, now: float) -> bool:
        """Silence the receptionist and keep what the caller has not heard.

        Returns:
            Whether ``killAudio`` must be sent now.
        """
        at = self._settle(now)
        if self._paused:
            return False
        self._paused = True
        self._unsettle()
        for item in self._items:
            item.gap_from = None  # silence from here on is meant
        return self._cut(at)

    def resume(self, now: float) -> None:
        """Go on after a pause, at the start of the word that it cut."""
        self._settle(now)
        if not self._paused:
            return
        self._paused = False
        head = self._head()
        if head is not None and head.was_cut and head.next:
            cut = head.next - head.forgotten
            begins = word_start(head.pcm, cut, self._rate, self._settings.word_start)
            head.next = head.forgotten + begins
        for item in self._items:
            item.was_cut = False
        self._unsettle()

    def drop(self, now: float) -> Dropped:
        """Silence the receptionist and forget all items; a pause ends with it."""
        at = self._settle(now)
        self._account(at)
        must_kill = False if self._paused else self._cut(at)
        self._paused = False
        self._unsettle()
        for stretch in self._ear.unheard():  # what is left will be heard within 20 ms
            if stretch.item is not None:
                self._count_heard(stretch.item, stretch.offset + stretch.real)
                stretch.item = None
        told = []
        while self._items:
            item = self._items.popleft()
            self._past[item.item_id] = item.heard
            heard_ms, total_ms = (n * 1000 // self._rate for n in (item.heard, item.total))
            complete = item.ended and item.heard == item.total
            told.append(Heard(item.item_id, heard_ms, total_ms, complete))
        return Dropped(tuple(told), must_kill)

    def advance(self, now: float) -> bytes:
        """Give the sound that the caller has heard since the last advance.

        S16LE mono, silence filled in; all calls together give exactly as many samples as time
        has passed since `open`, rounded to whole ones.
        """
        return self._ear.sound(self._settle(now))

    def events(self, now: float) -> list[PlayoutEvent]:
        """Give what has happened at the caller's ear, in order."""
        self._settle(now)
        if not self._events:
            return []
        taken, self._events = self._events, []
        return sorted(taken, key=lambda event: (event.at, isinstance(event, PlayoutStarted)))

    def sounds(self, now: float) -> bool:
        """Say whether sent sound was heard since the last `advance`, be it zeros."""
        return self._opened is not None and (now - self._opened) * self._rate >= self._ear.sounds_at

    def is_speaking(self, now: float) -> bool:
        """Say whether the caller hears an item, or will within the time sound takes."""
        return self._ear.real_end() > self._settle(now)

    def heard_ms(self, item_id: str, now: float) -> int:
        """Say how much of an item the caller has heard, also after it is over."""
        self._account(self._settle(now))
        item = self._item(item_id)
        heard = item.heard if item is not None else self._past.get(item_id, 0)
        return heard * 1000 // self._rate

    def _unsettle(self) -> None:
        """Something was done: what was worked out before does not hold any more."""
        self._calm_until = -math.inf
        self._idle_until = self._timer = None

    def _instant(self, at: float) -> float:
        """Turn a place on the call's clock into ``now``."""
        assert self._opened is not None
        return self._opened + at / self._rate

    def _item(self, item_id: str) -> Item | None:
        """Find an item that is not over; there are a few at most, and usually one."""
        if self._items and self._items[-1].item_id == item_id:
            return self._items[-1]
        return next((item for item in self._items if item.item_id == item_id), None)

    def _head(self) -> Item | None:
        """Find the item to be sent from; mark those before it of which all is sent."""
        for item in self._items:
            if item.done_at is not None:
                continue
            if not item.ended or item.next < item.total:
                return item
            item.done_at = max(self._ear.end, self._now) if item.last_end is None else item.last_end
        return None

    def _has_step(self, item: Item) -> bool:
        """Say whether a step of an item is there: a whole one, or the item's last."""
        waiting = item.total - item.next
        whole = self._by.step if self._spoken else max(self._by.first, self._by.step)
        if self._spoken and not item.next:
            whole -= self._by.lead
        return waiting >= whole or (item.ended and waiting > 0)

    def _sendable_from(self, item: Item) -> int | None:
        """Say from when on a step of an item may be sent; None if not as things are."""
        if self._paused:
            return None
        if self._has_step(item):
            return max(self._ear.end - self._by.low, self._not_before)
        if item.total > item.next and item.gap_from == self._ear.end > self._now:
            return max(self._ear.end - self._by.tail, self._not_before)
        return None

    def _send_step(self, item: Item, at: int) -> list[bytes]:
        """Send the next step of an item, padded if it is the last."""
        start = max(self._ear.end, at + self._by.delay)
        real = min(self._by.step, item.total - item.next)
        pcm = item.sound(item.next, item.next + real)
        length = self._by.step
        if not self._spoken and real == item.total - item.next:
            length = max(length, -(-self._by.first // self._by.step) * self._by.step)
        self._spoken = True
        lead = 0 if item.next or item.ended else length - real
        if lead:
            start, length = start + lead, real
        if item.gap_from is not None and start > item.gap_from:
            had_come = item.step_came is None or item.step_came <= self._instant(item.next_by)
            self.underruns.count(start - item.gap_from, had_come=had_come)
        stretch = Stretch(start, pcm.ljust(length * BYTES_PER_SAMPLE, b"\0"), item, item.next, real)
        item.next += real
        self._sent += max(0, item.next - item.sent)
        item.sent = max(item.sent, item.next)
        item.last_end = item.gap_from = start + real
        item.next_by = at if length > real else item.gap_from - self._by.delay
        item.forget(self._by.kept)
        self._unsettle()
        return self._ear.lay(stretch, self._by.frame, lead)

    def _cut(self, at: int) -> bool:
        """Take back what would be heard once ``killAudio`` works; say whether there is any."""
        silent_from = at + self._by.delay
        if self._ear.real_end() <= silent_from:
            return False
        self._unsettle()
        for stretch in self._ear.cut(silent_from):
            item = stretch.item
            if item is not None and stretch.offset + stretch.real < item.next:
                item.next = stretch.offset + stretch.real
                item.was_cut = True
        for item in self._items:
            if item.done_at is not None and item.done_at > silent_from:
                item.done_at = None
        self._not_before = at + self._by.quiet
        return True

    def _count_heard(self, item: Item, upto: int) -> None:
        """Note how far an item was heard."""
        if upto > item.heard:
            self._heard += upto - item.heard
            item.heard = upto

    def _settle(self, now: float) -> int:
        """Bring the accounts up to ``now``; give it on the call's clock, which never goes back."""
        if self._opened is None:
            return 0
        at = round((now - self._opened) * self._rate)
        if at > self._now:
            self._now = at
        else:
            at = self._now
        if at < self._calm_until:
            return at
        self._account(at)
        if self._items:
            self._head()
        while self._items and (done_at := self._items[0].done_at) is not None and done_at <= at:
            item = self._items.popleft()
            self._idle_until = self._timer = None
            self._past[item.item_id] = item.heard
            self._events.append(PlayoutFinished(item.item_id, self._instant(done_at)))
        done_at = self._items[0].done_at if self._items else None
        self._calm_until = min(self._ear.next_edge(at), math.inf if done_at is None else done_at)
        return at

    def _account(self, at: int) -> None:
        """Count what was heard up to ``at``; between two edges that is done only when asked."""
        for stretch in self._ear.heard(at):
            item = stretch.item
            if item is None or not stretch.real:
                continue
            if not item.started:
                item.started = True
                self._events.append(PlayoutStarted(item.item_id, self._instant(stretch.start)))
            self._count_heard(item, stretch.offset + min(stretch.real, at - stretch.start))
