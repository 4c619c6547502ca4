"""What is posted to the voice URL and to the events URL, and how."""

from __future__ import annotations

from enum import StrEnum


class Form(StrEnum):
    """How a post's body is written."""

    FORM = "form"
    JSON = "json"


class AliasStyle(StrEnum):
    """Which names a callback's fields go by."""

    CAMEL = "camel"
    """``sessionId``, ``callerNumber``: what the platform was really seen to post."""
    TITLE = "title"
    """``CallSid``, ``From``, ``Digits``: the SDK's README."""
    SNAKE = "snake"
    """``call_id``, ``from``, ``duration_seconds``: the documented event envelope."""


class Nesting(StrEnum):
    """Under which key the fields of a post lie. Other than none, the body is JSON."""

    NONE = "none"
    CALL = "call"
    PAYLOAD = "payload"
    DATA = "data"


class NumberForm(StrEnum):
    """How numbers are written in a callback; all three occur."""

    PLUS = "plus"
    """``+254722000000``"""
    BARE = "bare"
    """``254722000000``"""
    NATIONAL = "national"
    """``0722000000``"""


class Parties(StrEnum):
    """Who stands as caller in a post."""

    STRAIGHT = "straight"
    SWAPPED = "swapped"
    """Caller and dialled number exchanged, as seen on WebRTC calls."""


class Presence(StrEnum):
    """Whether a post carries the session's id."""

    GIVEN = "given"
    MISSING = "missing"


class FirstState(StrEnum):
    """What the first callback says the call's state is."""

    RINGING = "ringing"
    ANSWERED = "answered"
    COMPLETED = "completed"


class FirstPost(StrEnum):
    """How often the first callback is posted."""

    ONCE = "once"
    TWICE = "twice"
    """Twice at once; only the first copy's answer is obeyed."""


class Posting(StrEnum):
    """How posts arrive whose answer is not looked at."""

    PROMPT = "prompt"
    LATE = "late"
    """After some seconds."""
    TWICE = "twice"
    SHUFFLED = "shuffled"
    """Each after a wait of its own, so that they overtake one another."""
    NONE = "none"


class Signing(StrEnum):
    """How posts are signed, where the number has a secret."""

    GOOD = "good"
    NONE = "none"
    BARE = "bare"
    """The older form: the hex alone, over the body alone."""
    WRONG = "wrong"
    """By a secret that is not the number's."""
    STALE = "stale"
    """Rightly, but ten minutes ago."""


class Envelope(StrEnum):
    """The body of an event (contract section 8)."""

    RAW = "raw"
    """The PBX's own body, as the SDK says it is passed on."""
    A = "a"
    """Documented: ``kind``, ``event_id``, ``occurred_at``, ``data``."""
    B = "b"
    """The guide to S3: ``event_kind``, ``event_id``, ``payload``."""


class EventHeaders(StrEnum):
    """Which headers name an event's kind."""

    KIND = "kind"
    """``X-Sautikit-Event-Kind``"""
    EVENT = "event"
    """``X-Sautikit-Event``"""
    NONE = "none"


class Retries(StrEnum):
    """When an event that was not taken is posted again."""

    DAYS = "days"
    """Eight attempts, 30 s to 24 h apart: the blog and the concept page."""
    SECONDS = "seconds"
    """Five attempts within 31 s: the event pages."""
    NONE = "none"


class AfterDial(StrEnum):
    """How the voice URL hears of a dialled leg that ended without a conversation."""

    REPORT_THEN_ASK = "report-then-ask"
    """A lifecycle post with the outcome, whose answer is not looked at; then, if the document has
    no verb left, a fresh callback (``Answered``, ``isActive`` 1) whose answer is obeyed."""
    REPORT_IS_QUESTION = "report-is-question"
    """One post with the outcome, whose answer is obeyed; an empty one lets the next verb run."""


class DialTold(StrEnum):
    """Whether the posts after a dial say what came of it."""

    TOLD = "told"
    UNTOLD = "untold"
