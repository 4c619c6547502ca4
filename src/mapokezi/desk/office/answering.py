"""The subjects that are about answering: whose calls, with which voice, on which numbers."""

from __future__ import annotations

import msgspec

from mapokezi.desk.office.kinds import Choice, Flag, Lines, Ordered, Whole
from mapokezi.desk.office.parts import CALLERS, IN_FULL, OFFICE, Field, Part, Subject
from mapokezi.receptionist.caller_rules import CallerRules, CallingBack
from mapokezi.receptionist.office import Office
from mapokezi.records.retention import KeptFor

_USUAL = {one.name: one.default for one in msgspec.structs.fields(Office)}
"""What of an office holds if its files do not say it."""
_GET = (
    ("answer", "what anybody gets"),
    ("message", "a message is taken, nothing else"),
    ("busy", "the busy tone"),
)
_DAY_KES, _NUMBER_KES = (
    one // 100 for one in (CallingBack().day_cap_minor, CallingBack().number_cap_minor)
)
CALLERS_SUBJECT = Subject(
    "callers",
    "Blocked and VIP numbers",
    "A number is a claim: a VIP is told nothing that others are not told.",
    (
        Part(
            "Numbers",
            CALLERS,
            (),
            (
                Field(
                    "vips", "VIPs: put through at any hour", Lines("tel"), f"One a line. {IN_FULL}"
                ),
                Field(
                    "vips_ring",
                    "Whose telephone rings at once for VIPs",
                    Choice("people", nothing="nobody's: the receptionist answers"),
                ),
                Field("blocked", "Blocked", Lines("tel"), f"One a line. {IN_FULL}"),
                Field("blocked_get", "Blocked numbers get", Choice(_GET[1:], usual="busy")),
                Field(
                    "withheld_get",
                    "Who withholds their number gets",
                    Choice(_GET, usual="answer"),
                ),
                Field(
                    "codes_by",
                    "A code that proves a number is sent by",
                    Choice("ways", nothing="nothing: a person rings back"),
                ),
                Field(
                    "spam_after",
                    "Spam after so many calls in an hour without a word",
                    Whole(CallerRules().spam_after),
                    "0: never.",
                ),
            ),
        ),
        Part(
            "Who rings once and hangs up",
            CALLERS,
            ("flashes",),
            (
                Field("call_back", "They are called back by the receptionist", Flag(usual=False)),
                Field(
                    "within_minutes",
                    "Within (minutes)",
                    Whole(CallingBack().within_minutes),
                    "Later a person rings instead.",
                ),
                Field("day_cap_kes", "At most for so many shillings a day", Whole(_DAY_KES)),
                Field("number_cap_kes", "Of these for one number", Whole(_NUMBER_KES)),
            ),
        ),
    ),
)
VOICE_SUBJECT = Subject(
    "voice",
    "Model and voice",
    "Which voice model answers. The clerk of this machine stands behind it in any case.",
    (
        Part(
            "Voice models",
            OFFICE,
            (),
            (
                Field(
                    "models",
                    "The models, in the order in which they are tried",
                    Ordered(
                        "models",
                        nothing="the clerk alone",
                        is_set=True,
                        unset="the server's own list",
                    ),
                ),
                Field(
                    "facts_in_instructions",
                    "With no more facts than these a model is told them all beforehand",
                    Whole(_USUAL["facts_in_instructions"]),
                ),
            ),
        ),
        Part("Voices, by their vendor's names", OFFICE, ("voices",), (), by_model=True),
    ),
)
CALLS_SUBJECT = Subject(
    "calls",
    "Numbers, recording, how long things are kept",
    "",
    (
        Part(
            "Calls",
            OFFICE,
            (),
            (
                Field(
                    "numbers",
                    "Numbers that callers dial",
                    Lines(type="tel"),
                    f"One a line. {IN_FULL} A number that moves here from another office: the"
                    " program must be started again.",
                ),
                Field("record_calls", "Calls are recorded", Flag(usual=_USUAL["record_calls"])),
                Field(
                    "call_cap_minutes",
                    "A call is ended after (minutes)",
                    Whole(_USUAL["call_cap_minutes"]),
                ),
                Field(
                    "call_cap_per_number_per_minute",
                    "Most calls of one number in a minute",
                    Whole(_USUAL["call_cap_per_number_per_minute"]),
                ),
            ),
        ),
        Part(
            "Kept for (days)",
            OFFICE,
            ("retention",),
            (
                Field("recording_days", "Recordings (days)", Whole(KeptFor().recording_days)),
                Field("transcript_days", "Transcripts (days)", Whole(KeptFor().transcript_days)),
                Field("message_days", "Messages and tasks (days)", Whole(KeptFor().message_days)),
                Field("call_days", "Who rang (days)", Whole(KeptFor().call_days)),
            ),
        ),
    ),
)
