"""What the platform tells of a call's room: taken, and never sent again."""

from __future__ import annotations

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.telephony.callbacks import BadCallback, fields_of
from mapokezi.telephony.room_posts import read_room_event

log = structlog.get_logger("mapokezi.line.room_notes")


def note_of_room(calls: CallsInProgress, content_type: str, body: bytes, call_id: str) -> None:
    """Take word of who enters and leaves a call's room; what cannot be read is in the log.

    Args:
        calls: The calls of this node.
        content_type: Of the post.
        body: As it came.
        call_id: Of the URL.
    """
    try:
        event = read_room_event(fields_of(content_type, body))
    except BadCallback as error:
        log.info("room_event_not_understood", reason=str(error))
        return
    known = calls.note_of_room(call_id, event, clock.monotonic())
    log.info("room_event_noted", known=known, call_id=call_id, kind=event.kind.value)
