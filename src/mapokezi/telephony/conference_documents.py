"""The documents of a call in a room: the caller's first one, and those of a colleague's leg.

Contract sections 4 and 5: ``<Stream connect="false">`` starts the fork and goes on, and the
``<Conference>`` behind it holds the call (seen in the field, never proven live).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mapokezi.telephony.actions import Action, Conference, GetDigits, Hangup, Redirect, Say, Stream
from mapokezi.telephony.conference_legs import LegReply

ROOM_EVENTS = "start end join leave"
_KEY_WAIT_S = 6
"""After the briefing: the telephone is at the ear, and its keys must be found."""


def room_name(call_id: str) -> str:
    """The name of a call's room; nobody else may enter it who does not know the call's id."""
    return f"mapokezi-{call_id}"


def held_in_room(
    stream: tuple[Action, ...], room: str, events_url: str, continue_url: str
) -> tuple[Action, ...]:
    """The first document of a call that may be passed on through a room.

    Args:
        stream: the document that would begin the conversation without a room.
        room: the room's name.
        events_url: where the platform tells who enters and leaves.
        continue_url: asked when the room is over, or the platform has none.
    """
    held: list[Action] = []
    for action in stream:
        if isinstance(action, Stream):
            held += [replace(action, connect=False), _conference(room, events_url)]
            held.append(Redirect(continue_url, "POST"))
        elif not isinstance(action, Redirect):
            held.append(action)
    return tuple(held)


def _conference(room: str, events_url: str) -> Conference:
    """Both sides are the same: the room begins with whoever is first, and ends with either."""
    return Conference(
        room,
        start_on_enter=True,
        end_on_exit=True,
        beep=False,
        status_events_callback_url=events_url,
        status_events=ROOM_EVENTS,
    )


@dataclass(frozen=True, slots=True)
class LegWords:
    """What a colleague hears, in their language."""

    briefing: str
    """What it is about, without the keys."""
    keys: str
    """Which key does what."""
    declined: str
    too_late: str
    language: str
    """BCP-47."""


def leg_document(
    reply: LegReply, words: LegWords, room: str, events_url: str
) -> tuple[Action, ...]:
    """The document that a post about a colleague's leg is answered with.

    Args:
        reply: which one is due.
        words: what they hear.
        room: where the caller is.
        events_url: where the platform tells who enters and leaves.
    """
    match reply:
        case LegReply.BRIEFING:
            return _question(words, f"{words.briefing} {words.keys}".strip())
        case LegReply.PROMPT:
            return _question(words, words.keys)
        case LegReply.JOIN:
            return (_conference(room, events_url), Hangup())
        case LegReply.DECLINED:
            return (Say(words.declined, language=words.language), Hangup())
        case LegReply.TOO_LATE:
            return (Say(words.too_late, language=words.language), Hangup())
        case LegReply.HANGUP:
            return (Hangup(),)
        case LegReply.NOTHING:
            return ()


def _question(words: LegWords, text: str) -> tuple[Action, ...]:
    """Any key cuts the words short; none is a decline."""
    say = Say(text, language=words.language)
    ask = GetDigits(timeout_s=_KEY_WAIT_S, num_digits=1, nested=(say,))
    return (ask, Say(words.declined, language=words.language), Hangup())
