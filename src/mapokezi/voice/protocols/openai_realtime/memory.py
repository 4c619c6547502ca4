"""The conversation as a new connection is told of it, as text.

A session cannot be resumed. So that a fresh one knows what was said, every item of the
conversation has an entry here: the caller's as transcribed, the model's as far as it was heard,
what we said ourselves, and what the tools answered.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_SEEDED = 100
"""So many entries are told at most; the office's facts stand in the instructions anyway."""

_MOST_KEPT = 400

CALLER, RECEPTIONIST, NOTE = "user", "assistant", "system"
"""The roles, as the protocol calls them."""


@dataclass(slots=True, eq=False)
class Entry:
    """One item."""

    key: str
    role: str
    text: str = ""
    previous: str | None = None
    """The key of the entry before it, as the server says."""


class Memory:
    """What was said so far, in the server's order."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._entries: list[Entry] = []
        self._by_key: dict[str, Entry] = {}

    def add(self, role: str, text: str) -> None:
        """Put in what the server did not name: it comes last."""
        self._entries.append(Entry("", role, text))

    def place(self, key: str, role: str, previous: str | None = None) -> Entry:
        """Put an item in its place; one that is known already is moved there.

        Without a known predecessor it comes last, and what names it as its own comes behind it.
        """
        entry = self._by_key.get(key)
        is_new = entry is None
        if entry is None:
            entry = self._by_key[key] = Entry(key, role)
            self._entries.append(entry)
            del self._entries[:-_MOST_KEPT]
        if previous and previous != entry.previous:
            entry.previous = previous
            self._put_behind(entry, self._by_key.get(previous))
        if is_new:
            self._bring_followers(entry)
        return entry

    def _put_behind(self, entry: Entry, before: Entry | None) -> None:
        if before is None or before is entry or before not in self._entries:
            return
        if entry in self._entries:
            self._entries.remove(entry)
        self._entries.insert(self._entries.index(before) + 1, entry)

    def _bring_followers(self, entry: Entry) -> None:
        """Put what came too early behind the item that it names as the one before it."""
        for _ in range(len(self._entries)):
            early = self._entries[: self._entries.index(entry)]
            follower = next((one for one in early if one.previous == entry.key), None)
            if follower is None:
                return
            self._put_behind(follower, entry)
            entry = follower

    def position(self, key: str) -> int:
        """Give an item's place; one that is not known stands behind all others."""
        entry = self._by_key.get(key)
        if entry is None or entry not in self._entries:
            return len(self._entries)
        return self._entries.index(entry)

    def seeds(self) -> list[tuple[str, str]]:
        """Give role and text of what was said, in order."""
        said = [(entry.role, entry.text) for entry in self._entries if entry.text]
        return said[-MOST_SEEDED:]

    def new_connection(self) -> None:
        """The server's names of items end here; what they said remains, and comes first."""
        self._entries = [entry for entry in self._entries if entry.text]
        for entry in self._entries:
            entry.previous = None
            entry.key = ""
        self._by_key.clear()
