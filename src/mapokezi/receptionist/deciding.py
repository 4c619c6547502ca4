"""What a decision is about, and what it comes to: a deed that may be done, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mapokezi.receptionist.earlier_messages import AskEarlier
from mapokezi.receptionist.handoff import JustNow, Ring, RingPlan
from mapokezi.receptionist.office import Person
from mapokezi.units import E164


@dataclass(frozen=True, slots=True)
class AboutCall:
    """What the call itself knows."""

    caller_number: E164 | None
    """As the platform reports it; a claim, never a proof."""
    dialled: E164 | None = None
    caller_said: tuple[str, ...] | None = None
    """What the caller said, as a recogniser wrote it. None: the proposal comes from rules of our
    own, which have weighed the words themselves."""
    caller_spoke: bool = True
    """Whether the caller's voice was heard at all, or a key."""
    is_connecting: bool = False
    """Whether a hand-off is under way."""
    can_prove: bool = False
    """Whether the caller can be sent a code to the number on file."""
    only_messages: bool = False
    """Whether the office takes no more than a message from this caller."""
    rung_in_doubt: frozenset[E164] = frozenset()
    """Who was rung without anybody being able to tell what came of it."""
    just_now: JustNow = field(default_factory=JustNow)
    """What is known of the office's people and money at this moment."""


@dataclass(frozen=True, slots=True)
class StoreMessage:
    """Store a message for the staff."""

    name: str
    number: E164 | None
    """The number to call back; the caller's own if none was given."""
    number_as_heard: str
    """What was given, if it is not a whole telephone number."""
    reason: str
    best_time: str
    for_person: str
    """A person's id, or empty for the office."""
    urgent: bool
    unsure: tuple[str, ...]
    """The fields that were not confirmed."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """The office's own questions, answered."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Pass the caller on; ``note`` is stored before anything is tried."""

    plan: RingPlan
    reason: str
    note: StoreMessage
    is_emergency: bool = False
    """Whether the caller is to hear the emergency number first."""

    @property
    def ring(self) -> Ring:
        """Whom the caller is told about."""
        return self.plan.first


@dataclass(frozen=True, slots=True)
class LookUp:
    """Give facts, hours or people of the office's; nothing is changed by it."""

    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StopRecording:
    """Record no more of the call, and remove what was recorded."""

    by_rule: bool = False
    """Whether it was rules of ours that heard the caller's wish."""


@dataclass(frozen=True, slots=True)
class EndCall:
    """Let the goodbye finish, then hang up."""


Deed = StoreMessage | HandOver | LookUp | AskEarlier | StopRecording | EndCall


@dataclass(frozen=True, slots=True)
class Allowed:
    """The deed may be done."""

    deed: Deed


@dataclass(frozen=True, slots=True)
class Refused:
    """The deed may not be done."""

    reason: str
    """For the model and the record; never spoken as it is."""
    say: str
    """What may be told to the caller; empty if nothing need be."""
    note: StoreMessage | None = None
    """What to store all the same: a refused hand-off leaves a note that it was wanted."""
    is_emergency: bool = False
    """Whether the caller is to hear the emergency number all the same."""


@dataclass(frozen=True, slots=True)
class WhichPerson:
    """Several may be meant: the caller has to be asked."""

    people: tuple[Person, ...]


Decision = Allowed | Refused | WhichPerson
