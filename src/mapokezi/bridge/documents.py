"""The documents that an office's settings decide: what is heard if the receptionist cannot."""

from __future__ import annotations

from enum import StrEnum

from mapokezi.receptionist.office import Fallback, TailKind
from mapokezi.telephony.actions import Action, Dial, Hangup, Record, Reject, RejectReason, Say

_LANGUAGE = "en-KE"
"""Of the platform's own voice: the accent nearest to the callers'."""
_DIAL_TIMEOUT_S = 30
_RECORD_MAX_S = 120
_UNKNOWN_NUMBER = "Sorry, this number is not in service. Please check it and call again. Goodbye."


class UnknownNumberAnswer(StrEnum):
    """What somebody hears who dialled a number that no office has."""

    SAY = "say"
    """A polite sentence: also an office whose number is not set up yet hears what is wrong."""
    REJECT = "reject"
    """Turned away unanswered, at nobody's cost."""


def fallback_actions(fallback: Fallback) -> tuple[Action, ...]:
    """The office's words, then `Record` or `Dial` as it chose."""
    say = Say(fallback.say, language=_LANGUAGE)
    if fallback.then is TailKind.DIAL and fallback.dial is not None:
        return (say, Dial((fallback.dial,), timeout_s=_DIAL_TIMEOUT_S))
    record = Record(
        max_length_s=_RECORD_MAX_S, finish_on_key="#", play_beep=True, trim_silence=True
    )
    return (say, record)


def unknown_number_actions(answer: UnknownNumberAnswer) -> tuple[Action, ...]:
    """For a number that no office has."""
    if answer is UnknownNumberAnswer.REJECT:
        return (Reject(),)
    return (Say(_UNKNOWN_NUMBER, language=_LANGUAGE), Hangup())


BUSY_ACTIONS: tuple[Action, ...] = (Reject(RejectReason.BUSY),)
"""For a number that rings too often: the busy tone, which costs nobody anything."""
