"""What may be committed, what makes it true, and the rules by which words are held against it.

A rule is a set of verbs and a pattern of what follows the verb; the first of a table that fits says
what is needed for what is said to be true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mapokezi.receptionist.spoken_claims.kinds import Deed
from mapokezi.receptionist.spoken_claims.verbs import verbs


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something said to be done."""

    needs: Deed | None
    """What makes it true; None: nothing that can be done in a call."""
    truth: str
    """What is so if it is not true."""
    is_open: bool = False
    """Whether no rule knows what is said: it is none if its words are all known (`everyday`)."""


_NOTHING_BOOKED = "nothing is booked. I can only pass the wish on in a message."
_NO_PROMISE = "I cannot promise when somebody will call you. I can pass the wish on in a message."

HARMLESS = None
BOOKED = Commitment(None, _NOTHING_BOOKED)
SAVED = Commitment(Deed.SAVED, "your message is not saved yet.")
TOLD = Commitment(Deed.SAVED, "nobody has been told yet. I can take a message.")
CONNECTING = Commitment(Deed.CONNECTING, "I am not connecting you just now.")
SENT = Commitment(None, "I have sent nothing, and I cannot send anything. I can take a message.")
DONE = Commitment(None, "I have not done that, and I cannot. I can take a message about it.")
AGREED = Commitment(None, "I have spoken with nobody, and nothing is agreed. I can take a message.")
RANG = Commitment(Deed.TRIED, AGREED.truth)
SURE = Commitment(None, "I can promise nothing in the office's name. Our people can tell you more.")
UNSEEN = Commitment(None, "I cannot see how that stands. I can take a message about it.")
OPEN_STATE = Commitment(None, UNSEEN.truth, is_open=True)
OPEN_OFFER = Commitment(None, SURE.truth, is_open=True)
NO_PROMISE = Commitment(None, _NO_PROMISE)
CALLS_BACK = Commitment(Deed.SAVED, _NO_PROMISE)

BOOKS = verbs(
    "book schedule reserve reschedule arrange fix slot block pencil secure hold move postpone push"
    " cancel squeeze fit rebook diarise shift bring call confirm keep set see expect meet"
)
SENDS = verbs("send email mail text sms whatsapp fax post forward share courier dispatch message")
AGREES = verbs(
    "agree confirm approve accept consult speak talk discuss clear check promise say negotiate ask"
    " request persuade convince okay"
)
APPOINTMENT = re.compile(
    r"\b(?:appointments?|meetings?|slots?|consultations?|visits?|sessions?|bookings?|interviews?"
    r"|diary|calendar|schedule)\b"
)

ARRANGED = r"\b(?:your|the|that) (?:\w+ )?(?:appointment|booking|meeting|slot|reservation|place)\b"
"""What may be arranged, named as one that is known."""
OUTSIDERS = (
    r"\b(?:police|court|judge|magistrate|bank|landlord|employer|other (?:side|party|lawyer)"
    r"|hospital|ocs|guard|watchman|security|tenants?|registrar|registry)\b"
)
"""Whom no message of ours can reach."""
TIMED = (
    r"\b(?:today|tonight|tomorrow|shortly|soon|now|right away|immediately|straight away|at once"
    r"|within|by|before|as soon as|when|once|every|the (?:day|morning|moment|minute)|first thing"
    r"|later|in (?:a|an|the next|two|three|five|ten|\d+)|on (?:mon|tues|wednes|thurs|fri|satur)day"
    r"|next|this (?:morning|afternoon|evening|week)|at (?:one|two|three|four|five|six|seven|eight"
    r"|nine|ten|eleven|noon|\d+)|personally|after)\b"
)
"""A time, or an event, at which something is to be."""
TO_A_DAY = (
    r"^(?:you|it|that|him|her|them|your \w+) to (?:\w+day\b|tomorrow|today|next\b|another\b"
    r"|(?:the|an?)"
    r" (?:\w+ )?(?:morning|afternoon|evening|date|day|slot|time)\b|(?:one|two|three|four|five"
    r"|eight|nine"
    r"|ten|eleven|noon|\d+)\b)"
)
MESSAGE = r"(?:message|note|details|request|question|information|wish|words?|name|number|concern)s?"

Rule = tuple[frozenset[str] | None, re.Pattern[str], Commitment | None]
"""Verbs (None: any), a pattern of what follows, and what is then needed."""


def rules_from(*rules: tuple[frozenset[str] | None, str, Commitment | None]) -> tuple[Rule, ...]:
    return tuple((of, re.compile(pattern), meant) for of, pattern, meant in rules)
