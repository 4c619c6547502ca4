"""What is said in the present tense: most of it is how the office works, some of it a promise."""

from __future__ import annotations

from mapokezi.receptionist.spoken_claims.commitment_rules import (
    AGREED,
    APPOINTMENT,
    BOOKED,
    CONNECTING,
    HARMLESS,
    MESSAGE,
    OPEN_OFFER,
    SAVED,
    SURE,
    UNSEEN,
    rules_from,
)
from mapokezi.receptionist.spoken_claims.verbs import verbs

_OURS_TO_GIVE = (
    r"\b(?:slot|place|discount|refund|first|priority|house|land|plot|money|custody|children|job"
    r"|deposit|half|extension|instalments?)\b"
)
_OF_THEIRS = frozenset(
    {"refund", "claim", "appeal", "application", "file", "papers", "documents", "parcel", "cheque"}
)
_TO_COME_ABOUT = frozenset({"appointment", "meeting", "booking", "slot", "place", "hearing"})

OF_US_BY_HABIT = rules_from(
    (
        verbs("accept agree approve grant allow permit authorise authorize"),
        (
            r"^(?!.*\b(?:mpesa|cards?|cash|cheques?|bank|payments?|transfers?)\b)(?:$|(?:to"
            r" |with )?(?:that|this|it|you|your|their|his|her|the|two|three|half|instalments?"
            r"|full|on)\b)"
        ),
        SURE,
    ),
    (
        verbs("take"),
        (
            r"^(?:over$|over (?:from|your|the)|it from|your case|you on|full)\b|\bfrom here$"
            r"|\bresponsib"
        ),
        SURE,
    ),
    (verbs("confirm"), APPOINTMENT.pattern, BOOKED),
    (verbs("stand"), r"^(?:by|behind|in for)\b", SURE),
    (verbs("act"), r"\bfor you\b", SURE),
    (verbs("look"), r"^forward to\b", HARMLESS),
    (verbs("connect transfer patch"), r"^(?:you|your|the call|him|her|them)\b", CONNECTING),
    (verbs("reserve hold keep"), r"\b(?:for you|your (?:slot|place|file))\b", BOOKED),
    (None, r"", OPEN_OFFER),
)
OF_HOUSE_BY_HABIT = rules_from(
    (verbs("agree accept approve"), r"", AGREED),
    (verbs("think believe reckon insist advise"), r"^(?:you|that|it|we|they|the)\b", AGREED),
    (verbs("want expect"), r"^(?:you|to (?:see|meet) you)\b", BOOKED),
    (verbs("take"), r"^(?:you\b|your|it\b|over\b)", SURE),
    (verbs("get receive see find hear read"), MESSAGE, HARMLESS),
    (verbs("get receive see find hear read"), r"^(?:it|that|this|everything)\b", SAVED),
    (verbs("see meet"), r"^you\b(?!.*\bappointment\b)", BOOKED),
    (
        verbs("arrange handle deal organise organize book manage do"),
        (
            r"^(?:with )?(?:that|those|these|such (?:things|matters)|appointments|bookings)"
            r"(?:$| (?:so|and|here|for (?:us|the office))\b)"
        ),
        HARMLESS,
    ),
    (verbs("represent act stand"), r"^(?:for you|you\b|in for|by you|behind)", SURE),
    (verbs("go come"), r"\b(?:with|to) you\b", SURE),
    (verbs("come join accompany wait stay"), r"", SURE),
    (verbs("cover give grant pay refund waive"), r"^(?:you|your)\b", SURE),
    (None, r"", OPEN_OFFER),
)
OF_YOU_BY_HABIT = rules_from(
    (verbs("get keep have"), _OURS_TO_GIVE, SURE),
    (None, r"", HARMLESS),
)
OF_THEIRS_BY_HABIT = rules_from(
    (
        verbs("go move"),
        r"^(?:out|ahead|through|into|off|to (?:mr|mrs|miss|ms|madam|him|her))\b",
        UNSEEN,
    ),
    (verbs("stay stand remain"), r"^(?!open|closed)", UNSEEN),
    (None, r"", OPEN_OFFER),
)
OF_YOURS_BY_HABIT = rules_from(
    (verbs("show reflect carry count"), r"", OPEN_OFFER), (None, r"", UNSEEN)
)
OF_THING_BY_HABIT = rules_from(
    (verbs("happen"), r"\b(?:tomorrow|today|tonight|next|first)\b", UNSEEN)
)
OF_HOUSE_ABLE = rules_from(
    (verbs("see meet squeeze fit"), r"^you\b(?!.*\bappointment\b)", BOOKED),
    (verbs("take"), r"^(?:your (?:case|matter)|you on|it on)\b", SURE),
    (verbs("come"), r"\bto (?:you|your)\b", SURE),
    (None, r"", OPEN_OFFER),
)
__all__ = [
    "OF_HOUSE_ABLE",
    "OF_HOUSE_BY_HABIT",
    "OF_THEIRS_BY_HABIT",
    "OF_THING_BY_HABIT",
    "OF_US_BY_HABIT",
    "OF_YOURS_BY_HABIT",
    "OF_YOU_BY_HABIT",
]
