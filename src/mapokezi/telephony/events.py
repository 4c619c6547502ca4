"""What the platform posts to a number's ``events_url`` (contract section 8).

Nobody knows for sure in which form these come: two documented envelopes (A, with ``kind`` and
``data``; B, with ``event_kind`` and ``payload``), the PBX's own body "exactly as sent", and two
families of headers. All are read into one `PlatformEvent`. What the signed body says wins over
the headers, which no signature covers: a body that was caught on its way must not mean something
else because of a header that was written over it.

Deliveries repeat for days. `PlatformEvent.key` is the same for every delivery of one event: its
id where one is told, in the body or by a header, else a digest of the body without what a retry
may change in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from mapokezi.telephony import aliases
from mapokezi.telephony.callbacks import (
    CallState,
    VoiceCallback,
    callback_of,
    fields_of,
    names_of,
    unswapped,
)
from mapokezi.units import E164

KIND_HEADERS = ("X-Sautikit-Event-Kind", "X-Sautikit-Event")
"""Both families; the first that is there counts."""
ID_HEADERS = ("X-Sautikit-Event-Id",)
ONCE_HEADERS = ("X-Sautikit-Idempotency-Key",)

PROBE_KIND = "doctor.asked"
"""The kind of the one event that ``mapokezi doctor`` posts; it is taken, and nothing follows."""

_VOLATILE = frozenset(
    {"attempt", "attempts", "attemptnumber", "deliveryattempt", "deliveryid", "deliveredat",
     "retry", "retries", "retrycount", "sentat"}
)  # fmt: skip
"""What tells of a delivery and not of the event. None was seen; all are named so elsewhere."""
_MOST_KEY_CHARS = 200
_LATEST_UNIX_S = 10**11
"""Beyond it a number is of milliseconds."""


class EventKind(StrEnum):
    """What an event tells."""

    CALL_STARTED = "call.started"
    CALL_ANSWERED = "call.answered"
    CALL_COMPLETED = "call.completed"
    CALL_FAILED = "call.failed"
    RECORDING_READY = "recording.ready"
    STREAM_STARTED = "stream.started"
    STREAM_STOPPED = "stream.stopped"
    STREAM_ERROR = "stream.error"
    UNKNOWN = "unknown"
    """To be acknowledged and ignored: workspace events, and whatever comes to be."""


ENDS = frozenset({EventKind.CALL_COMPLETED, EventKind.CALL_FAILED})
"""After these the call is over."""

_KIND_WORDS = {
    "started": EventKind.CALL_STARTED,
    "ringing": EventKind.CALL_STARTED,
    "initiated": EventKind.CALL_STARTED,
    "answered": EventKind.CALL_ANSWERED,
    "completed": EventKind.CALL_COMPLETED,
    "ended": EventKind.CALL_COMPLETED,
    "failed": EventKind.CALL_FAILED,
    "recordingready": EventKind.RECORDING_READY,
    "streamstarted": EventKind.STREAM_STARTED,
    "streamstopped": EventKind.STREAM_STOPPED,
    "streamended": EventKind.STREAM_STOPPED,
    "streamerror": EventKind.STREAM_ERROR,
}
"""A kind without its dots, and without ``call`` before it."""

_STATE_KINDS = {
    CallState.RINGING: EventKind.CALL_STARTED,
    CallState.ANSWERED: EventKind.CALL_ANSWERED,
    CallState.COMPLETED: EventKind.CALL_COMPLETED,
    CallState.BUSY: EventKind.CALL_FAILED,
    CallState.NO_ANSWER: EventKind.CALL_FAILED,
    CallState.FAILED: EventKind.CALL_FAILED,
    CallState.CANCELED: EventKind.CALL_FAILED,
    CallState.STREAM_STARTED: EventKind.STREAM_STARTED,
    CallState.STREAM_STOPPED: EventKind.STREAM_STOPPED,
    CallState.STREAM_ERROR: EventKind.STREAM_ERROR,
}


class Envelope(StrEnum):
    """In which form an event came."""

    A = "A"
    """``{"kind", "event_id", "workspace_id", "occurred_at", "data": {...}}``."""
    B = "B"
    """``{"event_kind", "event_id", "payload": {...}}``."""
    RAW = "raw"
    """The PBX's body as it is."""


@dataclass(frozen=True, slots=True)
class RecordingTold:
    """A recording that the platform has ready. Envelope B tells no URL: it is had by REST."""

    recording_id: str = ""
    duration_s: int | None = None
    size_bytes: int | None = None
    download_url: str = field(default="", repr=False)
    """Presigned: it opens the recording to whoever has it."""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlatformEvent:
    """One event, read."""

    key: str
    """The same for every delivery of it."""
    kind: EventKind
    kind_text: str
    """As it came."""
    envelope: Envelope
    callback: VoiceCallback
    """What it says of the call. Its ``session_id`` is empty if only the row's UUID was told."""
    occurred_at: datetime | None = None
    ended_at: datetime | None = None
    hangup_cause: str = ""
    failure_reason: str = ""
    recording: RecordingTold | None = None

    @property
    def is_end(self) -> bool:
        """Whether the call is over by it.

        A body that calls itself active ends nothing, and a raw ``busy`` or ``no-answer`` that does
        not say whether the call is active may be the dialled leg's.
        """
        if self.kind is EventKind.CALL_FAILED and self.envelope is Envelope.RAW:
            return self.callback.is_active is False
        return self.kind in ENDS and self.callback.is_active is not True


def read_event(
    content_type: str,
    body: bytes,
    headers: Mapping[str, str],
    own_numbers: Collection[E164] = (),
) -> PlatformEvent:
    """Read a delivery, whatever its form.

    Args:
        content_type: of the request; a wrong one is tolerated if the body shows what it is.
        body: as it came.
        headers: of the request; looked up without case.
        own_numbers: ours, which tell callers from dialled numbers where they are swapped.

    Raises:
        BadCallback: the body is neither JSON nor a form.
    """
    fields = fields_of(content_type, body)
    flat = aliases.flatten(fields)
    given = {name.lower(): value.strip() for name, value in headers.items()}
    envelope = _envelope_of(fields)
    client_dialled = aliases.first(flat, aliases.CLIENT_DIALLED)
    callback = unswapped(callback_of(flat), own_numbers, client_dialled)
    kind, kind_text = _kind_of(flat, given, callback)
    if callback.session_id == callback.call_uuid:
        callback = replace(callback, session_id="")
    return PlatformEvent(
        key=_key_of(flat, given, fields),
        kind=kind,
        kind_text=kind_text[:_MOST_KEY_CHARS],
        envelope=envelope,
        callback=_in_line(replace(callback, raw_keys=names_of(fields)), kind),
        occurred_at=_instant(aliases.first(flat, aliases.OCCURRED_AT)),
        ended_at=_instant(aliases.first(flat, aliases.ENDED_AT)),
        hangup_cause=aliases.first(flat, aliases.HANGUP_CAUSE)[:_MOST_KEY_CHARS],
        failure_reason=aliases.first(flat, aliases.FAILURE_REASON)[:_MOST_KEY_CHARS],
        recording=_recording(flat) if kind is EventKind.RECORDING_READY else None,
    )


def _envelope_of(fields: Mapping[str, object]) -> Envelope:
    names = {aliases.plain(str(name)): value for name, value in fields.items()}
    if "eventkind" in names and isinstance(names.get("payload"), Mapping):
        return Envelope.B
    if "kind" in names and isinstance(names.get("data"), Mapping):
        return Envelope.A
    return Envelope.RAW


def _kind_of(
    flat: Mapping[str, str], headers: Mapping[str, str], callback: VoiceCallback
) -> tuple[EventKind, str]:
    """The kind, and the words that told it: the body's name for it, its state, a header."""
    named = [text for name in aliases.EVENT_KIND if (text := flat.get(name, "").strip())]
    for text in named:
        if (kind := read_kind(text)) is not EventKind.UNKNOWN:
            return kind, text
    if callback.state in _STATE_KINDS:
        return _STATE_KINDS[callback.state], callback.state_text or callback.stream_event
    by_header = [text for name in KIND_HEADERS if (text := headers.get(name.lower(), ""))]
    # "type" alone may mean anything in a body of the PBX; the other names are a kind's own.
    if not any(flat.get(name) for name in aliases.EVENT_KIND if name != "type"):
        for text in by_header:
            if (kind := read_kind(text)) is not EventKind.UNKNOWN:
                return kind, text
    return EventKind.UNKNOWN, next(iter((*named, *by_header)), callback.state_text)


def read_kind(text: str) -> EventKind:
    """Make one of the spellings of a kind: ``call.completed``, ``CallCompleted``, ``completed``."""
    word = aliases.plain(text).replace(".", "").replace(":", "").replace("/", "")
    known = _KIND_WORDS.get(word) or _KIND_WORDS.get(word.removeprefix("call"))
    return known or EventKind.UNKNOWN


def _in_line(callback: VoiceCallback, kind: EventKind) -> VoiceCallback:
    """Let the call's state say what the kind says, where the body told none that we know."""
    states = {told: state for state, told in reversed(_STATE_KINDS.items())}
    if callback.state in _STATE_KINDS or kind not in states:
        return callback
    is_active = False if kind in ENDS and callback.is_active is None else callback.is_active
    return replace(callback, state=states[kind], is_active=is_active)


def _key_of(
    flat: Mapping[str, str], headers: Mapping[str, str], fields: Mapping[str, object]
) -> str:
    for names, told in ((aliases.EVENT_ID, flat), (ID_HEADERS, headers)):
        if event_id := next((told[n] for name in names if told.get(n := name.lower())), ""):
            return _bounded("id", event_id)
    for name in ONCE_HEADERS:
        if once := headers.get(name.lower(), ""):
            return _bounded("once", once)
    lasting = json.dumps(_lasting(fields), sort_keys=True, default=str)
    return f"body:{hashlib.sha256(lasting.encode('utf-8', 'replace')).hexdigest()}"


def _bounded(kind: str, text: str) -> str:
    """A key of bounded length that no other id has."""
    plain = text.strip()
    if len(plain) > _MOST_KEY_CHARS or not plain.isprintable():
        plain = f"sha256:{hashlib.sha256(plain.encode('utf-8', 'replace')).hexdigest()}"
    return f"{kind}:{plain}"


def _lasting(value: object) -> object:
    """A body without what tells of its delivery."""
    if isinstance(value, Mapping):
        return {
            str(name): _lasting(inner)
            for name, inner in value.items()
            if aliases.plain(str(name)) not in _VOLATILE
        }
    if isinstance(value, list | tuple):
        return [_lasting(inner) for inner in value]
    return value


def _recording(flat: Mapping[str, str]) -> RecordingTold:
    duration = aliases.first(flat, (*aliases.RECORDING_DURATION_S, *aliases.DURATION_S))
    return RecordingTold(
        recording_id=aliases.first(flat, aliases.RECORDING_ID)[:_MOST_KEY_CHARS],
        duration_s=_whole(duration),
        size_bytes=_whole(aliases.first(flat, aliases.RECORDING_BYTES)),
        download_url=aliases.first(flat, aliases.RECORDING_LINK)[:5_000],
        expires_at=_instant(aliases.first(flat, aliases.RECORDING_EXPIRES_AT)),
    )


def _whole(text: str) -> int | None:
    try:
        return max(0, min(int(float(text)), 2**53))
    except (ValueError, OverflowError):
        return None


def _instant(text: str) -> datetime | None:
    """An instant as ISO 8601 or as seconds or milliseconds since 1970; None if it is neither."""
    try:
        if text.replace(".", "", 1).isdecimal() and text.isascii():
            number = float(text)
            return datetime.fromtimestamp(number / (1000 if number > _LATEST_UNIX_S else 1), UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
