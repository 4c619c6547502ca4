"""How each verb is spelled in XML and in JSON: the one table behind `markup`, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mapokezi.errors import MapokeziError
from mapokezi.telephony.actions import (
    MAX_ACTIONS,
    AiAgent,
    Conference,
    Dial,
    GetDigits,
    Hangup,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Stream,
)


class BadDocument(MapokeziError):  # noqa: N818  named as one says it
    """A document that the platform would refuse; its text says which part and why."""


def check_count(steps: Sequence[object]) -> None:
    """Refuse a document of more steps than the platform takes.

    Raises:
        BadDocument: more than 50.
    """
    if len(steps) > MAX_ACTIONS:
        raise BadDocument(f"{len(steps)} actions, and the platform takes {MAX_ACTIONS}")


def check_order(actions: Sequence[object]) -> None:
    """Refuse a document in which something stands behind the platform's own agent.

    Raises:
        BadDocument: it is not the last.
    """
    if any(isinstance(action, AiAgent) for action in actions[:-1]):
        raise BadDocument("aiAgent must be the last action")


@dataclass(frozen=True, slots=True)
class Verb:
    """How one verb is written: its tag, and each attribute in both forms, in order."""

    tag: str
    """Empty: there is no such element."""
    verb: str
    attributes: tuple[tuple[str, str, str], ...] = ()
    """Field of the dataclass, name in XML, name in JSON; an empty name: not in that form."""
    text_field: str = ""
    """The field that is the element's text in XML; its JSON name stands in ``attributes``."""


VERBS: dict[type, Verb] = {
    Say: Verb(
        "Say",
        "say",
        (
            ("text", "", "text"),
            ("voice", "voice", "voice"),
            ("language", "language", "language"),
            ("loop", "loop", "loop"),
        ),
        "text",
    ),
    Play: Verb("Play", "play", (("url", "", "url"), ("loop", "loop", "loop")), "url"),
    GetDigits: Verb(
        "GetDigits",
        "getDigits",
        (
            ("num_digits", "maxDigits", "numDigits"),
            ("timeout_s", "timeout", "timeout"),
            ("finish_on_key", "finishOnKey", "finishOnKey"),
        ),
    ),
    Dial: Verb(
        "Dial",
        "dial",
        (
            ("caller_id", "callerId", "callerId"),
            ("timeout_s", "timeout", "timeout"),
            ("record", "record", "record"),
        ),
    ),
    Conference: Verb(
        "Conference",
        "conference",
        (
            ("name", "", "name"),
            ("flags", "flags", "flags"),
            ("muted", "muted", "muted"),
            ("start_on_enter", "startOnEnter", "startOnEnter"),
            ("end_on_exit", "endOnExit", "endOnExit"),
            ("beep", "beep", "beep"),
            ("record", "record", "record"),
            ("max_participants", "maxParticipants", "maxParticipants"),
            ("wait_url", "waitUrl", "waitUrl"),
            ("status_events_callback_url", "statusEventsCallbackUrl", "statusEventsCallbackUrl"),
            ("status_events", "statusEvents", "statusEvents"),
            ("collect_digits", "collectDigits", "collectDigits"),
            ("finish_on_key", "finishOnKey", "finishOnKey"),
            ("num_digits", "numDigits", "numDigits"),
            ("digits_callback_url", "digitsCallbackUrl", "digitsCallbackUrl"),
        ),
        "name",
    ),
    Record: Verb(
        "Record",
        "record",
        (
            ("action", "action", "action"),
            ("method", "method", "method"),
            ("timeout_s", "timeout", "timeout"),
            ("max_length_s", "maxLength", "maxLength"),
            ("finish_on_key", "finishOnKey", "finishOnKey"),
            ("transcribe", "transcribe", "transcribe"),
            ("transcribe_callback", "transcribeCallback", "transcribeCallback"),
            ("play_beep", "playBeep", ""),
            ("trim_silence", "trim", ""),
        ),
    ),
    Redirect: Verb(
        "Redirect", "redirect", (("method", "method", "method"), ("url", "", "url")), "url"
    ),
    Reject: Verb("Reject", "reject", (("reason", "reason", "reason"),)),
    Hangup: Verb("Hangup", "hangup"),
    Stream: Verb(
        "Stream",
        "stream",
        (
            ("name", "name", "name"),
            ("url", "url", "url"),
            ("track", "track", "track"),
            ("connect", "connect", "connect"),
            ("output_sampling_rate_hz", "outputSamplingRate", "outputSamplingRate"),
            (
                "bidirectional_sampling_rate_hz",
                "bidirectionalSamplingRate",
                "bidirectionalSamplingRate",
            ),
            ("input_sampling_rate_hz", "inputSamplingRate", "inputSamplingRate"),
            ("status_callback", "statusCallback", "statusCallback"),
            ("status_events", "statusEvents", "statusEvents"),
            ("header_metadata", "headerMetadata", "headerMetadata"),
            ("open_metadata", "openMetadata", "openMetadata"),
        ),
    ),
    AiAgent: Verb(
        "",
        "aiAgent",
        (
            ("agent_id", "", "agentId"),
            ("revision", "", "revision"),
            ("on_unavailable", "", "onUnavailable"),
        ),
    ),
}
