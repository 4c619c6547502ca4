"""The items of speech that we say: what is queued, what was heard, what was cut."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from mapokezi.conversation.effects import Line

_LETTERS_PER_S = 15.0
"""How fast people speak: some 150 words a minute."""


class ItemKind(Enum):
    """Where an item comes from."""

    GREETING = auto()
    LINE = auto()
    REPLY = auto()


class ItemState(Enum):
    """How far an item has come. It only ever moves down this list."""

    WAITING = auto()
    """Announced; nothing of it is in the playout."""
    QUEUED = auto()
    PLAYING = auto()
    HEARD = auto()
    """Over, all of it heard."""
    CUT = auto()
    """Over before its end; whatever comes of it is discarded."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of an item's words."""

    text: str
    starts_ms: int | None = None


@dataclass(slots=True)
class Item:
    """One item of speech."""

    item_id: str
    kind: ItemKind
    in_reply_to: str = ""
    line: Line | None = None
    state: ItemState = ItemState.WAITING
    complete: bool = False
    """Whether all of its sound is queued."""
    queued_ms: float = 0.0
    pieces: list[Piece] = field(default_factory=list)
    fact_ids: list[str] = field(default_factory=list)
    started_at: float | None = None
    ended_at: float | None = None
    cut_heard_ms: int = 0
    """Of a cut item: how much was heard."""
    told_cut: bool = False
    """Whether the voice was told of the cut."""
    broken_off: bool = False
    """Whether its voice was gone before all of its sound had come."""
    _running_since: float | None = None
    _played_s: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing of it will be heard any more."""
        return self.state is ItemState.HEARD or self.state is ItemState.CUT

    @property
    def in_playout(self) -> bool:
        """Whether some of it is queued or playing."""
        return self.state is ItemState.QUEUED or self.state is ItemState.PLAYING

    @property
    def text(self) -> str:
        """All its words so far, with single spaces between them."""
        return " ".join("".join(piece.text for piece in self.pieces).split())

    @property
    def spoken_ms(self) -> float:
        """How long its words take; of one that was broken off, at least as people speak."""
        if not self.broken_off:
            return self.queued_ms
        return max(self.queued_ms, len(self.text) * 1000 / _LETTERS_PER_S)

    def run(self, now: float) -> None:
        """The playout plays it from ``now``."""
        if self._running_since is None:
            self._running_since = now

    def halt(self, now: float) -> None:
        """The playout is paused, or over."""
        if self._running_since is not None:
            self._played_s += max(0.0, now - self._running_since)
            self._running_since = None

    def heard_ms(self, now: float) -> int:
        """Estimate how much was heard; exact once it is over."""
        if self.state is ItemState.CUT:
            return self.cut_heard_ms
        if self.state is ItemState.HEARD:
            return int(self.queued_ms)
        running = 0.0 if self._running_since is None else max(0.0, now - self._running_since)
        return int(min(self.queued_ms, (self._played_s + running) * 1000))


class Items:
    """All items of one conversation, in the order in which they are spoken."""

    def __init__(self) -> None:
        """Begin with none."""
        self._items: dict[str, Item] = {}
        self._pending: dict[str, Item] = {}
        self._lines = 0

    def get(self, item_id: str) -> Item | None:
        """Give an item by its id."""
        return self._items.get(item_id)

    def add(self, item: Item) -> Item:
        """Take a new item in."""
        self._items[item.item_id] = item
        self._pending[item.item_id] = item
        return item

    def new_line(self, line: Line) -> Item:
        """Make an item for a line of ours."""
        self._lines += 1
        item_id = f"line-{self._lines}-{line.value}"
        return self.add(Item(item_id, ItemKind.LINE, line=line))

    def close(self, item: Item, state: ItemState, now: float) -> None:
        """Let an item be over."""
        item.halt(now)
        item.state = state
        item.ended_at = now
        self._pending.pop(item.item_id, None)

    @property
    def pending(self) -> tuple[Item, ...]:
        """The items that are not over."""
        return tuple(self._pending.values())

    @property
    def playing(self) -> Item | None:
        """The item that the caller hears now, or would but for a pause."""
        for item in self._pending.values():
            if item.state is ItemState.PLAYING:
                return item
        return None

    @property
    def any_in_playout(self) -> bool:
        """Whether the caller hears us, or is about to."""
        return any(item.in_playout for item in self._pending.values())

    @property
    def any_streaming(self) -> bool:
        """Whether the voice has begun an item and not yet ended it."""
        return any(
            item.kind is ItemKind.REPLY and not item.complete for item in self._pending.values()
        )

    def unheard_ms(self, now: float) -> float:
        """Estimate how much of what is queued has not been heard."""
        return sum(item.queued_ms - item.heard_ms(now) for item in self._pending.values())

    def recent_text(self) -> str:
        """The words of the item playing and of those just before it."""
        return " ".join(item.text for item in list(self._items.values())[-3:])

    def all(self) -> Iterable[Item]:
        """Every item there was."""
        return self._items.values()


def heard_text(item: Item, heard_ms: int) -> str:
    """Give the words of an item that fit into its first ``heard_ms`` of sound.

    A word counts if it began at least a third of its own length before the cut. Words without
    ``starts_ms`` are spread over the sound in proportion to their letters, which for synthetic
    speech is right to about a syllable.
    """
    if heard_ms <= 0:
        return ""
    if item.state is ItemState.HEARD and not item.broken_off:
        return item.text
    words: list[str] = []
    for word, begins_ms, ends_ms in _spread(item):
        if begins_ms + (ends_ms - begins_ms) / 3 > heard_ms:
            break
        words.append(word)
    return " ".join(words)


def _spread(item: Item) -> list[tuple[str, float, float]]:
    """Lay the words of an item on its sound."""
    spans: list[tuple[str, float, float]] = []
    pieces = [piece for piece in item.pieces if piece.text.strip()]
    groups: list[tuple[str, float | None]] = []
    for piece in pieces:
        if piece.starts_ms is None and groups:
            groups[-1] = (groups[-1][0] + piece.text, groups[-1][1])
        else:
            groups.append((piece.text, piece.starts_ms))
    for index, (text, starts_ms) in enumerate(groups):
        begins = float(starts_ms or 0.0)
        after = groups[index + 1][1] if index + 1 < len(groups) else item.spoken_ms
        ends = max(begins, item.spoken_ms if after is None else float(after))
        spans.extend(_in_proportion(text, begins, ends))
    return spans


def _in_proportion(text: str, begins: float, ends: float) -> list[tuple[str, float, float]]:
    words = text.split()
    letters = sum(len(word) + 1 for word in words)
    spans: list[tuple[str, float, float]] = []
    at = begins
    for word in words:
        length = (ends - begins) * (len(word) + 1) / letters
        spans.append((word, at, at + length))
        at += length
    return spans
