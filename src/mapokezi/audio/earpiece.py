"""What the caller's earpiece gives: the sound that was sent, laid out on the call's clock.

A part of `mapokezi.audio.playout`; nothing else lays sound here.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from mapokezi.audio.formats import BYTES_PER_SAMPLE
from mapokezi.audio.resample import Resampler


@dataclass(slots=True)
class Item:
    """One item of speech, from its beginning to its end. Positions are samples of its sound."""

    item_id: str
    pcm: bytearray = field(default_factory=bytearray)
    """Its sound, but for its beginning that was `forgotten`, for a pause may go back in it; and
    without what is not brought to the rate of the call yet."""
    total: int = 0
    """How much of it was queued."""
    forgotten: int = 0
    """How much of its beginning is not kept any more."""
    ended: bool = False
    """Nothing more of its sound will come."""
    next: int = 0
    """What is to be sent next."""
    sent: int = 0
    """The furthest that was ever sent."""
    heard: int = 0
    """The furthest that was ever heard."""
    started: bool = False
    was_cut: bool = False
    """Sound of it was sent and taken back by a pause."""
    last_end: int | None = None
    """When (on the call's clock) the last of its sound sent so far has been heard."""
    gap_from: int | None = None
    """The same, if silence after that would be a gap inside the item."""
    next_by: int = 0
    """When what is to be sent next must be there, so that there is no gap: not behind what fills a
    tail up."""
    step_came: float | None = None
    """When what is to be sent next was there as a whole, as it was told; None: it was not told."""
    done_at: int | None = None
    """When the last of all its sound has been heard; known once all is sent."""
    resampler: Resampler | None = None
    """Brings its sound to the rate of the call, if it comes at another."""

    def comes_at(self, rate_hz: int, rate_of_call_hz: int) -> None:
        """Say at which rate its sound comes, before any of it does."""
        if rate_hz != rate_of_call_hz and self.resampler is None:
            self.resampler = Resampler(rate_hz, rate_of_call_hz)

    def add(self, pcm: bytes) -> int:
        """Take in more of its sound; give by how many samples that makes it longer."""
        before = self.total
        if self.resampler is None:
            self.pcm += pcm
            self.total = self.forgotten + len(self.pcm) // BYTES_PER_SAMPLE
        else:
            self.resampler.take(pcm)
            self.total = self._computed + self.resampler.ready
        return self.total - before

    def end(self) -> int:
        """No more of it will come; give by how many samples that makes it longer."""
        before = self.total
        self.ended = True
        if self.resampler is not None:
            self.pcm += self.resampler.flush()
            self.resampler = None
            self.total = self._computed
        return self.total - before

    def sound(self, start: int, end: int) -> bytes:
        """Give a piece of its sound that is still kept."""
        if self.resampler is not None and end > self._computed:
            self.pcm += self.resampler.give()
        first, last = start - self.forgotten, end - self.forgotten
        return bytes(self.pcm[first * BYTES_PER_SAMPLE : last * BYTES_PER_SAMPLE])

    @property
    def _computed(self) -> int:
        return self.forgotten + len(self.pcm) // BYTES_PER_SAMPLE

    def forget(self, kept: int) -> None:
        """Let go of what was heard more than ``kept`` samples ago, now and then."""
        surplus = self.heard - self.forgotten - kept
        if surplus > kept // 4:
            del self.pcm[: surplus * BYTES_PER_SAMPLE]
            self.forgotten += surplus


@dataclass(slots=True)
class Stretch:
    """A piece of sent sound, and when the caller hears it."""

    start: int
    """On the call's clock, in samples."""
    pcm: bytes
    item: Item | None = None
    offset: int = 0
    """Where in the item it begins, in samples."""
    real: int = 0
    """How many of its samples are the item's; the rest is padding."""
    end: int = field(init=False)
    """When it has been heard."""

    def __post_init__(self) -> None:
        """Work out the end."""
        self.end = self.start + len(self.pcm) // BYTES_PER_SAMPLE


class Earpiece:
    """Sent sound in the order that the caller hears it, silence between.

    Two cursors run along it: how far `heard` was asked (the accounts), and how far `sound` was
    (the recording). What both have passed is forgotten.
    """

    def __init__(self) -> None:
        """Begin with silence."""
        self.end = 0
        """When the last sound laid so far has been heard."""
        self._sounding: deque[Stretch] = deque()
        self._unheard: deque[Stretch] = deque()
        self._at = 0

    def lay(self, stretch: Stretch, frame: int, lead: int = 0) -> list[bytes]:
        """Put a piece behind all others; it must not begin before `end`.

        Args:
            stretch: The piece.
            frame: The length of a message in samples, 20 ms: the module takes them in pieces of at
                most 1,024 bytes, and only such as add up to its threshold leave nothing behind.
            lead: How many zeros go before it.

        Returns:
            The messages that bring it.
        """
        pcm = stretch.pcm
        if lead:
            zeros = bytes(lead * BYTES_PER_SAMPLE)
            pcm = zeros + pcm
            self._append(Stretch(stretch.start - lead, zeros))
        self._append(stretch)
        size = frame * BYTES_PER_SAMPLE
        return [pcm[at : at + size] for at in range(0, len(pcm), size)]

    def _append(self, stretch: Stretch) -> None:
        self._sounding.append(stretch)
        self._unheard.append(stretch)
        self.end = stretch.end

    def unheard(self) -> Iterator[Stretch]:
        """Go through the pieces not yet heard to their end."""
        return iter(self._unheard)

    def heard(self, until: int) -> Iterator[Stretch]:
        """Go through the pieces that have begun by ``until``; forget those that have ended."""
        unheard = self._unheard
        while unheard and unheard[0].start <= until:
            yield unheard[0]
            if unheard[0].end > until:
                return
            unheard.popleft()

    def next_edge(self, at: int) -> float:
        """Say when the next piece begins or ends, after ``at``; infinity if none does."""
        for stretch in self._unheard:
            if stretch.start > at:
                return stretch.start
            if stretch.end > at:
                return stretch.end
        return math.inf

    def first_start(self) -> float:
        """Say when an item is heard that was not heard before; infinity if none is."""
        for stretch in self._unheard:
            if stretch.real and stretch.item is not None and not stretch.item.started:
                return stretch.start
        return math.inf

    @property
    def sounds_at(self) -> float:
        """Where the first sound begins that `sound` has not given, or not to its end."""
        return self._sounding[0].start if self._sounding else math.inf

    def real_end(self) -> int:
        """Say when the last sound of an item, padding left out, has been heard."""
        return next((s.start + s.real for s in reversed(self._unheard) if s.real), 0)

    def cut(self, at: int) -> list[Stretch]:
        """Silence everything from ``at`` on; give the pieces that it took something from.

        The pieces that remain, and those that are given, hold what is left of them: perhaps
        nothing.
        """
        touched = []
        while self._unheard and self._unheard[-1].end > at:
            stretch = self._unheard[-1]
            keep = max(0, at - stretch.start)
            stretch.pcm = stretch.pcm[: keep * BYTES_PER_SAMPLE]
            stretch.end = stretch.start + keep
            stretch.real = min(stretch.real, keep)
            touched.append(stretch)
            if keep:
                break
            self._unheard.pop()
            self._sounding.pop()
        self.end = min(self.end, at)
        return touched

    def sound(self, until: int) -> bytes:
        """Give what is heard from the last call's ``until`` to this one, silence filled in."""
        missing = until - self._at
        if missing <= 0:
            return b""
        sounding = self._sounding
        if not sounding or sounding[0].start >= until:
            self._at = until
            return bytes(missing * BYTES_PER_SAMPLE)
        parts = []
        while sounding and sounding[0].start < until:
            stretch = sounding[0]
            if stretch.start > self._at:
                parts.append(bytes((stretch.start - self._at) * BYTES_PER_SAMPLE))
                self._at = stretch.start
            upto = min(stretch.end, until)
            first, last = self._at - stretch.start, upto - stretch.start
            parts.append(stretch.pcm[first * BYTES_PER_SAMPLE : last * BYTES_PER_SAMPLE])
            self._at = upto
            if stretch.end > until:
                break
            sounding.popleft()
        if self._at < until:
            parts.append(bytes((until - self._at) * BYTES_PER_SAMPLE))
            self._at = until
        return b"".join(parts)
