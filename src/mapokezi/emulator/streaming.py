"""Stream: forking the call's sound to a socket, holding the call for it, and what follows."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from mapokezi.emulator.live_call import HangUp, LiveCall, Question
from mapokezi.emulator.media_module import ForkStart, ForkState, Mix, ModuleEvent
from mapokezi.emulator.settings import AfterStream, CallState, Hold, MetadataForm
from mapokezi.emulator.stream_fork import StreamFork
from mapokezi.telephony.actions import Stream, Track

_MIXES = {Track.INBOUND: Mix.MONO, Track.OUTBOUND: Mix.MONO, Track.BOTH: Mix.STEREO}


async def stream(call: LiveCall, action: Stream, has_next: bool) -> Question | HangUp | None:
    """Start a fork; with ``connect`` hold the call until it is over."""
    watch = _Watch(call, action)
    if call.settings.same_name_fails and action.name in call.stream_names:
        watch.take(ModuleEvent("connect_failed", '{"reason":"-ERR Operation Failed"}'))
        return await _what_follows(call, CallState.STREAM_ERROR, has_next)
    call.stream_names.add(action.name or "")
    fork = StreamFork(action.url, _start_of(call, action), action.name or "", watch.take)
    watch.fork = fork
    call.forks.append(fork)
    call.at_end.append(watch.call_ended)
    connecting = asyncio.create_task(_connect(call, fork))
    call.switchboard.connecting.add(connecting)
    connecting.add_done_callback(call.switchboard.connecting.discard)
    if not action.connect:
        call.tell("stream_not_held", url=action.url)
        return None
    call.writes = call.settings.hold is not Hold.NEVER_WRITES
    try:
        state = await watch.over
    finally:
        call.writes = True
    if state is None:
        return None  # killAudio ended the hold: the next verb runs, the fork stays
    return await _what_follows(call, state, has_next)


async def _connect(call: LiveCall, fork: StreamFork) -> None:
    await fork.connect(call.settings.handshake_timeout_s)
    if fork.timed_out:
        call.tell("stream_handshake_timed_out")
        call.switchboard.stale_handshakes += 1


async def _what_follows(
    call: LiveCall, state: CallState, has_next: bool
) -> Question | HangUp | None:
    mode = call.settings.after_stream
    voice_url = call.number.voice_url
    if mode is AfterStream.HANGUP:
        return HangUp("platform")
    if mode is AfterStream.OBSERVED:
        call.tell("dead_air")
        await asyncio.Future()  # until somebody hangs up
    if mode is AfterStream.DOCUMENTED and has_next:
        return None
    return Question(voice_url, state, stream_event=_EVENTS[state], else_go_on=True)


_EVENTS = {
    CallState.STREAM_STARTED: "stream-started",
    CallState.STREAM_STOPPED: "stream-stopped",
    CallState.STREAM_ERROR: "stream-error",
}


class _Watch:
    """Follows one fork's events, tells the URLs that want to know, and says when it is over."""

    def __init__(self, call: LiveCall, action: Stream) -> None:
        self._call, self._action = call, action
        self.fork: StreamFork | None = None
        self.over: asyncio.Future[CallState | None] = asyncio.get_running_loop().create_future()

    def take(self, event: ModuleEvent) -> None:
        """Take an event of the module."""
        call = self._call
        match event.name:
            case "connect":
                call.tell("stream_open", name=self._action.name or "")
                self._post(CallState.STREAM_STARTED, to_voice_url=True)
            case "connect_failed":
                call.tell("stream_failed", **json.loads(event.body))
                self._post(CallState.STREAM_ERROR, to_voice_url=False)
                self._end(CallState.STREAM_ERROR)
            case "disconnect":
                self._disconnected()
            case "kill_audio":
                call.tell("kill_audio")
                if call.settings.hold is Hold.ENDS_ON_KILL and not self.over.done():
                    call.tell("hold_ended")
                    self.over.set_result(None)
            case _:
                call.tell("stream_event", name=event.name, body=event.body[:200])

    def _disconnected(self) -> None:
        """Our close and our text ``disconnect`` are one event to the layer above."""
        call = self._call
        still_open = self.fork is not None and self.fork.module.state is ForkState.OPEN
        if call.settings.after_stream is AfterStream.OBSERVED:
            if still_open:
                call.tell("stream_event", name="disconnect", body="")
                return
            facts = call.facts(CallState.STREAM_STOPPED, stream_event="stream-stopped")
            call.post_in_background(call.number.events_url, facts, "stream.stopped")
        call.tell("stream_closed", by_text=still_open)
        self._post(CallState.STREAM_STOPPED, to_voice_url=False)
        if still_open and self.fork is not None:
            self.fork.stop()
        self._end(CallState.STREAM_STOPPED)

    def call_ended(self) -> None:
        """The call ended with the stream open: its end is told like any other."""
        if self.fork is not None and self.fork.module.state is ForkState.OPEN:
            self._post(CallState.STREAM_STOPPED, to_voice_url=True)

    def _end(self, state: CallState) -> None:
        if not self.over.done():
            self.over.set_result(state)

    def _post(self, state: CallState, to_voice_url: bool) -> None:
        call, action = self._call, self._action
        facts = call.facts(
            state,
            stream_event=_EVENTS[state],
            stream_name=action.name or "",
            stream_sid=_stream_sid(call),
        )
        wanted = (action.status_events or " ".join(_EVENTS.values())).split()
        if action.status_callback and _EVENTS[state] in wanted:
            call.post_in_background(action.status_callback, facts)
        if to_voice_url:
            call.post_in_background(call.number.voice_url, facts)


def _stream_sid(call: LiveCall) -> str:
    return f"ST_{call.detail.session_id.removeprefix('HD_')}"


def _start_of(call: LiveCall, action: Stream) -> ForkStart:
    stale = call.switchboard.stale_handshakes > 0
    if stale:
        call.switchboard.stale_handshakes -= 1
    return ForkStart(
        metadata=_metadata(call, action),
        mix=_MIXES[action.track or Track.INBOUND],
        rate_hz=action.output_sampling_rate_hz or 8_000,
        back_rate_hz=action.bidirectional_sampling_rate_hz,
        mute=stale and call.settings.stale_connect,
    )


def _metadata(call: LiveCall, action: Stream) -> str:
    form = call.settings.metadata
    if form is MetadataForm.NONE:
        return ""
    if form is MetadataForm.MINIMAL:
        return "{}"
    told: dict[str, Any] = {
        "callSid": call.detail.session_id,
        "streamSid": _stream_sid(call),
        "from": call.detail.caller,
        "to": call.detail.dialled,
    }
    if action.header_metadata:
        told["headers"] = _object_or_text(action.header_metadata)
    if action.open_metadata:
        told["openMetadata"] = action.open_metadata
    whole = {"metadata": told} if form is MetadataForm.NESTED else told
    return json.dumps(whole, separators=(",", ":"))


def _object_or_text(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
