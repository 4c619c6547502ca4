"""What was recorded in calls: kept as WAV files, and ready at once, later, or never (section 7)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum

from mapokezi.audio.formats import ms_of
from mapokezi.audio.wav import wav_bytes
from mapokezi.emulator.call_detail import CallDetail, KeptRecording
from mapokezi.emulator.call_states import CallState
from mapokezi.emulator.events import recording_event
from mapokezi.emulator.live_call import LiveCall
from mapokezi.emulator.mode_values.account import RecordingMode
from mapokezi.emulator.telephone_line import LINE_RATE_HZ

READY_AFTER_S = {RecordingMode.PENDING: 30.0, RecordingMode.LATE: 5.0}
"""30 s is the documented ``retry_after_seconds``; the race after a hang-up lasts for seconds."""


class Readiness(Enum):
    """What is answered to who asks for a call's recording."""

    READY = "ready"
    PENDING = "pending"
    NOT_YET = "not yet"
    NONE = "none"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class RecordingState:
    """A call's latest recording, and whether it can be had."""

    readiness: Readiness
    kept: KeptRecording | None = None
    wait_s: float = 0.0
    """Until it is ready, in real seconds."""


def keep_recording(call: LiveCall, pcm: bytes) -> str:
    """Store S16LE mono 8 kHz; returns the URL under which the platform offers it."""
    board, detail = call.switchboard, call.detail
    name = f"{detail.session_id}-{len(detail.recordings) + 1}.wav"
    content = wav_bytes(pcm, LINE_RATE_HZ)
    (board.recordings / name).write_bytes(content)
    url = f"{board.public_url}/recordings/{name}"
    waits_s = READY_AFTER_S.get(call.modes.recording, 0.0)
    ready_at = asyncio.get_running_loop().time() + board.clock.real_s(waits_s)
    length_s = ms_of(len(pcm), LINE_RATE_HZ) / 1000
    kept = KeptRecording(name, url, ready_at, length_s, len(content))
    detail.recordings.append(kept)
    call.tell("recorded", url=url, duration_ms=round(length_s * 1000))
    if call.modes.recording not in (RecordingMode.MISSING, RecordingMode.GONE):
        board.chores.start(_tell_when_ready(call, kept, waits_s))
    return url


async def _tell_when_ready(call: LiveCall, kept: KeptRecording, waits_s: float) -> None:
    await call.switchboard.clock.sleep(waits_s)
    facts = call.facts(CallState.COMPLETED, is_active=False, recording_url=kept.url)
    call.posts.deliver(recording_event(call.detail, kept, facts))


def recording_state(detail: CallDetail, now: float) -> RecordingState:
    """What is to be answered just now; ``now`` is the event loop's time."""
    mode = detail.modes.recording
    if mode is RecordingMode.GONE:
        return RecordingState(Readiness.GONE)
    if mode is RecordingMode.MISSING or not detail.recordings:
        return RecordingState(Readiness.NONE)
    kept = detail.recordings[-1]
    wait_s = kept.ready_at - now
    if wait_s <= 0:
        return RecordingState(Readiness.READY, kept)
    pending = mode is RecordingMode.PENDING
    return RecordingState(Readiness.PENDING if pending else Readiness.NOT_YET, kept, wait_s)
