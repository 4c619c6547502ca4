"""What one verb of a sentence asserts: of whom, in which tense, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mapokezi.receptionist.spoken_claims.auxiliaries import Tense
from mapokezi.receptionist.words import listed


class Subject(StrEnum):
    """Of whom or what something is said."""

    WE = "we"
    """The receptionist, or the office."""
    HOUSE = "house"
    """Somebody of the office."""
    YOU = "you"
    YOURS = "yours"
    """What is the caller's: *your appointment*."""
    IT = "it"
    """What was spoken of: *it*, *that*, *everything*, *they*."""
    THING = "thing"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Assertion:
    """One verb, its subject and what follows it."""

    subject: Subject
    who: tuple[str, ...]
    """The words of the subject."""
    tense: Tense
    verb: str
    """As `verbs.verb_of` names it; ``be`` of a state."""
    rest: str
    """The clause's words behind the verb."""
    lead: str
    """The clause's words before the subject."""
    is_passive: bool = False
    is_negated: bool = False


I_OR_WE = frozenset({"i", "we"})
SOMEBODY = frozenset(listed("he she somebody someone who"))
NOBODY = frozenset(listed("nobody nothing none no neither noone"))
PRONOUNS = (
    I_OR_WE
    | SOMEBODY
    | NOBODY
    | frozenset(listed("it that this everything they all these those both which you there"))
)
PEOPLE = frozenset(
    listed(
        """
    lawyer lawyers advocate advocates colleague colleagues clerk clerks manager secretary team staff
    partner partners driver guard accountant boss director officer people person doctor nurse agent
    assistant associate technician engineer rider messenger expert specialist dentist therapist
    consultant attorney paralegal judge magistrate registrar mr mrs ms miss madam wakili us them
    """
    )
)
FINITE = frozenset(listed("will shall am is are was were have has"))


def subject_of_pronoun(word: str) -> Subject:
    """Give of whom a pronoun speaks."""
    if word in I_OR_WE:
        return Subject.WE
    if word == "you":
        return Subject.YOU
    if word in SOMEBODY:
        return Subject.HOUSE
    return Subject.NOBODY if word in NOBODY else Subject.IT
