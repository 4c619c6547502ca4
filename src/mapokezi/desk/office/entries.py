"""What has a page each in the forms of an office: a person, a kind of call, a fact, a price."""

from __future__ import annotations

from mapokezi.desk.office.kinds import (
    Area,
    Choice,
    Day,
    Flag,
    Lines,
    Ordered,
    Several,
    Spans,
    Text,
    Whole,
)
from mapokezi.desk.office.parts import (
    DAYS,
    IN_FULL,
    MESSAGES,
    ONE_A_LINE,
    PEOPLE,
    QUESTION,
    SPOKEN,
    Field,
    Part,
    Rows,
)
from mapokezi.receptionist.office import PriceSaid
from mapokezi.stores.facts_added import FACTS_FILE
from mapokezi.stores.office_prices import PRICES_FILE

PERSON: tuple[Part | Rows, ...] = (
    Part(
        "Who",
        PEOPLE,
        (),
        (
            Field("name", "Name", Text()),
            Field("role", "What they do, as callers hear it", Text()),
            Field("mobile", "Mobile", Text(type="tel"), f"{IN_FULL} Empty: messages only."),
            Field("takes_calls", "Callers are put through", Flag(usual=True)),
            Field("departments", "Departments", Lines(), ONE_A_LINE),
            Field("subjects", "What they deal with, in callers' words", Lines(), ONE_A_LINE),
            Field("aliases", "Other names", Lines(), ONE_A_LINE),
            Field(
                "heard_as",
                "What the recogniser writes for the name",
                Lines(),
                "One a line; a call's page shows it.",
            ),
            Field("said_as", "Spelled as it is spoken", Text(), "For the local voice alone."),
        ),
    ),
    Part(
        "When they are rung",
        PEOPLE,
        (),
        (
            Field("not_before", "Not rung before", Text(), "On the 24-hour clock: 08:30."),
            Field("not_after", "Not rung after", Text()),
            Field("not_on", "Not rung on", Several(DAYS)),
            Field("ring_seconds", "Seconds it rings", Whole(), "5 to 60; empty: as the office."),
            Field("deputies", "Who is rung next if they do not answer", Ordered("people")),
        ),
    ),
    Rows(
        "Days away",
        PEOPLE,
        ("away",),
        (Field("first", "First day", Day()), Field("last", "Last day", Day(), in_row="to ")),
        "absence",
        ("first", "last"),
        "Nobody is put through to them, and callers hear when they are back.",
    ),
    Part(
        "How they are told of messages",
        PEOPLE,
        (),
        (
            Field("language", "Told in", Choice(SPOKEN, nothing="the office's language")),
            Field(
                "quiet",
                "Told of urgent matters only",
                Spans(nothing="never"),
                "Every day from-to: 20:00-06:30",
            ),
            Field("quiet_days", "Told of urgent matters only on", Several(DAYS)),
            Field(
                "escalate_to",
                "Who is told if they do not take a task",
                Choice("people", nothing="the next of the office's order"),
            ),
        ),
    ),
    Rows(
        "Ways to reach them, the best first",
        PEOPLE,
        ("ways",),
        (
            Field("way", "By", Choice("ways", nothing="choose")),
            Field("to", "Number, e-mail address or channel", Text(), in_row=""),
            Field("urgent_only", "Urgent matters only", Flag(usual=False)),
        ),
        "way",
        ("way", "to"),
        "The operator sets the ways up, in the server's settings.",
    ),
)

_PRICE_SAID = (
    (PriceSaid.EXACT.value, "the amount"),
    (PriceSaid.FROM.value, "the lowest that it may be: from ..."),
    (PriceSaid.ON_REQUEST.value, "no amount: our people tell it"),
)
CALL_TYPE: tuple[Part | Rows, ...] = (
    Part(
        "The kind of call",
        MESSAGES,
        (),
        (
            Field("name", "As the staff read it", Text(), "A new matter, a booking, ..."),
            Field("asked_as", "How callers put it", Lines(), "One a line, two at least."),
            Field("for_person", "Who gets the message", Choice("people", nothing="the office")),
        ),
    ),
    Rows("What else is asked", MESSAGES, ("questions",), QUESTION, "question", ("slot",)),
)

FACT: tuple[Part | Rows, ...] = (
    Part(
        "The fact",
        FACTS_FILE,
        (),
        (
            Field("title", "In a word or two", Text()),
            Field(
                "answer", "What callers are told, word for word", Area(), "400 characters at most."
            ),
            Field("asked_as", "How callers ask for it", Lines(), "One a line, two at least."),
        ),
    ),
)

PRICE: tuple[Part | Rows, ...] = (
    Part(
        "The price",
        PRICES_FILE,
        (),
        (
            Field("of", "What it is the price of", Text(), "Within a sentence: the first visit."),
            Field("say", "What may be said", Choice(_PRICE_SAID, usual=PriceSaid.EXACT.value)),
            Field("shillings", "Shillings", Whole(), "Empty if no amount may be said."),
            Field("note", "A sentence said behind it", Area(), "Without an amount."),
            Field("asked_as", "How callers ask for it", Lines(), "One a line, two at least."),
        ),
    ),
)
