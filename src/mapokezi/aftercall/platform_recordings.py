"""The phone platform's own recordings, fetched as second copies where the operator wants them."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import structlog

from mapokezi.aftercall.effects import NOT_NEEDED, Effect, Step
from mapokezi.aftercall.recording_keeping import KeepingParts, keep_platform_copy
from mapokezi.calls import CallId, Outcome
from mapokezi.carrier import Gone, NotFound, RecordingReady, SautiKit
from mapokezi.egress import Egress
from mapokezi.records.call_record import CallInFull, CallRecord
from mapokezi.records.kept_recording import SUFFIXES, Copy
from mapokezi.stores.effects import DueEffect
from mapokezi.stores.recordings import RecordingStore

log = structlog.get_logger("mapokezi.aftercall.platform_recordings")

FETCH = "fetch_recording"
AGAIN_AFTER = tuple(timedelta(seconds=seconds) for seconds in (2, 6, 30, 120, 600, 3600, 14_400))
"""For seconds after a hang-up a recording is not found; one that is being made is there soon."""
_LOOKS = 3
"""How often a recording is asked for of which the platform has not told."""
_MOST_BYTES = 512 * 1024 * 1024
"""Four hours of stereo in CD quality: more is none of a call."""
_WITHIN_S = 600.0
_WAV = "audio/wav"


@dataclass(frozen=True, slots=True)
class PlatformRecordingParts:
    """What the platform's recordings are fetched with."""

    carrier: SautiKit
    egress: Egress
    keeping: KeepingParts
    recordings: RecordingStore


class PlatformRecordings:
    """Fetches them."""

    def __init__(self, parts: PlatformRecordingParts) -> None:
        """Take the carrier, and what keeps recordings."""
        self._parts = parts

    def effect(self) -> Effect:
        """What is done for each call."""
        return Effect(FETCH, (Step("fetch", self.fetch),), AGAIN_AFTER)

    async def fetch(self, due: DueEffect) -> str:
        """Fetch a call's recording, if the platform has one, and keep it."""
        parts, call_id = self._parts, CallId(due.subject)
        found = await parts.keeping.calls.get(call_id)
        if found is None or await self._is_kept(call_id):
            return NOT_NEEDED
        if found.call.recording_refused is not None:
            return NOT_NEEDED  # it is not ours to keep, whoever has made it
        try:
            ready = await parts.carrier.calls.recording(found.call.session_id)
        except Gone:
            return NOT_NEEDED
        except NotFound:
            return "not_found" if _is_told_of(found) or due.tries < _LOOKS else NOT_NEEDED
        if not isinstance(ready, RecordingReady):
            return "being_made"
        return await self._fetch_from(ready.url, found.call)

    async def _fetch_from(self, url: str, call: CallRecord) -> str:
        keeping, call_id = self._parts.keeping, call.call_id
        # Beside the call's other files: who removes those takes with them what a kill left here.
        month = f"{call.arrived_at:%Y-%m}"
        path = keeping.data_folder / "recordings" / month / f"{call_id}.fetched"
        try:
            with await asyncio.to_thread(_opened, path) as file:
                answer = await self._parts.egress.fetch(
                    url, file.write, most_bytes=_MOST_BYTES, limit_s=_WITHIN_S
                )
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        if answer.status != 200 or not answer.is_whole:
            path.unlink(missing_ok=True)
            log.warning("recording_not_fetched", call_id=call_id, status=answer.status)
            return "not_fetched"
        told = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        media_type = told if told in SUFFIXES else _WAV
        await keep_platform_copy(call_id, path, media_type, keeping)
        return ""

    async def _is_kept(self, call_id: CallId) -> bool:
        kept = await self._parts.recordings.of_call(call_id)
        return any(one.copy is Copy.PLATFORM for one in kept)


def _opened(path: Path) -> BinaryIO:
    """A file for what is fetched; whatever an attempt before left in it is gone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb")


def _is_told_of(found: CallInFull) -> bool:
    """Whether the platform must have a recording: it has said so, or it took the call itself."""
    told = found.platform is not None and bool(found.platform.recordings)
    return told or found.call.outcome is Outcome.FALLBACK
