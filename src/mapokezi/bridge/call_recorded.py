"""Whether one call is recorded: until its caller says that they would not be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.recording import Recording
from mapokezi.records.caller_notices import RefusedBy
from mapokezi.units import Milliseconds

log = structlog.get_logger("mapokezi.bridge.recording")

STOPPED, NOT_RECORDED = "stopped", "not_recorded"


class CallRecorded:
    """The recording of a call, and what its caller wants of it.

    Args:
        recording: None if the call is not recorded.
        keeping: The call's record.
    """

    def __init__(self, recording: Recording | None, keeping: CallKeeping) -> None:
        self._recording = recording
        self._keeping = keeping

    def refuse(self, how: RefusedBy) -> Mapping[str, Any]:
        """Stop, and remove what there is. The second time it comes to the same.

        Returns:
            The ``status`` of it, `STOPPED` or `NOT_RECORDED`.
        """
        recording = self._recording
        if self._keeping.record.recording_refused is None:
            removed_ms = recording.discard() if recording is not None else 0
            self._keeping.recording_refused(how, Milliseconds(removed_ms))
            log.info("recording_refused", how=how.value, removed_ms=removed_ms)
        return {"status": NOT_RECORDED if recording is None else STOPPED}
