"""What passes between a call and the clerk: what was heard, what is said, what is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mapokezi.receptionist.meanings import Meaning
from mapokezi.receptionist.naming import Evidence
from mapokezi.receptionist.spoken import Language
from mapokezi.units import E164


class Expects(StrEnum):
    """What kind of reply the last sentence asks for; the endpointing waits accordingly."""

    ANYTHING = "anything"
    YES_NO = "yes_no"
    NAME = "name"
    SPELLING = "spelling"
    NUMBER = "number"
    REASON = "reason"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn of the caller's."""

    text: str
    """As the recogniser writes it; may be empty."""
    digits: str = ""
    """Keys pressed since the last turn, in order: ``0123456789*#``."""
    meaning: Meaning | None = field(default=None, compare=False)
    """Of the text, if the speech process has told it; without one the words alone must do."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something to be spoken, and the office facts that it rests on."""

    text: str
    fact_ids: tuple[str, ...] = ()
    language: Language = Language.ENGLISH
    pieces: tuple[str, ...] = ()
    """Of what recordings it is put together, where its language is one that was recorded."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A deed that the clerk would do; whether it may is for `mapokezi.receptionist.decisions`.

    ``take_message`` (name, number, reason, best_time, for_person, urgent, unsure, and the office's
    own slots), ``hand_over`` (person_id, empty for the reception; reason; urgent), ``end_call``.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


class Asked(StrEnum):
    """What the clerk has asked, and so how the next words are to be taken."""

    HOW_CAN_I_HELP = "how_can_i_help"
    ANYTHING_ELSE = "anything_else"
    SLOT = "slot"
    OWN_NUMBER = "own_number"
    CONFIRM_SLOT = "confirm_slot"
    SPELL_NAME = "spell_name"
    CONFIRM_MESSAGE = "confirm_message"
    WHAT_TO_CHANGE = "what_to_change"
    TAKE_MESSAGE_OFFER = "take_message_offer"
    CONFIRM_PERSON = "confirm_person"
    WHICH_PERSON = "which_person"
    CONFIRM_WISH = "confirm_wish"
    CONNECT_OR_MESSAGE = "connect_or_message"
    TRY_SAVING_AGAIN = "try_saving_again"
    CODE = "code"
    """The six digits that were sent."""
    CHANGE = "change"
    """What is to be added to an earlier message."""
    NOTHING = "nothing"
    """A proposal is under way, or the goodbye was said."""


class SlotStatus(StrEnum):
    """How far a slot of the message is to be trusted."""

    HEARD = "heard"
    CONFIRMED = "confirmed"
    UNSURE = "unsure"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Slot:
    """One item of a message."""

    name: str
    value: str
    status: SlotStatus


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """A message while it is being taken."""

    for_person: str = ""
    """A person's id; empty for the office."""
    urgent: bool = False
    call_type: str = ""
    """Which kind of call it is, by its id; empty: none that is known."""
    slots: tuple[Slot, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    """What was heard of the caller's name."""
    unsure_part: str = ""
    digits: str = ""
    """Digits of a number that is not whole yet."""

    def slot(self, name: str) -> Slot | None:
        """Give a slot if anything was filled in."""
        return next((slot for slot in self.slots if slot.name == name), None)

    def value(self, name: str) -> str:
        """Give a slot's value, or an empty string."""
        slot = self.slot(name)
        return slot.value if slot else ""


@dataclass(frozen=True, slots=True)
class ClerkState:
    """A conversation so far. Never changed, so a turn taken back costs nothing."""

    caller_number: E164 | None
    asked: Asked = Asked.HOW_CAN_I_HELP
    slot: str = ""
    """Which slot ``asked`` is about."""
    draft: MessageDraft | None = None
    question: str = ""
    """The key of the present question, so that it can be asked again in other words."""
    question_values: tuple[tuple[str, str], ...] = ()
    tries: int = 0
    """Failed attempts at the present question."""
    misses: int = 0
    """Turns on end that could not be understood."""
    last: tuple[Sentence, ...] = ()
    expects: Expects = Expects.ANYTHING
    uses: tuple[tuple[str, int], ...] = ()
    """How often each fixed sentence was said, so that none is said thrice alike."""
    only_messages: bool = False
    """Whether the office takes no more than a message from this caller."""
    earlier: str = ""
    """What is wished of a message of an earlier call, while the code for it is waited for."""
    candidates: tuple[str, ...] = ()
    """Person ids, or wishes (as `mapokezi.receptionist.understanding.Choice.key`), that a question
    is about."""
    wants: str = ""
    """``hand_over`` or ``message``: what a person was asked for."""
    about: str = ""
    """``hours``, a fact's id or a person's id: what was spoken of last."""
    pending_reason: str = ""
    """Why a person was asked for, or the question we could not answer."""
    name_heard: str = ""
    """A name that the caller gave unasked."""
    emergency_said: bool = False
    ended: bool = False
    language: Language = Language.ENGLISH
    """In which the caller is answered, as far as the voice can speak it."""
    capitals: tuple[str, ...] = ()
    """The words that were heard with capitals, for what people are to read."""


@dataclass(frozen=True, slots=True)
class ClerkTurn:
    """What the clerk makes of a turn."""

    state: ClerkState
    say: tuple[Sentence, ...]
    proposals: tuple[Proposal, ...]
    expects: Expects
    deed: str
    """What was understood: ``answer:<fact>``, ``hours:<day>``, ``hand_over:<person>``,
    ``start_message[:<person>]``, ``fill:<slot>=<value>``, ``confirm``, ``deny``, ``dont_know``,
    ``refuse``, ``urgent``, ``goodbye``, ``repeat``, ``identity``, ``greeting``, ``wait``,
    ``unclear``; ``told`` for a turn of the clerk's own."""
