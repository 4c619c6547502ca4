"""The subjects that are about an office's people: who they are, who is rung, who is told."""

from __future__ import annotations

from mapokezi.desk.office.entries import PERSON
from mapokezi.desk.office.kinds import Choice, Flag, Lines, Ordered, Several, Text, Whole
from mapokezi.desk.office.parts import (
    IN_FULL,
    OFFICE,
    PEOPLE,
    SPOKEN,
    Entries,
    Field,
    Part,
    Rows,
    Subject,
)
from mapokezi.receptionist.office import HandingOver, Telling
from mapokezi.receptionist.webhook_events import EVENT_TYPES

_RING = (("one_by_one", "one after the other"), ("all_at_once", "all at once"))
_EXECUTORS = (
    ("dial", "by dialling"),
    ("conference", "in a conference"),
    ("callback", "to be called back"),
)
_HOOK_EVENTS = tuple((one, one) for one in EVENT_TYPES)

PEOPLE_SUBJECT = Subject(
    "people",
    "People",
    "Whom callers may ask for.",
    entries=Entries(PEOPLE, ("people",), "person", "name", PERSON),
)
RINGING_SUBJECT = Subject(
    "ringing",
    "Who is rung, and departments",
    "For callers who are passed on to a person.",
    (
        Part(
            "The reception",
            OFFICE,
            (),
            (Field("reception", "Rung when nobody is named", Text(type="tel"), IN_FULL),),
        ),
        Part(
            "In which order",
            OFFICE,
            ("hand_off",),
            (
                Field("order", "For whoever asks for nobody in particular", Ordered("people")),
                Field("on_call", "For what is urgent, at any hour", Ordered("people")),
                Field("ring", "They are rung", Choice(_RING, usual=HandingOver().ring.value)),
                Field("ring_seconds", "Seconds it rings", Whole(HandingOver().ring_seconds)),
                Field(
                    "countries",
                    "Countries that may be rung",
                    Lines(),
                    "Two capital letters, one a line. Empty: those of the office's own numbers.",
                ),
                Field(
                    "needs_caller_number",
                    "Callers who withhold their number are not passed on",
                    Flag(usual=False),
                ),
                Field(
                    "executors",
                    "How callers are passed on: what is tried first",
                    Ordered(_EXECUTORS, usual=tuple(one.value for one in HandingOver().executors)),
                ),
            ),
        ),
        Rows(
            "Departments with an order of their own",
            OFFICE,
            ("hand_off", "departments"),
            (
                Field("name", "Department", Text()),
                Field("order", "Who is rung", Ordered("people", "its people as they stand")),
                Field("ring", "They are rung", Choice(_RING, nothing="as the office")),
                Field("ring_seconds", "Seconds it rings", Whole()),
            ),
            "department",
            ("name",),
        ),
    ),
)
TELLING_SUBJECT = Subject(
    "telling",
    "Who is told of messages",
    "How each person is told stands with them, under People.",
    (
        Part(
            "In which order",
            OFFICE,
            ("telling",),
            (
                Field(
                    "order",
                    "What is for nobody in particular goes to",
                    Ordered("people", "the people as they stand"),
                ),
                Field(
                    "digest_to",
                    "The day in short goes to",
                    Ordered("people", "the first of the order"),
                ),
                Field("language", "People are told in", Choice(SPOKEN, usual=Telling().language)),
                Field(
                    "take_within_minutes",
                    "The next one is told if nobody takes it within (minutes)",
                    Whole(Telling().take_within_minutes),
                ),
                Field(
                    "urgent_within_minutes",
                    "If it is urgent, within (minutes)",
                    Whole(Telling().urgent_within_minutes),
                ),
                Field(
                    "text_callers",
                    "Callers whose call was lost are texted by",
                    Choice("ways", nothing="nothing: the staff ring them"),
                ),
            ),
        ),
        Rows(
            "Systems of our own that are told",
            OFFICE,
            ("webhooks",),
            (
                Field("name", "Name of the system", Text()),
                Field("url", "Address", Text(type="url"), in_row=""),
                Field("events", "Of what", Several(_HOOK_EVENTS, nothing="of all"), in_row="of "),
            ),
            "system",
            ("name",),
            "The program must be started again for a new one. Its secret is the operator's.",
        ),
    ),
)
