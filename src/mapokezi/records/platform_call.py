"""What the phone platform has told of one of its sessions, and by which two ids it knows it.

Media sockets and voice callbacks know a call by its session (``HD_...``), events and the REST API
by the UUID of its row (contract section 8). Word comes late, twice, in any order, and from several
sides; `merged` comes to the same whatever the order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mapokezi.records.instants import require_utc


@dataclass(frozen=True, slots=True)
class PlatformRecording:
    """A recording that the platform has. Its link expires, so it is fetched by REST."""

    recording_id: str
    """The platform's id of it, or of the event that told it."""
    told_at: datetime
    duration_s: int | None = None
    size_bytes: int | None = None

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.told_at, "PlatformRecording.told_at")


@dataclass(frozen=True, slots=True)
class PlatformCall:
    """One session, as far as the platform has told."""

    session_id: str
    call_uuid: str = ""
    """Of its row; empty: not told yet."""
    ended_at: datetime | None = None
    duration_s: int | None = None
    """From answer to end, as the platform counts."""
    end: str = ""
    """Its hang-up cause, or why it failed."""
    recordings: tuple[PlatformRecording, ...] = ()
    """By their id."""

    def __post_init__(self) -> None:
        """Check what everything else hangs on.

        Raises:
            ValueError: there is no session, or an instant is not in UTC.
        """
        if not self.session_id:
            raise ValueError("what the platform tells is kept by its session")
        require_utc(self.ended_at, "PlatformCall.ended_at")


def merged(known: PlatformCall, told: PlatformCall) -> PlatformCall:
    """Put two accounts of one session together; where they differ, the later or longer counts.

    Raises:
        ValueError: they are of two sessions.
    """
    if known.session_id != told.session_id:
        raise ValueError("two sessions are two calls")
    recordings: dict[str, PlatformRecording] = {}
    for one in (*known.recordings, *told.recordings):
        other = recordings.get(one.recording_id)
        recordings[one.recording_id] = one if other is None else _same_recording(one, other)
    return PlatformCall(
        session_id=known.session_id,
        call_uuid=max(known.call_uuid, told.call_uuid),
        ended_at=max((at for at in (known.ended_at, told.ended_at) if at), default=None),
        duration_s=_greater(known.duration_s, told.duration_s),
        end=max(known.end, told.end),
        recordings=tuple(recordings[name] for name in sorted(recordings)),
    )


def _same_recording(one: PlatformRecording, other: PlatformRecording) -> PlatformRecording:
    return replace(
        one,
        told_at=min(one.told_at, other.told_at),
        duration_s=_greater(one.duration_s, other.duration_s),
        size_bytes=_greater(one.size_bytes, other.size_bytes),
    )


def _greater(one: int | None, other: int | None) -> int | None:
    return max((count for count in (one, other) if count is not None), default=None)
