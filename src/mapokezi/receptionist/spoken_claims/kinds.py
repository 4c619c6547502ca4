"""What a claim is, and what is said when one was false."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ClaimKind(StrEnum):
    """What a sentence claims."""

    PRICE = "price"
    HOURS = "hours"
    DATE = "date"
    """A day or a time at which something is: an appointment, a hearing, somebody's return."""
    PHONE = "phone"
    """A telephone number, or any other number that one is to use: a paybill, an extension."""
    PLACE = "place"
    """Where the office is, and where letters and e-mail go."""
    COMMITMENT = "commitment"
    """Something done, or promised, in the office's name."""
    EMERGENCY = "emergency"
    """Nothing that was said: the emergency number, which was owed and was not."""


class Deed(StrEnum):
    """What may have been done in a call."""

    SAVED = "saved"
    """A message, or a note for the staff, has an id."""
    CONNECTING = "connecting"
    """A hand-off is running."""
    TRIED = "tried"
    """One has run in this call, whatever came of it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A claim that rests on nothing, and what puts it right."""

    kind: ClaimKind
    claim: str
    """The sentence in which it was made, as the model's transcript has it."""
    truth: str
    """What is so, in the office's own words: one or two sentences."""
    item_id: str = ""
    """The item of speech in which it was made."""

    @property
    def say(self) -> str:
        """What is said aloud."""
        if self.kind is ClaimKind.EMERGENCY:
            return self.truth
        return f"I must correct myself: {self.truth}"


def said_together(corrections: tuple[Correction, ...]) -> str:
    """Give what is said aloud for several corrections at once; each truth is told once."""
    urgent = [one.say for one in corrections if one.kind is ClaimKind.EMERGENCY]
    truths = [one.truth for one in corrections if one.kind is not ClaimKind.EMERGENCY]
    parts = [*dict.fromkeys(urgent)]
    if truths:
        parts.append("I must correct myself: " + " ".join(dict.fromkeys(truths)))
    return " ".join(parts)
