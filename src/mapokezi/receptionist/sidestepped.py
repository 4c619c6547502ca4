"""Questions that are like one of an office's facts, and that it does not answer.

What is likest by words and meaning is not always what was asked: a price asked of a test is like
the fact that tests are done; an appointment taken back is like the fact how one is made. Each of
these is told by its own words, and then the likest fact is not said.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.office import Fact
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.words import plain

_ASKS_PRICE = re.compile(
    r"\b(?:how (?:much|dear|expensive)(?! (?:time|longer|notice|later|earlier|information))"
    r"|what (?:do|does|would|will|did) .{1,30}\b(?:cost|charge|want for)|(?:price|cost|fees?|rate"
    r"|charges) (?:of|for|to)|what is (?:the|your) (?:price|cost|fee|rate|charge)s?"
    r"|what (?:would|will|do) (?:you|i) (?:\w+ ){0,2}(?:bill|build|charge|pay|ask|part with"
    r"|take for)"
    r"|what (?:is|are|does|do|will|would) (?:\w+ ){1,6}(?:go(?:ing|es)? for|set (?:me|us) back)"
    r"|what is the damage|what am i looking at|how many (?:bob|shillings)"
    r"|(?:an? |the |your )?(?:quote|quotation|estimate|discount|percentage)|how many percent"
    r"|bring (?:it|that|the price|your price) down|quoted (?:me|us))\b"
)
_TELLS_PRICE = re.compile(
    r"\b(?:kes|shillings?|free|paid|charged?|charges|fees?|costs?|prices?|invoice|bill|billed"
    r"|deposit|rent|per cent|percent)\b"
)
_APPOINTMENT = (
    r"(?:appointments?|bookings?|meetings?|visits?|check ?ups?|slots?|consultations?|viewings?)"
)
_TAKES_BACK = re.compile(
    r"\b(?:cancel|scrap|postpone|reschedule|call off|put off|push|shift|move|drop|change"
    rf"|bring forward)\b(?: \w+){{0,5}}? {_APPOINTMENT}\b"
    rf"|\b{_APPOINTMENT}\b.{{0,40}}\b(?:cancel(?:led)?|postponed?|rescheduled?|pushed?|shift(?:ed)?"
    r"|moved?|changed?|brought forward|another (?:day|date|time))\b"
    r"|\breschedule\b|\bcome\b.{0,20}\b(?:instead of|rather than) (?:on )?(?:\w+day|tomorrow"
    r"|today)\b"
    r"|\b(?:give|book|find|get|arrange for) (?:me|us) (?:for )?(?:another|a different|an?other)"
    r" (?:day|date|time|slot)\b|\b(?:will|can)(?: not|not) (?:make it|come|reach|attend)\b.{0,40}"
    r"\b(?:other|another|next|different|push|move|shift) ?(?:day|date|time|week|month|it)?\b"
    r"|\b(?:running|am|will be|might be|be) (?:a (?:bit|little) |very |some minutes )?late\b(?: a"
    rf" little)?.{{0,12}}\b(?:for|at|to) (?:my|our|the) (?:\w+ )?(?:{_APPOINTMENT}|doctor"
    rf"|\w+ o clock)\b"
    r"|\b(?:will|can|may|might|could|am)(?: not|not) (?:(?:be )?able to |manage to )?(?:make it"
    r"|reach|come|attend|show up)\b.{0,40}\b(?:appointment|meeting|booking|check ?up|another day"
    r"|doctor|lawyer|advocate)\b"
)


def asks_for_a_price(said: str) -> bool:
    """Say whether plain text asks what something costs."""
    return _ASKS_PRICE.search(plain(in_english(said))) is not None


def is_sidestepped(fact: Fact, said: str) -> bool:
    """Say whether a fact tells no price though plain text asks for one.

    Args:
        fact: what the text is likest.
        said: what the caller said, plain.
    """
    if not asks_for_a_price(said):
        return False
    told = plain(" ".join((fact.title, fact.answer, *fact.asked_as)))
    return _TELLS_PRICE.search(told) is None


def takes_back_appointment(said: str) -> bool:
    """Say whether plain text cancels an appointment, or wants it on another day."""
    return _TAKES_BACK.search(plain(in_english(said))) is not None
