"""What the platform tells of a room and of a colleague's leg, read (contract section 4).

The fields of a room's events are those that the one integrator's handler accepts: ``event``,
``conference_name``, ``caller``, ``participant_id``, ``participants``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mapokezi.telephony import aliases
from mapokezi.telephony.callbacks import CallState, VoiceCallback
from mapokezi.telephony.conference_legs import LegOutcome, LegTells
from mapokezi.telephony.numbers import to_e164
from mapokezi.units import E164

LEG_LABEL = "mapokezi-leg-"
"""Begins the ``client_request_id`` of every leg that we have rung for a caller."""


class RoomEventKind(StrEnum):
    """What happens to a room."""

    JOIN = "join"
    LEAVE = "leave"
    END = "end"
    OTHER = "other"


_KINDS = {
    "join": RoomEventKind.JOIN,
    "joined": RoomEventKind.JOIN,
    "participantjoin": RoomEventKind.JOIN,
    "participantjoined": RoomEventKind.JOIN,
    "leave": RoomEventKind.LEAVE,
    "left": RoomEventKind.LEAVE,
    "participantleave": RoomEventKind.LEAVE,
    "participantleft": RoomEventKind.LEAVE,
    "end": RoomEventKind.END,
    "ended": RoomEventKind.END,
    "conferenceend": RoomEventKind.END,
}
_KIND = ("event", "conferenceevent", "eventtype", "type", "statuscallbackevent")
_PARTICIPANT = ("participantid", "participant", "callsid", "memberid")
_NUMBER = ("caller", "callernumber", "from", "number")


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """One event of a room."""

    kind: RoomEventKind
    participant_id: str = ""
    """A session's id, where the platform names it so."""
    session_id: str = ""
    number: E164 | None = None
    """Of the leg's other end: by it the field's one integrator tells the legs apart."""


def read_room_event(fields: Mapping[str, object]) -> RoomEvent:
    """Read the fields of a room's event; what is not known is `RoomEventKind.OTHER`."""
    flat = aliases.flatten(fields)
    word = aliases.first(flat, _KIND).lower().replace("-", "").replace("_", "").replace(".", "")
    word = word.removeprefix("conference") or "conference"
    return RoomEvent(
        kind=_KINDS.get(word, RoomEventKind.OTHER),
        participant_id=aliases.first(flat, _PARTICIPANT),
        session_id=aliases.first(flat, aliases.SESSION_ID),
        number=to_e164(aliases.first(flat, _NUMBER)),
    )


_RINGS = frozenset({CallState.RINGING})
_IN_VAIN = {
    CallState.BUSY: LegOutcome.BUSY,
    CallState.NO_ANSWER: LegOutcome.NO_ANSWER,
    CallState.FAILED: LegOutcome.FAILED,
    CallState.CANCELED: LegOutcome.NO_ANSWER,
}
_STATUS = {
    "busy": LegOutcome.BUSY,
    "noanswer": LegOutcome.NO_ANSWER,
    "failed": LegOutcome.FAILED,
    "canceled": LegOutcome.NO_ANSWER,
    "cancelled": LegOutcome.NO_ANSWER,
}
_LIVE = frozenset({"", "ringing", "initiated", "queued", "answered", "active", "inprogress"})


def is_of_leg(callback: VoiceCallback) -> bool:
    """Whether a post is about a leg that we have rung, by its label."""
    return callback.client_request_id.startswith(LEG_LABEL)


def what_leg_tells(callback: VoiceCallback) -> LegTells:
    """Read what a post of a leg's voice URL wants; its end is `leg_end`'s."""
    if callback.is_end or callback.is_stream_event or callback.state in _RINGS:
        return LegTells.OTHER
    return LegTells.KEY if callback.digits else LegTells.ANSWERED


def leg_end(callback: VoiceCallback) -> LegOutcome | None:
    """What a leg came to that nobody answered; None if the post says no more than the end."""
    return _IN_VAIN.get(callback.state)


def is_live_status(status: str | None) -> bool:
    """Whether a call of this status, as the REST API has it, is up."""
    return _plain(status) in _LIVE


def outcome_of_status(status: str | None) -> LegOutcome | None:
    """What a leg of this status came to; None if it says no more than the end."""
    return _STATUS.get(_plain(status))


def _plain(status: str | None) -> str:
    return (status or "").lower().replace("-", "").replace("_", "")
