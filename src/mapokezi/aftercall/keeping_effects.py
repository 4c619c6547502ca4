"""What is done of keeping after each call and each day, as effects of the work after calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from mapokezi.aftercall.effects import Effect, Step
from mapokezi.aftercall.recording_child import RecordingNotKept
from mapokezi.aftercall.recording_keeping import (
    KeepingParts,
    RecordingNotReady,
    keep_recording,
)
from mapokezi.aftercall.redacting import redact_transcript
from mapokezi.aftercall.retaining import RetentionParts, retain_daily
from mapokezi.aftercall.rounds import Round
from mapokezi.calls import CallId
from mapokezi.records.ports import RecordKeeper
from mapokezi.stores.effects import DueEffect

log = structlog.get_logger("mapokezi.aftercall.recording")

KEEP, REDACT, RETAIN = "keep_recording", "redact", "retention"
_HOUR = 3600
AGAIN_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 300, _HOUR, 6 * _HOUR, 24 * _HOUR)
)
"""A recording that is not whole yet is soon; a full disk takes somebody to mend it."""
_RETENTION_AT_HOUR = 1
"""In UTC: four in the morning in Nairobi."""


@dataclass(frozen=True, slots=True)
class KeepingEffects:
    """Keeps the recording of each call that has ended, and redacts what it spread over turns."""

    parts: KeepingParts
    keeper: RecordKeeper

    def effects(self) -> Sequence[Effect]:
        """What is done for each call."""
        return (
            Effect(REDACT, (Step("redact", self._redact),)),
            Effect(KEEP, (Step("keep", self._keep),), AGAIN_AFTER, gives_up=False),
        )

    async def _redact(self, due: DueEffect) -> str:
        await redact_transcript(CallId(due.subject), self.parts.calls, self.keeper)
        return ""

    async def _keep(self, due: DueEffect) -> str:
        try:
            await keep_recording(CallId(due.subject), self.parts)
        except RecordingNotReady:
            return "not_ready"
        except RecordingNotKept as error:
            log.error("recording_not_kept", call_id=due.subject, why=str(error))
            return "not_kept"
        return ""


@dataclass(frozen=True, slots=True)
class RetentionRound:
    """Removes what is due, once a day."""

    parts: RetentionParts

    def round(self) -> tuple[Round, Effect]:
        """When it is done, and what."""
        effect = Effect(RETAIN, (Step("retain", self._retain),))
        return Round(RETAIN, self._subjects), effect

    def _subjects(self, now: datetime) -> Sequence[str]:
        day = now - timedelta(hours=_RETENTION_AT_HOUR)
        return (f"retention.{day:%Y%m%d}",)

    async def _retain(self, _due: DueEffect) -> str:
        await retain_daily(self.parts)
        return ""
