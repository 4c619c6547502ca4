"""What an office can be changed in on the desk: one page a subject.

In the words of people who have never seen the files; each value's file and key stand beside it
once something is wrong with it.
"""

from __future__ import annotations

import msgspec

from mapokezi.desk.office.answering import CALLERS_SUBJECT, CALLS_SUBJECT, VOICE_SUBJECT
from mapokezi.desk.office.entries import CALL_TYPE, FACT, PRICE
from mapokezi.desk.office.kinds import (
    Area,
    Choice,
    Day,
    Flag,
    Lines,
    Spans,
    Text,
)
from mapokezi.desk.office.parts import (
    DAYS,
    HOURS,
    IN_FULL,
    MESSAGES,
    OFFICE,
    ONE_A_LINE,
    QUESTION,
    SPANS_HELP,
    Entries,
    Field,
    Part,
    Rows,
    Subject,
)
from mapokezi.desk.office.staff import PEOPLE_SUBJECT, RINGING_SUBJECT, TELLING_SUBJECT
from mapokezi.receptionist.office import Fallback, Office
from mapokezi.receptionist.office import Hours as HoursOf
from mapokezi.stores.facts_added import FACTS_FILE
from mapokezi.stores.office_prices import PRICES_FILE

_USUAL = {one.name: one.default for one in msgspec.structs.fields(Office)}
"""What of an office holds if its files do not say it."""
_MODES = (
    ("answer", "questions are answered, a message is taken"),
    ("message", "the hours, then a message; nothing else"),
    ("emergencies", "the hours; only what is urgent is taken"),
)
_THEN = (("record", "what the caller says is kept"), ("dial", "a telephone rings"))

_CLOSURES = Subject(
    "closures",
    "Days closed",
    "Days on which the office is closed besides its week and the public holidays: today, too.",
    (
        Rows(
            "Closed on",
            HOURS,
            ("closures",),
            (
                Field("first", "First day", Day()),
                Field("last", "Last day", Day(), in_row="to "),
                Field(
                    "reason", "Closed for", Text(), "As callers hear it: a funeral.", "closed for "
                ),
                Field(
                    "hours", "Open all the same", Spans(nothing="closed"), "08:00-12:00", "open "
                ),
            ),
            "closure",
            ("first", "reason"),
        ),
    ),
)
_GREETING = Subject(
    "greeting",
    "Greeting and notices",
    "The words of every call. The notice must stay true: that the caller speaks with a machine, and"
    " that the call is recorded.",
    (
        Part(
            "Always said",
            OFFICE,
            (),
            (
                Field("greeting", "Greeting", Area()),
                Field(
                    "notice",
                    "Notice",
                    Area(),
                    "That no person answers, that the call is recorded. Empty: said in our words.",
                ),
                Field("goodbye", "Goodbye", Area(usual=_USUAL["goodbye"])),
                Field("name", "The office's name", Text()),
                Field("said_as", "The name as the local voice says it well", Text()),
            ),
        ),
        Part(
            "What the law wants told, where the notice is empty",
            OFFICE,
            ("notices",),
            (
                Field(
                    "languages",
                    "It is told in, one after the other",
                    Lines(),
                    "en or sw, one a line. Empty: in the language of the greeting.",
                ),
                Field(
                    "country",
                    "By the law of",
                    Text(),
                    "Two letters: KE. Empty: of the country of the office's number.",
                ),
                Field(
                    "voice_before",
                    "What is elsewhere may hear callers before they have heard that",
                    Flag(usual=False),
                ),
            ),
        ),
        Part(
            "If the receptionist cannot take the call at all",
            OFFICE,
            ("fallback",),
            (
                Field("say", "The phone platform says then", Area(usual=Fallback().say)),
                Field("then", "What happens then", Choice(_THEN, usual=Fallback().then.value)),
                Field("dial", "The telephone that rings then", Text(type="tel"), IN_FULL),
            ),
        ),
    ),
)
_HOURS = Subject(
    "hours",
    "Opening hours",
    "When the office is open, and what callers get while it is not.",
    (
        Part(
            "The week",
            HOURS,
            ("week",),
            tuple(Field(day, shown, Spans()) for day, shown in DAYS),
            help=SPANS_HELP,
        ),
        Part(
            "Public holidays",
            HOURS,
            (),
            (
                Field(
                    "holidays_of",
                    "Closed on the public holidays of",
                    Text(usual=HoursOf().holidays_of, blank=""),
                    "Two letters: KE. Empty: public holidays are days as others.",
                ),
            ),
        ),
        Part(
            "On public holidays",
            HOURS,
            ("holidays",),
            (
                Field("hours", "Open on public holidays", Spans()),
                Field(
                    "open_on",
                    "Public holidays on which it is open as on any day",
                    Lines(),
                    "Their names, one a line.",
                ),
            ),
        ),
        Part(
            "While it is closed",
            HOURS,
            ("closed",),
            (
                Field(
                    "callers_get", "While it is closed callers get", Choice(_MODES, usual="answer")
                ),
                Field("on_break", "In a break of the day they get", Choice(_MODES, usual="answer")),
                Field(
                    "on_holidays",
                    "On public holidays and days closed they get",
                    Choice(_MODES, nothing="as at any time when it is closed"),
                ),
                Field("say", "Said after the greeting while it is closed", Area()),
            ),
        ),
        Part(
            "The office's clock",
            HOURS,
            (),
            (Field("timezone", "Time zone", Text(usual=HoursOf().timezone)),),
        ),
    ),
)
_MESSAGES = Subject(
    "messages",
    "Messages and kinds of call",
    "What is asked when a message is taken.",
    (
        Rows(
            "Asked for any message, in this order",
            MESSAGES,
            ("questions",),
            QUESTION,
            "question",
            ("slot",),
            "If there are none: the name, the number, and what it is about.",
        ),
    ),
    entries=Entries(MESSAGES, ("types",), "kind of call", "name", CALL_TYPE),
)
_TOPICS = Subject(
    "topics",
    "Never answered, and urgent",
    "What is only passed on, and what makes a call urgent.",
    (
        Part(
            "Never answered, only passed on in a message",
            MESSAGES,
            ("forbidden",),
            (
                Field("topics", "Never answered", Lines(), ONE_A_LINE),
                Field("asked_as", "How callers ask for it", Lines(), ONE_A_LINE),
            ),
        ),
        Part(
            "Urgent",
            MESSAGES,
            ("urgent",),
            (
                Field(
                    "words",
                    "Words that make a call urgent",
                    Lines(),
                    "One a line; those that are urgent anywhere (an emergency, a fire) need not"
                    " stand here.",
                ),
                Field(
                    "emergency_numbers",
                    "Numbers that callers in danger are told to dial",
                    Lines(type="tel"),
                    "One a line, two at most. Empty: those of the office's country, 999 and 112 in"
                    " Kenya.",
                ),
            ),
        ),
    ),
)
_FACTS = Subject(
    "facts",
    "Facts",
    "What callers are told, word for word.",
    entries=Entries(FACTS_FILE, ("facts",), "fact", "title", FACT),
)
_PRICES = Subject(
    "prices",
    "Prices",
    "What may be said of them: these, and no others.",
    entries=Entries(PRICES_FILE, ("prices",), "price", "of", PRICE),
)

SUBJECTS = (
    _CLOSURES,
    _GREETING,
    _HOURS,
    PEOPLE_SUBJECT,
    RINGING_SUBJECT,
    _FACTS,
    _PRICES,
    _MESSAGES,
    _TOPICS,
    CALLERS_SUBJECT,
    TELLING_SUBJECT,
    VOICE_SUBJECT,
    CALLS_SUBJECT,
)
"""In the order in which they are shown: what changes most often first."""


def subject_of(subject_id: str) -> Subject | None:
    """Give a subject by its id; None if there is none."""
    return next((one for one in SUBJECTS if one.id == subject_id), None)
