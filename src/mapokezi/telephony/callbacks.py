"""What the platform posts about a call, in every spelling that is known (contract section 3)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import parse_qsl

import msgspec

from mapokezi.errors import MapokeziError
from mapokezi.telephony import aliases
from mapokezi.telephony.numbers import same_subscriber, to_e164
from mapokezi.units import E164

_MAX_FIELDS = 200
"""Of a form; the longest body seen has some fifteen."""
_MAX_ID_CHARS = 200
_ROW_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MAX_VALUE_CHARS = 5_000
"""The platform's own bound for ``clientRequestId``, its longest field."""


class BadCallback(MapokeziError):  # noqa: N818  named as one says it
    """A post that cannot be a callback; its text says why and never holds a value of it."""

    def __init__(self, text: str, keys: tuple[str, ...] = ()) -> None:
        """Say why; ``keys`` are the names of its fields, as far as it has any."""
        super().__init__(text)
        self.keys = keys


class CallState(StrEnum):
    """``callSessionState`` and its relatives, with the spellings made one."""

    RINGING = "ringing"
    ANSWERED = "answered"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "noanswer"
    FAILED = "failed"
    CANCELED = "canceled"
    STREAM_STARTED = "streamstarted"
    STREAM_STOPPED = "streamstopped"
    STREAM_ERROR = "streamerror"
    ABSENT = ""
    """No state was told."""
    UNKNOWN = "unknown"
    """A word that we do not know."""


STREAM_STATES = frozenset(
    {CallState.STREAM_STARTED, CallState.STREAM_STOPPED, CallState.STREAM_ERROR}
)
ENDED_STATES = frozenset(
    {
        CallState.COMPLETED,
        CallState.BUSY,
        CallState.NO_ANSWER,
        CallState.FAILED,
        CallState.CANCELED,
    }
)

_OTHER_WORDS = {
    "inprogress": CallState.ANSWERED,
    "active": CallState.ANSWERED,
    "established": CallState.ANSWERED,
    "initiated": CallState.RINGING,
    "queued": CallState.RINGING,
    "notanswered": CallState.NO_ANSWER,
    "cancelled": CallState.CANCELED,
    "ended": CallState.COMPLETED,
    "hangup": CallState.COMPLETED,
    "started": CallState.RINGING,
    "streamend": CallState.STREAM_STOPPED,
    "streamended": CallState.STREAM_STOPPED,
}


class DialOutcome(StrEnum):
    """How a dialled leg ended."""

    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    """It is over, and no post tells how it ended; none says so in words."""


_DIAL_WORDS = {
    "completed": DialOutcome.CONNECTED,
    "answered": DialOutcome.CONNECTED,
    "success": DialOutcome.CONNECTED,
    "connected": DialOutcome.CONNECTED,
    "normalclearing": DialOutcome.CONNECTED,
    "noanswer": DialOutcome.NO_ANSWER,
    "nouserresponse": DialOutcome.NO_ANSWER,
    "allottedtimeout": DialOutcome.NO_ANSWER,
    "timeout": DialOutcome.NO_ANSWER,
    "originatorcancel": DialOutcome.NO_ANSWER,
    "busy": DialOutcome.BUSY,
    "userbusy": DialOutcome.BUSY,
    "declined": DialOutcome.DECLINED,
    "rejected": DialOutcome.DECLINED,
    "callrejected": DialOutcome.DECLINED,
}
"""Words of REST, of the AT dialect, and FreeSWITCH's hang-up causes. Any other is a failure."""


@dataclass(frozen=True, slots=True)
class VoiceCallback:
    """One post about a call, read."""

    session_id: str = ""
    """The platform's id, ``HD_`` and 12 hex digits; empty if none was told."""
    call_uuid: str = ""
    """The platform's other id, of its row; empty if it was not told."""
    caller: E164 | None = None
    """None if withheld. A claim, never a proof."""
    dialled: E164 | None = None
    """The number of ours that was dialled; None if not told or not a number."""
    state: CallState = CallState.ABSENT
    state_text: str = ""
    """The state as it came."""
    is_active: bool | None = None
    """None if not told."""
    direction: str = ""
    """``inbound``, ``outbound`` or empty."""
    duration_s: int | None = None
    digits: str = ""
    recording_url: str = ""
    client_request_id: str = ""
    stream_sid: str = ""
    stream_event: str = ""
    """As it came: ``stream-started``."""
    dial_outcome: DialOutcome | None = None
    """How a dialled leg ended, if the post tells."""
    dial_duration_s: int | None = None
    """How long that leg was joined to the caller, if the post tells."""
    dial_number: E164 | None = None
    """Whose telephone that leg rang, if the post tells."""
    raw_keys: tuple[str, ...] = ()
    """The names of all fields, for the log: values may be personal."""

    @property
    def is_stream_event(self) -> bool:
        """Whether it tells of the stream and not of the call."""
        return self.state in STREAM_STATES

    @property
    def is_end(self) -> bool:
        """Whether the call is over: it says so and does not call itself active."""
        return self.state in ENDED_STATES and self.is_active is not True


def read_callback(
    content_type: str,
    body: bytes,
    query: Mapping[str, str],
    own_numbers: Collection[E164] = (),
) -> VoiceCallback:
    """Read a post, whatever its form: JSON, form-encoded or empty.

    Args:
        content_type: of the request; a wrong one is tolerated if the body shows what it is.
        body: as it came.
        query: of the URL; ``clientRequestId`` comes there. The body wins.
        own_numbers: ours. A caller who is one of them has been swapped with the dialled number,
            as WebRTC and test calls do.

    Raises:
        BadCallback: the body cannot be read, or holds not one known field.
    """
    fields = fields_of(content_type, body)
    flat = aliases.flatten({str(key): value for key, value in query.items()})
    flat.update(aliases.flatten(fields))
    callback = callback_of(flat)
    keys = names_of(fields)
    if fields and callback == VoiceCallback():
        raise BadCallback("no known field in it; is this the platform's voice callback?", keys)
    callback = replace(callback, raw_keys=keys)
    return unswapped(callback, own_numbers, aliases.first(flat, aliases.CLIENT_DIALLED))


def names_of(fields: Mapping[str, object]) -> tuple[str, ...]:
    """The names of a post's fields, as many and as long as a log line holds."""
    return tuple(str(key)[:40] for key in list(fields)[:40])


def fields_of(content_type: str, body: bytes) -> Mapping[str, object]:
    """The fields of a post: of JSON, of a form, or none.

    Raises:
        BadCallback: it is neither.
    """
    stripped = body.strip()
    if not stripped:
        return {}
    kind = content_type.partition(";")[0].strip().lower()
    if kind.endswith("json") or stripped.startswith(b"{"):
        return _json_fields(stripped)
    if kind in ("application/x-www-form-urlencoded", "text/plain", ""):
        return _form_fields(stripped)
    raise BadCallback("neither a form nor JSON: application/x-www-form-urlencoded is wanted")


def _json_fields(body: bytes) -> Mapping[str, object]:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadCallback("the body is said to be JSON and is not") from None
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        raise BadCallback("the JSON is not an object")
    return value


def _form_fields(body: bytes) -> Mapping[str, object]:
    try:
        text = body.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise BadCallback("the body is not a form that can be read") from None
    fields: dict[str, object] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return fields


def callback_of(told: Mapping[str, str]) -> VoiceCallback:
    """What a post says of a call, from its fields by their plain names (`aliases.flatten`)."""
    flat = {name: value[:_MAX_VALUE_CHARS] for name, value in told.items()}
    session_id, call_uuid = _ids(flat)
    state_text = aliases.first(flat, aliases.STATE)
    stream_event = aliases.first(flat, aliases.STREAM_EVENT)
    state = read_state(state_text)
    if state in (CallState.ABSENT, CallState.UNKNOWN) and stream_event:
        stream_state = read_state(_with_stream(stream_event))
        state = stream_state if stream_state in STREAM_STATES else state
    return VoiceCallback(
        session_id=session_id[:_MAX_ID_CHARS],
        call_uuid=call_uuid,
        caller=to_e164(aliases.first(flat, aliases.CALLER)),
        dialled=to_e164(aliases.first(flat, aliases.DIALLED)),
        state=state,
        state_text=state_text[:_MAX_ID_CHARS],
        is_active=_flag(aliases.first(flat, aliases.IS_ACTIVE)),
        direction=aliases.first(flat, aliases.DIRECTION).lower()[:_MAX_ID_CHARS],
        duration_s=_seconds(aliases.first(flat, aliases.DURATION_S)),
        digits=aliases.first(flat, aliases.DIGITS)[:_MAX_ID_CHARS],
        recording_url=aliases.first(flat, aliases.RECORDING_URL),
        client_request_id=aliases.first(flat, aliases.CLIENT_REQUEST_ID),
        stream_sid=aliases.first(flat, aliases.STREAM_SID)[:_MAX_ID_CHARS],
        stream_event=stream_event[:_MAX_ID_CHARS],
        dial_outcome=_dial_outcome(flat),
        dial_duration_s=_seconds(aliases.first(flat, aliases.DIAL_DURATION_S)),
        dial_number=to_e164(aliases.first(flat, aliases.DIAL_NUMBER)),
    )


def is_row_uuid(text: str) -> bool:
    """Whether an id is of the form of the platform's rows, a UUID."""
    return _ROW_UUID.fullmatch(text) is not None


def _ids(flat: Mapping[str, str]) -> tuple[str, str]:
    """The session's id and the row's, told apart by their form: names do not tell them apart.

    A voice callback's ``call_id`` is the session's, an event's the row's (contract section 8).
    If there is nothing else, a UUID is better than no id of the session.
    """
    told = [aliases.first(flat, (name,)) for name in (*aliases.PBX_CALL_ID, *aliases.SESSION_ID)]
    sessions = [text for text in told if text and not is_row_uuid(text)]
    rows = [aliases.first(flat, (name,)) for name in aliases.ROW_UUID]
    row = next((text.lower() for text in rows if is_row_uuid(text)), "")
    return (sessions[0] if sessions else row), row


def read_state(text: str) -> CallState:
    """Make one of the spellings of a state: ``no-answer``, ``NO_ANSWER``, ``NotAnswered``."""
    word = aliases.plain(text)
    if word in _OTHER_WORDS:
        return _OTHER_WORDS[word]
    try:
        return CallState(word)
    except ValueError:
        return CallState.UNKNOWN


def _with_stream(event: str) -> str:
    return event if aliases.plain(event).startswith("stream") else f"stream{event}"


def _dial_outcome(flat: Mapping[str, str]) -> DialOutcome | None:
    status = aliases.first(flat, aliases.DIAL_STATUS)
    spoken_s = _seconds(aliases.first(flat, aliases.DIAL_DURATION_S))
    if spoken_s:
        return DialOutcome.CONNECTED
    if not status:
        return DialOutcome.NO_ANSWER if spoken_s == 0 else None
    outcome = _DIAL_WORDS.get(aliases.plain(status), DialOutcome.FAILED)
    if outcome is DialOutcome.CONNECTED and spoken_s == 0:
        return DialOutcome.NO_ANSWER  # "completed" with no second spoken: nobody was reached
    return outcome


def _flag(text: str) -> bool | None:
    if text.lower() in ("1", "true", "yes"):
        return True
    if text.lower() in ("0", "false", "no"):
        return False
    return None


def _seconds(text: str) -> int | None:
    try:
        return max(0, min(int(float(text)), 10**7))
    except (ValueError, OverflowError):
        return None


def unswapped(
    callback: VoiceCallback, own_numbers: Collection[E164], client_dialled: str
) -> VoiceCallback:
    """Put caller and dialled number where they belong, by which of them is ours."""

    def is_own(number: E164 | None) -> bool:
        return number is not None and any(same_subscriber(number, own) for own in own_numbers)

    if is_own(callback.caller) and not is_own(callback.dialled):
        return replace(callback, caller=callback.dialled, dialled=callback.caller)
    if not is_own(callback.dialled) and client_dialled and is_own(to_e164(client_dialled)):
        return replace(callback, dialled=to_e164(client_dialled))
    return callback
