"""Stream: forking the call's sound to a socket, holding the call for it, and what follows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.call_posts import Question
from mapokezi.emulator.call_states import CallState
from mapokezi.emulator.live_call import HangUp, LiveCall
from mapokezi.emulator.media_module import (
    METADATA_LIMIT_BYTES,
    ForkStart,
    ForkState,
    Mix,
    ModuleEvent,
)
from mapokezi.emulator.mode_values.streams import (
    AfterClose,
    AfterTimeout,
    Channel,
    Hold,
    MetadataForm,
    Moment,
    SameName,
    StreamFault,
    Tracks,
)
from mapokezi.emulator.stream_fork import StreamFork
from mapokezi.telephony.actions import Stream, Track

LATE_START_S = 0.7
"""How late a late handshake begins; measured with an answer as late: one frame of 23,680 bytes."""
_BOTH = {Tracks.STEREO: Mix.STEREO, Tracks.MIXED: Mix.MIXED, Tracks.MONO: Mix.MONO}


async def stream(call: LiveCall, action: Stream, has_next: bool) -> Question | HangUp | None:
    """Start a fork; with ``connect`` hold the call until it is over."""
    watch = _Watch(call, action)
    taken = (action.name or "") in call.stream_names
    if taken and call.modes.same_name is SameName.FAILS:
        watch.take(ModuleEvent("connect_failed", '{"reason":"-ERR Operation Failed"}'))
        return await _what_follows(call, CallState.STREAM_ERROR, has_next)
    call.stream_names.add(action.name or "")
    fork = StreamFork(action.url, _start_of(call, action), action.name or "", watch.take)
    watch.fork = fork
    call.forks.append(fork)
    call.detail.streams.append(fork.counts)
    call.at_end.append(watch.call_ended)
    watch.plan_fault()
    connecting = asyncio.create_task(_connect(call, fork))
    call.switchboard.connecting.add(connecting)
    connecting.add_done_callback(call.switchboard.connecting.discard)
    if not action.connect:
        call.tell("stream_not_held", url=action.url)
        return None
    call.writes = call.modes.hold is not Hold.NEVER_WRITES
    try:
        state = await watch.over
    finally:
        call.writes = True
    if state is None:
        return None  # killAudio ended the hold: the next verb runs, the fork stays
    return await _what_follows(call, state, has_next)


async def _connect(call: LiveCall, fork: StreamFork) -> None:
    fault = call.modes.stream_fault
    if call.modes.stream_start is Moment.LATE:
        await asyncio.sleep(LATE_START_S)
    if fault is StreamFault.REFUSED:
        fork.refuse("Unable to connect")
        return
    if fault is StreamFault.UNREACHABLE:
        await asyncio.sleep(call.modes.handshake_timeout_s)
        fork.time_out()
    else:
        await fork.connect(call.modes.handshake_timeout_s)
    if fork.timed_out:
        call.tell("stream_handshake_timed_out")
        if call.modes.after_timeout is AfterTimeout.MUTE_NEXT:
            call.switchboard.stale_handshakes.append(call.detail.session_id)


async def _what_follows(
    call: LiveCall, state: CallState, has_next: bool
) -> Question | HangUp | None:
    mode = call.modes.after_close
    voice_url = call.number.voice_url
    if mode is AfterClose.HANGUP:
        return HangUp("platform")
    if mode is AfterClose.OBSERVED:
        call.tell("dead_air")
        await asyncio.Future()  # until somebody hangs up
    if mode in (AfterClose.DOCUMENTED, AfterClose.BY_CLOSE) and has_next:
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
        self._on_open: Callable[[], object] = lambda: None
        self._is_open = False
        """Between the events of its opening and of its end."""

    def plan_fault(self) -> None:
        """Have the stream's fault strike when it is due, if it has one that waits."""
        call, fork = self._call, self.fork
        fault = call.modes.stream_fault
        if fork is None or fault not in (StreamFault.CUT, StreamFault.FROZEN):
            return

        def strike() -> None:
            if not call.detail.is_over:
                call.tell("stream_fault", fault=fault.value)
                fork.suffer(fault)

        loop = asyncio.get_running_loop()
        self._on_open = lambda: loop.call_later(call.modes.stream_fault_s, strike)

    def take(self, event: ModuleEvent) -> None:
        """Take an event of the module."""
        call = self._call
        match event.name:
            case "connect":
                self._is_open = True
                call.tell("stream_open", name=self._action.name or "")
                self._on_open()
                self._post(CallState.STREAM_STARTED, to_voice_url=True)
            case "connect_failed":
                call.tell("stream_failed", **json.loads(event.body))
                self._post(CallState.STREAM_ERROR, to_voice_url=False)
                self._end(CallState.STREAM_ERROR)
            case "disconnect":
                self._disconnected()
            case "kill_audio":
                call.tell("kill_audio")
                if call.modes.hold is Hold.ENDS_ON_KILL and not self.over.done():
                    call.tell("hold_ended")
                    self.over.set_result(None)
            case _:
                call.tell("stream_event", name=event.name, body=event.body[:200])

    def _disconnected(self) -> None:
        """Our close and our text ``disconnect`` are one event to the layer above."""
        call = self._call
        if call.hang_up_wanted.done():
            return  # the call's own end tells of it
        still_open = self.fork is not None and self.fork.module.state is ForkState.OPEN
        mode = call.modes.after_close
        if still_open and mode in (AfterClose.OBSERVED, AfterClose.BY_CLOSE):
            call.tell("stream_event", name="disconnect", body="")
            return
        if mode is AfterClose.OBSERVED:
            facts = call.facts(CallState.STREAM_STOPPED, stream_event="stream-stopped")
            call.posts.tell_event("stream.stopped", facts)
        self._is_open = False
        call.tell("stream_closed", by_text=still_open)
        self._post(CallState.STREAM_STOPPED, to_voice_url=False)
        if still_open and self.fork is not None:
            self.fork.stop()
        self._end(CallState.STREAM_STOPPED)

    def call_ended(self) -> None:
        """The call ended with the stream open: its end is told like any other."""
        if self._is_open:
            self._is_open = False
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
            call.posts.tell(action.status_callback, facts)
        if to_voice_url:
            call.posts.tell(call.number.voice_url, facts)


def _stream_sid(call: LiveCall) -> str:
    return f"ST_{call.detail.session_id.removeprefix('HD_')}"


def _start_of(call: LiveCall, action: Stream) -> ForkStart:
    modes, waiting = call.modes, call.switchboard.stale_handshakes
    # The same call's next stream was measured to be normal.
    others = [one for one in waiting if one != call.detail.session_id]
    stale = bool(others) and modes.stream_fault is StreamFault.NONE
    if stale:
        waiting.remove(others[0])
    both = action.track is Track.BOTH
    return ForkStart(
        metadata=_metadata(call, action, modes),
        mix=_BOTH[modes.both_tracks] if both else Mix.MONO,
        rate_hz=action.output_sampling_rate_hz or 8_000,
        back_rate_hz=action.bidirectional_sampling_rate_hz,
        channel_rate_hz=16_000 if modes.channel is Channel.WIDEBAND else 8_000,
        mute=stale or modes.stream_fault is StreamFault.MUTE,
        marks=modes.marks,
        playout_lock=modes.playout_lock,
        pongs=modes.pongs,
    )


def _metadata(call: LiveCall, action: Stream, modes: Behaviour) -> str:
    form = modes.metadata
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
    if form is MetadataForm.CUT:
        told["padding"] = "x" * METADATA_LIMIT_BYTES
    whole = {"metadata": told} if form is MetadataForm.NESTED else told
    return json.dumps(whole, separators=(",", ":"))


def _object_or_text(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
