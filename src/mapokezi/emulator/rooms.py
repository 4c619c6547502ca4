"""Conference rooms: who is in them, and what each member hears. Pure: no event loop, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mapokezi.audio.formats import pcm_of, samples_in
from mapokezi.emulator.telephone_line import SILENCE


@dataclass(slots=True)
class Member:
    """One call in a room."""

    participant_id: str
    """The call's session id."""
    number: str
    """By which join events name the leg: the remote one's."""
    muted: bool = False
    starts: bool = True
    """Whether the conference starts when this member is in."""
    ends: bool = False
    """Whether it ends when this member leaves."""
    is_in: bool = False
    """False: stalled at the door of a full room."""
    frame: bytes = SILENCE
    """The last 20 ms that this member said."""


@dataclass(slots=True)
class Room:
    """One conference."""

    name: str
    most: int = 0
    """How many members fit; 0: any number."""
    is_started: bool = False
    members: dict[str, Member] = field(default_factory=dict)
    """In the order of their coming."""

    @property
    def inside(self) -> list[Member]:
        """Those who are in, the stalled ones left out."""
        return [member for member in self.members.values() if member.is_in]

    def enter(self, member: Member) -> bool:
        """Come to the door.

        Returns:
            Whether the member is in; one who is not stalls until there is room.
        """
        self.members[member.participant_id] = member
        member.is_in = not self.most or len(self.inside) < self.most
        return member.is_in

    def leave(self, participant_id: str) -> Member | None:
        """Go away; gives who went."""
        return self.members.pop(participant_id, None)

    def admit_next(self) -> Member | None:
        """Let one who stalled in, if there is room now."""
        if self.most and len(self.inside) >= self.most:
            return None
        waiting = next((one for one in self.members.values() if not one.is_in), None)
        if waiting is not None:
            waiting.is_in = True
        return waiting

    def should_start(self) -> bool:
        """Whether it starts now: somebody is in who starts it."""
        return not self.is_started and any(member.starts for member in self.inside)

    def exchange(self, participant_id: str, frame: bytes) -> bytes:
        """Take what a member says in 20 ms, and give what that member hears of the others."""
        me = self.members.get(participant_id)
        if me is None or not me.is_in:
            return SILENCE
        me.frame = SILENCE if me.muted else frame
        if not self.is_started:
            return SILENCE
        others = [
            other.frame for other in self.inside if other is not me and other.frame != SILENCE
        ]
        if not others:
            return SILENCE
        if len(others) == 1:
            return others[0]
        total = np.sum([samples_in(one).astype(np.float32) for one in others], axis=0)
        return pcm_of(total)


class Rooms:
    """All conferences of a platform, by name."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}

    def find(self, name: str) -> Room | None:
        """The room of this name, if anybody is in it."""
        return self._rooms.get(name)

    def open(self, name: str, most: int = 0) -> tuple[Room, bool]:
        """The room of this name, made if there is none; and whether it was."""
        room = self._rooms.get(name)
        if room is not None:
            return room, False
        self._rooms[name] = Room(name, most)
        return self._rooms[name], True

    def close(self, room: Room) -> None:
        """Forget a room."""
        if self._rooms.get(room.name) is room:
            del self._rooms[room.name]

    def all(self) -> list[Room]:
        """Every room that is open."""
        return list(self._rooms.values())
